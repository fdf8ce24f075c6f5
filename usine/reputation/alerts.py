"""Alerts as people read them: what is said against what is usual, by whom, since when; taken on and closed.

Everything is read of counts and mentions as they are now; what a detector kept as its evidence is not needed for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.reputation.contracts import AlertUnknown, Sentiment
from usine.reputation.models import Alert, Mention, Story, Volume
from usine.reputation.queries import find_leading
from usine.reputation.trouble import telling

SHOWN = timedelta(hours=48)
BEFORE = 14
"""Days that tell what is usual at a time of day."""
BIN = timedelta(minutes=30)
STORIES, SAMPLES = 6, 5
BAND = 0.1
"""The band holds all but this part of the days, at either end."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Half an hour: how many stories, how many negative, and what is usual then."""

    at: datetime
    negative: int
    other: int
    usual: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AspectCount:
    """Stories of an aspect since the trouble began, and what is usual in so long a time."""

    aspect: str
    stories: int
    usual: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """One alert in one screen. Counts are of the time since it began."""

    alert: Alert
    bins: tuple[Bin, ...]
    stories: tuple[Story, ...]
    new_stories: int
    aspects: tuple[AspectCount, ...]
    samples: tuple[Mention, ...]
    first: Mention | None
    mentions: int
    negative: int
    reach: int
    authors: int
    usual: float
    usual_negative: float | None
    trail: tuple[Fact, ...]
    told: tuple[str, ...]

    @property
    def negative_share(self) -> float:
        return self.negative / self.mentions if self.mentions else 0.0


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


def read_trouble(actor: Actor, alert: int) -> Trouble:
    """An alert and what is said of its subject. Nine queries. Raises AlertUnknown."""
    row = get_alert(actor, alert)
    until = row.last_at + timedelta(minutes=5)
    counts = _read_counts(row, until)
    bins = _bin_counts(counts, until)
    said = _find_said(row, until)
    sums = said.aggregate(
        mentions=Count("pk"),
        negative=Count("pk", filter=Q(sentiment=Sentiment.NEGATIVE)),
        reached=Sum("reach"),
        authors=Count("author_key", distinct=True, filter=~Q(author_key="")),
        since=Min("published_at"),
    )
    leading = find_leading(said).select_related("source", "story").defer("signature")
    usual, usual_negative = _read_usual(counts, row.began_at, until)
    stories = _list_stories(said)
    return Trouble(
        alert=row,
        bins=bins,
        stories=stories,
        new_stories=sum(story.first_at >= row.began_at for story in stories),
        aspects=_count_aspects(row, until),
        samples=tuple(leading.order_by("-reach", "pk")[:SAMPLES]),
        first=leading.order_by("published_at", "pk").first(),
        mentions=sums["mentions"],
        negative=sums["negative"],
        reach=sums["reached"] or 0,
        authors=sums["authors"],
        usual=usual,
        usual_negative=usual_negative,
        trail=tuple(Fact.objects.filter(subject=f"alert:{row.pk}").order_by("-pk")[:20]),
        told=list_told(row),
    )


def list_told(alert: Alert) -> tuple[str, ...]:
    """Who was told by which way, in words; what waits or failed says why."""
    return tuple(f"{row.to} ({row.reason or row.channel})" for row in telling.list_told(alert.pk))


@transaction.atomic
def acknowledge(alert: int, *, by: Actor) -> Alert:
    """Somebody takes it on: told to nobody any more. Once is enough. Raises AlertUnknown."""
    row = _lock(alert, by)
    if row.acknowledged_at is None and row.closed_at is None:
        row.acknowledged_at, row.acknowledged_by = timezone.now(), by.name
        row.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(row, "AlertAcknowledged", by)
    return row


@transaction.atomic
def close(alert: int, *, by: Actor) -> Alert:
    """The trouble is over; should it come back, it is another alert. Raises AlertUnknown."""
    row = _lock(alert, by)
    if row.closed_at is None:
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        _record(row, "AlertClosed", by)
    return row


def _lock(alert: int, by: Actor) -> Alert:
    get_alert(by, alert)
    return Alert.objects.select_for_update().get(pk=alert)


def _record(row: Alert, name: str, by: Actor) -> None:
    record_fact(name, by=by.name, market=row.country, subject=f"alert:{row.pk}", kind=row.kind)


def _narrow(row: Alert, names: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if value}


def _find_said(row: Alert, until: datetime) -> QuerySet[Mention]:
    """What the alert is about, from its beginning."""
    found = Mention.objects.filter(published_at__gte=row.began_at, published_at__lt=until)
    if row.source_id:
        found = found.filter(source=row.source_id)
    elif row.subject:
        found = found.filter(entities__entity=row.subject)
    return found.filter(**_narrow(row, {"country": row.country, "language": row.language}))


Counts = dict[datetime, tuple[int, int]]
"""Stories by the beginning of their five minutes: all, negative."""


def _read_counts(row: Alert, until: datetime) -> Counts:
    start = until - SHOWN - timedelta(days=BEFORE)
    rows = Volume.objects.filter(entity=_entity(row), aspect="", at__gte=start, at__lt=until)
    rows = rows.filter(**_narrow(row, {"country": row.country, "language": row.language}))
    found: dict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for at, sentiment, mentions in rows.values_list("at", "sentiment").annotate(Sum("mentions")):
        found[at][0] += mentions
        found[at][1] += mentions if sentiment == Sentiment.NEGATIVE else 0
    return {at: (every, negative) for at, (every, negative) in found.items()}


def _entity(row: Alert) -> str:
    return "" if row.source_id or ":" not in row.subject else row.subject


def _sum_between(counts: Counts, start: datetime, end: datetime) -> tuple[int, int]:
    inside = [pair for at, pair in counts.items() if start <= at < end]
    return sum(every for every, _bad in inside), sum(bad for _every, bad in inside)


def _bin_counts(counts: Counts, until: datetime) -> tuple[Bin, ...]:
    """Half hours of the last two days, and of the same half hour of the days before what is usual."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    size = int(BIN.total_seconds())
    for at, (every, bad) in counts.items():
        number = int(at.timestamp()) // size
        sums[number][0] += every
        sums[number][1] += bad
    last, per_day = int(until.timestamp() - 1) // size, 86_400 // size
    made = []
    for number in range(last - int(SHOWN / BIN) + 1, last + 1):
        before = sorted(
            sums[other][0] if other in sums else 0
            for day in range(1, BEFORE + 1)
            for other in range(number - day * per_day - 1, number - day * per_day + 2)
        )
        every, bad = sums.get(number, (0, 0))
        at = datetime.fromtimestamp(number * size, UTC)
        usual = sum(before) / len(before)
        low, high = before[int(BAND * len(before))], before[int((1 - BAND) * len(before))]
        made.append(Bin(at, bad, every - bad, usual, low, high))
    return tuple(made)


def _read_usual(counts: Counts, start: datetime, end: datetime) -> tuple[float, float | None]:
    """Mentions in the same hours of the days before (the median), and their negative share."""
    days = [
        _sum_between(counts, start - timedelta(days=day), end - timedelta(days=day))
        for day in range(1, BEFORE + 1)
    ]
    every, bad = sum(pair[0] for pair in days), sum(pair[1] for pair in days)
    return float(median(pair[0] for pair in days)), bad / every if every else None


def _count_aspects(row: Alert, until: datetime) -> tuple[AspectCount, ...]:
    """The aspects of the alert's subject since it began; usual is the mean of as long a time in the days before."""
    length = max(until - row.began_at, BIN)
    start = row.began_at - timedelta(days=BEFORE)
    rows = Volume.objects.filter(entity=_entity(row), at__gte=start, at__lt=until).exclude(aspect="")
    rows = rows.filter(**_narrow(row, {"country": row.country, "language": row.language}))
    is_new = Q(at__gte=row.began_at)
    sums = rows.values("aspect").annotate(
        now=Sum("mentions", filter=is_new, default=0), then=Sum("mentions", filter=~is_new, default=0)
    )
    spans = timedelta(days=BEFORE) / length
    found = [AspectCount(one["aspect"], one["now"], one["then"] / spans) for one in sums if one["now"]]
    return tuple(sorted(found, key=lambda count: (-count.stories, -count.usual)))


def _list_stories(said: QuerySet[Mention]) -> tuple[Story, ...]:
    keys = said.values("story").annotate(reached=Sum("reach"), last=Max("published_at")).order_by("-reached")
    chosen = [key for key in keys.values_list("story", flat=True)[:STORIES] if key]
    found = Story.objects.in_bulk(chosen)
    heads = Mention.objects.filter(pk__in=[story.head_id for story in found.values()])
    by_key = {mention.pk: mention for mention in heads.defer("signature").select_related("source")}
    stories: Sequence[Story] = [found[key] for key in chosen if key in found]
    for story in stories:
        story.head = by_key.get(story.head_id or 0)
    return tuple(stories)
