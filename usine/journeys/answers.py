"""The configurator for programs: the same answers as the page's, as data, or what it takes to answer oneself.

One request is one click; nothing is kept.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from usine.journeys.cars import build_car, repair
from usine.journeys.kit import Kit, KitNotFound, get_kit
from usine.launches.public import get_frame
from usine.markets.public import get_locale
from usine.offers.contracts import Offer, OfferNotFound
from usine.offers.public import get_offer_on_sale

YEAR_S = 365 * 86_400


@require_safe
def answer(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """A car and what else is valid in the offer that the live site sells: `?trim=futaie&colour=lichen`.

    JSON: `offer` (key), `currency`, `choices` (kept), `unknown` (names that the offer does not sell so), `given_up`
    (choices that the others exclude), `car` (feature to value), `price_minor`, `valid` (feature to value to [least,
    greatest] total in minor units; for a chosen feature, with that one choice let go).
    """
    frame = get_frame(vehicle, locale=get_locale(locale_path))
    return _answer(get_offer_on_sale(frame.offer_key), request)


@require_safe
def answer_from(request: HttpRequest, locale_path: str, vehicle: str, offer_key: str) -> HttpResponse:
    """`answer` from the offer that a first answer named: a session keeps its prices while new ones are published.

    Offers never change, so no database is asked. 404 for an offer of another market or vehicle, or an ended one.
    """
    offer = get_offer_on_sale(offer_key)
    if (offer.vehicle, offer.market) != (vehicle, get_locale(locale_path).market):
        raise OfferNotFound(f"The offer {offer_key[:12]} is not one of {vehicle} at /{locale_path}/.")
    return _answer(offer, request)


def _answer(offer: Offer, request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in request.GET}
    repaired = repair(offer, asked)
    car = build_car(offer, repaired.choices)
    features = offer.catalogue.features
    found: dict[str, Any] = {
        "offer": offer.key,
        "currency": offer.currency,
        "choices": dict(repaired.choices),
        "unknown": list(repaired.unknown),
        "given_up": list(repaired.given_up),
        "car": {name: car.values[name] for name in features},
        "price_minor": car.price_minor,
        "valid": {name: car.bounds[name] for name in features},
    }
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    patch_cache_control(response, public=True, max_age=60)
    return response


@require_safe
def give_kit(request: HttpRequest, locale_path: str, vehicle: str, key: str) -> HttpResponse:
    """The kit with this key, to be kept for ever: what a browser needs to answer by itself (`kit.get_kit`).

    404 when it is not that of the offer on sale: the page that asks is older, and lets the server answer.
    """
    locale = get_locale(locale_path)
    offer = get_offer_on_sale(get_frame(vehicle, locale=locale).offer_key)
    kit = get_kit(offer, locale)
    if kit is None or kit.key != key:
        raise KitNotFound(f"{vehicle} at /{locale_path}/ has no kit {key[:12]} today.")
    response = _pack(kit, request)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _pack(kit: Kit, request: HttpRequest) -> HttpResponse:
    is_compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        kit.compressed if is_compressed else kit.body, content_type="application/json; charset=utf-8"
    )
    if is_compressed:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = f'W/"{kit.key}"'
    patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, public=True, max_age=YEAR_S, immutable=True)
    return response
