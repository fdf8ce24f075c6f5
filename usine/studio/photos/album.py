"""Where pictures are kept: each in its formats, and photos.json, which tells of them; every file whole or not there."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from usine.commons.files import write_whole
from usine.studio.photos.develop import develop, lay_on, set_in

if TYPE_CHECKING:
    from usine.studio.photos.job import Print

LEDGER = "photos.json"
PAPER = "#f4f3ee"  # behind a cut-out where a format knows no transparency
QUALITY: dict[str, dict[str, Any]] = {
    "avif": {"quality": 62, "speed": 6},
    "webp": {"quality": 82, "method": 4},
    "jpg": {"quality": 84, "optimize": True, "progressive": True},
}


class Album:
    """The pictures of a folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def _read(self) -> dict[str, Any]:
        """The ledger as it is now: another job may have written to it."""
        path = self._folder / LEDGER
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}

    def has(self, wanted: Print) -> bool:
        """Whether a print lies here as shot, car and code give it today."""
        shot = wanted.shot
        return self._read().get(shot.name, {}).get("key") == wanted.key and all(
            (self._folder / f"{shot.name}.{suffix}").exists() for suffix in shot.formats
        )

    def add(self, wanted: Print, negative: Any) -> int:
        """Develop and keep a print; the bytes of all its formats together."""
        shot = wanted.shot
        picture = develop(
            negative, exposure=shot.exposure, glow=shot.glow, ground=shot.ground, fade=shot.is_seen_alone
        )
        picture = set_in(picture, shot.inset) if shot.is_seen_alone else picture
        files = {f"{shot.name}.{suffix}": encode(picture, suffix) for suffix in shot.formats}
        for name, data in files.items():
            write_whole(self._folder / name, data)
        ledger = self._read()
        ledger[shot.name] = {
            "key": wanted.key,
            "size": list(picture.size),
            "focal": list(shot.focal),
            "formats": list(shot.formats),
            "alt": dict(shot.alt),
        }
        content = json.dumps(dict(sorted(ledger.items())), ensure_ascii=False, indent=1)
        write_whole(self._folder / LEDGER, f"{content}\n".encode())
        return sum(map(len, files.values()))


def encode(picture: Image.Image, suffix: str) -> bytes:
    """A picture's file; formats and pictures without transparency are flat."""
    opaque = picture.getchannel("A").getextrema() == (255, 255)
    if opaque or suffix == "jpg":
        picture = lay_on(picture, PAPER).convert("RGB")
    found = io.BytesIO()
    picture.save(found, {"jpg": "JPEG"}.get(suffix, suffix.upper()), **QUALITY[suffix])
    return found.getvalue()
