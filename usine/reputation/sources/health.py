"""How it goes at each source, and what has gone silent. Times are given: nobody looks at a clock here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Max, Min, Q

from usine.reputation.cleaning import Refused
from usine.reputation.contracts import Heard
from usine.reputation.models import Mention, Source

LONGEST_WAIT_S = 6 * 3600.0
FAILING_FROM = 3  # failures in a row: one may happen to anybody
LANGUAGE_WINDOW = timedelta(days=14)
LANGUAGE_LEAST = timedelta(hours=24)  # a night, whatever its time zone
LANGUAGE_EXPECTED = 12.0
"""Mentions that should have come since the last one: fewer than one silence in 100,000 is by chance (e^-12)."""

REFUSALS_KEPT = 10
Draw = Callable[[], float]
"""A number from 0 to 1, as `random.random` gives it."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the intake refused of what a source brought at a time: `count` of `of`, the first few of them."""

    at: datetime
    of: int
    count: int
    first: tuple[Refused, ...]


class State(StrEnum):
    """How it goes at a source."""

    WELL = "well"
    FAILING = "failing"
    SILENT = "silent"
    OFF = "off"
    NEVER_ASKED = "never_asked"


@dataclass(frozen=True, slots=True)
class Health:
    """One source for the screen; `sentence` says what is the matter, for people."""

    slug: str
    name: str
    state: State
    sentence: str
    language: str
    country: str
    failures: int
    asked_at: datetime | None
    answered_at: datetime | None
    heard_at: datetime | None
    next_at: datetime | None
    aside: int  # what the intake failed on


@dataclass(frozen=True, slots=True)
class SilentSource:
    """A source that has had nothing since `since`, for longer than it usually may."""

    source: int
    slug: str
    name: str
    since: datetime
    after: timedelta
    error: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class SilentLanguage:
    """A language that used to be heard. `expected` mentions should have come since the last one."""

    language: str
    since: datetime
    expected: float


def back_off(failures: int, every_s: float, retry_after_s: float | None, draw: Draw) -> timedelta:
    """How long to leave a source alone: longer with each failure, never in step with others, as long as it asks."""
    if failures:
        wait = min(every_s * 2.0 ** min(failures - 1, 20), max(LONGEST_WAIT_S, every_s)) * (0.5 + draw() / 2)
    else:
        wait = every_s * (0.9 + draw() / 5)
    return timedelta(seconds=max(wait, retry_after_s or 0.0))


def keep_visit(
    source: Source,
    *,
    now: datetime,
    spoke_at: datetime | None,
    draw: Draw,
    error: str = "",
    retry_after_s: float | None = None,
) -> None:
    """Write down how a visit went, when the source last had something new, and when the next visit is due."""
    failures = source.failures + 1 if error else 0
    values = {
        "asked_at": now,
        "failures": failures,
        "error": error[:500],
        "next_at": now + back_off(failures, source.every_s, retry_after_s, draw),
        **({} if error else {"answered_at": now}),
        "heard_at": spoke_at,
    }
    Source.objects.filter(pk=source.pk).update(**values)
    for name, value in values.items():
        setattr(source, name, value)


def keep_delivery(source: Source, *, has_news: bool, now: datetime) -> None:
    """The same for a source that brings its mentions by itself."""
    values = {"failures": 0, "error": "", "asked_at": now, "answered_at": now}
    Source.objects.filter(pk=source.pk).update(**values, **({"heard_at": now} if has_news else {}))


def write_refusals(refused: Sequence[Refused], *, of: int, now: datetime) -> dict[str, Any]:
    """What the intake refused of a visit or a delivery as a source keeps it: how many `of` how many, the first few."""
    first = [[each.external_id[:80], each.sentence, dict(each.values)] for each in refused[:REFUSALS_KEPT]]
    return {"at": now.isoformat(), "of": of, "count": len(refused), "first": first}


def read_refusals(source: Source) -> Refusals | None:
    """Those of its latest visit that brought something; None where nothing was refused."""
    kept = source.refusals
    if not kept.get("count"):
        return None
    first = tuple(Refused(source.slug, *each) for each in kept["first"])
    return Refusals(datetime.fromisoformat(kept["at"]), kept["of"], kept["count"], first)


def keep_delivered_refusals(heard: Iterable[Heard], refused: Sequence[Refused], *, now: datetime) -> None:
    """The same of a delivery or a file, for each source that it is of: where nothing is refused, older ones go."""
    brought = Counter(each.source for each in heard)
    of = {each.source for each in refused}
    Source.objects.filter(slug__in=[*brought.keys() - of]).exclude(refusals={}).update(refusals={})
    for slug in sorted(of):
        own = [each for each in refused if each.source == slug]
        Source.objects.filter(slug=slug).update(refusals=write_refusals(own, of=brought[slug], now=now))


def list_health(now: datetime) -> list[Health]:
    """Every source, what needs somebody first. One query."""
    order = [State.FAILING, State.SILENT, State.NEVER_ASKED, State.WELL, State.OFF]
    sources = Source.objects.annotate(aside=Count("set_aside")).order_by("name", "slug")
    found = [_judge(source, source.aside, now) for source in sources]
    return sorted(found, key=lambda health: order.index(health.state))


def find_silent_sources(now: datetime) -> list[SilentSource]:
    """Sources that are on, have been heard, and have had nothing new for `silent_after_s`; those that fail, too."""
    sources = Source.objects.filter(is_on=True, heard_at__isnull=False).order_by("slug")
    found = [source for source in sources if _is_silent(source, now)]
    return [
        SilentSource(
            source=source.pk,
            slug=source.slug,
            name=source.name,
            since=source.heard_at,
            after=timedelta(seconds=source.silent_after_s),
            error=source.error,
            language=source.language,
            country=source.country,
        )
        for source in found
        if source.heard_at
    ]


def find_silent_languages(now: datetime) -> list[SilentLanguage]:
    """Languages that were spoken in the last fortnight and no more: nothing for a day, where twelve mentions were due.

    How often a language is spoken is counted from the fortnight's first mention to its last one. One query.
    """
    rows = (
        Mention.objects.filter(published_at__gt=now - LANGUAGE_WINDOW, published_at__lte=now)
        .filter(~Q(language=""))
        .values(spoken=F("language"))
        .annotate(first=Min("published_at"), last=Max("published_at"), count=Count("id"))
        .order_by("spoken")
    )
    found = []
    for row in rows:
        silence, heard = now - row["last"], row["last"] - row["first"]
        if silence < LANGUAGE_LEAST or heard < LANGUAGE_LEAST:
            continue
        expected = row["count"] * (silence / heard)
        if expected >= LANGUAGE_EXPECTED:
            found.append(SilentLanguage(row["spoken"], row["last"], round(expected, 1)))
    return found


def _judge(source: Source, aside: int, now: datetime) -> Health:
    state = find_state(source, now)
    left = f" The intake failed on {aside}, set aside on its screen." if aside else ""
    return Health(
        slug=source.slug,
        name=source.name,
        state=state,
        sentence=_say(source, state, now) + left,
        language=source.language,
        country=source.country,
        failures=source.failures,
        asked_at=source.asked_at,
        answered_at=source.answered_at,
        heard_at=source.heard_at,
        next_at=source.next_at,
        aside=aside,
    )


def find_state(source: Source, now: datetime) -> State:
    """How it goes at a source."""
    if not source.is_on:
        return State.OFF
    if source.asked_at is None:
        return State.NEVER_ASKED
    if source.failures >= FAILING_FROM:
        return State.FAILING
    return State.SILENT if _is_silent(source, now) else State.WELL


def _is_silent(source: Source, now: datetime) -> bool:
    heard_at = source.heard_at
    return heard_at is not None and now - heard_at > timedelta(seconds=source.silent_after_s)


def _say(source: Source, state: State, now: datetime) -> str:
    if state is State.OFF:
        return "Switched off: nobody listens here."
    if state is State.NEVER_ASKED:
        return "Not asked yet: usine reputation listen does."
    if state is State.FAILING:
        since = f" It answered {_say_ago(now - source.answered_at)} ago." if source.answered_at else ""
        return f"Failed {source.failures} times in a row: {source.error}{since}"
    if state is State.SILENT and source.heard_at:
        usual = _say_ago(timedelta(seconds=source.silent_after_s))
        return f"Answers, but has had nothing new for {_say_ago(now - source.heard_at)}; {usual} is usual at most."
    if source.failures:
        return f"Failed the last time: {source.error}"
    if source.heard_at is None:
        return "Answers, and has had nothing to say yet: is its address the right one?"
    return f"Had something new {_say_ago(now - source.heard_at)} ago."


def _say_ago(span: timedelta) -> str:
    minutes = math.floor(span.total_seconds() / 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
