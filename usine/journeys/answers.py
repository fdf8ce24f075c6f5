"""The configurator for programs: the same answers as the page's, as data. One request is one click; nothing is kept."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from usine.journeys.cars import build_car, repair
from usine.launches.public import get_frame
from usine.markets.public import get_locale
from usine.offers.public import get_offer_on_sale


@require_safe
def answer(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """A car and what else is valid, from choices in the query: `?trim=futaie&colour=lichen`.

    JSON: `offer` (key), `currency`, `choices` (kept), `unknown` (names that the offer does not sell so), `given_up`
    (choices that the others exclude), `car` (feature to value), `price_minor`, `valid` (feature to value to [least,
    greatest] total in minor units; for a chosen feature, with that one choice let go).
    """
    offer = get_offer_on_sale(get_frame(vehicle, locale=get_locale(locale_path)).offer_key)
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
        "car": {name: value for name, value in car.values.items() if name in features},
        "price_minor": car.price_minor,
        "valid": {name: values for name, values in car.bounds.items() if name in features},
    }
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    patch_cache_control(response, public=True, max_age=60)
    return response
