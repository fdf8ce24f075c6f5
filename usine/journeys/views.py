"""The configurator and the short codes. The car is in the address; forms only lead from one address to the next."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from usine.commons import ratelimit
from usine.journeys import actions, queries
from usine.journeys.cars import Car, Repair, build_car, choose, list_changes, list_sold, repair
from usine.journeys.pages import show_energy, show_steps
from usine.journeys.wording import Words, find_picture, print_code
from usine.launches.contracts import Frame
from usine.launches.public import get_frame
from usine.markets.contracts import Locale
from usine.markets.public import format_date, get_locale, market_name
from usine.offers.contracts import Offer
from usine.offers.public import get_offer, get_offer_on_sale
from usine.ranges.contracts import OFF, ON, FeatureKind

SAVES_PER_HOUR = 120


@require_safe
def show_configurator(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """The page of a car; a submitted form leads to the address of the car that it asks for."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="configurator")
    offer = get_offer_on_sale(frame.offer_key)
    if "state" in request.GET:
        return HttpResponseRedirect(f"{request.path}?{_take_step(offer, request.GET)}")
    mended = repair(offer, _read_choices(offer, request.GET))
    car = build_car(offer, mended.choices)
    with translation.override(locale.language):
        return _render(request, frame, locale, car, mended)


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
    return HttpResponseRedirect(f"/{locale.path}/{vehicle}/configurator/?{urlencode(choices)}")


@require_safe
def open_code(request: HttpRequest, code: str) -> HttpResponse:
    """Lead a short code to its car; the page says what the offer of today changed."""
    saved = queries.get_configuration(code)
    return HttpResponseRedirect(f"/{saved.locale}/{saved.vehicle}/configurator/?c={saved.code}")


def encode(choices: Mapping[str, str]) -> str:
    """Choices as one word for a hidden field: `trim.futaie~roof.glass`."""
    return "~".join(f"{name}.{value}" for name, value in choices.items())


def decode(state: str) -> dict[str, str]:
    """The inverse of `encode`; what is not a choice is left out."""
    pairs = (part.partition(".") for part in state.split("~"))
    return {name: value for name, dot, value in pairs if dot}


def _read_choices(offer: Offer, query: QueryDict) -> dict[str, str]:
    if code := query.get("c"):
        return dict(queries.get_configuration(code).choices)
    return {name: query.get(name, "") for name in query if name in offer.catalogue.features}


def _take_step(offer: Offer, form: QueryDict) -> str:
    """The address after a form: what differs from the car that it showed, or the way out that was asked for."""
    before = repair(offer, decode(form.get("state", ""))).choices
    car = build_car(offer, before)
    picked = decode(form.get("want", "")) or _read_picked(car, form)
    after = choose(car, picked)
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


def _render(request: HttpRequest, frame: Frame, locale: Locale, car: Car, mended: Repair) -> HttpResponse:
    words = Words(car.offer, locale)
    code = queries.find_code(actions.make_digest(car, locale=locale))
    context = {
        "frame": frame,
        "car": car,
        "title": words.title(car.values),
        "subtitle": words.value("powertrain", car.values["powertrain"]),
        "price": words.money(car.price_minor),
        "price_list": _("Price list for %(country)s of %(date)s.")
        % {
            "country": market_name(locale.market, language=locale.language),
            "date": format_date(car.offer.valid_from, locale=locale),
        },
        "steps": show_steps(car, words),
        "energy": show_energy(car),
        "lines": words.lines(car.values),
        "standard": tuple(words.standard(car.values)),
        "state": encode(car.choices),
        "code": code,
        "printed_code": print_code(code) if code else "",
        "pictures": [
            {
                "colour": colour,
                "url": find_picture(car.offer, colour),
                "alt": words.picture_alt(car.values, colour),
                "is_shown": colour == car.values["colour"],
            }
            for colour in list_sold(car.offer)["colour"]
        ],
        "notice": _tell_changes(request, car, words),
        "reopened": _tell_reopened(request, car, words, mended),
    }
    return render(request, "journeys/configurator.html", context)


def _tell_changes(request: HttpRequest, car: Car, words: Words) -> dict[str, object] | None:
    """What the last step changed, with the way back; only when it changed more than what was asked."""
    if "from" not in request.GET:
        return None
    before = repair(car.offer, decode(request.GET["from"])).choices
    old = build_car(car.offer, before)
    changes = tuple(list_changes(car.offer, old.values, car.values))
    if len(changes) < 2:
        return None
    return {
        "lines": [(words.change(c), words.money(c.amount_minor, signed=True)) for c in changes],
        "total": words.money(car.price_minor - old.price_minor, signed=True),
        "undo": f"{request.path}?{urlencode(before)}",
    }


def _tell_reopened(request: HttpRequest, car: Car, words: Words, mended: Repair) -> dict[str, object] | None:
    """What no longer holds of a saved car whose offer has changed since."""
    code = request.GET.get("c")
    if not code:
        return None
    saved = queries.get_configuration(code)
    if saved.offer_key == car.offer.key:
        return None
    then = Words(get_offer(saved.offer_key), words.locale)
    lost = [then.value(name, saved.choices[name]) for name in (*mended.unknown, *mended.given_up)]
    return {"lost": lost, "then": then.money(saved.price_minor), "now": words.money(car.price_minor)}
