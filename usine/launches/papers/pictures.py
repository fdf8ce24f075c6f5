"""Pictures for paper: the sites' cut-outs laid before the sky and the wood, as JPEG; kept in `VAR/papers/pictures`."""

from __future__ import annotations

import hashlib
import io
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw
from PIL import __version__ as pillow_version

from usine.commons.files import write_whole
from usine.launches.content.texts import ContentInvalid
from usine.launches.store import find_shared, tell_disk

QUALITY = 86
WIDTH, WIDEST = 1400, 1600  # pixels of a page's whole width: 169 dpi on A4
HEIGHT = round(WIDTH * 297 / 210)
PAPER = "#f8f7f3"
TRUNKS_FAR = (
    "700:4 731:2 755:2 778:4 800:2 819:3 841:3 862:2 880:4 893:3 916:2 930:4 939:5 951:2 966:2 979:2 987:6"
)
TRUNKS_NEAR = "449:6 520:4 575:5 642:13 702:26 750:5 792:20 838:7 884:18 916:11 952:12 983:10 995:5"
"""The wood, dense at one side: where each trunk begins and how wide it is, in thousandths of the width."""


class Backdrop(StrEnum):
    """What a picture stands before."""

    NONE = "none"  # it is a whole photograph
    PAPER = "paper"  # the plain page
    COVER = "cover"  # a page: sky, wood and ground by day
    NIGHT = "night"  # the same by night


LIGHT = {
    # sky, far trunks, near trunks, ground at the horizon and at the foot, horizon's line
    Backdrop.COVER: ("#f8f7f3", "#e9e7df", "#dedbd1", "#e8e6de", "#f8f7f3", "#cfccc1"),
    Backdrop.NIGHT: ("#171a13", "#1d2119", "#10120d", "#0b0d09", "#12140f", "#363a2f"),
}
STANDING = {
    # how much of the page's width the car takes, where its wheels stand on the page, how far down its picture the
    # horizon lies: that of the camera that made it
    Backdrop.COVER: (1.2, 0.865, 0.194),
    Backdrop.NIGHT: (1.12, 0.8, 0.113),
}


def lay_picture(url: str, backdrop: Backdrop, *, is_mirrored: bool = False) -> Path:
    """The file of a picture (an address of the shared store) laid before its backdrop; made once.

    `is_mirrored` puts the wood at the other side, for what is read from right to left; the car stays as it is.
    Raises ContentInvalid when the store has no such picture, DiskRefused.
    """
    source = find_shared("pictures", url.removeprefix("/pictures/"))
    if source is None:
        raise ContentInvalid(f"The picture {url} is not on this disk: publish the site again.")
    name = _digest(url, backdrop.value, str(is_mirrored))
    target: Path = settings.VAR / "papers" / "pictures" / f"{name}.jpg"
    if not target.exists():
        with Image.open(source) as opened:
            made = _lay(opened.convert("RGBA"), backdrop, is_mirrored)
        with tell_disk(target.name, "the papers"):
            write_whole(target, _as_jpeg(made))
    return target


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join((*parts, _digest_code())).encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def _digest_code() -> str:
    return hashlib.sha256(Path(__file__).read_bytes() + pillow_version.encode()).hexdigest()


def _lay(car: Image.Image, backdrop: Backdrop, is_mirrored: bool) -> Image.Image:
    if backdrop in LIGHT:
        return _lay_before_wood(car, backdrop, is_mirrored)
    if car.width > WIDEST:
        car = car.resize((WIDEST, round(car.height * WIDEST / car.width)), Image.Resampling.LANCZOS)
    page = Image.new("RGBA", car.size, PAPER)
    page.alpha_composite(car)
    return page.convert("RGB")


def _lay_before_wood(car: Image.Image, backdrop: Backdrop, is_mirrored: bool) -> Image.Image:
    wide, foot, horizon_in_car = STANDING[backdrop]
    width = round(WIDTH * wide)
    left, _top, right, bottom = car.getchannel("A").point(lambda alpha: 255 * (alpha > 96)).getbbox() or (
        *(0, 0),
        *car.size,
    )
    scale = width / car.width
    car = car.resize((width, round(car.height * scale)), Image.Resampling.LANCZOS)
    top = round(HEIGHT * foot - bottom * scale)
    start = round(WIDTH / 2 - (left + right) / 2 * scale)
    page = _draw_wood(backdrop, round(top + car.height * horizon_in_car), is_mirrored)
    page.alpha_composite(
        car.crop((max(0, -start), 0, min(car.width, WIDTH - start), car.height)), (max(0, start), top)
    )
    return page.convert("RGB")


def _draw_wood(backdrop: Backdrop, horizon: int, is_mirrored: bool) -> Image.Image:
    sky, far, near, ground, foot, line = LIGHT[backdrop]
    page = Image.new("RGBA", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(page)
    for trunks, colour in ((TRUNKS_FAR, far), (TRUNKS_NEAR, near)):
        for trunk in trunks.split():
            start, thick = (int(part) * WIDTH / 1000 for part in trunk.split(":"))
            if is_mirrored:
                start = WIDTH - start - thick
            draw.rectangle((round(start), 0, round(start + thick) - 1, horizon), fill=colour)
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT - horizon))
    page.paste(
        Image.composite(Image.new("RGBA", shade.size, foot), Image.new("RGBA", shade.size, ground), shade),
        (0, horizon),
    )
    draw.line((0, horizon, WIDTH, horizon), fill=line, width=2)
    return page


def _as_jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True, subsampling=0)
    return written.getvalue()
