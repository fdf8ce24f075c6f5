"""Alerts: opened by detectors, lengthened while they still see it, closed when it is calm; taken on by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db.models import QuerySet

from usine.accounts.contracts import Actor, Role
from usine.commons.facts import record_fact
from usine.reputation.contracts import URGENT, AlertKind, AlertUnknown, EntityKind
from usine.reputation.models import Alert, Mention, Story
from usine.reputation.trouble.evidence import Evidence, gather

CALM = timedelta(hours=3)
"""An alert that nothing was seen of for so long is over."""
RAISED = "AlertRaised"
Key = tuple[str, str, str, str]
"""Kind, subject, country and language: one alert is open for each."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a detector sees now. `began_at` is the beginning of the time that it looks at."""

    kind: AlertKind
    subject: str
    country: str = ""
    language: str = ""
    source: int | None = None
    scale_min: int = 0
    began_at: datetime | None = None
    seen: float = 0
    expected: float = 0
    score: float = 0

    @property
    def key(self) -> Key:
        """One alert is open for each."""
        return (self.kind.value, self.subject, self.country, self.language)


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert with what its evidence is about, for a screen or a letter."""

    alert: Alert
    is_urgent: bool
    evidence: Evidence
    stories: tuple[tuple[Story, int], ...]  # with their heads and how many mentions the alert counts of it
    samples: tuple[Mention, ...]
    first: Mention | None


def is_urgent(kind: str, subject: str) -> bool:
    """Told at any hour. What is said against a competitor waits for the morning."""
    return kind in URGENT and not subject.startswith(f"{EntityKind.COMPETITOR}:")


Gathered = Mapping[Key, Evidence]


def gather_evidence(sightings: Sequence[Sighting], *, now: datetime) -> Gathered:
    """Of what is seen for the first time, or stronger than before. Nine queries each, so not within a transaction."""
    rows = _read_open()
    return {
        sighting.key: _gather(sighting, row.began_at if row else sighting.began_at or now, now)
        for sighting in sightings
        if (row := rows.get(sighting.key)) is None or sighting.score > row.score
    }


def note_sightings(
    sightings: Sequence[Sighting], *, now: datetime, gathered: Gathered = MappingProxyType({})
) -> list[Alert]:
    """Open an alert for what has none, lengthen those that are open. Returns the new ones, which have to be told.

    In one transaction with what tells of them (`telling.plan`). What was not `gathered` before is gathered now.
    """
    raised: list[Alert] = []
    rows = _read_open()
    for sighting in sightings:
        row = rows.get(sighting.key)
        if row is None:
            rows[sighting.key] = row = _open(sighting, now, gathered)
            raised.append(row)
        else:
            _lengthen(row, sighting, now, gathered)
    return raised


def _read_open() -> dict[Key, Alert]:
    return {(row.kind, row.subject, row.country, row.language): row for row in list_open()}


def list_open() -> QuerySet[Alert]:
    return Alert.objects.filter(closed_at__isnull=True)


def _open(sighting: Sighting, now: datetime, gathered: Gathered) -> Alert:
    began = sighting.began_at or now
    alert = Alert.objects.create(
        kind=sighting.kind,
        subject=sighting.subject,
        country=sighting.country,
        language=sighting.language,
        source_id=sighting.source,
        scale_min=sighting.scale_min,
        began_at=began,
        raised_at=now,
        last_at=now,
        seen=sighting.seen,
        expected=sighting.expected,
        score=sighting.score,
        evidence=(gathered.get(sighting.key) or _gather(sighting, began, now)).to_json(),
    )
    record_fact(
        RAISED,
        by="system",
        market=sighting.country,
        subject=f"alert:{alert.pk}",
        kind=sighting.kind,
        entity=sighting.subject,
    )
    return alert


def _lengthen(row: Alert, sighting: Sighting, now: datetime, gathered: Gathered) -> None:
    """It is still seen; figures and evidence are those of its height."""
    row.last_at = now
    if sighting.score > row.score:
        row.seen, row.expected, row.score = sighting.seen, sighting.expected, sighting.score
        row.scale_min = sighting.scale_min
        evidence = gathered.get(sighting.key) or _gather(sighting, row.began_at, now)
        row.evidence = evidence.to_json()
    row.save(update_fields=["last_at", "seen", "expected", "score", "scale_min", "evidence"])


def _gather(sighting: Sighting, since: datetime, now: datetime) -> Evidence:
    if sighting.kind in (AlertKind.SILENT_SOURCE, AlertKind.SILENT_LANGUAGE):
        return Evidence()
    return gather(
        sighting.kind,
        sighting.subject,
        country=sighting.country,
        language=sighting.language,
        since=since,
        until=now + timedelta(minutes=5),
    )


def close_calm(kinds: Sequence[AlertKind], *, now: datetime, after: timedelta = CALM) -> int:
    """Close the open alerts of these kinds that were not seen for so long; returns how many."""
    return list_open().filter(kind__in=list(kinds), last_at__lt=now - after).update(closed_at=now)


def _select_seen(actor: Actor) -> QuerySet[Alert]:
    rows = Alert.objects.all()
    return rows if actor.role is Role.CENTRAL else rows.filter(country__in=sorted(actor.markets))


def show_alert(actor: Actor, alert_id: int) -> Shown:
    """An alert with its stories and samples, of which only what the actor may see. Four queries.

    Raises AlertUnknown, also for an alert of a market that is not the actor's.
    """
    alert = _select_seen(actor).select_related("source").filter(pk=alert_id).first()
    if alert is None:
        raise AlertUnknown(f"There is no alert {alert_id} in your markets.")
    evidence = Evidence.from_json(alert.evidence)
    stories = Story.objects.select_related("head__source").in_bulk([line.story for line in evidence.stories])
    wanted = [*evidence.samples, *([evidence.first] if evidence.first else [])]
    rows = Mention.objects.select_related("source").defer("signature").in_bulk(wanted)
    seen = {key: row for key, row in rows.items() if _may_see(actor, row)}
    return Shown(
        alert=alert,
        is_urgent=is_urgent(alert.kind, alert.subject),
        evidence=evidence,
        stories=tuple(
            (story, line.mentions)
            for line in evidence.stories
            if (story := stories.get(line.story)) and story.head and _may_see(actor, story.head)
        ),
        samples=tuple(seen[key] for key in evidence.samples if key in seen),
        first=seen.get(evidence.first or 0),
    )


def _may_see(actor: Actor, mention: Mention) -> bool:
    return actor.role is Role.CENTRAL or (bool(mention.country) and actor.may_see(mention.country))
