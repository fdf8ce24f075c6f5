"""An alert with its evidence as it was stored when it was raised, and as it is now: for screens and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from usine.accounts.contracts import Actor, Role
from usine.reputation.models import Alert, Mention, Story
from usine.reputation.trouble.alerts import gather_evidence, get_alert, is_urgent
from usine.reputation.trouble.evidence import TOP, Evidence


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story with how many of the alert's mentions tell it; `then` is None where it was told too little to be kept."""

    story: Story  # with its head
    then: int | None
    now: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert and what is known of it. `then` was stored when it was raised, `now` is gathered as that was."""

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
    """An alert with its stories and samples, of which only what the actor may see. Twelve queries.

    Raises AlertUnknown, also for an alert of a market that is not the actor's.
    """
    alert = get_alert(actor, alert_id)
    then, now = Evidence.from_json(alert.evidence), gather_evidence(alert)
    firsts = [each.first for each in (then, now) if each.first]
    seen = _read_mentions(actor, [*firsts, *then.samples, *now.samples])
    return Shown(
        alert=alert,
        is_urgent=is_urgent(alert.kind, alert.subject),
        then=then,
        now=now,
        stories=_show_stories(actor, then, now),
        samples=tuple(seen[key] for key in then.samples if key in seen),
        later=tuple(seen[key] for key in now.samples if key in seen and key not in then.samples),
        first=next((seen[key] for key in firsts if key in seen), None),
    )


def _read_mentions(actor: Actor, keys: Iterable[int]) -> dict[int, Mention]:
    rows = (
        Mention.objects.select_related("source", "story", "assigned_to").defer("signature").in_bulk(set(keys))
    )
    return {key: row for key, row in rows.items() if _may_see(actor, row)}


def _show_stories(actor: Actor, then: Evidence, now: Evidence) -> tuple[ShownStory, ...]:
    """The top stories of both moments, the most told now first."""
    before = {line.story: line.mentions for line in then.stories}
    counts = {**before, **{line.story: line.mentions for line in now.stories}}
    rows = Story.objects.select_related("head__source").defer("head__signature").in_bulk(counts)
    few = 0 if len(before) < TOP else None
    return tuple(
        ShownStory(rows[key], before.get(key, few), counts[key])
        for key in sorted(counts, key=lambda key: (-counts[key], key))
        if key in rows and rows[key].head and _may_see(actor, rows[key].head)
    )


def _may_see(actor: Actor, mention: Mention | None) -> bool:
    if mention is None:
        return False
    return actor.role is Role.CENTRAL or (bool(mention.country) and actor.may_see(mention.country))
