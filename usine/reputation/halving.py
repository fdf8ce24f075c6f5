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
from usine.reputation.cleaning import tidy_id
from usine.reputation.contracts import Heard
from usine.reputation.intake import Reads, TakenIn, take_in
from usine.reputation.stories import Stories

TOO_MANY = 20
"""Failures with nothing stored beside them: no longer this mention's fault or that one's, but ours."""
Take = Callable[..., TakenIn]
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
    error where twenty fail and nothing is stored, once all is tried. Then nothing is set aside, and whoever tries
    again finds it all.
    """
    if not heard:
        return TakenIn()
    halves = _Halves(partial(take_in, by=by, reader=reader, index=index, now=now))
    taken = halves.take(heard)
    if len(halves.failed) >= TOO_MANY and not (taken.new or taken.updated):
        raise next(reversed(halves.failed.values())).error
    kept = set_aside(halves.failed.values(), now=now or timezone.now())
    return replace(taken, aside=kept)


class _Halves:
    """Takes in a batch whole or in halves; `failed` has what failed alone, by source and identifier."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._told: Sequence[tuple[str, str]] = ()
        self.failed: dict[tuple[str, str], Failed] = {}

    def take(self, heard: Sequence[Heard]) -> TakenIn:
        """The earlier half first: of the same identifier twice, the last one counts."""
        try:
            taken = self._take(heard, beside=self._drop)
        except Exception as error:
            if not is_of_what_was_heard(error):
                raise
            if len(heard) > 1:
                middle = len(heard) // 2
                return _add(self.take(heard[:middle]), self.take(heard[middle:]))
            self._note(heard[0], error)
            return TakenIn()
        for key in self._told:
            self.failed.pop(key, None)
        return taken

    def _drop(self, told: Sequence[tuple[str, str]]) -> None:
        """With what is stored: who tries again what was set aside before finds either that or the new telling."""
        self._told = told
        drop_told_again(told)

    def _note(self, heard: Heard, error: Exception) -> None:
        is_one_of_many = len(self.failed) >= TOO_MANY  # and would say the same again
        log.warning(
            "A mention of %s cannot be taken in.", heard.source, exc_info=None if is_one_of_many else error
        )
        self.failed[heard.source, tidy_id(heard.external_id)] = fail(heard, error)


def _add(one: TakenIn, other: TakenIn) -> TakenIn:
    return TakenIn(
        new=one.new + other.new,
        updated=one.updated + other.updated,
        known=one.known + other.known,
        forgotten=one.forgotten + other.forgotten,
        refused=one.refused + other.refused,
    )
