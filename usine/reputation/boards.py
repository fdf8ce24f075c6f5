"""What the boards and the weekly report say: figures of one entity in the markets that one sees, in a period.

Every function is at most three queries, whatever the data. Figures count stories (a copied text once) unless they say
reach, which counts all copies. `Volume` holds the counts; what it does not hold (sources, authors, answers) is read
of mentions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from usine.accounts.contracts import Actor, Role
from usine.reputation.clocks import find_zone
from usine.reputation.contracts import Aspect, EntityKind, Sentiment
from usine.reputation.days import ClockDay
from usine.reputation.models import Mention, Volume
from usine.reputation.queries import find_seen, list_values

PERIODS = (7, 14, 28, 90)
"""Days that a board may look back."""
LOUDEST = 5
"""How many authors are told apart from the rest."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom, where and when: `market` empty is all that the actor sees. Days are those of the market's clock.

    `until` cuts a period that still runs; the one before it is cut at the same moment, so that like meets like.
    """

    actor: Actor
    entity: str
    market: str
    first: date
    days: int
    until: datetime | None = None

    @property
    def zone(self) -> tzinfo:
        return find_zone(self.market)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment that no longer counts."""
        after = self.first + timedelta(days=self.days)
        whole = datetime.combine(after, time(), self.zone).astimezone(UTC)
        return min(whole, self.until) if self.until else whole

    @property
    def before(self) -> Scope:
        """As many days just before, cut as this one is."""
        shift = timedelta(days=self.days)
        return replace(self, first=self.first - shift, until=self.until - shift if self.until else None)

    def list_days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


@dataclass(slots=True)
class Tone:
    """Stories by sentiment, all mentions with copies, and whom they reached."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0
    mentions: int = 0
    reach: int = 0
    negative_mentions: int = 0  # of `mentions`

    def add(self, sentiment: str, stories: int, mentions: int = 0, reach: int = 0) -> None:
        setattr(self, sentiment, getattr(self, sentiment) + stories)
        self.negative_mentions += mentions if sentiment == Sentiment.NEGATIVE else 0
        self.mentions += mentions
        self.reach += reach

    @property
    def stories(self) -> int:
        return self.negative + self.neutral + self.positive

    @property
    def negative_share(self) -> float:
        """0 to 1; 0 of nothing."""
        return self.negative / self.stories if self.stories else 0.0

    @property
    def net(self) -> float:
        """(positive − negative) / all, −1 to 1; 0 of nothing."""
        return (self.positive - self.negative) / self.stories if self.stories else 0.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What was owed an answer whose time ended in the period, and what came of it."""

    owed: int = 0
    in_time: int = 0
    late: int = 0  # answered, but after the time
    missing: int = 0  # not answered though the time has passed
    waiting: int = 0  # the time has not passed yet
    hours: float | None = None  # the median from heard to handled

    @property
    def judged(self) -> int:
        """Answered, or due by now."""
        return self.owed - self.waiting

    @property
    def share(self) -> float | None:
        """In time, of what is judged; None of nothing."""
        return self.in_time / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Authors:
    """How many spoke, and which part of the reach the loudest `LOUDEST` had (0 to 1)."""

    count: int = 0
    loudest_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Stories by days since a day zero, from `start` on (negative: before)."""

    entity: str
    zero: date
    counts: Mapping[int, int] = field(default_factory=dict)


def find_volumes(scope: Scope) -> QuerySet[Volume]:
    """The counts of the markets in question, of all entities and times."""
    rows = Volume.objects.all()
    if scope.market:
        return rows.filter(country=scope.market) if scope.actor.may_see(scope.market) else rows.none()
    return rows if scope.actor.role is Role.CENTRAL else rows.filter(country__in=sorted(scope.actor.markets))


def _within(scope: Scope, rows: QuerySet[Volume]) -> QuerySet[Volume]:
    return rows.filter(at__gte=scope.start, at__lt=scope.end)


def _sum(rows: QuerySet[Volume], *keys: str) -> Iterable[Mapping[str, Any]]:
    sums: Iterable[Mapping[str, Any]] = rows.values(*keys).annotate(
        stories_sum=Sum("stories"), mentions_sum=Sum("mentions"), reach_sum=Sum("reach")
    )
    return sums


def _gather(rows: Iterable[Mapping[str, Any]], key: str) -> dict[Any, Tone]:
    found: dict[Any, Tone] = defaultdict(Tone)
    for row in rows:
        sums = row["stories_sum"], row["mentions_sum"], row["reach_sum"]
        found[row[key]].add(row["sentiment"], *sums)
    return dict(found)


def count_days(scope: Scope) -> dict[date, Tone]:
    """Each day of the period and of as many days before it, days of silence included."""
    spans = (Q(at__gte=when.start, at__lt=when.end) for when in (scope.before, scope))
    rows = find_volumes(scope).filter(next(spans) | next(spans), entity=scope.entity, aspect="")
    rows = rows.annotate(day=ClockDay("at", scope.zone, start=scope.before.start, end=scope.end))
    found = _gather(_sum(rows, "day", "sentiment"), "day")
    return {day: found.get(day, Tone()) for day in (*scope.before.list_days(), *scope.list_days())}


def total(tones: Iterable[Tone]) -> Tone:
    """All of them together."""
    made = Tone()
    for tone in tones:
        for sentiment in Sentiment:
            made.add(sentiment, getattr(tone, sentiment))
        made.mentions += tone.mentions
        made.negative_mentions += tone.negative_mentions
        made.reach += tone.reach
    return made


def count_voices(scope: Scope) -> dict[str, tuple[Tone, Tone]]:
    """The entity and every competitor, in the period and before it; the loudest first."""
    rivals = [name for name in list_values(Volume, "entity") if name.startswith(f"{EntityKind.COMPETITOR}:")]
    rows = find_volumes(scope).filter(entity__in={scope.entity, *rivals}, aspect="")
    now, before = (
        _gather(_sum(_within(when, rows), "entity", "sentiment"), "entity") for when in (scope, scope.before)
    )
    names = sorted({*now, *before}, key=lambda name: (-now.get(name, Tone()).stories, name))
    return {name: (now.get(name, Tone()), before.get(name, Tone())) for name in names}


def count_aspects(scope: Scope) -> dict[str, Tone]:
    """Every aspect, spoken of or not, in the order of their number."""
    rows = _within(scope, find_volumes(scope)).filter(entity=scope.entity).exclude(aspect="")
    found = _gather(_sum(rows, "aspect", "sentiment"), "aspect")
    every = {str(aspect): found.get(aspect, Tone()) for aspect in Aspect}
    return dict(sorted(every.items(), key=lambda pair: -pair[1].stories))


def count_countries(scope: Scope) -> dict[str, Tone]:
    """Every country that one sees and that spoke, whatever market is chosen; the loudest first."""
    wide = Scope(scope.actor, scope.entity, "", scope.first, scope.days)
    rows = _within(wide, find_volumes(wide)).filter(entity=scope.entity, aspect="")
    found = _gather(_sum(rows, "country", "sentiment"), "country")
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].stories, pair[0])))


def count_languages(scope: Scope) -> dict[str, Tone]:
    """Every language that was spoken, the unknown one as an empty code; the loudest first."""
    rows = _within(scope, find_volumes(scope)).filter(entity=scope.entity, aspect="")
    found = _gather(_sum(rows, "language", "sentiment"), "language")
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].stories, pair[0])))


def find_mentions(scope: Scope) -> QuerySet[Mention]:
    """The mentions that the figures count, copies included."""
    rows = find_seen(scope.actor).filter(
        entities__entity=scope.entity, published_at__gte=scope.start, published_at__lt=scope.end
    )
    return rows.filter(country=scope.market) if scope.market else rows


def count_sources(scope: Scope) -> dict[str, Tone]:
    """Every source that spoke, by name; the loudest first."""
    rows = find_mentions(scope).values("source__name", "entities__sentiment")
    found: dict[str, Tone] = defaultdict(Tone)
    sums = rows.annotate(
        stories=Count("pk", filter=Q(is_copy=False)), mentions=Count("pk"), reach_sum=Sum("reach")
    )
    for row in sums:
        counted = row["stories"], row["mentions"], row["reach_sum"]
        found[row["source__name"]].add(row["entities__sentiment"], *counted)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].mentions, pair[0])))


def count_authors(scope: Scope) -> Authors:
    """Who spoke under a name; nobody is told apart."""
    rows = find_mentions(scope).exclude(author_key="")
    reached = list(rows.values("author_key").annotate(reached=Sum("reach")).values_list("reached", flat=True))
    every, loudest = sum(reached), sum(sorted(reached, reverse=True)[:LOUDEST])
    return Authors(len(reached), loudest / every if every else 0.0)


def count_answers(scope: Scope, *, now: datetime) -> Answers:
    """Answers to what is said of the entity whose time ends within the period, however much of it ran. Two queries."""
    end = replace(scope, until=None).end
    rows = find_seen(scope.actor).filter(
        entities__entity=scope.entity, due_at__gte=scope.start, due_at__lt=end, is_copy=False
    )
    if scope.market:
        rows = rows.filter(country=scope.market)
    is_answered = Q(handled_at__isnull=False)
    counts = rows.aggregate(
        owed=Count("pk"),
        in_time=Count("pk", filter=is_answered & Q(handled_at__lte=F("due_at"))),
        late=Count("pk", filter=is_answered & Q(handled_at__gt=F("due_at"))),
        missing=Count("pk", filter=~is_answered & Q(due_at__lt=now)),
        waiting=Count("pk", filter=~is_answered & Q(due_at__gte=now)),
    )
    took = [
        (handled - heard).total_seconds() / 3600
        for heard, handled in rows.filter(is_answered).values_list("heard_at", "handled_at")
        if handled
    ]
    return Answers(**counts, hours=median(took) if took else None)


def count_since(scope: Scope, zeros: Mapping[str, date], *, before: int, after: int) -> list[Curve]:
    """Several entities laid over each other by days since their day zero. One query."""
    if not zeros:
        return []
    spans = {
        entity: (
            datetime.combine(zero - timedelta(days=before), time(), scope.zone),
            datetime.combine(zero + timedelta(days=after + 1), time(), scope.zone),
        )
        for entity, zero in zeros.items()
    }
    condition = Q(pk__in=[])
    for entity, (start, end) in spans.items():
        condition |= Q(entity=entity, at__gte=start, at__lt=end)
    first, last = min(start for start, _end in spans.values()), max(end for _start, end in spans.values())
    rows = find_volumes(scope).filter(condition, aspect="")
    rows = rows.annotate(day=ClockDay("at", scope.zone, start=first, end=last))
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows.values("entity", "day").annotate(stories_sum=Sum("stories")):
        zero = zeros[row["entity"]]
        found[row["entity"]][(row["day"] - zero).days] = row["stories_sum"]
    return [Curve(entity, zero, found.get(entity, {})) for entity, zero in zeros.items()]


def find_loudest_days(scope: Scope, entities: Iterable[str], *, days: int) -> dict[str, date]:
    """The day of most stories of each entity within so many days before the period's end: its day zero by default."""
    start = scope.end - timedelta(days=days)
    rows = find_volumes(scope).filter(entity__in=list(entities), aspect="", at__gte=start, at__lt=scope.end)
    rows = rows.annotate(day=ClockDay("at", scope.zone, start=start, end=scope.end))
    best: dict[str, tuple[int, date]] = {}
    for row in rows.values("entity", "day").annotate(stories_sum=Sum("stories")):
        found = row["stories_sum"], row["day"]
        if row["entity"] not in best or (found[0], -found[1].toordinal()) > (
            best[row["entity"]][0],
            -best[row["entity"]][1].toordinal(),
        ):
            best[row["entity"]] = found
    return {entity: day for entity, (_count, day) in best.items()}
