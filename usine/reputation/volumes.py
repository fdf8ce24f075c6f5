"""How much is said: counts of five minutes, kept with each change of a mention, read as series.

A mention is counted under each entity that it speaks of and once under the entity "" (whoever it speaks of); in each of
them once under the aspect "" and once under each of its aspects. So the rows with entity "" and aspect "" add up to
all mentions. Copies count as mentions, not as stories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from django.db import connection, models, transaction
from django.db.models import F, Sum

from usine.reputation.contracts import Sentiment
from usine.reputation.models import Mention, MentionAspect, MentionEntity, Volume

BIN = timedelta(minutes=5)
ALL = ""
"""The entity under which every mention is counted once."""
By = Literal["entity", "sentiment", "aspect", "country", "language"]
WORST_FIRST = (Sentiment.NEGATIVE, Sentiment.POSITIVE, Sentiment.NEUTRAL)


class Cell(NamedTuple):
    """What one row of `Volume` counts."""

    at: datetime
    country: str
    language: str
    entity: str
    aspect: str
    sentiment: str


@dataclass(frozen=True, slots=True)
class Count:
    stories: int = 0
    mentions: int = 0
    reach: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.stories + other.stories, self.mentions + other.mentions, self.reach + other.reach)

    def __neg__(self) -> Count:
        return Count(-self.stories, -self.mentions, -self.reach)

    def __bool__(self) -> bool:
        return bool(self.stories or self.mentions or self.reach)


Counts = dict[Cell, Count]


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of one key (an entity, a sentiment…) in each step of a series."""

    key: str
    stories: tuple[int, ...]
    mentions: tuple[int, ...]
    reach: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """`lines`, the largest first, over the steps that begin at `since`, the last one before `until`."""

    since: datetime
    until: datetime
    step: timedelta
    lines: tuple[Line, ...]

    def list_starts(self) -> tuple[datetime, ...]:
        return tuple(self.since + number * self.step for number in range(_count_steps(self)))


def floor_bin(at: datetime) -> datetime:
    """The beginning of the five minutes of a moment."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(BIN.total_seconds()), UTC)


def count_mention(
    mention: Mention, entities: Iterable[MentionEntity], aspects: Iterable[MentionAspect]
) -> Counts:
    """The cells that a mention with these labels is counted in."""
    one = Count(int(not mention.is_copy), 1, mention.reach)
    at = floor_bin(mention.published_at)
    found: Counts = {}
    for (entity, aspect), sentiment in _list_places(mention, entities, aspects).items():
        found[Cell(at, mention.country, mention.language, entity, aspect, sentiment)] = one
    return found


def _list_places(
    mention: Mention, entities: Iterable[MentionEntity], aspects: Iterable[MentionAspect]
) -> dict[tuple[str, str], str]:
    places = {(ALL, ""): str(mention.sentiment)}
    places |= {(row.entity, ""): str(row.sentiment) for row in entities}
    said: dict[str, set[str]] = defaultdict(set)
    for row in aspects:
        said[row.aspect].add(str(row.sentiment))
        if row.entity:
            places[row.entity, row.aspect] = str(row.sentiment)
    for aspect, sentiments in said.items():
        places[ALL, aspect] = next(str(s) for s in WORST_FIRST if str(s) in sentiments)
    return places


def count_mentions(ids: Collection[int]) -> Counts:
    """What mentions are counted in, by their rows of now. Three queries."""
    found: Counts = {}
    if not ids:
        return found
    entities, aspects = defaultdict(list), defaultdict(list)
    for entity in MentionEntity.objects.filter(mention__in=ids):
        entities[entity.mention_id].append(entity)
    for aspect in MentionAspect.objects.filter(mention__in=ids):
        aspects[aspect.mention_id].append(aspect)
    rows = Mention.objects.filter(pk__in=ids).only(
        "published_at", "country", "language", "sentiment", "is_copy", "reach"
    )
    for mention in rows:
        add_counts(found, count_mention(mention, entities[mention.pk], aspects[mention.pk]))
    return found


def add_counts(to: Counts, others: Counts) -> None:
    for cell, count in others.items():
        to[cell] = to.get(cell, Count()) + count


@contextmanager
def recounted(ids: Collection[int]) -> Iterator[None]:
    """Whatever is done to these mentions inside, in one transaction, the counts follow: labels set right, deletions.

    Six queries, and two for each cell that changes.
    """
    with transaction.atomic():
        change = {cell: -count for cell, count in count_mentions(ids).items()}
        yield
        add_counts(change, count_mentions(ids))
        apply_counts(change)


def apply_counts(change: Counts) -> None:
    """Add to the rows; those that count nothing any more go. In the caller's transaction; rows in one order for all."""
    changed = sorted(((cell, count) for cell, count in change.items() if count), key=lambda pair: pair[0])
    grown = [
        (*cell, count.stories, count.mentions, count.reach) for cell, count in changed if _is_gain(count)
    ]
    if grown:
        with connection.cursor() as cursor:
            cursor.executemany(_UPSERT, [_adapt(row) for row in grown])
    emptied = set()
    for cell, count in changed:
        if _is_gain(count):
            continue
        Volume.objects.filter(**cell._asdict()).update(
            stories=F("stories") + count.stories,
            mentions=F("mentions") + count.mentions,
            reach=F("reach") + count.reach,
        )
        emptied.add(cell.at)
    if emptied:
        Volume.objects.filter(at__in=emptied, mentions=0).delete()


def _is_gain(count: Count) -> bool:
    return count.stories >= 0 and count.mentions >= 0 and count.reach >= 0


_UPSERT = (
    "INSERT INTO reputation_volume (at, country, language, entity, aspect, sentiment, stories, mentions, reach) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (at, country, language, entity, aspect, sentiment) DO UPDATE SET "
    "stories = reputation_volume.stories + excluded.stories, "
    "mentions = reputation_volume.mentions + excluded.mentions, "
    "reach = reputation_volume.reach + excluded.reach"
)


def _adapt(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (connection.ops.adapt_datetimefield_value(row[0]), *row[1:])


def read_series(
    *,
    since: datetime,
    until: datetime,
    step: timedelta,
    entities: Collection[str] = (),
    countries: Collection[str] = (),
    languages: Collection[str] = (),
    by: By,
) -> Series:
    """Counts from `since` up to `until`, one line for each value of `by`, in steps that begin at `since`. One query.

    Times are aware; `since` is taken back to its five minutes, and `step` is a multiple of five minutes (ValueError).
    Without `entities` every mention counts once, whoever it speaks of (`by="entity"`: every entity); with several, a
    mention of two of them counts twice. `by="aspect"`: a mention counts under each of its aspects. Without `countries`
    or `languages`: all of them. A board of one actor passes the countries that they may see.
    """
    if step < BIN or step % BIN:
        raise ValueError(f"A step of a series is a multiple of five minutes, not {step}.")
    if until <= since:
        raise ValueError(f"A series ends after it begins, not from {since} to {until}.")
    series = Series(floor_bin(since), until, step, ())
    rows = _filter(series, entities, countries, languages, by)
    step_of = (_Seconds("at") - int(series.since.timestamp())) / int(step.total_seconds())
    sums = (
        rows.annotate(step=step_of)
        .values_list(by, "step")
        .annotate(Sum("stories"), Sum("mentions"), Sum("reach"))
    )
    return Series(series.since, until, step, _build_lines(sums.order_by(), _count_steps(series)))


def _filter(
    series: Series,
    entities: Collection[str],
    countries: Collection[str],
    languages: Collection[str],
    by: By,
) -> models.QuerySet[Volume]:
    rows = Volume.objects.filter(at__gte=series.since, at__lt=series.until)
    rows = rows.exclude(aspect="") if by == "aspect" else rows.filter(aspect="")
    if entities:
        rows = rows.filter(entity__in=entities)
    elif by == "entity":
        rows = rows.exclude(entity=ALL)
    else:
        rows = rows.filter(entity=ALL)
    if countries:
        rows = rows.filter(country__in=countries)
    return rows.filter(language__in=languages) if languages else rows


def _count_steps(series: Series) -> int:
    return -((series.since - series.until) // series.step)


def _build_lines(sums: Iterable[Sequence[Any]], steps: int) -> tuple[Line, ...]:
    found: dict[str, list[list[int]]] = defaultdict(lambda: [[0] * steps for _ in range(3)])
    for key, step, *counts in sums:
        for place, count in enumerate(counts):
            found[key][place][step] += count
    lines = [Line(key, *(tuple(values) for values in lists)) for key, lists in found.items()]
    return tuple(sorted(lines, key=lambda line: (-sum(line.mentions), line.key)))


class _Seconds(models.Func):
    """A moment in whole seconds since 1970."""

    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **extra
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"
        return self.as_sql(compiler, connection, template=template, **extra)
