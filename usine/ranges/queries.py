"""Reads of ranges."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from usine.kernel import ArtefactOutdated, CompiledRange, from_bytes
from usine.ranges.contracts import RangeNotFound, RangeRelease
from usine.ranges.models import RangeVersion
from usine.ranges.release import build_release

KEPT = 8
_kept: dict[str, RangeRelease] = {}


def get_release(key: str) -> RangeRelease:
    """The release as it was, from memory or built from the kept files and the kept artefact."""
    return _kept.get(key) or remember(_build_again(key))


def remember(release: RangeRelease) -> RangeRelease:
    """Keep a release in memory, with the few others that were read last."""
    _kept[release.key] = release
    while len(_kept) > KEPT:
        _kept.pop(next(iter(_kept)), None)
    return release


def forget() -> None:
    """Read every release from the database again."""
    _kept.clear()


def _build_again(key: str) -> RangeRelease:
    """An artefact that an earlier kernel wrote is compiled again."""
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


def list_vehicles() -> tuple[str, ...]:
    """The vehicles that have a released range, by name. One query."""
    return tuple(RangeVersion.objects.order_by("vehicle").values_list("vehicle", flat=True).distinct())


def get_current_key(vehicle: str) -> str:
    """The key of the release that is newest, or was released again last."""
    newest = RangeVersion.objects.filter(vehicle=vehicle).order_by("-released_at", "-id").only("key").first()
    if newest is None:
        raise RangeNotFound(f"No range of {vehicle} is released: run usine range release on its folder.")
    return newest.key
