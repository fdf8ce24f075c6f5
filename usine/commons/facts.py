"""The event record: what happened, along the whole line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from usine.commons.models import Fact


def record_fact(name: str, *, by: str, market: str = "", subject: str = "", **payload: Any) -> Fact:
    """Append a fact (past tense, `LaunchPublished`). Must run inside the transaction of the change it tells of."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"The fact {name} must be recorded in the transaction of its change.")
    return Fact.objects.create(
        name=name, at=timezone.now(), by=by, market=market, subject=subject, payload=payload
    )


def read_facts(*, after: int = 0, name: str | None = None, limit: int = 1000) -> Iterator[Fact]:
    """Facts with an id greater than `after`, oldest first: keep the last id as a cursor."""
    facts = Fact.objects.filter(id__gt=after).order_by("id")
    return iter((facts.filter(name=name) if name else facts)[:limit])
