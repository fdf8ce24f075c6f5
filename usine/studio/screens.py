"""What the car's two screens show while it stands: a way on a map, the hour, the charge; no words, for all languages.

Drawn four times as large and made small, so that edges are smooth.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from usine.studio.palette import write_png

FONT = (
    Path(__file__).resolve().parents[2] / "frontend" / "src" / "assets" / "fonts" / "archivo-latin-var.woff2"
)
FINER = 4
GROUND, LAND, ROAD, DIM, PALE, LICHEN = "#11130f", "#1b1f18", "#3a3f35", "#8f9186", "#efede6", "#d8d12f"
STEPS = 24  # of each part of a colour: few enough that a picture of flat colours stays small


def draw_screen(name: str) -> bytes:
    """The picture of a screen as PNG. Raises KeyError on a name that SCREENS has not."""
    size, draw = SCREENS[name]
    canvas = _Canvas(size)
    draw(canvas)
    return write_png(canvas.pixels())


class _Canvas:
    def __init__(self, size: tuple[int, int]):
        self._size = size
        self._picture = Image.new("RGB", (size[0] * FINER, size[1] * FINER), GROUND)
        self._pen = ImageDraw.Draw(self._picture)

    def line(self, points: list[tuple[float, float]], width: float, colour: str) -> None:
        larger = [(x * FINER, y * FINER) for x, y in points]
        self._pen.line(larger, fill=colour, width=round(width * FINER), joint="curve")
        for x, y in (larger[0], larger[-1]):
            self._round(x, y, width * FINER / 2, colour)

    def box(self, corners: tuple[float, float, float, float], radius: float, colour: str) -> None:
        left, top, right, bottom = (v * FINER for v in corners)
        self._pen.rounded_rectangle((left, top, right, bottom), radius * FINER, fill=colour)

    def shape(self, points: list[tuple[float, float]], colour: str) -> None:
        self._pen.polygon([(x * FINER, y * FINER) for x, y in points], fill=colour)

    def arc(self, middle: tuple[float, float], radius: float, turn: tuple[float, float], colour: str) -> None:
        (x, y), r = middle, radius
        corners = tuple(v * FINER for v in (x - r, y - r, x + r, y + r))
        self._pen.arc(corners, *turn, fill=colour, width=3 * FINER)

    def text(self, at: tuple[float, float], said: str, size: float, colour: str, anchor: str = "ls") -> None:
        font = ImageFont.truetype(FONT, round(size * FINER))
        font.set_variation_by_axes([500])
        self._pen.text((at[0] * FINER, at[1] * FINER), said, colour, font, anchor=anchor)

    def pixels(self) -> np.ndarray:
        small = np.asarray(self._picture.resize(self._size, Image.Resampling.BOX), float)
        return (np.round(small / 255 * STEPS) * 255 / STEPS).round().astype(np.uint8)

    def _round(self, x: float, y: float, radius: float, colour: str) -> None:
        self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _draw_tablet(on: _Canvas) -> None:
    """A map with the way to go, beside it the hour, the warmth outside and the battery."""
    on.box((8, 8, 196, 180), 10, LAND)
    for road in (
        [(8, 60), (90, 52), (196, 84)],
        [(60, 8), (74, 90), (52, 180)],
        [(150, 8), (128, 96), (196, 150)],
    ):
        on.line(list(road), 3, ROAD)
    on.line([(8, 140), (78, 126), (128, 136), (160, 180)], 5, ROAD)
    on.line([(70, 176), (72, 128), (74, 92), (104, 58), (140, 60), (152, 26)], 6, LICHEN)
    on.shape([(152, 14), (162, 32), (152, 28), (142, 32)], PALE)
    on.text((306, 58), "10:09", 36, PALE, "rs")
    on.text((306, 92), "19°", 24, DIM, "rs")
    on.text((306, 146), "82", 30, PALE, "rs")
    on.box((222, 158, 306, 168), 5, ROAD)
    on.box((222, 158, 291, 168), 5, LICHEN)


def _draw_cluster(on: _Canvas) -> None:
    """Parked: power at rest on the left, the gear in the middle, the battery on the right."""
    on.arc((58, 58), 38, (150, 390), ROAD)
    on.arc((58, 58), 38, (150, 196), LICHEN)
    on.text((58, 68), "0", 30, PALE, "ms")
    on.text((160, 64), "P", 40, PALE, "ms")
    on.text((296, 44), "82", 26, PALE, "rs")
    on.box((214, 58, 296, 66), 4, ROAD)
    on.box((214, 58, 281, 66), 4, LICHEN)


SCREENS: dict[str, tuple[tuple[int, int], Callable[[_Canvas], None]]] = {
    "tablet": ((320, 188), _draw_tablet),
    "cluster": ((320, 92), _draw_cluster),
}
