"""Between the rows of sources and the connectors, and who takes what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from usine.reputation.contracts import Heard
from usine.reputation.models import Source
from usine.reputation.sources.connectors import Place


class TakeIn(Protocol):
    """Stores mentions as heard at `now`. The same `external_id` of a source twice is the same mention."""

    def __call__(self, heard: Sequence[Heard], *, by: str, now: datetime | None = None) -> Any: ...


def find_intake() -> TakeIn:
    """The room's intake."""
    from usine.reputation.intake import take_in  # it understands by models, which take a second to load

    intake: TakeIn = take_in
    return intake


def read_place(source: Source) -> Place:
    """A source as its connector sees it."""
    return Place(source.slug, source.address, source.options, source.language, source.country, source.reach)
