"""What is said around an alert, by half hours, and what is usual at that time of day: of the counts as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Sum

from usine.reputation.contracts import AlertKind, Aspect, Sentiment
from usine.reputation.models import Alert, Volume
from usine.reputation.trouble.alerts import LATE
from usine.reputation.trouble.evidence import ILL_OF

SHOWN = timedelta(hours=48)
BEFORE = 14
"""Days that tell what is usual at a time of day."""
BIN = timedelta(minutes=30)
BAND = 0.1
"""The band holds all but this part of the days, at either end."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Half an hour: how many mentions, how many of them negative, and what is usual then."""

    at: datetime
    negative: int
    other: int
    usual: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Course:
    """Around an alert. `usual`: how many mentions such as the alert's own are usual in its hours (the median)."""

    bins: tuple[Bin, ...]
    usual: float
    negative_share: float  # of all mentions of its subject since it began
    usual_share: float | None
    aspects: Mapping[str, float]  # how many mentions such as its own are usual in so long a time (the mean)


def read_course(alert: Alert) -> Course:
    """Two queries, three for an alert about safety."""
    until = alert.last_at + LATE
    counts = _read_counts(alert, until)
    days = [_sum_between(counts, *_shift(alert, until, day)) for day in range(1, BEFORE + 1)]
    every, bad = sum(pair[0] for pair in days), sum(pair[1] for pair in days)
    said, ill = _sum_between(counts, alert.began_at, until)
    return Course(
        bins=_bin_counts(counts, until),
        usual=_find_usual(alert, until, days),
        negative_share=ill / said if said else 0.0,
        usual_share=bad / every if every else None,
        aspects=_read_usual_aspects(alert, until),
    )


Counts = dict[datetime, tuple[int, int]]
"""Mentions by the beginning of their five minutes: all, negative."""


def _select(alert: Alert, since: datetime, until: datetime) -> Any:
    """The counts of an alert's subject where it was seen."""
    rows = Volume.objects.filter(entity=alert.subject, at__gte=since, at__lt=until)
    where = {"country": alert.country, "language": alert.language}
    return rows.filter(**{name: value for name, value in where.items() if value})


def _read_counts(alert: Alert, until: datetime, aspect: str = "") -> Counts:
    rows = _select(alert, until - SHOWN - timedelta(days=BEFORE), until).filter(aspect=aspect)
    found: dict[datetime, list[int]] = defaultdict(lambda: [0, 0])
    for at, sentiment, mentions in rows.values_list("at", "sentiment").annotate(Sum("mentions")):
        found[at][0] += mentions
        found[at][1] += mentions if sentiment == Sentiment.NEGATIVE else 0
    return {at: (every, negative) for at, (every, negative) in found.items()}


def _shift(alert: Alert, until: datetime, day: int) -> tuple[datetime, datetime]:
    """The alert's hours so many days earlier."""
    return alert.began_at - timedelta(days=day), until - timedelta(days=day)


def _find_usual(alert: Alert, until: datetime, days: list[tuple[int, int]]) -> float:
    """Of what the alert counts: all mentions, those that are negative, or those that speak ill of safety."""
    if alert.kind == AlertKind.SAFETY:
        counts = _read_counts(alert, until, Aspect.SAFETY)
        days = [_sum_between(counts, *_shift(alert, until, day)) for day in range(1, BEFORE + 1)]
    return float(median(pair[1 if alert.kind in ILL_OF else 0] for pair in days))


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


def _read_usual_aspects(alert: Alert, until: datetime) -> dict[str, float]:
    """The mean of as long a time in the days before, of negative ones where the alert is about those."""
    since = alert.began_at - timedelta(days=BEFORE)
    rows = _select(alert, since, alert.began_at).exclude(aspect="")
    if alert.kind in ILL_OF:
        rows = rows.filter(sentiment=Sentiment.NEGATIVE)
    spans = timedelta(days=BEFORE) / max(until - alert.began_at, BIN)
    return {aspect: count / spans for aspect, count in rows.values_list("aspect").annotate(Sum("mentions"))}
