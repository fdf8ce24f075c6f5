"""The inbox: what is said in my markets, one mention beside the list, and everything that one does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import list_staff
from usine.commons.errors import UsineError
from usine.markets.public import is_country
from usine.reputation import handling, keeping
from usine.reputation.desk import words
from usine.reputation.desk.entering import desk_screen
from usine.reputation.desk.showing import show_detail, show_row
from usine.reputation.handling import Done
from usine.reputation.queries import (
    STATES,
    Filters,
    get_detail,
    list_entities,
    list_inbox,
    list_searches,
    list_sources,
)

UNDO = "reputation_undo"
"""Where the session keeps the facts of one's last act."""


@require_GET
@desk_screen
def show_inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list and beside it the mention of `?at=`, without one the first; `?part=detail` answers that alone."""
    now = timezone.now()
    filters, markets = _settle_market(Filters.read(request.GET), actor)
    page = _read_number(request.GET.get("page", ""), 1)
    chosen = _read_number(request.GET.get("at", ""), 0)
    if request.GET.get("part") == "detail":
        return render(request, "reputation/desk/_detail.html", _detail(request, actor, filters, chosen, page))
    inbox = list_inbox(actor, filters, page=page, now=now)
    shown = chosen or (inbox.rows[0].pk if inbox.rows else 0)
    context = {
        "room": "reputation",
        "tab": "inbox",
        "rows": [show_row(row, now) for row in inbox.rows],
        "page": inbox,
        "filters": filters,
        "is_open": bool(chosen),
        "shown": shown,
        "states": [
            (state, words.STATES[state], inbox.counts.get(state), filters.write(state=state))
            for state in STATES
        ],
        **_list_choices(),
        "markets": markets,
        "sources": [(source.slug, source.name) for source in list_sources(actor)],
        "searches": list_searches(actor),
        "finding": _write_finding(inbox.counts),
        **_detail(request, actor, filters, shown, page),
    }
    return render(request, "reputation/desk/inbox.html", context)


def _detail(request: HttpRequest, actor: Actor, filters: Filters, shown: int, page: int) -> dict[str, Any]:
    """What the detail needs: the mention, who may take it, an answer that a template begins."""
    query = filters.write()
    common = {
        "query": f"{query}&page={page}" if page > 1 else query,
        "undo": request.session.get(UNDO),
        "me": actor,
    }
    if not shown:
        return {**common, "detail": None}
    detail = get_detail(actor, shown)
    template = _read_number(request.GET.get("template", ""), 0)
    begun = next((row.text for row in detail.templates if row.pk == template), "")
    staff = list_staff(detail.mention.country)
    present = {row.entity for row in detail.entities}
    absent = [name for name in list_entities() if name not in present]
    return {
        **common,
        "detail": show_detail(detail, timezone.now()),
        "begun": begun,
        "staff": staff,
        "more_entities": [(f"entity:{name}", words.name_entity(name)) for name in absent],
    }


def _settle_market(filters: Filters, actor: Actor) -> tuple[Filters, list[tuple[str, str]]]:
    """The filters and the markets of the menu, so that the list shows what the menu says.

    A market that is not one's own is left out; central is offered a country without a market too, for alerts lead to
    such ones.
    """
    markets = words.list_market_choices(actor)
    if not filters.market or filters.market in dict(markets):
        return filters, markets
    if actor.role is Role.CENTRAL and is_country(filters.market):
        return filters, [*markets, (filters.market, words.name_market(filters.market))]
    return replace(filters, market=""), markets


def _list_choices() -> dict[str, Any]:
    """What the filters offer."""
    return {
        "languages": words.list_language_choices(),
        "entities": [(entity, words.name_entity(entity)) for entity in list_entities()],
        "aspects": list(words.ASPECTS.items()),
        "sentiments": [(value, label) for value, (label, _glyph) in words.SENTIMENTS.items()],
        "intents": list(words.INTENTS.items()),
    }


def _write_finding(counts: Any) -> str:
    """The title says what is the matter."""
    late, waiting = counts["overdue"], counts["open"]
    if late:
        return ngettext("%(n)s answer is overdue", "%(n)s answers are overdue", late) % {
            "n": words.write_number(late)
        }
    if waiting:
        return ngettext("%(n)s mention is open", "%(n)s mentions are open", waiting) % {
            "n": words.write_number(waiting)
        }
    return _("Nothing is open")


@require_POST
@desk_screen
def act(request: HttpRequest, actor: Actor, mention: int, verb: str) -> HttpResponse:
    """One act on one mention, then back to it, or after closing it to the next one."""
    post = request.POST
    acts: dict[str, Callable[[], Done]] = {
        "assign": lambda: handling.assign(
            [mention], to=_read_number(post.get("to", ""), 0) or None, by=actor
        ),
        "answer": lambda: handling.answer(mention, post.get("text", ""), by=actor),
        "resolve": lambda: handling.resolve([mention], by=actor),
        "ignore": lambda: handling.ignore([mention], by=actor),
        "reopen": lambda: handling.reopen([mention], by=actor),
        "note": lambda: handling.add_note(mention, post.get("text", ""), by=actor),
        "correct": lambda: handling.correct(mention, post.get("field", ""), post.get("label", ""), by=actor),
    }
    if verb not in acts:
        return _go_back(request, mention)
    done = _try(request, acts[verb], _write_done(verb, 1))
    closes = done is not None and verb in ("resolve", "ignore")
    return _go_back(request, _read_number(post.get("then", ""), mention) if closes else mention)


@require_POST
@desk_screen
def act_on_many(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Assign to me, resolve or ignore what is ticked."""
    chosen = [number for said in request.POST.getlist("mention") if (number := _read_number(said, 0))]
    verbs: dict[str, Callable[[], Done]] = {
        "assign": lambda: handling.assign(chosen, by=actor),
        "resolve": lambda: handling.resolve(chosen, by=actor),
        "ignore": lambda: handling.ignore(chosen, by=actor),
    }
    verb = request.POST.get("verb", "")
    if verb in verbs:
        _try(request, verbs[verb], _write_done(verb, len(chosen)))
    return _go_back(request, 0)


@require_POST
@desk_screen
def undo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take one's last act back."""
    facts = request.session.pop(UNDO, None) or []
    done = _try(request, lambda: handling.undo(facts, by=actor), _("Undone."), keep=False)
    return _go_back(request, done.mentions[0] if done and len(done.mentions) == 1 else 0)


@require_POST
@desk_screen
def save_search(request: HttpRequest, actor: Actor) -> HttpResponse:
    post = request.POST
    is_shared = bool(post.get("is_shared"))
    _try(
        request,
        lambda: keeping.save_search(
            post.get("name", ""), post.get("query", ""), is_shared=is_shared, by=actor
        ),
        _("The search is kept."),
    )
    return _go_back(request, 0)


@require_POST
@desk_screen
def drop_search(request: HttpRequest, actor: Actor, search: int) -> HttpResponse:
    _try(request, lambda: keeping.drop_search(search, by=actor), _("The search is deleted."))
    return _go_back(request, 0)


def _try(request: HttpRequest, what: Callable[[], Any], said: str, *, keep: bool = True) -> Any:
    """Do it and say so; what is refused is said instead, and what is not there is not found."""
    try:
        done = what()
    except UsineError as error:
        if error.http_status == 404:
            raise
        messages.error(request, str(error))
        return None
    messages.success(request, said)
    if keep and isinstance(done, Done) and done.facts:
        request.session[UNDO] = list(done.facts)
    return done


def _write_done(verb: str, number: int) -> str:
    said = {
        "assign": ngettext("Assigned.", "%(n)s mentions assigned.", number),
        "answer": _("The answer is kept, with your name."),
        "resolve": ngettext("Resolved.", "%(n)s mentions resolved.", number),
        "ignore": ngettext("Ignored.", "%(n)s mentions ignored.", number),
        "reopen": _("Open again."),
        "note": _("The note is kept, with your name."),
        "correct": _("The label is corrected: the next training learns it."),
    }[verb]
    return said % {"n": number} if "%(n)s" in said else said


def _go_back(request: HttpRequest, mention: int) -> HttpResponse:
    """To the list as it was filtered, at a mention."""
    kept = [
        (k, v)
        for k, v in parse_qsl(request.POST.get("query", ""))
        if k in {*Filters.__dataclass_fields__, "page"}
    ]
    query = urlencode([*kept, ("at", str(mention))] if mention else kept)
    return redirect(f"{reverse('reputation_inbox')}?{query}" if query else reverse("reputation_inbox"))


def _read_number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else default
