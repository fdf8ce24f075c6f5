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
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from usine.accounts.contracts import Actor, Role
from usine.commons.calendar_words import write_when
from usine.reputation import boards
from usine.reputation.boards import Scope, Tone
from usine.reputation.clocks import find_zone
from usine.reputation.desk import words
from usine.reputation.desk.charts import Step, draw_bars_to_fit
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.titles import name_alert, name_trouble
from usine.reputation.models import Alert
from usine.reputation.queries import find_most_spoken, list_entities
from usine.reputation.report import Report, list_weeks, read_report, read_week, write_week

__all__ = [
    "list_answer_sentences",
    "list_voices",
    "name_here",
    "write_lede",
    "write_period",
    "write_raised",
    "write_title",
]


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
        "earlier": write_week(monday - timedelta(days=7)),
        "later": write_week(monday + timedelta(days=7)) if not report.is_running else "",
        "title": write_title(report),
        "period": write_period(report),
        "lede": write_lede(report),
        "chart": _draw(report),
        "answers": list_answer_sentences(report),
        "voices": list_voices(report),
        "alerts": [
            (
                row,
                name_here(report, row),
                write_raised(report, row),
                bool(row.country) or actor.role is Role.CENTRAL,
            )
            for row in report.alerts
        ],
        "stories": [(story, *words.SENTIMENTS[story.first.sentiment]) for story in report.stories],
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


def write_period(report: Report) -> str:
    """From when to when; of a week that runs, until when and against what."""
    scope = report.scope
    first = write_day(scope.first, "j F")
    if not scope.until:
        return f"{first} – {write_day(scope.first + timedelta(days=6), 'j F Y')}"
    last = write_day(scope.until.astimezone(scope.zone), "l j F Y, H:i")
    return _(
        "%(first)s until %(last)s. The week still runs: compared with the same days and hours of the week before."
    ) % {"first": first, "last": last}


def write_raised(report: Report, alert: Alert) -> str:
    """When an alert was raised, by the clock of the market: `Tue 08:32`."""
    return write_when(alert.raised_at.astimezone(report.scope.zone), "EEE HH:mm")


def name_here(report: Report, alert: Alert) -> str:
    """What an alert is called in a market's report: one of all countries says so, and how much of it is from here."""
    said = _name_anywhere(report, alert) if alert.pk in report.from_here else name_alert(alert)
    return said[:1].upper() + said[1:]


def _name_anywhere(report: Report, alert: Alert) -> str:
    count = report.from_here[alert.pk]
    return ngettext(
        "%(what)s in all countries, %(n)s mention from here",
        "%(what)s in all countries, %(n)s mentions from here",
        count,
    ) % {"what": name_trouble(alert), "n": words.write_number(count)}


def write_lede(report: Report) -> str:
    """The week in a few sentences: trouble first."""
    parts = _list_troubles(report)
    if not report.now.stories:
        return " ".join([*parts, _("Nothing was said of it this week.")])
    parts += [_write_volume(report), _write_tone(report)]
    if report.worst_aspect:
        tone = report.aspects[report.worst_aspect]
        parts.append(
            _("Worst spoken of: %(aspect)s, %(bad)s of %(n)s mentions negative, copies counted.")
            % {
                "aspect": words.ASPECTS[report.worst_aspect],
                "bad": words.write_number(tone.negative_mentions),
                "n": words.write_number(tone.mentions),
            }
        )
    return " ".join(parts)


def _list_troubles(report: Report) -> list[str]:
    """One sentence that names each kind of trouble, here and in all countries, and when it was first raised."""
    firsts: dict[tuple[str, str], Alert] = {}
    for row in report.troubles:
        firsts.setdefault((row.kind, row.country), row)
    named = [
        f"{name_trouble(row) if row.country else _name_anywhere(report, row)} ({write_raised(report, row)})"
        for row in firsts.values()
    ]
    said = pgettext("between two troubles", "; ").join(named)
    return [_("Alert: %(troubles)s.") % {"troubles": said}] if named else []


def _write_volume(report: Report) -> str:
    now, authors = report.now, report.authors.count
    said = ngettext(
        "%(n)s different mention, %(all)s with copies, reached %(reach)s people",
        "%(n)s different mentions, %(all)s with copies, reached %(reach)s people",
        now.stories,
    ) % {
        "n": words.write_number(now.stories),
        "all": words.write_number(now.mentions),
        "reach": words.write_short(now.reach),
    }
    if not authors:
        return f"{said}."
    return said + ngettext("; %(authors)s author spoke.", "; %(authors)s authors spoke.", authors) % {
        "authors": words.write_number(authors)
    }


def _write_tone(report: Report) -> str:
    said = _("%(share)s were negative.")
    if report.before.stories and report.is_running:
        said = _("%(share)s were negative, %(before)s by then the week before.")
    elif report.before.stories:
        said = _("%(share)s were negative, %(before)s the week before.")
    return said % {
        "share": words.write_negative(report.now),
        "before": words.write_negative(report.before),
    }


def list_answer_sentences(report: Report) -> list[str]:
    """What was owed an answer and what came of it."""
    answers = report.answers
    if not answers.owed:
        return [_("No answer falls due this week.")]
    states = (
        (_("%(n)s in time"), answers.in_time),
        (_("%(n)s late"), answers.late),
        (_("%(n)s not given"), answers.missing),
        (_("%(n)s not yet due"), answers.waiting),
    )
    became = ", ".join(said % {"n": words.write_number(count)} for said, count in states if count)
    owed = ngettext("%(n)s answer owed: %(became)s.", "%(n)s answers owed: %(became)s.", answers.owed)
    made = [owed % {"n": words.write_number(answers.owed), "became": became}]
    if answers.hours is not None:
        span = words.write_span(timedelta(hours=answers.hours))
        made.append(_("Half of the answers given came within %(span)s of being heard.") % {"span": span})
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
            "share": now.stories / every if now.stories else None,
            "before": before.stories / every_before if before.stories else None,
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
    days: list[date] = report.scope.list_days()
    tones = [report.days.get(day, Tone()) for day in days]
    steps = [Step(tone.negative, tone.stories - tone.negative) for tone in tones]
    labels = [(number + 0.5, write_when(day, "EEE d MMM")) for number, day in enumerate(days)]
    says = ", ".join(
        f"{write_day(day, 'l')} {words.write_number(report.days[day].stories)}" for day in report.days
    )
    slim = [(number + 0.5, write_when(day, "EEE d")) for number, day in enumerate(days)]
    return draw_bars_to_fit(steps, labels, slim, title=_("Mentions by day"), says=says)
