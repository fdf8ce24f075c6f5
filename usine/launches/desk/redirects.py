"""The screen of old addresses: where each leads, which ones were public and answer nothing now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import UsineError
from usine.launches import store
from usine.launches.desk.words import PAGES
from usine.launches.queries import list_live_sites, list_past_releases
from usine.launches.rules import OTHER_ROOMS, PATHS
from usine.launches.sources.masters import get_launch
from usine.launches.sources.redirects import HOME, Moved, expand, list_addresses, list_moved, resolve
from usine.launches.visitors.redirects import read_release_map
from usine.launches.workflow.states import list_seen_locales
from usine.launches.writing.redirects import may_write_redirect, remove_redirect, save_redirect
from usine.markets.contracts import MASTER_MARKET, Locale
from usine.markets.public import MASTER_LOCALE, find_locale, market_name

STATES: dict[str, tuple[Promise, str]] = {
    "live": (gettext_lazy("live"), "s-live"),
    "next": (gettext_lazy("from the next publication on"), "s-prog"),
    "page": (gettext_lazy("a page is there: it is shown"), "s-stale"),
    "lost": (gettext_lazy("leads to no page that is live"), "s-block"),
}


@dataclass(frozen=True, slots=True)
class Served:
    """What the live sites of a launch have: their pages and where their old addresses lead, in whole paths."""

    locales: frozenset[str]
    pages: frozenset[str]
    moved: Mapping[str, str]


@require_http_methods(["GET", "POST"])
@staff_required
def show_redirects(request: HttpRequest, vehicle: str) -> HttpResponse:
    """The table as far as it is of my markets; `?market=` adds the addresses that this market has lost. Posts write."""
    actor = get_actor(request.user)
    get_launch(vehicle)
    if request.method == "POST":
        return _write(request, vehicle, actor)
    locales = list(list_seen_locales(vehicle, actor))
    if actor.may_see(MASTER_MARKET):
        locales.insert(0, MASTER_LOCALE)
    codes = list(dict.fromkeys(locale.market for locale in locales))
    market = request.GET.get("market", "")
    market = market if market in codes else codes[0] if len(codes) == 1 else ""
    language = translation.get_language() or "en"
    table, served = list_moved(vehicle), _read_served(vehicle)
    leads = resolve(expand(table, vehicle, served.locales), served.pages.__contains__)
    mine = (row for row in table if _is_mine(row, {at.path for at in locales}))
    rows = [_show(row, actor, _judge(row, vehicle, served, leads)) for row in mine]
    context = {
        "room": "launches",
        "vehicle": vehicle,
        "rows": rows,
        "markets": [(code, market_name(code, language=language)) for code in codes],
        "market": market,
        "sites": [at for at in locales if market in ("", at.market)],
        "lost": _list_lost(vehicle, market, table, served) if market else [],
        "pages": [(PATHS[kind] or HOME, label) for kind, label in PAGES.items() if kind != "not-found"],
        "is_central": actor.role is Role.CENTRAL,
        "typed": {name: request.GET.get(name, "") for name in ("from", "to", "locale", "note")},
    }
    return render(request, "launches/desk/redirects.html", context)


def _write(request: HttpRequest, vehicle: str, actor: Actor) -> HttpResponse:
    """A refused one comes back with what was typed."""
    said = {name: request.POST.get(name, "") for name in ("market", "from", "to", "locale", "note")}
    address = reverse("desk_redirects", args=[vehicle])
    try:
        if request.POST.get("verb") == "remove":
            remove_redirect(vehicle, source=said["from"], by=actor)
            messages.success(request, _("The address leads nowhere, from the next publication on."))
        else:
            save_redirect(
                vehicle,
                source=said["from"],
                target=said["to"],
                by=actor,
                note=said["note"],
                locale=said["locale"],
            )
            messages.success(request, _("Saved. The old address leads there from the next publication on."))
        said = {"market": said["market"]}
    except UsineError as error:
        messages.error(request, str(error))
    query = urlencode({name: text for name, text in said.items() if text})
    return redirect(f"{address}?{query}" if query else address)


def _read_served(vehicle: str) -> Served:
    sites = list_live_sites(vehicle)
    pages: set[str] = set()
    moved: dict[str, str] = {}
    for site in sites:
        pages |= list_addresses(vehicle, store.read_note(site.release_key, store.MANIFEST) or ())
        moved |= read_release_map(site.release_key)
        pages |= {f"/{at.path}/{vehicle}/{PATHS[room]}" for at in site.locales for room in OTHER_ROOMS}
    return Served(frozenset(at.path for site in sites for at in site.locales), frozenset(pages), moved)


def _is_mine(row: Moved, locales: set[str]) -> bool:
    return row.is_everywhere or any(path.split("/")[1] in locales for path in (row.source, row.target))


def _show(row: Moved, actor: Actor, state: str) -> dict[str, Any]:
    label, glyph = STATES[state]
    return {
        "row": row,
        "target": row.target or HOME,
        "label": label,
        "glyph": glyph,
        "may_write": may_write_redirect(actor, row),
    }


def _judge(row: Moved, vehicle: str, served: Served, leads: Mapping[str, str]) -> str:
    """A row for every site is judged where its page is live; `leads` is where the whole table leads at last."""
    sources = expand([row], vehicle, served.locales)
    if sources and all(source in served.pages for source in sources):
        return "page"
    kept = [source for source in sources if source in leads]
    if not kept:
        return "lost"
    return "live" if all(served.moved.get(source) == leads[source] for source in kept) else "next"


def _list_lost(vehicle: str, market: str, table: Sequence[Moved], served: Served) -> list[tuple[str, Locale]]:
    """The addresses of pages that earlier releases of a market had and no one has now."""
    known = expand(table, vehicle, served.locales)
    had: set[str] = set()
    for past in list_past_releases(vehicle, market):
        had |= list_addresses(vehicle, store.read_note(past.key, store.MANIFEST) or ())
    lost = sorted(address for address in had - served.pages if address not in known)
    found = ((address, find_locale(address.split("/")[1])) for address in lost)
    return [(address, locale) for address, locale in found if locale is not None]
