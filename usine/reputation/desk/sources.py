"""Where we listen: how each source goes, switched on and off here; what is set aside, tried again or discarded."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from usine.accounts.contracts import Actor
from usine.commons.calendar_words import write_when
from usine.commons.errors import UsineError
from usine.commons.models import Fact
from usine.reputation.aside import is_of_what_was_heard
from usine.reputation.cleaning import Refused
from usine.reputation.contracts import SourceUnknown
from usine.reputation.desk import words
from usine.reputation.desk.entering import desk_screen
from usine.reputation.models import SetAside, Source
from usine.reputation.queries import get_source, list_sources
from usine.reputation.retrying import TRIED, count_untried, discard, try_again
from usine.reputation.sources.health import Refusals, State, find_state, read_refusals
from usine.reputation.switching import Brought, import_file, may_manage, switch_source

STATES: dict[State, tuple[Promise, str]] = {
    State.FAILING: (gettext_lazy("fails"), "s-late"),
    State.SILENT: (gettext_lazy("silent"), "s-risk"),
    State.NEVER_ASKED: (gettext_lazy("not asked yet"), "s-todo"),
    State.WELL: (gettext_lazy("well"), "s-done"),
    State.OFF: (gettext_lazy("switched off"), "s-na"),
}
"""What needs somebody first."""
SHOWN = 50
"""Things set aside that a page shows."""
LONGEST = 300  # characters of one of them
log = logging.getLogger(__name__)


@require_GET
@desk_screen
def show_sources(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = timezone.now()
    rows = [_show(source, actor, now) for source in list_sources(actor)]
    order = list(STATES)
    rows.sort(key=lambda row: order.index(row["state"]))
    bad = sum(row["state"] in (State.FAILING, State.SILENT) or bool(row["aside"]) for row in rows)
    finding = ngettext(
        "%(bad)s of %(n)s source needs somebody", "%(bad)s of %(n)s sources need somebody", len(rows)
    ) % {"bad": bad, "n": len(rows)}
    context = {
        "room": "reputation",
        "tab": "sources",
        "rows": rows,
        "takers": [row["source"] for row in rows if row["may_manage"]],
        "finding": finding if bad else _("Every source is heard"),
    }
    return render(request, "reputation/desk/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_screen
def enter_source(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One source; what is posted to it switches it."""
    return _switch(request, actor, slug) if request.method == "POST" else _show_one(request, actor, slug)


def _show_one(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    source = get_source(actor, slug)
    row = _show(source, actor, timezone.now())
    kept = source.set_aside.order_by("-at", "-pk") if row["may_manage"] else source.set_aside.none()
    page = Paginator(kept, SHOWN).get_page(request.GET.get("page"))
    context = {
        "room": "reputation",
        "tab": "sources",
        "row": row,
        "source": source,
        "aside": [_show_aside(each) for each in page],
        "page": page,
        **_show_refusals(read_refusals(source), may_manage=row["may_manage"]),
    }
    return render(request, "reputation/desk/source.html", context)


def _show_refusals(refusals: Refusals | None, *, may_manage: bool) -> dict[str, Any]:
    """How many in a sentence; the first ones with their reasons for whoever may manage the source."""
    if refusals is None:
        return {"refused": "", "refusals": ()}
    said = ngettext(
        "%(count)s of %(n)s mention was refused on %(at)s.",
        "%(count)s of %(n)s mentions were refused on %(at)s.",
        refusals.of,
    ) % {
        "count": words.write_number(refusals.count),
        "n": words.write_number(refusals.of),
        "at": write_when(timezone.localtime(refusals.at), "d MMM, HH:mm"),
    }
    first = [(each.external_id, _say_refused(each)) for each in refusals.first if may_manage]
    return {"refused": said, "refusals": first, "refused_more": refusals.count - len(first) if first else 0}


def _say_refused(refused: Refused) -> str:
    """Its sentence with its figures; bare where another release wrote other ones."""
    said = _(refused.sentence)
    try:
        return said % refused.values
    except (KeyError, TypeError, ValueError):
        return said


def _show_aside(row: SetAside) -> dict[str, Any]:
    """What it was, in its own words, and why it is no mention."""
    said = " ".join(f"{row.heard.get('title', '')} {row.heard.get('text', '')}".split())
    language = str(row.heard.get("language", ""))
    return {
        "row": row,
        "said": said[:LONGEST],
        "why": " ".join(_say_refused(Refused("", row.external_id, *each)) for each in row.refused)
        or row.reason,
        "is_longer": len(said) > LONGEST,
        "address": str(row.heard.get("address", "")),
        "language": language,
        "direction": words.direction(language),
    }


@require_POST
@desk_screen
def try_all(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Try again whatever is set aside of a source."""
    return _try(request, actor, slug, None)


@require_POST
@desk_screen
def act_on_aside(request: HttpRequest, actor: Actor, slug: str, aside: int) -> HttpResponse:
    """Try one thing again, or discard it."""
    if request.POST.get("verb") != "discard":
        return _try(request, actor, slug, aside)
    try:
        discard(slug, aside, by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is discarded."))
    return _return_to(actor, slug)


def _try(request: HttpRequest, actor: Actor, slug: str, only: int | None) -> HttpResponse:
    begun = timezone.now()
    try:
        taken, failed = try_again(slug, only=only, by=actor)
    except UsineError as error:
        messages.error(request, str(error))
        return _return_to(actor, slug)
    except Exception as error:
        if is_of_what_was_heard(error):
            raise
        log.exception("What is set aside of %s is not tried to the end.", slug)
        _tell_taken(request, _count_taken(slug, actor, begun))
        messages.error(request, _("The rest could not be tried just now: try again later."))
        return _return_to(actor, slug)
    _tell_taken(request, taken)
    if failed:
        said = ngettext(
            "%(n)s still cannot be taken: its reason stands beside it.",
            "%(n)s still cannot be taken: their reasons stand beside them.",
            failed,
        )
        messages.error(request, said % {"n": words.write_number(failed)})
    if only is None and (left := count_untried(slug, begun)):
        said = ngettext(
            "%(n)s is not tried yet: try all again.", "%(n)s are not tried yet: try all again.", left
        )
        messages.info(request, said % {"n": words.write_number(left)})
    return _return_to(actor, slug)


def _count_taken(slug: str, actor: Actor, begun: datetime) -> int:
    """How much somebody has had taken since a moment: a try that breaks off cannot say."""
    tried = Fact.objects.filter(name=TRIED, subject=f"source:{slug}", by=actor.name, at__gte=begun)
    return sum(bool(payload.get("is_taken")) for payload in tried.values_list("payload", flat=True))


def _return_to(actor: Actor, slug: str) -> HttpResponse:
    try:
        get_source(actor, slug)
    except SourceUnknown:
        return redirect("reputation_sources")
    return redirect("reputation_source", slug)


def _switch(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    is_on = request.POST.get("on") == "1"
    try:
        source = switch_source(slug, is_on=is_on, by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        said = (
            _("%(name)s is switched on.") if is_on else _("%(name)s is switched off: nothing is asked of it.")
        )
        messages.success(request, said % {"name": source.name})
    return redirect("reputation_sources")


@require_POST
@desk_screen
def bring_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a file of mentions as said at a source."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("No file came: choose one."))
        return redirect("reputation_sources")
    try:
        brought = import_file(request.POST.get("source", ""), file.name or "", file.read(), by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        _tell_brought(request, brought)
        if brought.aside or brought.refused:  # its screen says which and why
            return redirect("reputation_source", request.POST.get("source", ""))
    return redirect("reputation_sources")


def _tell_brought(request: HttpRequest, brought: Brought) -> None:
    _tell_taken(request, brought.taken)
    if brought.aside:
        said = ngettext("%(n)s mention is set aside.", "%(n)s mentions are set aside.", brought.aside)
        messages.error(request, said % {"n": words.write_number(brought.aside)})
    if brought.refused:
        said = ngettext("%(n)s mention is refused.", "%(n)s mentions are refused.", brought.refused)
        messages.error(request, said % {"n": words.write_number(brought.refused)})


def _tell_taken(request: HttpRequest, taken: int) -> None:
    if taken:
        said = ngettext("%(n)s mention is taken.", "%(n)s mentions are taken.", taken)
        messages.success(request, said % {"n": words.write_number(taken)})


def _show(source: Source, actor: Actor, now: datetime) -> dict[str, Any]:
    state = find_state(source, now)
    label, glyph = STATES[state]
    return {
        "source": source,
        "state": state,
        "label": label,
        "glyph": glyph,
        "heard": words.write_span(now - source.heard_at) if source.heard_at else "",
        "aside": source.aside,  # type: ignore[attr-defined]  # which the query counts
        "may_manage": may_manage(source, actor),
    }
