"""Develop negatives: exposure, glow of bright lamps, tone, 8 bits. Rendering is dear, developing is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[Any]
SHOULDER, TOE = (
    0.8,
    0.04,
)  # Khronos PBR Neutral: where highlights begin to bend, the Fresnel reflection taken off
DESATURATION = 0.15
GLOW_FROM = 1.2
SIDES, FOOT = 0.13, 0.045  # of the width: over so much a shadow fades
UNSURE = 0.008  # of alpha: what the denoiser leaves of nothing, or takes from all


def develop(
    negative: Floats, *, exposure: float = 0.0, glow: float = 0.0, ground: str = "", fade: bool = False
) -> Image.Image:
    """The picture of a linear, premultiplied negative, on a ground where one is given ("#rrggbb").

    `exposure` in stops, `glow` the share of a lamp's light that spreads; `fade`: a cut-out's shadow ends inside.
    """
    light = negative.astype(np.float32)
    alpha = np.clip((light[..., 3:] - UNSURE) / (1 - 2 * UNSURE), 0, 1)
    colour = np.maximum(light[..., :3], 0) * 2.0**exposure
    if glow:
        halo = glow * _spread(np.maximum(colour - GLOW_FROM, 0))
        colour = colour + halo
        alpha = np.clip(
            np.maximum(alpha, halo.max(axis=-1, keepdims=True)), 0, 1
        )  # light before nothing is seen too
    straight = np.where(alpha > 0, colour / np.maximum(alpha, 1e-4), 0)
    if fade:
        alpha = _fade_shadow(alpha)
    encoded = _encode(tone(straight))
    pixels = np.round(np.concatenate([encoded, alpha], axis=2) * 255).astype(np.uint8)
    picture = Image.fromarray(pixels, "RGBA")
    return lay_on(picture, ground) if ground else picture


def lay_on(picture: Image.Image, ground: str) -> Image.Image:
    """A picture on a plain colour."""
    found = Image.new("RGBA", picture.size, ground)
    found.alpha_composite(picture)
    return found


def set_in(picture: Image.Image, inset: Sequence[float]) -> Image.Image:
    """A cut-out, smaller, on nothing as large as it was: what pages draw over it stays where it is."""
    scale, left, top = inset
    if scale == 1.0:
        return picture
    small = picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )
    found = Image.new("RGBA", picture.size)
    found.paste(small, (round(left), round(top)))
    return found


def _fade_shadow(alpha: Floats) -> Floats:
    """Alpha whose shadow, all that is not solid, comes to nothing towards the left, the right and the lower border."""
    height, width = alpha.shape[:2]
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    across = _step(np.minimum(x, width - x) / (SIDES * width))
    down = _step((height - y) / (FOOT * width))
    shadow = np.clip((1 - alpha) / 0.08, 0, 1)
    return np.asarray(alpha * (1 - shadow * (1 - (down[:, None] * across[None, :])[..., None])))


def _step(share: Floats) -> Floats:
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def tone(colour: Floats) -> Floats:
    """Khronos PBR Neutral tone mapper: colours below 0.8 stay as they are, highlights bend towards white.

    https://github.com/KhronosGroup/ToneMapping, PBR_Neutral (specification of 2024).
    """
    least = colour.min(axis=-1, keepdims=True)
    offset = np.where(least < 2 * TOE, least - least**2 / (4 * TOE), TOE)
    colour = colour - offset
    peak = colour.max(axis=-1, keepdims=True)
    rest = 1 - (SHOULDER - TOE)
    bent = 1 - rest**2 / (peak + rest - (SHOULDER - TOE))
    share = 1 - 1 / (DESATURATION * (peak - bent) + 1)
    high = colour * bent / np.maximum(peak, 1e-6) * (1 - share) + bent * share
    return np.where(peak < SHOULDER - TOE, colour, high)


def _encode(linear: Floats) -> Floats:
    """sRGB (IEC 61966-2-1)."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear > 0.0031308, 1.055 * np.maximum(linear, 1e-8) ** (1 / 2.4) - 0.055, 12.92 * linear)


def _spread(light: Floats) -> Floats:
    """Light spread by a lens: two Gaussians, a narrow and a wide one, by Fourier's way."""
    height, width = light.shape[:2]
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    kernel = sum(0.5 * np.exp(-2 * (np.pi * sigma * height) ** 2 * (x**2 + y**2)) for sigma in (0.006, 0.03))
    seen = np.fft.rfft2(np.minimum(light, 8), axes=(0, 1)) * np.asarray(kernel)[..., None]
    return np.maximum(np.fft.irfft2(seen, s=(height, width), axes=(0, 1)), 0)
