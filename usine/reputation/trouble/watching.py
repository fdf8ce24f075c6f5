"""One look at the counts: what detectors see of each entity, of safety, of sources and languages that fell silent.

An entity is looked at in each country, then in each language over the countries that raised nothing: one trouble is one
alert. Only what was spoken of within six hours is looked at, over four weeks of its counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Min, Sum

from usine.reputation.contracts import AlertKind, Aspect, Sentiment
from usine.reputation.models import Alert, MentionAspect, MentionEntity, Volume
from usine.reputation.sources.health import find_silent_languages, find_silent_sources
from usine.reputation.trouble import telling
from usine.reputation.trouble.alerts import Sighting, close_calm, draft_alerts, note_sightings
from usine.reputation.trouble.detectors import (
    HISTORY,
    LEAST_NEGATIVE,
    LEAST_VOLUME,
    Counts,
    Verdict,
    is_unusual_count,
    judge_negative,
    judge_volume,
)
from usine.reputation.volumes import ALL, BIN, floor_bin

RECENT = timedelta(hours=6)
SAFETY_WITHIN, SAFETY_SOURCES, SAFETY_SOURCES_ANYWHERE = timedelta(hours=1), 3, 4
"""Sources of one country speak of one thing sooner than as many of the whole world."""
MISREAD = 0.03
"""Of all mentions: those whose aspect and sentiment are both misread so that they speak ill of safety."""
SEEN_BY_COUNTS = (AlertKind.VOLUME, AlertKind.NEGATIVE, AlertKind.SAFETY)
SEEN_BY_CLOCK = (AlertKind.SILENT_SOURCE, AlertKind.SILENT_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: an entity in one country, or in one language of all (`country` empty)."""

    entity: str
    country: str = ""
    language: str = ""


@dataclass(slots=True)
class Streams:
    """Counts of five minutes, the last ones the present's: all stories, all mentions, negative mentions."""

    stories: Counts
    mentions: Counts
    negative: Counts = field(default_factory=lambda: np.zeros(0, np.int64))


def watch(now: datetime) -> list[Alert]:
    """Look, open, lengthen and close alerts, plan who is told. Returns the new ones. Repeatable at any moment."""
    sightings = [*find_trouble(now), *find_ill_of_safety(now), *find_silences(now)]
    drafts = draft_alerts(sightings, now=now)  # who takes mentions in meanwhile does not wait for it
    with transaction.atomic():
        raised = note_sightings(sightings, now=now, drafts=drafts)
        for alert in raised:
            telling.plan(alert, now=now)
        close_calm(SEEN_BY_COUNTS, now=now)
        close_calm(SEEN_BY_CLOCK, now=now, after=timedelta(0))
    return raised


def find_trouble(now: datetime) -> list[Sighting]:
    """What the detectors see now. Two queries, and one for each entity that was spoken of enough."""
    last = floor_bin(now)
    began = Volume.objects.aggregate(Min("at"))["at__min"]
    if began is None:
        return []
    since = max(began, last - HISTORY)
    found: list[Sighting] = []
    for entity in _list_spoken_of(last):
        found += _look_at(entity, since, last)
    return found


def _list_spoken_of(last: datetime) -> list[str]:
    rows = Volume.objects.filter(at__gt=last - RECENT, at__lte=last, aspect="").exclude(entity=ALL)
    counted = rows.values_list("entity").annotate(found=Sum("mentions")).order_by("entity")
    return [entity for entity, count in counted if count >= min(LEAST_VOLUME, LEAST_NEGATIVE)]


def _look_at(entity: str, since: datetime, last: datetime) -> Iterator[Sighting]:
    rows = list(
        Volume.objects.filter(entity=entity, aspect="", at__gte=since, at__lte=last).values_list(
            "at", "country", "language", "sentiment", "stories", "mentions"
        )
    )
    size = int((last - since) / BIN) + 1
    raised: set[str] = set()
    for country, own in _group(rows, 1).items():
        for sighting in _judge(Subject(entity, country=country), own, since, size):
            raised.add(country)
            yield sighting
    left = [row for row in rows if row[1] not in raised]
    for language, own in _group(left, 2).items():
        yield from _judge(Subject(entity, language=language), own, since, size)


def _group(rows: Iterable[tuple[Any, ...]], column: int) -> dict[str, list[tuple[Any, ...]]]:
    """By country or language; what is of none is nobody's."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        if row[column]:
            found[row[column]].append(row)
    return dict(sorted(found.items()))


def _judge(
    subject: Subject, rows: Iterable[tuple[Any, ...]], since: datetime, size: int
) -> Iterator[Sighting]:
    """Trouble that is negative is not told a second time as much being said."""
    streams = _sum(rows, since, size)
    negative = judge_negative(streams.negative, streams.mentions)
    if negative:
        yield _see(AlertKind.NEGATIVE, subject, negative, since, size)
    elif volume := judge_volume(streams.stories[:-1]):  # five minutes that are not over yet would be few
        yield _see(AlertKind.VOLUME, subject, volume, since, size)


def _sum(rows: Iterable[tuple[Any, ...]], since: datetime, size: int) -> Streams:
    streams = Streams(*(np.zeros(size, np.int64) for _ in range(3)))
    for at, _country, _language, sentiment, stories, mentions in rows:
        step = int((at - since) / BIN)
        streams.stories[step] += stories
        streams.mentions[step] += mentions
        if sentiment == Sentiment.NEGATIVE:
            streams.negative[step] += mentions
    return streams


def _see(kind: AlertKind, subject: Subject, verdict: Verdict, since: datetime, size: int) -> Sighting:
    return Sighting(
        kind=kind,
        subject=subject.entity,
        country=subject.country,
        language=subject.language,
        scale_min=verdict.scale_min,
        began_at=since + size * BIN - timedelta(minutes=verdict.scale_min),
        seen=verdict.seen,
        expected=verdict.expected,
        score=verdict.score,
    )


def find_ill_of_safety(now: datetime) -> list[Sighting]:
    """Negative mentions of safety in three sources within an hour, copies left out, more than is usual there.

    In a country where three of its sources speak; else in four of all countries together. Three queries.
    """
    since = now - SAFETY_WITHIN
    rows = MentionAspect.objects.filter(
        aspect=Aspect.SAFETY,
        sentiment=Sentiment.NEGATIVE,
        mention__published_at__gte=since,
        mention__published_at__lte=now,  # who looks back knows no more than was known then
        mention__is_copy=False,
    ).values_list("entity", "mention", "mention__country", "mention__source")
    said = list(rows)
    named = _find_named([mention for entity, mention, _country, _source in said if not entity])
    places: dict[Subject, dict[int, int]] = defaultdict(dict)  # mention -> source
    for entity, mention, country, source in said:
        for about in [entity] if entity else named.get(mention, ()):
            places[Subject(about)][mention] = source
            if country:
                places[Subject(about, country)][mention] = source
    told = {
        subject: found
        for subject, found in places.items()
        if len(set(found.values())) >= (SAFETY_SOURCES if subject.country else SAFETY_SOURCES_ANYWHERE)
    }
    usual = _read_usual_ill({subject.entity for subject in told}, now) if told else {}
    for subject, misread in _count_misread({subject.entity for subject in told}, since, now).items():
        usual[subject] = max(usual.get(subject, 0.0), misread)
    found = [
        Sighting(
            AlertKind.SAFETY,
            subject.entity,
            subject.country,
            scale_min=int(SAFETY_WITHIN.total_seconds() // 60),
            began_at=since,
            seen=len(mentions),
            expected=usual.get(subject, 0.0),
            score=float(len(mentions)),
        )
        for subject, mentions in told.items()
        if is_unusual_count(len(mentions), usual.get(subject, 0.0))
    ]
    local = {sighting.subject for sighting in found if sighting.country}
    return [each for each in found if each.country or each.subject not in local]


def _find_named(mentions: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    if mentions:
        for mention, entity in MentionEntity.objects.filter(mention__in=mentions).values_list(
            "mention", "entity"
        ):
            found[mention] += (entity,)
    return found


def _count_misread(entities: Collection[str], since: datetime, now: datetime) -> dict[Subject, float]:
    """How many of an hour's mentions a model may well take for ill of safety that are not: many in a launch's hour."""
    found: dict[Subject, float] = defaultdict(float)
    rows = Volume.objects.filter(entity__in=entities, aspect="", at__gte=floor_bin(since), at__lte=now)
    for entity, country, stories in rows.values_list("entity", "country").annotate(Sum("stories")):
        for key in {Subject(entity), Subject(entity, country)}:
            found[key] += MISREAD * stories
    return found


def _read_usual_ill(entities: Collection[str], now: datetime) -> dict[Subject, float]:
    """Negative mentions of safety in an hour of the four weeks before yesterday, by country and in all."""
    until = floor_bin(now) - timedelta(days=1)
    began = Volume.objects.aggregate(Min("at"))["at__min"] or now
    since = max(began, until - HISTORY)
    hours = (until - since).total_seconds() / 3600
    if hours < 24:
        return {}
    rows = Volume.objects.filter(
        entity__in=entities,
        aspect=Aspect.SAFETY,
        sentiment=Sentiment.NEGATIVE,
        at__gte=since,
        at__lt=until,
    )
    usual: dict[Subject, float] = defaultdict(float)
    for entity, country, stories in rows.values_list("entity", "country").annotate(Sum("stories")):
        for key in {Subject(entity), Subject(entity, country)}:
            usual[key] += stories / hours
    return usual


def find_silences(now: datetime) -> list[Sighting]:
    """Sources and languages that health holds to be silent. Two queries."""
    sources = [
        Sighting(
            AlertKind.SILENT_SOURCE,
            silent.slug,
            silent.country,
            silent.language,
            source=silent.source,
            began_at=silent.since,
            score=1,
        )
        for silent in find_silent_sources(now)
    ]
    languages = [
        Sighting(
            AlertKind.SILENT_LANGUAGE,
            "",
            language=silent.language,
            began_at=silent.since,
            expected=silent.expected,
            score=1,
        )
        for silent in find_silent_languages(now)
    ]
    return [*sources, *languages]
