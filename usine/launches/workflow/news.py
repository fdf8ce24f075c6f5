"""What happened to a launch since somebody looked last: texts written, moves, releases, publications, by market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.models import Fact
from usine.launches.models import MasterPage, Publication, Release, Visit
from usine.launches.sources.looks import list_changed
from usine.launches.sources.masters import get_launch
from usine.launches.writing.adapting import WRITTEN

TOLD = (
    WRITTEN,
    "SiteMoved",
    "SitePublished",
    "SiteWithdrawn",
    "EmbargoSet",
    "PublicationScheduled",
    "ScheduleCancelled",
    "GuestInvited",
    "GuestRevoked",
)
MOST = 500


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened; `block` and `scope` are of a text, `said` is a note or a step."""

    name: str
    at: datetime
    by: str
    market: str  # empty: of a language, or of the master
    scope: str = ""
    block: str = ""
    said: str = ""


def read_news(vehicle: str, actor: Actor) -> tuple[datetime | None, int, list[News]]:
    """Since when (None: never), up to which fact, and what happened in the actor's markets and to all, newest first."""
    visit = Visit.objects.filter(vehicle=vehicle, user_id=actor.user_id or 0).first()
    rows = Fact.objects.filter(subject=vehicle, name__in=TOLD, id__gt=visit.fact_id if visit else 0)
    facts = list(rows.order_by("-id")[:MOST])
    last = facts[0].pk if facts else (visit.fact_id if visit else 0)
    news = [_tell(fact) for fact in facts if not fact.market or actor.may_see(fact.market)]
    since = visit.at if visit else None
    if since:
        pages = MasterPage.objects.child_of(get_launch(vehicle)).live().filter(last_published_at__gt=since)
        published = pages.values_list("slug", "last_published_at")
        news += [News("MasterPublished", at, "", "", said=kind) for kind, at in published]
    return since, last, sorted(news, key=lambda one: one.at, reverse=True)


def _tell(fact: Fact) -> News:
    payload = fact.payload
    said = payload.get("step") or payload.get("until") or payload.get("at") or ""
    note = payload.get("note") or ""
    return News(
        fact.name,
        fact.at,
        fact.by,
        fact.market,
        scope=payload.get("scope", ""),
        block=payload.get("block", ""),
        said=": ".join(part for part in (said, note) if part),
    )


def mark_read(vehicle: str, actor: Actor, *, upto: int, now: datetime | None = None) -> None:
    """The actor has read what happened up to a fact; never less than they had read before."""
    now = now or timezone.now()
    try:
        with transaction.atomic():
            visit, is_new = Visit.objects.get_or_create(
                vehicle=vehicle, user_id=actor.user_id or 0, defaults={"fact_id": upto, "at": now}
            )
    except IntegrityError:  # the same person, twice at once
        return
    if not is_new:
        Visit.objects.filter(pk=visit.pk).update(fact_id=max(upto, visit.fact_id), at=now)


def list_differences(vehicle: str, market: str, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By the key of a release, the parts that it says otherwise than the one that was live before it. Two queries."""
    rows = Publication.objects.filter(vehicle=vehicle, market=market, release__isnull=False)
    order = list(rows.order_by("id").values_list("release__key", flat=True))
    parts = dict(Release.objects.filter(key__in=set(order)).values_list("key", "parts"))
    differences: dict[str, tuple[str, ...]] = {}
    for before, key in zip(["", *order], order, strict=False):
        if before and before != key and key in keys and parts[before] and parts[key]:
            differences[key] = list_changed(parts[before], parts[key])
    return differences
