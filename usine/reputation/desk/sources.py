"""Where we listen: how each source goes, switched on and off here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import UsineError
from usine.reputation.desk import words
from usine.reputation.desk.entering import desk_screen
from usine.reputation.models import Source
from usine.reputation.queries import list_sources
from usine.reputation.sources.health import State, find_state
from usine.reputation.switching import import_file, switch_source

STATES: dict[State, tuple[Promise, str]] = {
    State.FAILING: (gettext_lazy("fails"), "s-late"),
    State.SILENT: (gettext_lazy("silent"), "s-risk"),
    State.NEVER_ASKED: (gettext_lazy("not asked yet"), "s-todo"),
    State.WELL: (gettext_lazy("well"), "s-done"),
    State.OFF: (gettext_lazy("switched off"), "s-na"),
}
"""What needs somebody first."""


@require_GET
@desk_screen
def show_sources(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = timezone.now()
    rows = [_show(source, actor, now) for source in list_sources(actor)]
    order = list(STATES)
    rows.sort(key=lambda row: order.index(row["state"]))
    bad = sum(row["state"] in (State.FAILING, State.SILENT) for row in rows)
    finding = ngettext(
        "%(bad)s of %(n)s source needs somebody", "%(bad)s of %(n)s sources need somebody", len(rows)
    ) % {"bad": bad, "n": len(rows)}
    context = {
        "room": "reputation",
        "tab": "sources",
        "rows": rows,
        "takers": [row["source"] for row in rows if row["may_switch"]],
        "finding": finding if bad else _("Every source is heard"),
    }
    return render(request, "reputation/desk/sources.html", context)


@require_POST
@desk_screen
def switch(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
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
        count = import_file(request.POST.get("source", ""), file.name or "", file.read(), by=actor)
    except UsineError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(n)s mention is taken.", "%(n)s mentions are taken.", count)
        messages.success(request, said % {"n": words.write_number(count)})
    return redirect("reputation_sources")


def _show(source: Source, actor: Actor, now: datetime) -> dict[str, Any]:
    state = find_state(source, now)
    label, glyph = STATES[state]
    return {
        "source": source,
        "state": state,
        "label": label,
        "glyph": glyph,
        "heard": words.write_span(now - source.heard_at) if source.heard_at else "",
        "may_switch": actor.role is Role.CENTRAL or bool(source.country and actor.may_see(source.country)),
    }
