"""Alerts: the list, and one alert in one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor
from usine.commons.calendar_words import write_when
from usine.commons.desk import LANGUAGES
from usine.commons.errors import UsineError
from usine.reputation.contracts import AlertKind, Aspect
from usine.reputation.desk import words
from usine.reputation.desk.charts import Mark, Step, draw_bar, draw_bars
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.showing import Piece, show_row, split_text
from usine.reputation.desk.titles import name_alert, name_subject
from usine.reputation.desk.tones import read_tones
from usine.reputation.keeping import choose_alerts, find_listener
from usine.reputation.models import Alert, AlertTelling, Mention, MentionEntity
from usine.reputation.trouble import alerts, push, telling
from usine.reputation.trouble.course import Course, read_course
from usine.reputation.trouble.evidence import ILL_OF
from usine.reputation.trouble.showing import Shown, ShownStory
from usine.reputation.trouble.showing import show_alert as read_alert

LABELS_EVERY = 24  # half hours
MISSED_FOR = timedelta(days=7)
"""So long an alert that closed by itself, and that nobody had taken on, is still put before people."""


@require_GET
@desk_screen
def list_alerts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is open, what was over before anybody took it on, then what was."""
    now = timezone.now()
    current = alerts.list_alerts(actor, is_open=True)
    past = alerts.list_alerts(actor, is_open=False)
    missed = [row for row in past if _is_missed(row) and now - row.raised_at < MISSED_FOR]
    count = len(current)
    finding = ngettext("%(n)s alert is open", "%(n)s alerts are open", count) % {"n": count}
    context = {
        "room": "reputation",
        "tab": "alerts",
        "finding": finding if count else _("No alert is open"),
        "current": [_show(row, now) for row in current],
        **_show_telling(actor),
        "missed": [_show(row, now) for row in missed],
        "past": [_show(row, now) for row in past if row not in missed],
    }
    return render(request, "reputation/desk/alerts.html", context)


def _show_telling(actor: Actor) -> dict[str, Any]:
    """How one is told: what was chosen, and what this browser has to know to be told too."""
    listener = find_listener(actor)
    return {
        "listener": listener,
        "told_in": listener.language if listener else words.desk_language(),
        "spoken": LANGUAGES,
        "push_key": push.find_public_key(),
        "known": " ".join(push.list_known(actor)),
    }


@require_GET
@desk_screen
def show_alert(request: HttpRequest, actor: Actor, alert: int) -> HttpResponse:
    """An alert as it was when it was raised, and beside it how it is now."""
    now = timezone.now()
    found = read_alert(actor, alert)
    row = found.alert
    course = read_course(row)
    head = _show(row, now)
    told = [_write_told(one) for one in telling.list_told(row.pk)]
    tones = read_tones(row, [*found.samples, *found.later, *(line.first for line in found.stories)])
    context = {
        "room": "reputation",
        "tab": "alerts",
        "found": found,
        "course": course,
        **head,
        "is_silent": row.kind.startswith("silent"),
        "lede": _write_lede(found, course),
        "chart": _draw(found, course, head["name"]),
        "aspects": _show_aspects(found, course),
        "detector": _write_detector(row),
        "stories": [_show_story(line, row, tones) for line in found.stories],
        "new_stories": _count_new(found),
        "samples": _show_samples(found.samples, tones, now),
        "later": _show_samples(found.later, tones, now),
        "change": words.write_number(found.now.mentions / course.usual) if course.usual >= 1 else "",
        "told": told,
        "trail": _list_trail(found, told),
        "unmeasured": words.list_unmeasured([row.language]),
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
        choose_alerts(
            by_mail=bool(post.get("by_mail")), quiet=quiet, language=post.get("language", ""), by=actor
        )
    except UsineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your choice is kept."))
    return redirect("reputation_alerts")


def _show(row: Alert, now: datetime) -> dict[str, Any]:
    """An alert in the list, and the head of its own page."""
    is_open = row.closed_at is None
    glyph, state = _tell_state(row)
    return {
        "alert": row,
        "glyph": glyph,
        "state": state,
        "is_open": is_open,
        "may_take": row.acknowledged_at is None and (is_open or _is_missed(row)),
        "subject": name_subject(row),
        "name": name_alert(row),
        "kind": words.ALERTS.get(row.kind, row.kind),
        "since": words.write_span((row.closed_at or now) - row.raised_at),
        "factor": words.write_number(row.seen / row.expected, digits=1) if row.expected else "",
    }


def _is_missed(row: Alert) -> bool:
    """Over before anybody took it on. A source that speaks again has nothing left to be looked at."""
    return bool(row.closed_at and not row.acknowledged_at and not row.kind.startswith("silent"))


def _tell_state(row: Alert) -> tuple[str, str]:
    """Glyph and words."""
    if _is_missed(row):
        return "s-risk", _("over, nobody had it")
    if row.closed_at:
        return "s-na", pgettext("state of an alert", "closed")
    return ("s-prog", _("taken on")) if row.acknowledged_at else ("s-late", _("nobody has it yet"))


def _write_told(one: AlertTelling) -> str:
    """Who was told by which way; what waits or failed says why."""
    return f"{one.to} ({_(one.reason) if one.reason else words.CHANNELS[one.channel]})"


def _count_new(found: Shown) -> int:
    return sum(line.since >= found.alert.began_at for line in found.stories)


def _write_lede(found: Shown, course: Course) -> str:
    """What is known, in a few sentences of figures: now, and when it was raised."""
    new, row = _count_new(found), found.alert
    values = {
        "n": words.write_number(found.now.mentions),
        "then": words.write_number(found.then.mentions),
        "since": write_when(timezone.localtime(row.began_at), "EEE HH:mm"),
        "usual": words.write_number(course.usual),
        "share": words.write_share(course.negative_share),
        "reach": words.write_short(found.now.reach),
        "authors": words.write_number(found.now.authors),
        "stories": words.write_number(new),
    }
    sentences = {
        AlertKind.NEGATIVE: _(
            "%(n)s negative mentions since %(since)s, where %(usual)s are usual; "
            "%(share)s of all that is said is negative."
        ),
        AlertKind.SAFETY: _(
            "%(n)s mentions since %(since)s speak ill of its safety, where %(usual)s are usual; "
            "%(share)s of all that is said is negative."
        ),
    }
    volume = _("%(n)s mentions since %(since)s, where %(usual)s are usual; %(share)s of them are negative.")
    parts = [sentences.get(AlertKind(row.kind), volume) % values]
    if found.has_grown:
        parts.append(_("When the alert was raised there were %(then)s.") % values)
    parts.append(_("They reach %(reach)s people, by %(authors)s authors.") % values)
    if new:
        parts.append(
            ngettext(
                "%(stories)s of the stories below is new.", "%(stories)s of the stories below are new.", new
            )
            % values
        )
    return " ".join(parts)


def _draw(found: Shown, course: Course, name: str) -> str:
    bins, row = course.bins, found.alert
    start = bins[0].at
    half = timedelta(minutes=30)
    steps = [Step(one.negative, one.other, one.usual, one.low, one.high) for one in bins]
    labels = [
        (number, write_when(timezone.localtime(one.at), "EEE HH:mm"))
        for number, one in enumerate(bins)
        if number % LABELS_EVERY == LABELS_EVERY // 2
    ]
    marks = [
        Mark(
            (row.raised_at - start) / half,
            _("Alert %(time)s") % {"time": write_when(timezone.localtime(row.raised_at), "HH:mm")},
            _write_detector(row),
        )
    ]
    if found.first:
        first = found.first
        at = write_when(timezone.localtime(first.published_at), "HH:mm")
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
        "time": write_when(timezone.localtime(most.at), "EEE HH:mm"),
        "usual": words.write_number(most.usual),
    }
    inside = [mark for mark in marks if 0 <= mark.at <= len(bins)]
    return draw_bars(steps, labels, inside, title=name, says=says)


def _write_detector(row: Alert) -> str:
    """`6 h, score 3.2`: over how long it looked, and by how much that was out of the ordinary."""
    scale = words.write_span(timedelta(minutes=row.scale_min)) if row.scale_min else "–"
    values = {"scale": scale, "score": words.write_number(row.score, digits=1)}
    return _("%(scale)s, score %(score)s") % values


def _show_aspects(found: Shown, course: Course) -> list[dict[str, Any]]:
    """Each with how many of the alert's mentions speak of it, ill of it where the alert is about that."""
    is_ill = found.alert.kind in ILL_OF
    then, now = (
        {line.aspect: line.negative if is_ill else line.mentions for line in each.aspects}
        for each in (found.then, found.now)
    )
    rows = {
        aspect: (then.get(aspect, 0), count, course.aspects.get(aspect, 0.0)) for aspect, count in now.items()
    }
    most = max((max(count, usual) for _then, count, usual in rows.values()), default=0)
    return [
        {
            "aspect": Aspect(aspect),
            "then": before,
            "now": count,
            "usual": usual,
            "bar": draw_bar(count, most, usual=usual, is_bad=count > 2 * usual + 1),
        }
        for aspect, (before, count, usual) in sorted(
            rows.items(), key=lambda row: (-row[1][1], -row[1][2], row[0])
        )
        if count
    ]


def _show_story(line: ShownStory, row: Alert, tones: Mapping[int, str]) -> dict[str, Any]:
    tone, glyph = words.SENTIMENTS[tones[line.first.pk]]
    return {
        "story": line.story,
        "first": line.first,
        "since": line.since,
        "tone": tone,
        "glyph": glyph,
        "is_new": line.since >= row.began_at,
        "direction": words.direction(line.first.language),
        "then": line.then,
        "now": line.now,
    }


def _show_samples(
    mentions: Sequence[Mention], tones: Mapping[int, str], now: datetime
) -> list[dict[str, Any]]:
    """Mentions with their names marked, and the tone for which they are counted. One query for the names."""
    places: dict[int, list[tuple[int, int, str]]] = {mention.pk: [] for mention in mentions}
    for row in MentionEntity.objects.filter(mention__in=list(places)) if places else ():
        places[row.mention_id].append((row.start, row.end, row.entity))
    made = []
    for mention in mentions:
        title, text = split_text(mention, places[mention.pk])
        joined = [*title, Piece(" ")] if title else []
        tone, glyph = words.SENTIMENTS[tones[mention.pk]]
        made.append({**show_row(mention, now), "tone": tone, "glyph": glyph, "pieces": [*joined, *text]})
    return made


def _list_trail(found: Shown, told: Sequence[str]) -> list[tuple[datetime, str]]:
    """What happened so far, the latest first."""
    row, facts = found.alert, alerts.list_facts(found.alert)
    said = {"AlertAcknowledged": _("Taken on by %(by)s"), "AlertClosed": _("Closed by %(by)s")}
    made = [(fact.at, said[fact.name] % {"by": fact.by}) for fact in facts if fact.name in said]
    if row.acknowledged_at and not any(fact.name == "AlertAcknowledged" for fact in facts):
        made.append((row.acknowledged_at, said["AlertAcknowledged"] % {"by": row.acknowledged_by}))
    if row.closed_at and not any(fact.name == "AlertClosed" for fact in facts):
        made.append((row.closed_at, _("Closed by itself: nothing more was seen")))
    if row.told_at:
        made.append((row.told_at, _("Told: %(names)s") % {"names": ", ".join(told) or "–"}))
    made.append((row.raised_at, _("Alert raised")))
    if found.first:
        made.append((found.first.published_at, _("First mention published")))
    return sorted(made, key=lambda pair: pair[0], reverse=True)
