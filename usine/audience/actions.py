"""Verbs of the audience's room. Everything is a fact; nothing else is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from usine.commons.consent import Consent, draw_visitor
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.commons.payloads import Said
from usine.markets.contracts import Locale

VISITOR = "visitor"
PAGE_READ = "PageRead"
ALLOWED, ENDED = "CountingAllowed", "CountingEnded"
AT_ONCE = 1000
"""Facts that are rewritten by one query."""


def choose(
    is_allowed: bool, *, wording: int, before: Consent | None, vehicle: str, locale: Locale, at: datetime
) -> Consent:
    """A visitor's choice, to be kept by their browser; what was allowed or taken back is recorded as its proof.

    Each consent has its own number; that of the one before is erased from what was read. The proof keeps a digest,
    which only the browser that has the number can match. A refusal leaves no trace here.
    """
    known = before.visitor if before else ""
    visitor = draw_visitor() if is_allowed else ""
    about = {"by": VISITOR, "market": locale.market, "subject": vehicle, "locale": locale.path}
    with transaction.atomic():
        if known:
            _erase("visitor", list(find_read(known)))
        if is_allowed:
            record_fact(ALLOWED, **about, proof=prove(visitor), wording=wording)
        elif known and find_allowed(known).exists():
            record_fact(ENDED, **about, proof=prove(known), wording=wording)
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
    """Erase visitors' numbers, and the digests of them, from what is told of before a moment.

    How often pages were read and counting was allowed stays. Returns from how many visits a number went.
    """
    with transaction.atomic():
        read = Fact.objects.alias(visitor=Said("visitor")).filter(
            name=PAGE_READ, at__lt=before, visitor__isnull=False
        )
        proven = Q(name=ALLOWED) | Q(name=ENDED)
        _erase_all("proof", Fact.objects.filter(proven, at__lt=before, payload__has_key="proof"))
        return _erase_all("visitor", read)


def prove(visitor: str) -> str:
    """A digest of a number: 32 hexadecimal digits, from which nobody finds the number, which is random."""
    return hashlib.sha256(visitor.encode()).hexdigest()[:32]


def find_read(visitor: str) -> QuerySet[Fact]:
    """What was read under a number, by the index `fact_visitor`."""
    return Fact.objects.alias(visitor=Said("visitor")).filter(name=PAGE_READ, visitor=visitor)


def find_allowed(visitor: str) -> QuerySet[Fact]:
    """The proof that a number was given with consent, by the index `fact_proof`."""
    return Fact.objects.alias(proof=Said("proof")).filter(name=ALLOWED, proof=prove(visitor))


def _erase_all(key: str, facts: QuerySet[Fact]) -> int:
    count = 0
    while found := list(facts.order_by("id")[:AT_ONCE]):
        _erase(key, found)
        count += len(found)
    return count


def _erase(key: str, facts: Sequence[Fact]) -> None:
    """Take a key out of what facts say."""
    for fact in facts:
        del fact.payload[key]
    Fact.objects.bulk_update(facts, ["payload"], batch_size=AT_ONCE)
