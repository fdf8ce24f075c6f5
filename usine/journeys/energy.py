"""The energy facts of a car, as the law wants them beside its name: consumption, emission, class, range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from usine.markets.contracts import Locale
from usine.markets.public import find_co2_class, format_number
from usine.offers.contracts import Offer

Facts = Mapping[str, str | int | float | bool]
CO2 = "co2_g_per_km"


@dataclass(frozen=True, slots=True)
class Energy:
    """`co2_class` is empty where the market's law has none; `lines` are label and amount, WLTP combined."""

    co2_class: str
    co2: str
    co2_bare: str  # without “CO₂”, for inside the label
    consumption: str
    reach: str
    lines: tuple[tuple[str, str], ...]

    @property
    def short(self) -> str:
        """What tells one engine from another in a line: range and consumption, or consumption and emission."""
        told = [self.reach, self.consumption] if self.reach else [self.consumption, self.co2]
        return _(", ").join(part for part in told if part)


def describe_energy(facts: Facts, *, locale: Locale) -> Energy | None:
    """The energy facts among a value's attributes; None when it has no emission."""
    if CO2 not in facts:
        return None

    def write(name: str, unit: str, digits: int = 0) -> str:
        if name not in facts:
            return ""
        return unit % {"n": format_number(Decimal(str(facts[name])), locale=locale, digits=digits)}

    co2 = write(CO2, _("%(n)s g CO₂/km"))
    reach = write("wltp_km", _("%(n)s km WLTP"))
    consumption = write("kwh_per_100_km", _("%(n)s kWh/100 km"), 1) or write(
        "l_per_100_km", _("%(n)s l/100 km"), 1
    )
    lines = (
        (_("CO₂ emission in use"), co2),
        (_("Combined consumption, WLTP"), consumption),
        (_("Electric range, WLTP"), write("wltp_km", _("%(n)s km"))),
    )
    return Energy(
        find_co2_class(Decimal(str(facts[CO2])), market=locale.market),
        co2,
        write(CO2, _("%(n)s g/km")),
        consumption,
        reach,
        tuple(line for line in lines if line[1]),
    )


def find_energy(offer: Offer, values: Mapping[str, str], *, locale: Locale) -> Energy | None:
    """The energy facts of a whole car: those of the one value that has an emission."""
    for feature in offer.catalogue.features.values():
        found = describe_energy(feature.get_value(values[feature.name]).attributes, locale=locale)
        if found:
            return found
    return None
