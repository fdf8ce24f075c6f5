"""The configurator and the short codes. The car is in the address; forms only lead from one address to the next."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from usine.commons import ratelimit
from usine.commons.consent import find_counted_visitor
from usine.journeys import actions, queries
from usine.journeys.addresses import decode, encode, with_query
from usine.journeys.cars import Car, build_car, choose, list_sold, repair
from usine.journeys.clicks import ClicksNotAllowed, check_batch, note_step, parse_batch
from usine.journeys.contracts import ConfigurationNotFound
from usine.journeys.entrance import find_site
from usine.journeys.showing import show_car
from usine.launches.public import get_frame
from usine.markets.contracts import Locale
from usine.markets.public import get_locale
from usine.offers.contracts import Offer, OfferNotFound
from usine.offers.public import get_offer, get_offer_on_sale
from usine.ranges.contracts import OFF, ON, FeatureKind

SAVES_PER_HOUR = 120
BATCHES_PER_HOUR = 240


@require_safe
def show_configurator(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """The page of a car; a submitted form leads to the address of the car that it asks for."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="configurator")
    offer = get_offer_on_sale(frame.offer_key)
    if "state" in request.GET:
        return HttpResponseRedirect(f"{request.path}?{_take_step(offer, locale, request)}")
    saved = None
    if code := request.GET.get("c"):
        try:
            saved = queries.get_configuration(code)
        except ConfigurationNotFound:
            return _show_no_code(request, vehicle, locale, code)
    asked = dict(saved.choices) if saved else _read_choices(offer, request.GET)
    before = repair(offer, decode(request.GET["from"])).choices if "from" in request.GET else None
    with translation.override(locale.language):
        context = show_car(
            offer,
            locale,
            repair(offer, asked),
            path=request.path,
            site=request.build_absolute_uri("/").rstrip("/"),
            saved=saved,
            before=before,
        )
        context["is_a_car"] = bool(request.GET)
        return render(request, "journeys/configurator.html", {**context, "frame": frame})


@require_POST
def save(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """Keep the car under a short code and come back to it."""
    ratelimit.check(ratelimit.client_key(request, "save-configuration"), limit=SAVES_PER_HOUR, window_s=3600)
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="configurator")
    offer = get_offer_on_sale(frame.offer_key)
    choices = repair(offer, decode(request.POST.get("state", ""))).choices
    saved = actions.save_configuration(build_car(offer, choices), locale=locale)
    if request.POST.get("then") == "test-drive":
        return HttpResponseRedirect(f"/{locale.path}/{vehicle}/test-drive/?c={saved.code}")
    if request.POST.get("then") == "virtual-drive":
        return HttpResponseRedirect(f"/{locale.path}/{vehicle}/virtual-drive/?c={saved.code}")
    return HttpResponseRedirect(with_query(f"/{locale.path}/{vehicle}/configurator/", choices))


@require_POST
def take_clicks(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """Clicks that a browser answered itself, in numbers: recorded once, however often the batch is posted.

    204 when they are recorded or were before; 403 when the visitor does not allow it, 400 or 413 when they cannot be
    right: they are not to be posted again.
    """
    if not find_counted_visitor(request):
        raise ClicksNotAllowed("This visitor has not allowed to be counted.")
    ratelimit.check(ratelimit.client_key(request, "clicks"), limit=BATCHES_PER_HOUR, window_s=3600)
    locale = get_locale(locale_path)
    batch = parse_batch(request.body)
    offer = get_offer(batch["offer"])
    if (offer.vehicle, offer.market) != (vehicle, locale.market):
        raise OfferNotFound(f"The offer {batch['offer'][:12]} is not one of {vehicle} at /{locale_path}/.")
    actions.record_clicks(check_batch(batch, offer), offer=offer, locale=locale, token=batch["token"])
    return HttpResponse(status=204)


@require_safe
def open_code(request: HttpRequest, code: str) -> HttpResponse:
    """Lead a short code to its car; the page says what the offer of today changed."""
    try:
        saved = queries.get_configuration(code)
    except ConfigurationNotFound:
        site = find_site(request.headers.get("Accept-Language", ""))
        if site is None:
            raise
        return _show_no_code(request, *site, code)
    return HttpResponseRedirect(f"/{saved.locale}/{saved.vehicle}/configurator/?c={saved.code}")


@require_safe
def ask_code(request: HttpRequest) -> HttpResponse:
    """A code typed in a form leads to its address."""
    typed = "".join(sign for sign in request.GET.get("code", "") if sign.isascii() and sign.isalnum())
    return HttpResponseRedirect(f"/c/{typed[:20] or '0'}")


def _show_no_code(request: HttpRequest, vehicle: str, locale: Locale, code: str) -> HttpResponse:
    """In the site's frame and the visitor's language: the code leads nowhere, type it again or begin anew."""
    with translation.override(locale.language):
        context = {
            "frame": get_frame(vehicle, locale=locale, current="configurator"),
            "typed": code[:20] if code.isprintable() else "",
            "start": f"/{locale.path}/{vehicle}/configurator/",
        }
        return render(request, "journeys/no_code.html", context, status=ConfigurationNotFound.http_status)


def _read_choices(offer: Offer, query: QueryDict) -> dict[str, str]:
    return {name: query.get(name, "") for name in query if name in offer.catalogue.features}


def _take_step(offer: Offer, locale: Locale, request: HttpRequest) -> str:
    """The address after a form: what differs from the car that it showed, or the way out that was asked for."""
    form = request.GET
    before = repair(offer, decode(form.get("state", ""))).choices
    car = build_car(offer, before)
    picked = decode(form.get("want", "")) or _read_picked(car, form)
    after = choose(car, picked)
    clicks = note_step(car, picked)
    if clicks.choices and request.method == "GET" and find_counted_visitor(request):
        actions.record_clicks(clicks, offer=offer, locale=locale)
    return urlencode({**after, "from": encode(before)})


def _read_picked(car: Car, form: QueryDict) -> dict[str, str]:
    """Inputs that differ from the car shown. An unchecked box sends nothing: it says "no" where it could be let go."""
    picked = {}
    for name, values in list_sold(car.offer).items():
        feature = car.offer.catalogue.features.get(name)
        if feature is None or len(values) < 2:
            continue
        is_switch = feature.kind is FeatureKind.SWITCH
        sent = form.get(name, OFF if is_switch and OFF in car.bounds[name] else car.values[name])
        if sent != car.values[name] and sent in values:
            picked[name] = ON if is_switch and sent != OFF else sent
    return picked
