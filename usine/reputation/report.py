"""The weekly report of a market: what was said in one week, against the week before; what was owed an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import NotFound
from usine.reputation import boards
from usine.reputation.boards import Answers, Authors, Scope, Tone
from usine.reputation.contracts import ReputationRefused
from usine.reputation.models import Alert, Mention, Story
from usine.reputation.trouble.alerts import find_alerts

WEEK = re.compile(r"^(\d{4})-w(\d{2})$", re.IGNORECASE)
FIRST_YEAR = 2000
"""Nobody listened before; the weeks before the first ones that a calendar has cannot be compared with."""
STORIES = 6
FEWEST = 5
"""Stories from which an aspect is worth a sentence."""


class ReportUnknown(NotFound, ReputationRefused):
    code = "report_unknown"
    http_status = 404


@dataclass(frozen=True, slots=True)
class TopStory:
    """A story of the week; `copies` and `reach` are those of this market and week."""

    head: Mention
    copies: int
    reach: int


@dataclass(frozen=True, slots=True)
class Report:
    """One week of one market. Figures count stories unless they say reach."""

    scope: Scope
    days: Mapping[date, Tone]
    now: Tone
    before: Tone
    voices: Mapping[str, tuple[Tone, Tone]]
    aspects: Mapping[str, Tone]
    languages: Mapping[str, Tone]
    stories: tuple[TopStory, ...]
    alerts: tuple[Alert, ...]
    answers: Answers
    authors: Authors

    @property
    def worst_aspect(self) -> str:
        """The aspect spoken of often enough that is spoken worst of, when that is badly; else empty."""
        judged = [(tone.net, code) for code, tone in self.aspects.items() if tone.stories >= FEWEST]
        net, code = min(judged, default=(0.0, ""))
        return code if net < 0 else ""


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
    """Eleven queries. Raises ReportUnknown for a market that one does not see and for a week to come."""
    if not actor.may_see(market) or not market:
        raise ReportUnknown(_("There is no report of this market for you: choose one of yours."))
    scope = Scope(actor, entity, market, monday, 7)
    if scope.start > now:
        raise ReportUnknown(_("That week is still to come: choose one that has begun."))
    days = boards.count_days(scope)
    inside = set(scope.list_days())
    alerts = find_alerts(actor).filter(country=market, raised_at__gte=scope.start, raised_at__lt=scope.end)
    return Report(
        scope=scope,
        days={day: tone for day, tone in days.items() if day in inside},
        now=boards.total(tone for day, tone in days.items() if day in inside),
        before=boards.total(tone for day, tone in days.items() if day not in inside),
        voices=boards.count_voices(scope),
        aspects=boards.count_aspects(scope),
        languages=boards.count_languages(scope),
        stories=_list_stories(scope),
        alerts=tuple(alerts.select_related("source").order_by("-raised_at")),
        answers=boards.count_answers(scope, now=now),
        authors=boards.count_authors(scope),
    )


def _list_stories(scope: Scope) -> tuple[TopStory, ...]:
    sums = boards.find_mentions(scope).exclude(story=None).values("story")
    top = list(sums.annotate(reached=Sum("reach"), count=Count("pk")).order_by("-reached", "story")[:STORIES])
    found = Story.objects.select_related("head__source").in_bulk([row["story"] for row in top])
    made = []
    for row in top:
        head = found[row["story"]].head
        if head is not None:
            made.append(TopStory(head, row["count"] - 1, row["reached"]))
    return tuple(made)
