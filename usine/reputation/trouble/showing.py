"""An alert with its evidence as it was stored when it was raised, and as it is now: for screens and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from usine.accounts.contracts import Actor, Role
from usine.reputation.models import Alert, Mention, Story
from usine.reputation.queries import HEARD_FIRST
from usine.reputation.trouble.alerts import gather_evidence, get_alert, is_urgent, select_counted
from usine.reputation.trouble.evidence import TOP, Evidence


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story with how many of the alert's mentions tell it; `then` is None where it was told too little to be kept."""

    story: Story
    first: Mention  # that was heard of it, of those that one may see
    since: datetime  # when the earliest of those was published
    then: int | None
    now: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert and what is known of it: `then` as stored when raised, `now` gathered as that was, but for its words."""

    alert: Alert
    is_urgent: bool
    then: Evidence
    now: Evidence
    stories: tuple[ShownStory, ...]
    samples: tuple[Mention, ...]  # of those that raised it
    later: tuple[Mention, ...]  # of those that came since
    first: Mention | None

    @property
    def has_grown(self) -> bool:
        return self.now.mentions > self.then.mentions


def show_alert(actor: Actor, alert_id: int) -> Shown:
    """An alert with its stories and samples, of which only what the actor may see. Some twenty queries.

    Samples that are no longer counted, as people set their labels right, are left out.

    Raises AlertUnknown, also for an alert of a market that is not the actor's.
    """
    alert = get_alert(actor, alert_id)
    then, now = Evidence.from_json(alert.evidence), gather_evidence(alert, with_words=False)
    firsts = [each.first for each in (then, now) if each.first]
    seen = _read_mentions(actor, [*firsts, *then.samples, *now.samples])
    counted = set(select_counted(alert).filter(pk__in=then.samples).values_list("pk", flat=True))
    return Shown(
        alert=alert,
        is_urgent=is_urgent(alert.kind, alert.subject),
        then=then,
        now=now,
        stories=_show_stories(actor, alert, then, now),
        samples=tuple(seen[key] for key in then.samples if key in seen and key in counted),
        later=tuple(seen[key] for key in now.samples if key in seen and key not in then.samples),
        first=next((seen[key] for key in firsts if key in seen), None),
    )


def _read_mentions(actor: Actor, keys: Iterable[int]) -> dict[int, Mention]:
    rows = (
        Mention.objects.select_related("source", "story", "assigned_to").defer("signature").in_bulk(set(keys))
    )
    return {key: row for key, row in rows.items() if _may_see(actor, row)}


def _show_stories(actor: Actor, alert: Alert, then: Evidence, now: Evidence) -> tuple[ShownStory, ...]:
    """The top stories of both moments, the most told now first; each by the first heard that one may see."""
    before = {line.story: line.mentions for line in then.stories}
    keys = {*before, *(line.story for line in now.stories)}
    told = select_counted(alert).filter(story__in=keys).order_by().values_list("story")
    counts = {**dict.fromkeys(keys, 0), **dict(told.annotate(count=Count("pk")))}
    tellers = Mention.objects.filter(story=OuterRef("pk"))
    if actor.role is not Role.CENTRAL:
        tellers = tellers.filter(country__in=sorted(actor.markets))
    first = Subquery(tellers.order_by(*HEARD_FIRST).values("pk")[:1])
    since = Subquery(tellers.order_by("published_at").values("published_at")[:1])
    found = Story.objects.filter(pk__in=keys).annotate(first_seen=first, since=since)
    rows = {row.pk: row for row in found}
    firsts = _read_mentions(actor, [row.first_seen for row in rows.values() if row.first_seen])
    few = 0 if len(before) < TOP else None
    return tuple(
        ShownStory(
            rows[key], firsts[rows[key].first_seen], rows[key].since, before.get(key, few), counts[key]
        )
        for key in sorted(counts, key=lambda key: (-counts[key], key))
        if key in rows and rows[key].first_seen in firsts
    )


def _may_see(actor: Actor, mention: Mention | None) -> bool:
    if mention is None:
        return False
    return actor.role is Role.CENTRAL or (bool(mention.country) and actor.may_see(mention.country))
