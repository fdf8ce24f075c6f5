"""Taking in what can be taken: a mention that always fails is found by halving its batch, and holds up no other.

Each part is a batch of its own, stored whole or not. What fails alone is set aside last, when all else is stored:
after a kill at any moment the batch is heard again, what was stored is known, and what failed fails again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.utils import timezone

from usine.reputation.aside import Failed, drop_told_again, fail, is_of_what_was_heard, set_aside
from usine.reputation.contracts import Heard
from usine.reputation.intake import Reads, TakenIn, take_in
from usine.reputation.stories import Stories

TOO_MANY = 20
"""Failures with nothing stored beside them: no longer this mention's fault or that one's, but ours."""
Take = Callable[[Sequence[Heard]], TakenIn]
log = logging.getLogger(__name__)


def take_in_sound(
    heard: Sequence[Heard],
    *,
    by: str,
    reader: Reads | None = None,
    index: Stories | None = None,
    now: datetime | None = None,
) -> TakenIn:
    """As `take_in`, but what it cannot take is set aside and counted (`aside`), and the rest is stored.

    Raises what is no mention's fault: a database that is away or locked, a full disk, a missing model; and the last
    error where twenty fail and nothing is stored. Then nothing is set aside, and whoever tries again finds it all.
    """
    if not heard:
        return TakenIn()
    halves = _Halves(partial(take_in, by=by, reader=reader, index=index, now=now))
    taken = halves.take(heard)
    refused = {(each.source, each.external_id) for each in taken.refused}
    drop_told_again(each for each in heard if _key(each) not in {*halves.failed, *refused})
    kept = set_aside(halves.failed.values(), now=now or timezone.now())
    return replace(taken, aside=kept)


class _Halves:
    """Takes in a batch whole or in halves; `failed` has what failed alone, by source and identifier."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._is_any_stored = False
        self.failed: dict[tuple[str, str], Failed] = {}

    def take(self, heard: Sequence[Heard]) -> TakenIn:
        """The earlier half first: of the same identifier twice, the last one counts."""
        try:
            taken = self._take(heard)
        except Exception as error:
            if not is_of_what_was_heard(error):
                raise
            if len(heard) > 1:
                middle = len(heard) // 2
                return _add(self.take(heard[:middle]), self.take(heard[middle:]))
            self._note(heard[0], error)
            return TakenIn()
        self._is_any_stored |= bool(taken.new or taken.updated)
        for each in heard:
            self.failed.pop(_key(each), None)
        return taken

    def _note(self, heard: Heard, error: Exception) -> None:
        log.warning("A mention of %s cannot be taken in.", heard.source, exc_info=error)
        self.failed[_key(heard)] = fail(heard, error)
        if len(self.failed) >= TOO_MANY and not self._is_any_stored:
            raise error


def _key(heard: Heard) -> tuple[str, str]:
    return heard.source, heard.external_id


def _add(one: TakenIn, other: TakenIn) -> TakenIn:
    return TakenIn(
        new=one.new + other.new,
        updated=one.updated + other.updated,
        known=one.known + other.known,
        forgotten=one.forgotten + other.forgotten,
        refused=one.refused + other.refused,
    )
