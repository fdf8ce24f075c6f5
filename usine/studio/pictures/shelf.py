"""A picture of a configuration by its key, made once and kept on disk, on nothing (WebP) or for shared links (JPEG)."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw

from usine.commons.files import write_whole
from usine.studio.pictures.layers import Layers, PictureNotFound, find_layers

KEPT, DROPPED = 4000, 400  # pictures of a vehicle: beyond the first number, so many that were made first go
SHARED = (1200, 630)  # what readers of shared links show (Open Graph)
SUFFIXES = {"webp": "image/webp", "jpg": "image/jpeg"}
SKY, GROUND, PAPER = (246, 245, 240), (232, 231, 223), (250, 249, 245)
TRUNK, LINE = (232, 231, 222), (208, 207, 198)
HORIZON = 0.50  # of the height


def get_layers(vehicle: str) -> Layers:
    """Raises PictureNotFound where the vehicle has none."""
    layers = find_layers(_folder(vehicle)) if vehicle.replace("-", "").isalnum() else None
    if layers is None:
        raise PictureNotFound(f"No picture of {vehicle[:40]} was taken.")
    return layers


def get_picture(
    vehicle: str, key: str, suffix: str, *, before_making: Callable[[], None] = lambda: None
) -> bytes:
    """The file of a picture, made where it is not kept: `before_making` may refuse that by raising.

    Raises PictureNotFound.
    """
    if suffix not in SUFFIXES:
        raise PictureNotFound(f"Pictures are {' or '.join(SUFFIXES)}, not {suffix[:10]}.")
    layers = get_layers(vehicle)
    layers.choose(key)
    path = settings.VAR / "pictures" / vehicle / f"{key}.{suffix}"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        before_making()
        data = _encode(layers.compose(key), suffix)
        _keep(path, data)
        return data


def address(vehicle: str, values: Mapping[str, str], suffix: str = "webp") -> str:
    """Where the picture of a configuration is; empty where the vehicle has no layers."""
    layers = find_layers(_folder(vehicle))
    return f"/c-pictures/{vehicle}/{layers.key(values)}.{suffix}" if layers else ""


def _folder(vehicle: str) -> Path:
    return Path(settings.STUDIO_LAYERS) / vehicle


def _encode(car: Image.Image, suffix: str) -> bytes:
    found = io.BytesIO()
    if suffix == "jpg":
        _set_on_ground(car).save(found, "JPEG", quality=84, optimize=True, progressive=True)
    else:
        car.save(found, "WEBP", quality=84, method=4)
    return found.getvalue()


def _set_on_ground(car: Image.Image) -> Image.Image:
    """The car where the launch site shows it: before trunks, on pale ground."""
    width, height = SHARED
    horizon = round(height * HORIZON)
    scene = Image.new("RGB", SHARED, SKY)
    pen = ImageDraw.Draw(scene)
    chance, x = random.Random(5), 0.0
    while x < width:
        wide = chance.choice((2, 3, 5, 8, 14))
        pen.rectangle((x, 0, x + wide, horizon), fill=TRUNK)
        x += wide + chance.uniform(14, 90)
    for y in range(horizon, height):
        share = (y - horizon) / (height - horizon)
        pen.line(
            (0, y, width, y),
            fill=tuple(round(a + (b - a) * share) for a, b in zip(GROUND, PAPER, strict=True)),
        )
    pen.line((0, horizon, width, horizon), fill=LINE)
    shown = car.resize((width - 40, round((width - 40) * car.height / car.width)), Image.Resampling.LANCZOS)
    scene.paste(shown, (20, height - shown.height - 28), shown)
    return scene


def _keep(path: Path, data: bytes) -> None:
    """Write it whole or not at all; a shelf that is full loses those that were made first."""
    write_whole(path, data)
    kept = [entry for entry in path.parent.iterdir() if entry.suffix[1:] in SUFFIXES]
    if len(kept) > KEPT:
        for entry in sorted(kept, key=_made_at)[:DROPPED]:
            entry.unlink(missing_ok=True)


def _made_at(entry: Path) -> int:
    """When a file was made; 0 where another process has just dropped it."""
    try:
        return entry.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
