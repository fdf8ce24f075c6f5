"""A drive's figures as a locale writes them: km or miles, by the market's road signs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from usine.markets.contracts import Locale
from usine.markets.public import format_number, get_market
from usine.testdrive.contracts import DriveSummary
from usine.testdrive.kit import IMPERIAL_GALLON, US_GALLON
from usine.testdrive.words import list_words, tell_moment

MILE, MPH = 1609.344, 0.44704
"""Metres, and metres a second, by definition."""
LEAST_M = 150
"""Metres below which a consumption says nothing."""
LENGTHS_M = {"coast": 4468, "city": 1657, "motorway": 6688}
"""Once round each route; a test compares with frontend/src/testdrive/routes."""


@dataclass(frozen=True, slots=True)
class ShownDrive:
    distance: str
    time: str
    consumption: str
    eco: str
    eco_bare: int
    mode: str
    moments: tuple[str, ...]


def show_summary(summary: DriveSummary, *, locale: Locale) -> ShownDrive:
    """Words are in the active language."""
    words = list_words()
    return ShownDrive(
        distance=tell_distance(summary.distance_m, locale=locale),
        time=_tell_time(summary.seconds, locale=locale),
        consumption=_tell_consumption(summary, locale=locale),
        eco=format_number(summary.eco, locale=locale),
        eco_bare=summary.eco,
        mode=words[f"mode_{summary.mode}"],
        moments=tuple(
            tell_moment(
                moment,
                speed=_tell_speed(moment.value, locale=locale),
                energy=_fill("wh", moment.value, locale=locale),
                distance=tell_distance(moment.value, locale=locale),
            )
            for moment in summary.moments
        ),
    )


def tell_distance(metres: float, *, locale: Locale) -> str:
    """In km or miles, with a decimal."""
    is_miles = _counts_miles(locale)
    return _fill("mi" if is_miles else "km", metres / (MILE if is_miles else 1000), locale=locale, digits=1)


def _tell_speed(speed_m_s: float, *, locale: Locale) -> str:
    is_miles = _counts_miles(locale)
    return _fill(
        "mph" if is_miles else "km_h", speed_m_s / MPH if is_miles else speed_m_s * 3.6, locale=locale
    )


def _tell_consumption(summary: DriveSummary, *, locale: Locale) -> str:
    if summary.distance_m < LEAST_M:
        return "–"
    per_100_km = max(0.0, summary.used / summary.distance_m * 1e5)
    if not _counts_miles(locale):
        return _fill(
            "kwh_100_km" if summary.unit == "kWh" else "l_100_km", per_100_km, locale=locale, digits=1
        )
    if summary.unit == "kWh":
        return _fill("kwh_100_mi", per_100_km * MILE / 1000, locale=locale, digits=1)
    gallon = US_GALLON if locale.market == "US" else IMPERIAL_GALLON
    return _fill("mpg", min(999, gallon * 1e5 / max(per_100_km, 0.1) / MILE), locale=locale)


def _tell_time(seconds: float, *, locale: Locale) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return _("%(minutes)s min %(seconds)s s") % {
        "minutes": format_number(minutes, locale=locale),
        "seconds": format_number(rest, locale=locale),
    }


def _fill(key: str, value: float, *, locale: Locale, digits: int = 0) -> str:
    return list_words()[key].replace(
        "{n}", format_number(Decimal(str(round(value, digits))), locale=locale, digits=digits)
    )


def _counts_miles(locale: Locale) -> bool:
    return get_market(locale.market).speed_unit == "mph"
