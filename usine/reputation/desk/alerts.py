"""Alerts: the list, and one alert in one screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateformat import format as write_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor
from usine.commons.errors import UsineError
from usine.reputation import alerts
from usine.reputation.alerts import Trouble, read_trouble
from usine.reputation.desk import words
from usine.reputation.desk.charts import Mark, Step, draw_bar, draw_bars
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.showing import Piece, show_row, split_text
from usine.reputation.keeping import choose_alerts, find_listener
from usine.reputation.models import Alert, MentionEntity

LABELS_EVERY = 24  # half hours


@require_GET
@desk_screen
def list_alerts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is open, then what was."""
    now = timezone.now()
    current = alerts.list_alerts(actor, is_open=True)
    count = len(current)
    finding = ngettext("%(n)s alert is open", "%(n)s alerts are open", count) % {"n": count}
    context = {
        "room": "reputation",
        "tab": "alerts",
        "finding": finding if count else _("No alert is open"),
        "current": [_show(row, now) for row in current],
        "listener": find_listener(actor),
        "past": [_show(row, now) for row in alerts.list_alerts(actor, is_open=False)],
    }
    return render(request, "reputation/desk/alerts.html", context)


@require_GET
@desk_screen
def show_alert(request: HttpRequest, actor: Actor, alert: int) -> HttpResponse:
    now = timezone.now()
    trouble = read_trouble(actor, alert)
    shown = _show(trouble.alert, now)
    context = {
        "room": "reputation",
        "tab": "alerts",
        "trouble": trouble,
        **shown,
        "is_silent": trouble.alert.kind.startswith("silent"),
        "lede": _write_lede(trouble),
        "chart": _draw(trouble, shown["name"]),
        "bins": trouble.bins,
        "aspects": _show_aspects(trouble),
        "stories": [_show_story(story, trouble) for story in trouble.stories if story.head],
        "samples": _show_samples(trouble, now),
        "change": words.write_number(trouble.mentions / trouble.usual) if trouble.usual >= 1 else "",
        "trail": _list_trail(trouble),
        "unmeasured": words.list_unmeasured([trouble.alert.language]),
    }
    return render(request, "reputation/desk/alert.html", context)


@require_POST
@desk_screen
def act_on_alert(request: HttpRequest, actor: Actor, alert: int, verb: str) -> HttpResponse:
    """Take an alert on, or close it."""
    if verb == "acknowledge":
        alerts.acknowledge(alert, by=actor)
        messages.success(request, _("The alert is yours: nobody else is told any more."))
    elif verb == "close":
        alerts.close(alert, by=actor)
        messages.success(request, _("The alert is closed."))
    return redirect("reputation_alert", alert)


@require_POST
@desk_screen
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """When I am told of alerts, and when I am left in peace."""
    post = request.POST
    quiet = post.get("from", ""), post.get("until", "")
    try:
        choose_alerts(by_mail=bool(post.get("by_mail")), quiet=quiet, by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your choice is kept."))
    return redirect("reputation_alerts")


def _show(row: Alert, now: datetime) -> dict[str, Any]:
    """An alert in the list, and the head of its own page."""
    is_open = row.closed_at is None
    glyph = "s-na" if not is_open else "s-prog" if row.acknowledged_at else "s-late"
    state = _("closed") if not is_open else _("taken on") if row.acknowledged_at else _("nobody has it yet")
    return {
        "alert": row,
        "glyph": glyph,
        "state": state,
        "is_open": is_open,
        "subject": _name_subject(row),
        "name": name_alert(row),
        "kind": words.ALERTS.get(row.kind, row.kind),
        "since": words.write_span((row.closed_at or now) - row.raised_at),
        "factor": words.write_number(row.seen / row.expected, digits=1) if row.expected else "",
    }


def _name_subject(row: Alert) -> str:
    if row.source:
        return row.source.name
    if row.kind == "silent_language":
        return words.name_language(row.language)
    return words.name_entity(row.subject) if row.subject else _("everything")


def name_alert(row: Alert) -> str:
    """The title says what was found, where and of whom."""
    what = {
        "volume": _("%(subject)s is much talked about"),
        "negative": _("anger about %(subject)s"),
        "safety": _("several sources doubt the safety of %(subject)s"),
        "silent_source": _("%(subject)s is silent"),
        "silent_language": _("nothing is heard in %(subject)s"),
    }.get(row.kind, "%(subject)s")
    said = what % {"subject": _name_subject(row)}
    place = words.name_market(row.country) if row.country else ""
    return _("%(place)s: %(what)s") % {"place": place, "what": said} if place else said[:1].upper() + said[1:]


def _write_lede(trouble: Trouble) -> str:
    """What is known, in two or three sentences of figures."""
    row = trouble.alert
    values = {
        "n": words.write_number(trouble.mentions),
        "since": write_time(timezone.localtime(row.began_at), "D H:i"),
        "usual": words.write_number(trouble.usual),
        "share": words.write_share(trouble.negative_share),
        "reach": words.write_short(trouble.reach),
        "authors": words.write_number(trouble.authors),
        "stories": words.write_number(trouble.new_stories),
    }
    parts = [
        _("%(n)s mentions since %(since)s, where %(usual)s are usual; %(share)s of them are negative.")
        % values,
        _("They reach %(reach)s people, by %(authors)s authors.") % values,
    ]
    if trouble.new_stories:
        parts.append(
            ngettext(
                "%(stories)s of the stories below is new.",
                "%(stories)s of the stories below are new.",
                trouble.new_stories,
            )
            % values
        )
    return " ".join(parts)


def _draw(trouble: Trouble, name: str) -> str:
    bins, row = trouble.bins, trouble.alert
    start = bins[0].at
    half = timedelta(minutes=30)
    steps = [Step(one.negative, one.other, one.usual, one.low, one.high) for one in bins]
    labels = [
        (number, write_time(timezone.localtime(one.at), "D H:i"))
        for number, one in enumerate(bins)
        if number % LABELS_EVERY == LABELS_EVERY // 2
    ]
    marks = [
        Mark(
            (row.raised_at - start) / half,
            _("Alert %(time)s") % {"time": write_time(timezone.localtime(row.raised_at), "H:i")},
            _("%(scale)s detector, score %(score)s")
            % {"scale": _write_scale(row), "score": words.write_number(row.score, digits=1)},
        )
    ]
    if trouble.first:
        first = trouble.first
        at = write_time(timezone.localtime(first.published_at), "H:i")
        marks.append(
            Mark(
                (first.published_at - start) / half,
                _("First seen %(time)s") % {"time": at},
                first.source.name,
                1,
            )
        )
    most = max(bins, key=lambda one: one.negative + one.other)
    says = _("At most %(n)s in half an hour, %(time)s; usual then: %(usual)s.") % {
        "n": words.write_number(most.negative + most.other),
        "time": write_time(timezone.localtime(most.at), "D H:i"),
        "usual": words.write_number(most.usual),
    }
    inside = [mark for mark in marks if 0 <= mark.at <= len(bins)]
    return draw_bars(steps, labels, inside, title=name, says=says)


def _write_scale(row: Alert) -> str:
    return words.write_span(timedelta(minutes=row.scale_min)) if row.scale_min else "–"


def _show_aspects(trouble: Trouble) -> list[dict[str, Any]]:
    most = max((max(one.stories, one.usual) for one in trouble.aspects), default=0)
    return [
        {
            "aspect": one.aspect,
            "now": one.stories,
            "usual": one.usual,
            "bar": draw_bar(one.stories, most, usual=one.usual, is_bad=one.stories > 2 * one.usual + 1),
        }
        for one in trouble.aspects
    ]


def _show_story(story: Any, trouble: Trouble) -> dict[str, Any]:
    head = story.head
    tone, glyph = words.SENTIMENTS[head.sentiment]
    return {
        "story": story,
        "head": head,
        "tone": tone,
        "glyph": glyph,
        "is_new": story.first_at >= trouble.alert.began_at,
        "direction": words.direction(head.language),
        "copies": story.size - 1,
    }


def _show_samples(trouble: Trouble, now: datetime) -> list[dict[str, Any]]:
    """Mentions with their names marked. One query for the names."""
    keys = [mention.pk for mention in trouble.samples]
    places: dict[int, list[tuple[int, int, str]]] = {key: [] for key in keys}
    for row in MentionEntity.objects.filter(mention__in=keys):
        places[row.mention_id].append((row.start, row.end, row.entity))
    made = []
    for mention in trouble.samples:
        title, text = split_text(mention, places[mention.pk])
        joined = [*title, Piece(" ")] if title else []
        made.append({**show_row(mention, now), "pieces": [*joined, *text]})
    return made


def _list_trail(trouble: Trouble) -> list[tuple[datetime, str]]:
    """What happened so far, the latest first."""
    row = trouble.alert
    said = {"AlertAcknowledged": _("Taken on by %(by)s"), "AlertClosed": _("Closed by %(by)s")}
    made = [(fact.at, said[fact.name] % {"by": fact.by}) for fact in trouble.trail if fact.name in said]
    if row.acknowledged_at and not any(fact.name == "AlertAcknowledged" for fact in trouble.trail):
        made.append((row.acknowledged_at, said["AlertAcknowledged"] % {"by": row.acknowledged_by}))
    if row.told_at:
        made.append((row.told_at, _("Told: %(names)s") % {"names": ", ".join(trouble.told) or "–"}))
    made.append((row.raised_at, _("Alert raised")))
    if trouble.first:
        made.append((trouble.first.published_at, _("First mention published")))
    return sorted(made, key=lambda pair: pair[0], reverse=True)
