"""What was set aside, tried again or discarded by people who may manage its source."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.reputation.aside import is_of_what_was_heard, write_reason
from usine.reputation.cleaning import Refused
from usine.reputation.contracts import AsideUnknown
from usine.reputation.models import SetAside, Source
from usine.reputation.switching import lock_source
from usine.reputation.written import read_heard

TRIED, DISCARDED = "MentionTriedAgain", "MentionDiscarded"
AT_ONCE = 100
"""So many are tried at one click."""
log = logging.getLogger(__name__)


class _Gone(Exception):
    """Told anew, tried or discarded by somebody else since it was looked at."""


def try_again(slug: str, *, only: int | None = None, by: Actor) -> tuple[int, int]:
    """Take in what is set aside of a source, or one of it. Returns how many are taken and how many fail as before.

    Of more than a hundred those that were tried longest ago, so that each has its turn. What is taken goes with the
    storing of its mention; what its source tells meanwhile counts, not what was kept of it. Raises SourceUnknown,
    Forbidden, AsideUnknown, and what is no mention's fault.
    """
    with transaction.atomic():
        source = lock_source(slug, by)
    rows = source.set_aside.order_by("tried_at", "pk")
    found = list(rows[:AT_ONCE] if only is None else rows.filter(pk=only))
    if only is not None and not found:
        raise _refuse()
    done = [_try(source, row, by) for row in found]
    return done.count(True), done.count(False)


def count_untried(slug: str, since: datetime) -> int:
    """What is set aside of a source and nobody has tried since: so many are left for the next click."""
    return SetAside.objects.filter(source__slug=slug, tried_at__lt=since).count()


@transaction.atomic
def discard(slug: str, only: int, *, by: Actor) -> None:
    """Forget one thing that is set aside: it will not be a mention. Raises SourceUnknown, Forbidden, AsideUnknown."""
    source = lock_source(slug, by)
    if not source.set_aside.filter(pk=only).delete()[0]:
        raise _refuse()
    record_fact(DISCARDED, by=by.name, market=source.country, subject=f"source:{slug}", aside=only)


def _try(source: Source, row: SetAside, by: Actor) -> bool | None:
    """Whether it is taken; None where it is no more what was looked at, and stays as it is now."""
    try:
        with transaction.atomic():
            _lock(row)
        reason, refused = _take(source, row, by)
        if reason:
            _keep(source, row, by, reason, refused)
    except _Gone:
        return None
    return not reason


def _take(source: Source, row: SetAside, by: Actor) -> tuple[str, Sequence[Refused]]:
    """Why it still is no mention; no reason once it is one, or its author has asked to be forgotten."""
    from usine.reputation.intake import take_in  # with all models: for whoever tries, not for every screen

    is_told = False

    def drop_with_it(told: Sequence[tuple[str, str]]) -> None:
        nonlocal is_told
        is_told = bool(told)
        if told:
            _drop(source, row, by)

    try:
        taken = take_in([read_heard(row.heard)], by=by.name, beside=drop_with_it)
    except _Gone:
        raise
    except Exception as error:
        if not is_of_what_was_heard(error):
            raise
        log.warning("What is set aside as %s still cannot be taken in.", row.pk, exc_info=error)
        return write_reason(error), ()
    if not taken.refused and not is_told:
        _drop(source, row, by)
    return "".join(each.reason for each in taken.refused), taken.refused


@transaction.atomic
def _drop(source: Source, row: SetAside, by: Actor) -> None:
    """In the transaction that stores its mention: a newer telling has come first, or waits and is newer still."""
    _lock(row).delete()
    _record(source, row, by, is_taken=True)


@transaction.atomic
def _keep(source: Source, row: SetAside, by: Actor, reason: str, refused: Sequence[Refused]) -> None:
    own = _lock(row)
    own.reason, own.tries, own.tried_at = reason[:500], own.tries + 1, timezone.now()
    own.refused = [[each.sentence, dict(each.values)] for each in refused]
    own.save(update_fields=["reason", "refused", "tries", "tried_at"])
    _record(source, row, by, is_taken=False)


def _lock(row: SetAside) -> SetAside:
    """As it is now, in the caller's transaction. Raises _Gone where something else has been heard or tried since."""
    own = SetAside.objects.select_for_update().filter(pk=row.pk).first()
    if own is None or (own.heard, own.tries) != (row.heard, row.tries):
        raise _Gone
    return own


def _record(source: Source, row: SetAside, by: Actor, *, is_taken: bool) -> None:
    record_fact(
        TRIED,
        by=by.name,
        market=source.country,
        subject=f"source:{source.slug}",
        aside=row.pk,
        is_taken=is_taken,
    )


def _refuse() -> AsideUnknown:
    return AsideUnknown(_("It is set aside no more: somebody has tried it again or discarded it."))
