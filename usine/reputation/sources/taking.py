"""Between the rows of sources and the connectors, and who takes what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from usine.reputation.cleaning import Refused
from usine.reputation.contracts import Heard
from usine.reputation.models import Source
from usine.reputation.sources.connectors import Place


class Taken(Protocol):
    """What came of mentions that were handed over."""

    @property
    def refused(self) -> tuple[Refused, ...]: ...

    @property
    def aside(self) -> int: ...


class TakeIn(Protocol):
    """Stores mentions as heard at `now`. The same `external_id` of a source twice is the same mention."""

    def __call__(self, heard: Sequence[Heard], *, by: str, now: datetime | None = None) -> Taken: ...


def find_intake() -> TakeIn:
    """The room's intake, which sets aside what it fails on."""
    from usine.reputation.halving import (
        take_in_sound,
    )  # it understands by models, which take a second to load

    intake: TakeIn = take_in_sound
    return intake


def read_place(source: Source) -> Place:
    """A source as its connector sees it."""
    return Place(
        source.slug,
        source.address,
        source.options,
        source.language,
        source.country,
        source.reach,
        source.keep_days,
    )
