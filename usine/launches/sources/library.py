"""The pictures that editors choose from: those of the library, each with its twin for older browsers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from wagtail.images.models import Image

from usine.launches.content.fields import PictureField, read_at
from usine.launches.content.texts import ContentInvalid

NEWEST_FIRST = (".avif", ".webp", ".jpg", ".jpeg", ".png", ".gif")
"""Formats that pictures of one name come in: editors choose the first one, the next is its twin."""


@dataclass(frozen=True, slots=True)
class LibraryPicture:
    """A picture of the library; `fallback` is the key of the same picture in an older format."""

    pk: int
    title: str
    url: str
    fallback: int | None


def read_library() -> dict[int, LibraryPicture]:
    """Every picture by its key, in the order of their names. One query."""
    storage = Image._meta.get_field("file").storage
    rows = list(Image.objects.order_by("title", "-pk").values_list("pk", "title", "file"))
    by_stem: dict[str, list[tuple[int, str]]] = {}
    for pk, title, _file in rows:
        by_stem.setdefault(PurePath(title).stem, []).append((pk, title))
    return {
        pk: LibraryPicture(pk, title, storage.url(file), _find_twin(title, by_stem[PurePath(title).stem]))
        for pk, title, file in rows
    }


def list_choices(library: Mapping[int, LibraryPicture]) -> list[LibraryPicture]:
    """The pictures without those that are only the twin of another."""
    twins = {picture.fallback for picture in library.values()}
    return [picture for picture in library.values() if picture.pk not in twins]


def _find_twin(title: str, named: Iterable[tuple[int, str]]) -> int | None:
    """The newest picture of the same name in the next older format."""
    older = [(_rank(other), -pk) for pk, other in named if _rank(other) > _rank(title)]
    return -min(older)[1] if older else None


def _rank(title: str) -> int:
    suffix = PurePath(title).suffix.lower()
    return NEWEST_FIRST.index(suffix) if suffix in NEWEST_FIRST else len(NEWEST_FIRST)


def choose_pictures(
    fields: Iterable[PictureField],
    chosen: Mapping[str, str],
    said: Mapping[str, Any],
    *,
    own: Mapping[str, Any],
    below: Mapping[str, Any],
) -> dict[str, Any]:
    """The pictures, with their twins, that differ from what is inherited, by path.

    `own` is what the scope said before: its twin stays with its picture. Raises ContentInvalid for a picture that the
    library lacks, or one of which `said` does not tell what it shows.
    """
    library: dict[int, LibraryPicture] = {}
    found: dict[str, Any] = {}
    for field in fields:
        wanted = chosen.get(field.path, "")
        if not wanted or wanted == str(read_at(below, field.path)):
            continue
        library = library or read_library()
        if not wanted.isdecimal() or int(wanted) not in library:
            raise ContentInvalid(f"{field.label}: the library has this picture no more; choose another one.")
        if field.alt and not said.get(field.alt):
            raise ContentInvalid(f"{field.label}: say in your words what the new picture shows.")
        is_kept = read_at(own, field.path) == int(wanted)
        twin = read_at(own, field.fallback) if is_kept else library[int(wanted)].fallback
        found |= {field.path: int(wanted), field.fallback: twin}
    return found
