"""What was set aside, tried again or discarded by people who may manage its source."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.reputation.aside import is_of_what_was_heard, write_reason
from usine.reputation.contracts import AsideUnknown
from usine.reputation.models import SetAside, Source
from usine.reputation.switching import lock_source
from usine.reputation.written import read_heard

TRIED, DISCARDED = "MentionTriedAgain", "MentionDiscarded"
AT_ONCE = 100
"""So many are tried at one click."""
log = logging.getLogger(__name__)


def try_again(slug: str, *, only: int | None = None, by: Actor) -> tuple[int, int]:
    """Take in what is set aside of a source, or one of it. Returns how many are taken and how many fail as before.

    What is taken goes once it is stored: after a kill in between it is known at the next try. Raises SourceInvalid,
    Forbidden, AsideUnknown, and what is no mention's fault.
    """
    with transaction.atomic():
        source = lock_source(slug, by)
    rows = source.set_aside.order_by("pk")
    found = list(rows[:AT_ONCE] if only is None else rows.filter(pk=only))
    if only is not None and not found:
        raise _refuse()
    taken = sum(_try(source, row, by) for row in found)
    return taken, len(found) - taken


@transaction.atomic
def discard(slug: str, only: int, *, by: Actor) -> None:
    """Forget one thing that is set aside: it will not be a mention. Raises SourceInvalid, Forbidden, AsideUnknown."""
    source = lock_source(slug, by)
    if not source.set_aside.filter(pk=only).delete()[0]:
        raise _refuse()
    record_fact(DISCARDED, by=by.name, market=source.country, subject=f"source:{slug}", aside=only)


def _try(source: Source, row: SetAside, by: Actor) -> bool:
    reason = _find_reason(row, by)
    with transaction.atomic():
        own = SetAside.objects.select_for_update().filter(pk=row.pk).first()
        if own and reason:
            own.reason, own.tries, own.tried_at = reason[:500], own.tries + 1, timezone.now()
            own.save(update_fields=["reason", "tries", "tried_at"])
        elif own:
            own.delete()
        record_fact(
            TRIED,
            by=by.name,
            market=source.country,
            subject=f"source:{source.slug}",
            aside=row.pk,
            is_taken=not reason,
        )
    return not reason


def _find_reason(row: SetAside, by: Actor) -> str:
    """Why it still is no mention; empty once it is one, or its author has asked to be forgotten."""
    from usine.reputation.intake import take_in  # with all models: for whoever tries, not for every screen

    try:
        taken = take_in([read_heard(row.heard)], by=by.name)
    except Exception as error:
        if not is_of_what_was_heard(error):
            raise
        log.warning("What is set aside as %s still cannot be taken in.", row.pk, exc_info=error)
        return write_reason(error)
    return taken.refused[0].reason if taken.refused else ""


def _refuse() -> AsideUnknown:
    return AsideUnknown(_("It is set aside no more: somebody has tried it again or discarded it."))
