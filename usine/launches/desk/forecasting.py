"""The screen of what a publication would change: by market and page with why, and the markets that it would leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from usine.accounts.contracts import Actor
from usine.accounts.public import get_actor, staff_required
from usine.commons.models import Job
from usine.launches.actions import MarketForecast, check_may_publish
from usine.launches.desk.comparing import KINDS
from usine.launches.desk.words import PAGES
from usine.launches.forecasts import FEW, Worked, find_forecast, forecast_now, request_forecast
from usine.launches.queries import list_sold_markets
from usine.launches.rules import PATHS
from usine.launches.sources.redirects import MAP
from usine.markets.public import get_market, market_name

REASONS: dict[str, Promise] = {
    "new": gettext_lazy("new"),
    "gone": gettext_lazy("not there any more"),
    "texts": gettext_lazy("texts"),
    "frame": gettext_lazy("menus and foot"),
    "figures": gettext_lazy("prices, figures, files"),
    "code": gettext_lazy("how pages are built"),
    "moved": gettext_lazy("where they lead"),
}
RUNNING = (Job.State.WAITING, Job.State.RUNNING)


@require_http_methods(["GET", "POST"])
@staff_required
def show_changes(request: HttpRequest, vehicle: str) -> HttpResponse:
    """`?market=` names a few markets, worked out at once; without, what was worked out for me last. A post asks for the
    markets that it names, or for all that I may publish: of more than a few by a job."""
    actor = get_actor(request.user)
    mine = [code for code in list_sold_markets(vehicle) if actor.may_see(code)]
    named = (request.POST if request.method == "POST" else request.GET).getlist("market")
    codes = [get_market(code).code for code in dict.fromkeys(named)]
    check_may_publish(actor, codes)
    if request.method == "POST":
        return _ask(vehicle, codes or mine, actor)
    context: dict[str, Any] = {
        "room": "launches",
        "vehicle": vehicle,
        "mine": mine,
        "is_few": len(mine) <= FEW,
    }
    if codes or len(mine) <= FEW:
        if len(codes) > FEW:
            messages.error(request, _("So many markets are worked out by a job: ask for them below."))
            return redirect("desk_changes", vehicle)
        shown = _show(vehicle, forecast_now(vehicle, markets=codes or mine, by=actor))
        context |= {**shown, "is_done": bool(codes or mine)}
    elif worked := find_forecast(vehicle, actor):
        context |= _show_worked(vehicle, worked)
    context.setdefault("title", _("What a publication would change"))
    return render(request, "launches/desk/changes.html", context)


def _ask(vehicle: str, codes: Sequence[str], actor: Actor) -> HttpResponse:
    address = reverse("desk_changes", args=[vehicle])
    if len(codes) <= FEW:
        return redirect(f"{address}?{urlencode({'market': list(codes)}, doseq=True)}")
    request_forecast(vehicle, markets=codes, by=actor)
    return redirect(address)


def _show_worked(vehicle: str, worked: Worked) -> dict[str, Any]:
    shown: dict[str, Any] = {"worked": worked, "is_running": worked.job.state in RUNNING}
    if worked.job.state == Job.State.DONE:
        shown |= {**_show(vehicle, worked.found), "is_done": True}
    elif not shown["is_running"]:
        shown["fault"] = worked.job.message
    return shown


def _show(vehicle: str, found: Sequence[MarketForecast]) -> dict[str, Any]:
    changing = [_show_market(vehicle, one) for one in found if one.changes and not one.refusal]
    left = [_show_market(vehicle, one) for one in found if one.refusal]
    said = ngettext("%(count)s market would change", "%(count)s markets would change", len(changing))
    title = said % {"count": len(changing)} if changing else _("No market would change")
    if left:
        more = ngettext("%(count)s would stay as it is", "%(count)s would stay as they are", len(left))
        title = f"{title}, {more % {'count': len(left)}}"
    return {
        "title": title,
        "changing": changing,
        "left": left,
        "same": [_name(one.market) for one in found if not one.changes and not one.refusal],
    }


def _show_market(vehicle: str, one: MarketForecast) -> dict[str, Any]:
    pages = [_show_page(vehicle, path, why) for path, why in one.changes.items()]
    return {
        "code": one.market,
        "name": _name(one.market),
        "refusal": one.refusal,
        "pages": pages,
        "count": sum(path != MAP for path in one.changes),
        "why": [REASONS[reason] for reason in REASONS if any(reason in why for why in one.changes.values())],
    }


def _show_page(vehicle: str, path: str, why: Sequence[str]) -> dict[str, Any]:
    if path == MAP:
        return {"name": _("Old addresses"), "address": "", "why": [REASONS[reason] for reason in why]}
    locale, _slash, rest = path.partition("/")
    kind = KINDS.get(rest, "")
    return {
        "name": PAGES.get(kind, rest),
        "address": f"/{locale}/{vehicle}/{PATHS.get(kind, '')}",
        "why": [REASONS[reason] for reason in why],
    }


def _name(market: str) -> str:
    return market_name(market, language=translation.get_language() or "en")
