"""The weekly report of a market: what was said in one week, against the week before; what was owed an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, Q, Sum, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import NotFound
from usine.markets.public import is_country
from usine.reputation import boards
from usine.reputation.boards import Answers, Authors, Scope, Tone
from usine.reputation.contracts import AlertKind, ReputationRefused, Sentiment
from usine.reputation.models import Alert, Mention
from usine.reputation.queries import HEARD_FIRST
from usine.reputation.trouble.alerts import find_alerts, is_urgent, select_counted

WEEK = re.compile(r"^(\d{4})-w(\d{2})$", re.IGNORECASE)
FIRST_YEAR = 2000
"""Nobody listened before; the weeks before the first ones that a calendar has cannot be compared with."""
STORIES = 6
FEWEST = 3
"""Negative mentions, with copies, from which an aspect is worth a sentence."""


class ReportUnknown(NotFound, ReputationRefused):
    code = "report_unknown"
    http_status = 404


@dataclass(frozen=True, slots=True)
class TopStory:
    """A story of the week by its first mention in this market and week; `copies` and `reach` are those of both."""

    first: Mention
    copies: int
    reach: int


@dataclass(frozen=True, slots=True)
class Report:
    """One week of one market. Figures count stories unless they say reach.

    `days` are those that have begun. `alerts` were raised in the week; `troubles` speak ill of the entity and stood in
    it, the first first. `from_here`: of alerts of all countries by their keys, how many of their mentions are this
    market's.
    """

    scope: Scope
    days: Mapping[date, Tone]
    now: Tone
    before: Tone
    voices: Mapping[str, tuple[Tone, Tone]]
    aspects: Mapping[str, Tone]
    languages: Mapping[str, Tone]
    stories: tuple[TopStory, ...]
    alerts: tuple[Alert, ...]
    troubles: tuple[Alert, ...]
    answers: Answers
    authors: Authors
    from_here: Mapping[int, int]

    @property
    def worst_aspect(self) -> str:
        """The aspect that most is said against, copies counted, where that is enough and more ill than good."""
        judged = [
            (tone.negative_mentions, code)
            for code, tone in self.aspects.items()
            if tone.negative_mentions >= FEWEST and tone.net < 0
        ]
        return max(judged, default=(0, ""))[1]

    @property
    def is_running(self) -> bool:
        """Whether the week is not over: figures are those until `scope.until`."""
        return self.scope.until is not None


def read_week(text: str) -> date:
    """The Monday of an ISO week, `2026-W47`, of this century. Raises ReportUnknown."""
    found = WEEK.fullmatch(text)
    if not found or int(found[1]) < FIRST_YEAR:
        return _refuse()
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return _refuse()


def write_week(monday: date) -> str:
    """`2026-W47`."""
    year, number, _day = monday.isocalendar()
    return f"{year}-W{number:02d}"


def _refuse() -> date:
    raise ReportUnknown(_("There is no such week: write it as 2026-W47, or choose one of the list."))


def list_weeks(today: date, *, count: int = 8) -> list[date]:
    """The Mondays of the week that runs and of those before it, the latest first."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=number) for number in range(count)]


def read_report(actor: Actor, *, entity: str, market: str, monday: date, now: datetime) -> Report:
    """Twelve queries, and one for each alert of all countries that stood.

    Raises ReportUnknown for a market that one does not see and for a week to come.
    """
    if not actor.may_see(market) or not is_country(market):
        raise ReportUnknown(_("There is no report of this market for you: choose one of yours."))
    scope = Scope(actor, entity, market, monday, 7)
    if scope.start > now:
        raise ReportUnknown(_("That week is still to come: choose one that has begun."))
    if scope.end > now:
        scope = replace(scope, until=now)
    days = boards.count_days(scope)
    last = now.astimezone(scope.zone).date()
    inside = set(scope.list_days())
    stood = Q(raised_at__lt=scope.end, last_at__gte=scope.start)
    anywhere = _find_anywhere(scope, stood)
    own = find_alerts(actor).filter(stood, country=market).select_related("source")
    alerts = tuple(sorted([*own, *anywhere], key=lambda row: row.raised_at, reverse=True))
    troubles = tuple(
        row for row in reversed(alerts) if is_urgent(row.kind, row.subject) and row.subject == entity
    )
    return Report(
        scope=scope,
        days={day: tone for day, tone in days.items() if day in inside and day <= last},
        now=boards.total(tone for day, tone in days.items() if day in inside),
        before=boards.total(tone for day, tone in days.items() if day not in inside),
        voices=boards.count_voices(scope),
        aspects=boards.count_aspects(scope),
        languages=boards.count_languages(scope),
        stories=_list_stories(scope, ill_first=bool(troubles)),
        alerts=tuple(row for row in alerts if row.raised_at >= scope.start),
        troubles=troubles,
        answers=boards.count_answers(scope, now=now),
        authors=boards.count_authors(scope),
        from_here={row.pk: count for row, count in anywhere.items()},
    )


def _find_anywhere(scope: Scope, stood: Q) -> dict[Alert, int]:
    """Alerts about safety of all countries together, which are no single market's, with how many mentions of this one.

    Only those that have some: what is said elsewhere is not this market's.
    """
    rows = Alert.objects.filter(stood, kind=AlertKind.SAFETY, country="", language="").order_by("pk")
    counts = {row: select_counted(row).filter(country=scope.market).count() for row in rows}
    return {row: count for row, count in counts.items() if count}


def _list_stories(scope: Scope, *, ill_first: bool) -> tuple[TopStory, ...]:
    """The most told, then the furthest told; in a week of trouble the negative ones before all others."""
    sums = boards.find_mentions(scope).exclude(story=None).values("story")
    sums = sums.annotate(
        reached=Sum("reach"), told=Count("pk"), ill=Count("pk", filter=Q(sentiment=Sentiment.NEGATIVE))
    )
    sums = sums.annotate(is_ill=Case(When(ill__gte=F("told") - F("ill"), then=1), default=0))
    order = ("-is_ill",) if ill_first else ()
    top = list(sums.order_by(*order, "-told", "-reached", "story")[:STORIES])
    firsts = _find_firsts(scope, [row["story"] for row in top])
    return tuple(TopStory(firsts[row["story"]], row["told"] - 1, row["reached"]) for row in top)


def _find_firsts(scope: Scope, stories: list[int]) -> dict[int, Mention]:
    """Of each story the mention within the scope that was heard first: it is called as everywhere at the desk."""
    place = Window(RowNumber(), partition_by=F("story"), order_by=HEARD_FIRST)
    rows = boards.find_mentions(scope).filter(story__in=stories).annotate(place=place).filter(place=1)
    return {row.story_id or 0: row for row in rows.select_related("source").defer("signature")}
