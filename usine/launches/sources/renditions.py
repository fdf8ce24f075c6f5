"""What browsers get of a picture: the widths and formats that pages need, each made once, nothing else of the file.

A picture is named by what it is made from and how, so that it is found again without being made. Positions, camera and
author that a file carries stay behind.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, NamedTuple, cast

from PIL import Image, ImageCms, ImageOps
from PIL import __version__ as pillow_version

from usine.launches import store
from usine.launches.content.texts import ContentInvalid

STEPS = (640, 1280)
"""Pixels of width beside the picture's own: a phone's column, a tablet's or twice a phone's."""
WIDEST = 1920
NEAR = 0.7
"""A step wider than this part of the widest print saves too little to be made."""


class Format(NamedTuple):
    media_type: str
    suffix: str
    options: Mapping[str, Any]  # of Pillow's writer


FORMATS = {
    "AVIF": Format("image/avif", ".avif", {"quality": 55, "speed": 8}),
    "WEBP": Format("image/webp", ".webp", {"quality": 75, "method": 4}),
    "JPEG": Format("image/jpeg", ".jpg", {"quality": 82, "optimize": True, "progressive": True}),
}
READY = ("AVIF", "WEBP")
"""Formats in which a file no wider than WIDEST goes to browsers as it is."""
PLAIN_WIDTH = 1280
READING = "2"
"""How pixels that are not red, green and blue are read: a change makes those pictures anew."""


@dataclass(frozen=True, slots=True)
class Renditions:
    """`url` is the widest one, `width` by `height` pixels; `plain` is for browsers and readers that know no new format.

    `sources` pairs a media type with a `srcset`, the format that saves most first.
    """

    url: str
    width: int
    height: int
    plain: str
    sources: tuple[tuple[str, str], ...]


def make_renditions(name: str, content: bytes) -> Renditions:
    """Every rendition of a picture file, kept among the shared files; found again when it was made before.

    Raises ContentInvalid for a file that is no picture or is spoilt, naming it.
    """
    with _refusing(name):
        return _make(name, content)


def make_twin(name: str, content: bytes) -> Renditions:
    """The twin of another picture, for browsers that do not know its format: as it is where somebody made it for
    browsers, else in the plain format. Raises ContentInvalid as `make_renditions` does.
    """
    with _refusing(name), _open(content) as opened:
        if opened.format in READY and not _tells_more(opened):
            return _keep(name, content, opened)
        plain = _Darkroom(name, content, opened).print_plain()
        return Renditions(plain, opened.width, opened.height, plain, ())


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for a spoilt file
        raise ContentInvalid(
            f"The picture {name} cannot be read as a picture: upload it again, or choose another one."
        ) from error


def _tells_more(opened: Image.Image) -> bool:
    """Whether a file for browsers also says where, when, by whom and with what it was taken."""
    return bool(opened.getexif()) or "xmp" in opened.info


def _keep(name: str, content: bytes, opened: Image.Image) -> Renditions:
    url = store.keep_picture(name, content)
    return Renditions(url, opened.width, opened.height, url, ())


def _make(name: str, content: bytes) -> Renditions:
    with _open(content) as opened:
        if getattr(opened, "n_frames", 1) > 1:  # it moves: made still it would say something else
            return _keep(name, content, opened)
        darkroom = _Darkroom(name, content, opened)
        formats = ("AVIF",) if opened.format in READY else ("AVIF", "WEBP")
        sources = {kind: dict(darkroom.print_all(kind)) for kind in formats}
        widest = max(sources["AVIF"])
        plain = darkroom.print_plain()
        return Renditions(
            url=sources["AVIF"][widest],
            width=widest,
            height=darkroom.get_height(widest),
            plain=plain,
            sources=tuple(
                (
                    FORMATS[kind].media_type,
                    ", ".join(f"{url} {width}w" for width, url in sorted(urls.items())),
                )
                for kind, urls in sources.items()
            ),
        )


def _open(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # The library refuses what is too large.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(content))


class _Darkroom:
    """A picture's prints; its pixels are decoded when the first one is really made."""

    def __init__(self, name: str, content: bytes, opened: Image.Image) -> None:
        self._name, self._content, self._opened = name, content, opened
        self._digest = hashlib.sha256(content).hexdigest()
        turned = opened.getexif().get(0x0112, 1) >= 5  # EXIF 2.32, 4.6.4: orientations that lie on a side
        size = opened.size[::-1] if turned else opened.size
        self._width, self._height = size
        self._pixels: Image.Image | None = None

    def print_all(self, kind: str) -> Iterator[tuple[int, str]]:
        """Width and address of each print in a format."""
        own = min(self._width, WIDEST)
        for width in (*(step for step in STEPS if step < NEAR * own), own):
            is_own = kind == self._opened.format and width == self._width
            is_ready = is_own and not _tells_more(self._opened)
            yield (
                width,
                store.keep_picture(self._name, self._content) if is_ready else self._print(kind, width),
            )

    def print_plain(self) -> str:
        """In the format that everything reads; cut-outs keep their ground clear."""
        width = min(self._width, PLAIN_WIDTH)
        for kind in ("JPEG", "WEBP"):  # looking for both is less than decoding the picture to know which
            if store.find_shared("pictures", kept := self._name_print(kind, width, "plain")):
                return f"/pictures/{kept}"
        return self._print("WEBP" if self._is_clear() else "JPEG", width, "plain")

    def get_height(self, width: int) -> int:
        """In pixels, of a print of that width."""
        return max(1, round(self._height * width / self._width))

    def _is_clear(self) -> bool:
        """Whether something shows through; read from the pixels, as formats promise it in vain."""
        if not self._opened.has_transparency_data:
            return False
        alpha = self._develop().getchannel("A")
        low, _high = cast(tuple[int, int], alpha.getextrema())
        return low < 255

    def _print(self, kind: str, width: int, use: str = "") -> str:
        kept = self._name_print(kind, width, use)
        if store.find_shared("pictures", kept) is None:
            picture = self._develop()
            if width != picture.width:
                picture = picture.resize((width, self.get_height(width)), Image.Resampling.LANCZOS)
            written = io.BytesIO()
            picture.convert("RGB" if kind == "JPEG" or not self._is_clear() else "RGBA").save(
                written, kind, **FORMATS[kind].options, icc_profile=picture.info.get("icc_profile")
            )
            store.keep_shared("pictures", kept, written.getvalue())
        return f"/pictures/{kept}"

    def _name_print(self, kind: str, width: int, use: str) -> str:
        """By the file, what is made of it, and what makes it."""
        said = [self._digest, kind, use, str(width), str(FORMATS[kind].options), pillow_version]
        if self._opened.mode not in ("RGB", "RGBA"):
            said.append(READING)
        name = PurePath(self._name).with_suffix(FORMATS[kind].suffix).name
        return store.name_picture(f"{width}-{name}", hashlib.sha256(" ".join(said).encode()).hexdigest())

    def _develop(self) -> Image.Image:
        """In 8 bits of red, green and blue, with what shows through where the format may say so."""
        if self._pixels is None:
            mode = "RGBA" if self._opened.has_transparency_data else "RGB"
            self._pixels = _read_colours(ImageOps.exif_transpose(self._opened), mode)
        return self._pixels


def _read_colours(picture: Image.Image, mode: str) -> Image.Image:
    """In a mode of red, green and blue. A profile of other inks or greys does not fit there, so it stays behind."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # Pillow cuts 16 bits off at 255 rather than scaling them
        picture = picture.convert("I").point(lambda grey: grey * (255 / 65535)).convert("L")
    is_rgb = picture.mode in ("RGB", "RGBA", "P", "PA")
    if picture.mode == "CMYK" and profile:
        picture = _print_on_screen(picture, profile)
    converted = picture if picture.mode == mode else picture.convert(mode)
    if not is_rgb:
        converted.info.pop("icc_profile", None)
    return converted


def _print_on_screen(picture: Image.Image, profile: bytes) -> Image.Image:
    """Inks in sRGB, by the profile of the press; as they are where the profile is spoilt or of something else."""
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, inks, screen, outputMode="RGB") or picture
    except (OSError, ImageCms.PyCMSError):
        return picture
