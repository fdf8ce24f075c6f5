"""Verbs of the audience's room. Everything is a fact; nothing else is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from usine.commons.consent import Consent, draw_visitor
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.markets.contracts import Locale

VISITOR = "visitor"
PAGE_READ = "PageRead"


def choose(
    is_allowed: bool, *, wording: int, before: Consent | None, vehicle: str, locale: Locale, at: datetime
) -> Consent:
    """A visitor's choice, to be kept by their browser; what was allowed or taken back is recorded as its proof.

    Whoever allows it again stays the same visitor; of whoever takes it back, the number is erased from what was read.
    A refusal leaves no trace here.
    """
    known = before.visitor if before else ""
    visitor = (known or draw_visitor()) if is_allowed else ""
    about = {"by": VISITOR, "market": locale.market, "subject": vehicle, "locale": locale.path}
    with transaction.atomic():
        if is_allowed:
            record_fact("CountingAllowed", **about, visitor=visitor, wording=wording)
        elif known:
            record_fact("CountingEnded", **about, visitor=known, wording=wording)
            for fact in Fact.objects.filter(name=PAGE_READ, payload__visitor=known):
                _forget(fact)
    return Consent(wording, at.date(), visitor)


def count_visit(page: str, *, visitor: str, vehicle: str, locale: Locale) -> None:
    """Record that somebody who allows it reads a page."""
    with transaction.atomic():
        record_fact(
            PAGE_READ,
            by=VISITOR,
            market=locale.market,
            subject=vehicle,
            locale=locale.path,
            page=page,
            visitor=visitor,
        )


def forget_visitors(*, before: datetime) -> int:
    """Erase visitors' numbers from what was read before a moment; how often pages were read stays. Returns how many."""
    count = 0
    with transaction.atomic():
        old = Fact.objects.filter(name=PAGE_READ, at__lt=before, payload__has_key="visitor")
        for fact in old.iterator():
            _forget(fact)
            count += 1
    return count


def _forget(fact: Fact) -> None:
    kept = {key: value for key, value in fact.payload.items() if key != "visitor"}
    Fact.objects.filter(pk=fact.pk).update(payload=kept)
