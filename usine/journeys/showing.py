"""A car as the configurator's template reads it.

The browser has a twin of this file, configurator/local/showing.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from usine.journeys import actions, queries
from usine.journeys.addresses import encode, with_query
from usine.journeys.cars import Car, Repair, build_car, list_changes, list_sold
from usine.journeys.contracts import SavedConfiguration
from usine.journeys.energy import find_energy
from usine.journeys.kit import get_kit, list_features
from usine.journeys.notices import StepNotice, tell_ignored, tell_reopened, tell_step
from usine.journeys.pages import show_steps
from usine.journeys.wording import Words, find_car_picture, find_picture, print_code, tell_prices
from usine.markets.contracts import CO2_CLASSES, Locale
from usine.markets.public import currency_sign
from usine.offers.contracts import Offer


def show_car(
    offer: Offer,
    locale: Locale,
    mended: Repair,
    *,
    path: str,
    site: str,
    saved: SavedConfiguration | None = None,
    before: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything that the page says of the car of some mended choices; `before` are those of the step before.

    `path` is the page's own, `site` the scheme and host that a shared address begins with.
    """
    car = build_car(offer, mended.choices)
    words = Words(offer, locale)
    code = queries.find_code(actions.make_digest(car, locale=locale))
    old = build_car(offer, before) if before is not None else None
    notice = tell_step(old, car, words, path=path) if old else None
    touched = [change.feature for change in list_changes(offer, old.values, car.values)] if old else []
    return {
        "car": car,
        "title": words.title(car.values),
        "subtitle": words.value("powertrain", car.values["powertrain"]),
        "price": words.money(car.price_minor),
        "steps": show_steps(car, words, touched=touched),
        "energy": find_energy(offer, car.values, locale=locale),
        "co2_classes": CO2_CLASSES,
        "lines": words.lines(car.values),
        "standard": tuple(words.standard(car.values)),
        "state": encode(car.choices),
        "look": encode({f.name: car.values[f.name] for f in list_features(offer)}),
        "pictures": _list_pictures(car, words),
        "shared_picture": {
            "url": find_car_picture(offer, car.values, shared=True),
            "alt": words.picture_alt(car.values, car.values["colour"]),
        },
        "currency": currency_sign(offer.currency, locale=locale),
        "notice": notice,
        "reopened": tell_reopened(saved, car, words, mended) if saved else None,
        "ignored": "" if saved else tell_ignored(mended, words),
        "said": _say(words, car, notice),
        "page": site + path,
        "kit": _find_kit(offer, locale, path=path),
        "site": site,
        **tell_prices(offer, locale),
        **_tell_code(code, car, site=site, path=path),
    }


def _list_pictures(car: Car, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "colour": colour,
            "url": find_picture(car.offer, colour),
            "alt": words.picture_alt(car.values, colour),
            "is_shown": colour == car.values["colour"],
        }
        for colour in list_sold(car.offer)["colour"]
    ]


def _find_kit(offer: Offer, locale: Locale, *, path: str) -> str:
    """Where a browser finds what it needs to answer by itself; empty where the server answers."""
    kit = get_kit(offer, locale)
    return f"{path}kit/{kit.key}/" if kit else ""


def _tell_code(code: str, car: Car, *, site: str, path: str) -> dict[str, str]:
    """The code of a saved car and the address to share: the code's, or the one that holds the choices."""
    return {
        "code": code,
        "printed_code": print_code(code) if code else "",
        "link": site + (f"/c/{code}" if code else with_query(path, car.choices)),
    }


def _say(words: Words, car: Car, notice: StepNotice | None) -> str:
    """What a screen reader hears after a step: the price, then what else changed."""
    price = _("Price: %(price)s.") % {"price": words.money(car.price_minor)}
    return f"{price} {notice.title}." if notice else price
