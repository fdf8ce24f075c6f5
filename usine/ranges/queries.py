"""Reads of ranges."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from usine.kernel import ArtefactOutdated, CompiledRange, from_bytes
from usine.ranges.contracts import RangeNotFound, RangeRelease
from usine.ranges.models import RangeVersion
from usine.ranges.release import build_release


@lru_cache(maxsize=8)
def get_release(key: str) -> RangeRelease:
    """The release as it was: built from the kept files and the kept artefact.

    An artefact that an earlier kernel wrote is compiled again.
    """
    version = RangeVersion.objects.filter(key=key).first()
    if version is None:
        raise RangeNotFound(f"There is no range release {key}.")
    with TemporaryDirectory() as name:
        for path, text in version.files.items():
            file = Path(name) / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        return build_release(Path(name), compiled=_open(bytes(version.artefact)))


def _open(artefact: bytes) -> CompiledRange | None:
    try:
        return from_bytes(artefact)
    except ArtefactOutdated:
        return None


def get_current_key(vehicle: str) -> str:
    """The key of the release that is newest, or was released again last."""
    newest = RangeVersion.objects.filter(vehicle=vehicle).order_by("-released_at", "-id").only("key").first()
    if newest is None:
        raise RangeNotFound(f"No range of {vehicle} is released: run usine range release on its folder.")
    return newest.key
