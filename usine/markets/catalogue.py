"""The country organisations: our own facts from `data/markets.csv`, everything else from CLDR and ISO."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pycountry
from babel import Locale as CldrLocale
from babel.numbers import get_currency_precision, get_territory_currencies

from usine.markets.cldr import language_name, text_direction
from usine.markets.contracts import LANGUAGES, MASTER_MARKET, Locale, Market, TaxDisplay

DATA = Path(__file__).parent / "data" / "markets.csv"
SOURCES = Path(__file__).parent / "data" / "sources.csv"
UNKNOWN = "unknown"
LATER_CURRENCIES = {"BG": (date(2026, 1, 1), "EUR")}
"""Changes of currency that the installed CLDR does not know yet."""

MASTER_LOCALE = Locale(
    language="en",
    market=MASTER_MARKET,
    path="en",
    tag="en",
    direction="ltr",
    language_name="English",
    own_language="en",
)


@lru_cache(maxsize=1)
def read_rows() -> Mapping[str, Mapping[str, str]]:
    """The lines of the data file by country code, in the order of the file."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def read_sources() -> Mapping[str, str]:
    """What a source of the data file is, by its key; `unknown` is none."""
    with SOURCES.open(encoding="utf-8", newline="") as file:
        titles = {row["key"]: row["title"] for row in csv.DictReader(file)}
    return titles | {UNKNOWN: ""}


@lru_cache(maxsize=512)
def build_market(code: str, on: date) -> Market:
    """The market as it stands on a date; KeyError for an unknown code."""
    if code == MASTER_MARKET:
        return _build_master()
    row = read_rows()[code]
    currency = currency_of(code, on)
    return Market(
        code=code,
        name=english_name(code),
        is_active=row["active"] == "yes",
        region=row["region"],
        currency=currency,
        currency_digits=get_currency_precision(currency),
        tax_name=row["tax_name"],
        tax_rate=Fraction(row["tax_rate_percent"]) / 100,
        tax_display=TaxDisplay(row["tax_display"]),
        tax_source=read_sources()[row["tax_source"]],
        display_source=read_sources()[row["display_source"]],
        driving_side=row["driving_side"],
        speed_unit=row["speed_unit"],
        time_zone=row["time_zone"],
        locales=build_locales(code),
    )


@lru_cache(maxsize=512)
def build_locales(code: str) -> tuple[Locale, ...]:
    """The market's sites in the order of the data file, default first.

    A language that is not written yet has a site only where the file says what it falls back on (`fi>en`).
    """
    written = (entry.partition(">") for entry in read_rows()[code]["languages"].split())
    spoken = ((own, own if own in LANGUAGES else fallback) for own, _sign, fallback in written)
    return tuple(_build_locale(own, language, code) for own, language in spoken if language)


@lru_cache(maxsize=1)
def locales_by_path() -> Mapping[str, Locale]:
    """Every locale by its address, the master's included."""
    every = [MASTER_LOCALE, *(locale for code in read_rows() for locale in build_locales(code))]
    return {locale.path: locale for locale in every}


def currency_of(code: str, on: date) -> str:
    """The legal tender that comes first in CLDR for a territory on a date (ISO 4217)."""
    since, later = LATER_CURRENCIES.get(code, (date.max, ""))
    return later if on >= since else str(get_territory_currencies(code, on, on)[0])


def english_name(code: str) -> str:
    """CLDR's English name; the ISO 3166 name for a territory that CLDR lacks; KeyError when both do."""
    name = CldrLocale.parse("en").territories.get(code)
    if name:
        return str(name)
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise KeyError(code)
    return str(country.name)


def _build_locale(own: str, language: str, code: str) -> Locale:
    return Locale(
        language=language,
        market=code,
        path=f"{own}-{code}".lower(),
        tag=f"{language}-{code}",
        direction=text_direction(language),
        language_name=language_name(language),
        own_language=own,
    )


def _build_master() -> Market:
    return Market(
        code=MASTER_MARKET,
        name="International",
        is_active=False,
        region="World",
        currency="EUR",
        currency_digits=get_currency_precision("EUR"),
        tax_name="VAT",
        tax_rate=Fraction(1, 5),
        tax_display=TaxDisplay.INCLUDED,
        tax_source="",
        display_source="",
        driving_side="right",
        speed_unit="km/h",
        time_zone="UTC",
        locales=(MASTER_LOCALE,),
    )
