"""A folder into which others put files of mentions: each is taken once, whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings

from usine.reputation.contracts import FileUnreadable, SourceInvalid
from usine.reputation.sources.connectors import Batch, Cursor, Place, cut_batches
from usine.reputation.sources.fetching import Fetcher
from usine.reputation.sources.importing import LARGEST, SUFFIXES, read_mentions


class Folders:
    """`address` is a folder below the setting REPUTATION_INBOX. Write under another name, then rename."""

    name: ClassVar[str] = "files"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """New and changed files by their names. A refused one keeps no other from being taken; then it is told."""
        taken: dict[str, str] = dict(cursor.get("taken", {}))
        refused: FileUnreadable | None = None
        for file in _list_files(place):
            try:
                content = _read_file(file)
                stamp = hashlib.sha256(content).hexdigest()[:32]
                if taken.get(file.name) == stamp:
                    continue
                heard = read_mentions(file.name, content, place, now=now)
            except FileUnreadable as error:
                refused = refused or error
                continue
            for group in cut_batches(heard):
                yield Batch(tuple(group), {"taken": dict(taken)})
            taken[file.name] = stamp
            yield Batch((), {"taken": dict(taken)})
        if refused:
            raise refused


def _list_files(place: Place) -> list[Path]:
    inbox = Path(settings.REPUTATION_INBOX).resolve()
    folder = (inbox / place.address).resolve()
    if not folder.is_relative_to(inbox):
        raise SourceInvalid(f"The folder {place.address} of the source {place.slug} is not within {inbox}.")
    if not folder.is_dir():
        raise SourceInvalid(
            f"The source {place.slug} has no folder {folder}: make it, then put files into it."
        )
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())


def _read_file(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise FileUnreadable(f"{file.name} cannot be read: {error.strerror}.") from error
