"""What the page of a drive gives its island: the car, the market's side and units, words, addresses."""

from __future__ import annotations

from typing import Any

from usine.commons.assets import AssetMissing, get_asset
from usine.journeys.contracts import ConfiguredCar
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.contracts import Offer
from usine.testdrive.words import list_words

IMPERIAL_GALLON, US_GALLON = 4.54609, 3.785411784
"""Litres, by definition. The United States have their own."""
USUAL_INCHES = 16


def make_kit(offer: Offer, car: ConfiguredCar, *, locale: Locale, results: str) -> dict[str, Any]:
    """One JSON document; its reader is frontend/src/testdrive/page/kit.ts. Words are in the active language."""
    market = get_market(locale.market)
    return {
        "car": {
            "figures": car.values["powertrain"],
            "inches": _read_fact(offer, car, "wheels", "inches") or USUAL_INCHES,
            "title": car.title,
            "colour": _read_fact(offer, car, "colour", "hex") or "#808080",
            "values": dict(car.values),
            "file": _find_file(offer.vehicle),
        },
        "side": market.driving_side,
        "isMiles": market.speed_unit == "mph",
        "gallon": US_GALLON if market.code == "US" else IMPERIAL_GALLON,
        "tag": locale.tag,
        "direction": locale.direction,
        "results": results,
        "words": list_words(),
    }


def find_unit(offer: Offer, car: ConfiguredCar) -> str:
    """What the car's use is counted in: "kWh" or "l"; empty where the range declares no consumption."""
    declared = {"kWh": "kwh_per_100_km", "l": "l_per_100_km"}
    return next((u for u, fact in declared.items() if _read_fact(offer, car, "powertrain", fact)), "")


def _read_fact(offer: Offer, car: ConfiguredCar, feature: str, fact: str) -> Any:
    """An attribute of the value that the car has of a feature; None where range or car lack it."""
    known = offer.catalogue.features.get(feature)
    if known is None or feature not in car.values:
        return None
    return known.get_value(car.values[feature]).attributes.get(fact)


def _find_file(vehicle: str) -> str:
    """The address of the vehicle's shape for the drive; empty where nobody made one: another car stands in."""
    try:
        return get_asset(f"assets/cars/{vehicle}.drive.glb").url
    except AssetMissing:
        return ""
