"""The weekly report of a market: the weeks, one week as a page, the same as PDF."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as write_day
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from usine.accounts.contracts import Actor
from usine.commons.calendar_words import write_when
from usine.reputation import boards
from usine.reputation.boards import Scope
from usine.reputation.clocks import find_zone
from usine.reputation.desk import words
from usine.reputation.desk.charts import FULL, Step, draw_bars
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.titles import name_alert
from usine.reputation.queries import find_most_spoken, list_entities
from usine.reputation.report import Report, list_weeks, read_report, read_week, write_week

__all__ = ["list_answer_sentences", "name_alert", "write_lede", "write_title"]


@require_GET
@desk_screen
def list_reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The weeks of a market; by default one's own, or the one that speaks most."""
    entity = _choose_entity(request)
    market = _choose_market(request, actor, entity)
    weeks = _list_weeks(actor, entity, market)
    context = {
        "room": "reputation",
        "tab": "reports",
        "market": market,
        "markets": words.list_market_choices(actor),
        "entities": _list_own(),
        "entity": entity,
        "weeks": weeks,
    }
    return render(request, "reputation/desk/reports.html", context)


@require_GET
@desk_screen
def show_report(request: HttpRequest, actor: Actor, market: str, week: str) -> HttpResponse:
    report = _read(request, actor, market, week)
    monday = report.scope.first
    context = {
        "room": "reputation",
        "tab": "reports",
        "report": report,
        "scope": report.scope,
        "week": write_week(monday),
        "last": monday + timedelta(days=6),
        "earlier": write_week(monday - timedelta(days=7)),
        "later": write_week(monday + timedelta(days=7)) if report.scope.end <= timezone.now() else "",
        "title": write_title(report),
        "lede": write_lede(report),
        "chart": _draw(report),
        "answers": list_answer_sentences(report),
        "voices": list_voices(report),
        "alerts": [(row, name_alert(row)) for row in report.alerts],
        "stories": [(story, *words.SENTIMENTS[story.head.sentiment]) for story in report.stories],
        "aspects": [(words.ASPECTS[code], tone) for code, tone in report.aspects.items() if tone.stories],
        "unmeasured": words.list_unmeasured(report.languages),
    }
    return render(request, "reputation/desk/report.html", context)


@require_GET
@desk_screen
def send_report(request: HttpRequest, actor: Actor, market: str, week: str) -> HttpResponse:
    """The report as PDF, for whoever does not come here."""
    from usine.reputation.paper.setting import set_report  # the typesetter, wanted here alone

    report = _read(request, actor, market, week)
    made = set_report(report, made_at=timezone.now())
    response = HttpResponse(made, content_type="application/pdf")
    name = slugify(f"{report.scope.entity.partition(':')[2]} {market} {write_week(report.scope.first)}")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def write_title(report: Report) -> str:
    """What the week was, in a line."""
    year, number, _day = report.scope.first.isocalendar()
    return _("%(name)s in %(market)s, week %(week)s of %(year)s") % {
        "name": words.name_entity(report.scope.entity),
        "market": words.name_market(report.scope.market),
        "week": number,
        "year": year,
    }


def write_lede(report: Report) -> str:
    """The week in two or three sentences."""
    now, before = report.now, report.before
    if not now.stories:
        return _("Nothing was said of it this week.")
    values = {
        "n": words.write_number(now.stories),
        "share": words.write_share(now.negative_share),
        "before": words.write_share(before.negative_share),
        "reach": words.write_short(now.reach),
        "authors": words.write_number(report.authors.count),
    }
    parts = [
        _("%(n)s different mentions by %(authors)s authors reached %(reach)s people.") % values,
        (
            _("%(share)s were negative, %(before)s the week before.")
            if before.stories
            else _("%(share)s were negative.")
        )
        % values,
    ]
    if report.worst_aspect:
        tone = report.aspects[report.worst_aspect]
        parts.append(
            _("Worst spoken of: %(aspect)s, %(bad)s of %(n)s negative.")
            % {
                "aspect": words.ASPECTS[report.worst_aspect],
                "bad": words.write_number(tone.negative),
                "n": words.write_number(tone.stories),
            }
        )
    return " ".join(parts)


def list_answer_sentences(report: Report) -> list[str]:
    """What was owed an answer and what came of it."""
    answers = report.answers
    if not answers.owed:
        return [_("No answer fell due this week.")]
    made = [
        ngettext("%(n)s answer fell due", "%(n)s answers fell due", answers.owed)
        % {"n": words.write_number(answers.owed)}
        + _(": %(in_time)s in time, %(late)s late, %(missing)s not given, %(waiting)s still in time.")
        % {
            "in_time": words.write_number(answers.in_time),
            "late": words.write_number(answers.late),
            "missing": words.write_number(answers.missing),
            "waiting": words.write_number(answers.waiting),
        }
    ]
    if answers.hours is not None:
        span = words.write_span(timedelta(hours=answers.hours))
        made.append(_("Half of them were answered within %(span)s of being heard.") % {"span": span})
    return made


def list_voices(report: Report) -> list[dict[str, Any]]:
    """Us and the competitors: share now and the week before."""
    every = sum(now.stories for now, _before in report.voices.values())
    every_before = sum(before.stories for _now, before in report.voices.values())
    return [
        {
            "name": words.name_entity(name),
            "is_own": words.is_own(name),
            "tone": now,
            "share": now.stories / every if every else None,
            "before": before.stories / every_before if every_before else None,
        }
        for name, (now, before) in report.voices.items()
    ]


def _read(request: HttpRequest, actor: Actor, market: str, week: str) -> Report:
    monday = read_week(week)
    entity = _choose_entity(request)
    return read_report(actor, entity=entity, market=market, monday=monday, now=timezone.now())


def _list_own() -> list[tuple[str, str]]:
    return [(name, words.name_entity(name)) for name in list_entities() if words.is_own(name)]


def _choose_entity(request: HttpRequest) -> str:
    """The vehicle or brand of the address; by default the vehicle of ours that is most spoken of."""
    own = [name for name, _words in _list_own()]
    wanted = request.GET.get("of", "")
    if wanted in own or not own:
        return wanted if wanted in own else ""
    return find_most_spoken([name for name in own if name.startswith("vehicle:")] or own)


def _choose_market(request: HttpRequest, actor: Actor, entity: str) -> str:
    """That of the address, else the one of ours that speaks most."""
    wanted = request.GET.get("market", "")
    codes = [code for code, _name in words.list_market_choices(actor)]
    if wanted in codes or len(codes) < 2:
        return wanted if wanted in codes else next(iter(codes), "")
    today = timezone.localdate()
    spoken = boards.count_countries(Scope(actor, entity, "", today - timedelta(days=27), 28))
    return next((code for code in spoken if code in codes), codes[0])


def _list_weeks(actor: Actor, entity: str, market: str) -> list[dict[str, Any]]:
    """The latest weeks with their figures. One query."""
    today = timezone.localdate(timezone=find_zone(market))
    mondays = list_weeks(today)
    days = boards.count_days(Scope(actor, entity, market, mondays[-1], 7 * len(mondays)))
    made: list[dict[str, Any]] = []
    for monday in mondays:
        tone = boards.total(days[monday + timedelta(days=number)] for number in range(7))
        made.append(
            {"week": write_week(monday), "first": monday, "last": monday + timedelta(days=6), "tone": tone}
        )
    most = max(row["tone"].stories for row in made)
    return [{**row, "width": 100 * row["tone"].stories / most if most else 0} for row in made]


def _draw(report: Report) -> str:
    days: list[date] = list(report.days)
    steps = [Step(tone.negative, tone.stories - tone.negative) for tone in report.days.values()]
    labels = [(number + 0.5, write_when(day, "EEE d MMM")) for number, day in enumerate(days)]
    says = ", ".join(f"{write_day(day, 'l')} {words.write_number(report.days[day].stories)}" for day in days)
    return draw_bars(steps, labels, title=_("Mentions by day"), says=says, width=FULL)
