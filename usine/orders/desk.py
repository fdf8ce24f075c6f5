"""The desk's screens of this room: the floor, the leads of my markets. Parse, check who asks, call the door, render."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TypedDict
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons.models import Fact, Job
from usine.launches.public import list_live_sites
from usine.markets.public import MASTER_LOCALE, find_locale, list_markets, market_name
from usine.orders import public
from usine.orders.car import find_car
from usine.orders.contracts import Lead, LeadState
from usine.orders.queries import CANCELLED
from usine.orders.rules import make_safe_cell

STATES = {
    LeadState.NEW: (pgettext_lazy("lead", "new"), "s-wait"),
    LeadState.CONTACTED: (pgettext_lazy("lead", "contacted"), "s-prog"),
    LeadState.DONE: (pgettext_lazy("lead", "done"), "s-done"),
    LeadState.LOST: (pgettext_lazy("lead", "lost"), "s-na"),
}
EVENTS = {
    "TestDriveBooked": gettext_lazy("Booked by the visitor"),
    "TestDriveCancelled": gettext_lazy("Cancelled by the visitor"),
    "LeadStateChanged": gettext_lazy("State changed"),
}
LINE = {
    "RangeReleased": gettext_lazy("Range released"),
    "OfferMade": gettext_lazy("Offer made"),
    "LaunchLoaded": gettext_lazy("Texts loaded"),
    "LaunchFounded": gettext_lazy("Launch begun"),
    "TranslationsImported": gettext_lazy("Translations taken"),
    "SitePublished": gettext_lazy("Site published"),
    "SiteWithdrawn": gettext_lazy("Site taken down"),
    "ConfigurationSaved": gettext_lazy("Car saved by a visitor"),
    "TestDriveBooked": gettext_lazy("Test drive booked"),
    "TestDriveCancelled": gettext_lazy("Test drive cancelled"),
    "LeadStateChanged": gettext_lazy("Lead answered"),
}
"""The facts that the floor tells, in words."""
LINE_LENGTH = 12
SHOWN = 6
DAYS_AHEAD = 7
COLUMNS = (
    "id",
    "market",
    "vehicle",
    "starts_at",
    "dealer",
    "name",
    "email",
    "phone",
    "code",
    "state",
    "booked_at",
)


class Filters(TypedDict):
    market: str
    state: str
    search: str


@require_GET
@staff_required
def show_floor(request: HttpRequest) -> HttpResponse:
    """What needs me today."""
    actor = get_actor(request.user)
    counts = public.count_by_state(actor)
    drives = public.list_drives(actor, after=timezone.now(), days=DAYS_AHEAD)
    is_central = actor.role is Role.CENTRAL
    failed = Job.objects.filter(state=Job.State.FAILED).order_by("-id")[:5] if is_central else ()
    language = translation.get_language() or "en"
    sites = [site for site in list_live_sites() if actor.may_see(site.market)]
    context = {
        "room": "floor",
        "counts": [(*STATES[state], state.value, count) for state, count in counts.items()],
        "new": [_row(lead) for lead in public.list_waiting(actor, size=SHOWN)],
        "new_count": counts[LeadState.NEW],
        "drives": [_row(lead) for lead in drives[:SHOWN]],
        "drive_count": len(drives),
        "failed": list(failed),
        "sites": [(market_name(site.market, language=language), site) for site in sites],
        "line": _list_line(actor, language),
        "is_central": is_central,
    }
    return render(request, "orders/desk/floor.html", context)


def _list_line(actor: Actor, language: str) -> list[tuple[str, str, Fact]]:
    """The latest that happened along the line in the actor's markets: what, where, the fact itself."""
    facts = Fact.objects.filter(name__in=list(LINE)).order_by("-id")
    if actor.role is not Role.CENTRAL:
        facts = facts.filter(market__in=sorted(actor.markets))
    return [
        (str(LINE[fact.name]), market_name(fact.market, language=language) if fact.market else "", fact)
        for fact in facts[:LINE_LENGTH]
    ]


@require_GET
@staff_required
def show_leads(request: HttpRequest) -> HttpResponseBase:
    """The leads of my markets; `format=csv` exports exactly what the filters list."""
    actor = get_actor(request.user)
    filters = _read_filters(request)
    if request.GET.get("format") == "csv":
        return _export(actor, filters)
    number = request.GET.get("page", "1")
    page = public.list_leads(
        actor, page=int(number) if number.isdecimal() and len(number) < 7 else 1, **filters
    )
    context = {
        "room": "leads",
        "page": page,
        "rows": [_row(lead) for lead in page.leads],
        "filters": filters,
        "is_filtered": any(filters.values()),
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "markets": _list_market_choices(actor),
        "states": [
            *((state.value, label) for state, (label, _glyph) in STATES.items()),
            (CANCELLED, _("cancelled")),
        ],
    }
    return render(request, "orders/desk/leads.html", context)


@require_GET
@staff_required
def show_lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    lead = public.get_lead(lead_id, actor=get_actor(request.user))
    history = [
        (EVENTS.get(fact.name, fact.name), fact, _label(fact.payload.get("after", "")))
        for fact in Fact.objects.filter(subject=f"lead:{lead.id}").order_by("-id")[:50]
    ]
    states = [(state, label, glyph, state is lead.state) for state, (label, glyph) in STATES.items()]
    locale = find_locale(f"{lead.language}-{lead.market}".lower()) or MASTER_LOCALE
    car = find_car(lead.configuration_code, offer_key=lead.offer_key, locale=locale)
    context = {"room": "leads", **_row(lead), "history": history, "states": states, "car": car}
    return render(request, "orders/desk/lead.html", context)


@require_POST
@staff_required
def change_lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    actor = get_actor(request.user)
    wanted = request.POST.get("state", "")
    if wanted in set(LeadState):
        public.change_state(lead_id, state=LeadState(wanted), by=actor)
        messages.success(request, _("The state is kept, with your name."))
    else:
        public.get_lead(lead_id, actor=actor)
        messages.error(request, _("Choose one of the four states."))
    return redirect("desk_lead", lead_id)


def _read_filters(request: HttpRequest) -> Filters:
    state = request.GET.get("state", "")
    return {
        "market": request.GET.get("market", "")[:3],
        "state": state if state in {*LeadState, CANCELLED} else "",
        "search": request.GET.get("q", "").strip()[:100],
    }


def _row(lead: Lead) -> dict[str, object]:
    label, glyph = STATES[lead.state]
    name = f"{lead.contact.first_name} {lead.contact.last_name}".strip()
    language = translation.get_language() or "en"
    return {
        "lead": lead,
        "name": name or _("erased"),
        "market": market_name(lead.market, language=language),
        "state": _("cancelled") if lead.is_cancelled else label,
        "glyph": "s-na" if lead.is_cancelled else glyph,
    }


def _label(state: str) -> str:
    return str(STATES[LeadState(state)][0]) if state in set(LeadState) else ""


def _list_market_choices(actor: Actor) -> list[tuple[str, str]]:
    language = translation.get_language() or "en"
    codes = actor.markets or {market.code for market in list_markets(active=True)}
    return sorted(((code, market_name(code, language=language)) for code in codes), key=lambda pair: pair[1])


class _Echo:
    def write(self, line: str) -> str:
        return line


def _export(actor: Actor, filters: Filters) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for lead in public.iterate_leads(actor, **filters):
            yield writer.writerow([make_safe_cell(str(cell)) for cell in _cells(lead)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leads.csv"'
    return response


def _cells(lead: Lead) -> tuple[object, ...]:
    person = lead.contact
    return (
        lead.id,
        lead.market,
        lead.vehicle,
        lead.starts_at.isoformat(),
        lead.dealer_name,
        f"{person.first_name} {person.last_name}".strip(),
        person.email,
        person.phone,
        lead.configuration_code,
        "cancelled" if lead.is_cancelled else lead.state.value,
        lead.created_at.isoformat(),
    )
