"""How a market's law classes cars by their CO₂ emission."""

from __future__ import annotations

from decimal import Decimal

from usine.markets.contracts import CO2_CLASSES

CO2_SCALES = {
    "FR": (100, 120, 140, 160, 200, 250),
    "DE": (0, 95, 115, 135, 155, 175),
}
"""The last g/km of each class but the last, A first, in the markets whose law classes cars by CO₂ alone."""


def find_co2_class(co2_g_per_km: Decimal | int, *, market: str) -> str:
    """The letter of an emission, A to G; empty where the market's law has no such classes."""
    scale = CO2_SCALES.get(market)
    return "" if scale is None else CO2_CLASSES[sum(co2_g_per_km > limit for limit in scale)]
