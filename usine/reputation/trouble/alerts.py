"""Alerts: opened by detectors, lengthened while they still see it, closed when it is calm; taken on by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.reputation.contracts import URGENT, AlertKind, AlertUnknown, EntityKind
from usine.reputation.models import Alert, Mention
from usine.reputation.trouble.evidence import Bounds, Evidence, gather, select_mentions

CALM = timedelta(hours=3)
"""An alert that nothing was seen of for so long is over."""
LATE = timedelta(minutes=5)
"""Of what was published so soon after a look, part was seen by it: its counts are of five minutes."""
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


def is_urgent(kind: str, subject: str) -> bool:
    """Told at any hour. What is said against a competitor waits for the morning."""
    return kind in URGENT and not subject.startswith(f"{EntityKind.COMPETITOR}:")


Drafts = Mapping[Key, Alert]


def draft_alerts(sightings: Sequence[Sighting], *, now: datetime) -> Drafts:
    """With its evidence, not stored yet, an alert for each that has none. Nine queries each: before any transaction."""
    rows = _read_open()
    return {sighting.key: _draft(sighting, now) for sighting in sightings if sighting.key not in rows}


def note_sightings(
    sightings: Sequence[Sighting], *, now: datetime, drafts: Drafts = MappingProxyType({})
) -> list[Alert]:
    """Open an alert for what has none, lengthen those that are open. Returns the new ones, which have to be told.

    In one transaction with what tells of them (`telling.plan`). What was not drafted before is drafted now.
    """
    raised: list[Alert] = []
    rows = _read_open()
    for sighting in sightings:
        row = rows.get(sighting.key)
        if row is None:
            rows[sighting.key] = row = _open(drafts.get(sighting.key) or _draft(sighting, now))
            raised.append(row)
        else:
            _lengthen(row, sighting, now)
    return raised


def _read_open() -> dict[Key, Alert]:
    return {(row.kind, row.subject, row.country, row.language): row for row in list_open()}


def list_open() -> QuerySet[Alert]:
    return Alert.objects.filter(closed_at__isnull=True)


def _draft(sighting: Sighting, now: datetime) -> Alert:
    alert = Alert(
        kind=sighting.kind,
        subject=sighting.subject,
        country=sighting.country,
        language=sighting.language,
        source_id=sighting.source,
        scale_min=sighting.scale_min,
        began_at=sighting.began_at or now,
        raised_at=now,
        last_at=now,
        seen=sighting.seen,
        expected=sighting.expected,
        score=sighting.score,
    )
    alert.evidence = gather_evidence(alert).to_json()
    return alert


def _open(alert: Alert) -> Alert:
    alert.save()
    record_fact(
        RAISED,
        by="system",
        market=alert.country,
        subject=f"alert:{alert.pk}",
        kind=alert.kind,
        entity=alert.subject,
    )
    return alert


def _lengthen(row: Alert, sighting: Sighting, now: datetime) -> None:
    """It is still seen; its figures are those of its height, its evidence stays what raised it."""
    row.last_at = now
    if sighting.score > row.score:
        row.seen, row.expected, row.score = sighting.seen, sighting.expected, sighting.score
        row.scale_min = sighting.scale_min
    row.save(update_fields=["last_at", "seen", "expected", "score", "scale_min"])


def gather_evidence(alert: Alert, *, with_words: bool = True) -> Evidence:
    """What speaks for an alert, from its beginning to the last time that it was seen, as it is known now.

    Its new words are asked for by whoever stores it: they take as many queries as all the rest.
    """
    if alert.kind in (AlertKind.SILENT_SOURCE, AlertKind.SILENT_LANGUAGE):
        return Evidence()
    return gather(AlertKind(alert.kind), alert.subject, **_find_bounds(alert), with_words=with_words)


def select_counted(alert: Alert) -> QuerySet[Mention]:
    """The mentions that an alert counts now: none for a silence."""
    if alert.kind in (AlertKind.SILENT_SOURCE, AlertKind.SILENT_LANGUAGE):
        return Mention.objects.none()
    return select_mentions(AlertKind(alert.kind), alert.subject, **_find_bounds(alert))


def _find_bounds(alert: Alert) -> Bounds:
    return {
        "country": alert.country,
        "language": alert.language,
        "since": alert.began_at,
        "until": alert.last_at + LATE,
    }


def close_calm(kinds: Sequence[AlertKind], *, now: datetime, after: timedelta = CALM) -> int:
    """Close the open alerts of these kinds that were not seen for so long; returns how many."""
    return list_open().filter(kind__in=list(kinds), last_at__lt=now - after).update(closed_at=now)


def find_alerts(actor: Actor) -> QuerySet[Alert]:
    """The alerts of one's markets; those of no country are central's."""
    rows = Alert.objects.all()
    return rows if actor.role is Role.CENTRAL else rows.filter(country__in=sorted(actor.markets))


def list_alerts(actor: Actor, *, is_open: bool, limit: int = 60) -> tuple[Alert, ...]:
    """The latest first."""
    rows = find_alerts(actor).filter(closed_at__isnull=is_open).select_related("source")
    return tuple(rows.order_by("-raised_at", "-pk")[:limit])


def get_alert(actor: Actor, alert: int) -> Alert:
    """Raises AlertUnknown when there is none or it is not of one's markets."""
    found = find_alerts(actor).select_related("source").filter(pk=alert).first()
    if found is None:
        raise AlertUnknown(_("There is no such alert in your markets: look for it in the list."))
    return found


def list_facts(alert: Alert) -> tuple[Fact, ...]:
    """What was recorded of it, the latest first."""
    return tuple(Fact.objects.filter(subject=f"alert:{alert.pk}").order_by("-pk")[:20])


@transaction.atomic
def acknowledge(alert: int, *, by: Actor) -> Alert:
    """Somebody takes it on, also once it is over: told to nobody any more. Once is enough. Raises AlertUnknown."""
    row = _lock(alert, by)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = timezone.now(), by.name
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(row, "AlertAcknowledged", by)
    return row


@transaction.atomic
def close(alert: int, *, by: Actor) -> Alert:
    """The trouble is over, says who took it on; should it come back, it is another alert. Raises AlertUnknown."""
    row = _lock(alert, by)
    if row.closed_at is None:
        row.closed_at = timezone.now()
        if row.acknowledged_at is None:
            row.acknowledged_at, row.acknowledged_by = row.closed_at, by.name
        row.save(update_fields=["closed_at", "acknowledged_at", "acknowledged_by"])
        _record(row, "AlertClosed", by)
    return row


def _lock(alert: int, by: Actor) -> Alert:
    get_alert(by, alert)
    return Alert.objects.select_for_update().get(pk=alert)


def _record(row: Alert, name: str, by: Actor) -> None:
    record_fact(name, by=by.name, market=row.country, subject=f"alert:{row.pk}", kind=row.kind)
