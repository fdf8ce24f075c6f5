"""The door of `markets`: country organisations, their locales, and how a locale writes numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from usine.commons.errors import NotFound
from usine.markets import catalogue, cldr, notation
from usine.markets.catalogue import MASTER_LOCALE
from usine.markets.contracts import MASTER_MARKET, Locale, Market, Notation
from usine.markets.energy import find_co2_class

__all__ = [
    "MASTER_LOCALE",
    "MASTER_MARKET",
    "LocaleNotFound",
    "MarketNotFound",
    "currency_sign",
    "find_co2_class",
    "find_currency_digits",
    "find_locale",
    "find_money_notation",
    "find_number_notation",
    "format_date",
    "format_list",
    "format_money",
    "format_number",
    "get_locale",
    "get_market",
    "language_name",
    "list_markets",
    "market_name",
]


class MarketNotFound(NotFound):
    code = "market_not_found"


class LocaleNotFound(NotFound):
    code = "locale_not_found"


def get_market(code: str, *, on: date | None = None) -> Market:
    """The market of an ISO 3166 code, or the master's ("001"); its currency is that of the date (default today).

    Raises MarketNotFound.
    """
    try:
        return catalogue.build_market(code, on or date.today())
    except KeyError as error:
        raise MarketNotFound(
            f"There is no market {code}: use one of the codes of markets.csv, or {MASTER_MARKET}."
        ) from error


def list_markets(*, active: bool | None = None, on: date | None = None) -> tuple[Market, ...]:
    """The country organisations, without the master; `active=True` keeps those with digital sites."""
    markets = (get_market(code, on=on) for code in catalogue.read_rows())
    return tuple(market for market in markets if active is None or market.is_active is active)


def find_currency_digits(currency: str) -> int | None:
    """How many decimals amounts in a currency (ISO 4217 code) have, by CLDR; None for what is not a currency."""
    return cldr.find_currency_digits(currency)


def find_locale(path: str) -> Locale | None:
    """The locale at an address (`fr-be`, `en`), or None."""
    return catalogue.locales_by_path().get(path)


def get_locale(path: str) -> Locale:
    """The locale at an address; raises LocaleNotFound."""
    locale = find_locale(path)
    if locale is None:
        raise LocaleNotFound(f"There is no site at /{path}/: start from the list of countries at /.")
    return locale


def market_name(code: str, *, language: str) -> str:
    """The country's name in a language (BCP 47), by CLDR; English when the language lacks it."""
    if code == MASTER_MARKET and language == "en":
        return get_market(code).name
    return cldr.territory_name(code, language) or get_market(code).name


def is_country(code: str) -> bool:
    """Whether CLDR knows a country or territory of that code (ISO 3166, two letters), market or not."""
    return len(code) == 2 and cldr.territory_name(code, "en") is not None


def language_name(language: str) -> str:
    """The language's own name, as a menu shows it: `Français`."""
    return cldr.language_name(language)


def format_money(amount_minor: int, *, currency: str, locale: Locale, signed: bool = False) -> str:
    """`18 900 €`, `€ 18.900`: CLDR's pattern, no decimals when the amount is whole, U+2212 for minus.

    `amount_minor` counts minor units of `currency`; `signed` also writes the plus of a positive amount.
    In right-to-left languages the amount is wrapped in a Unicode isolate.
    """
    return cldr.money(amount_minor, currency=currency, tag=locale.tag, signed=signed)


def format_list(items: Sequence[str], *, style: Literal["standard", "or"], locale: Locale) -> str:
    """`a, b et c`, or with `style="or"` `a, b ou c`: CLDR's patterns for the language."""
    return cldr.write_list(items, style=style, tag=locale.tag)


def format_number(value: int | Decimal, *, locale: Locale, digits: int = 0, signed: bool = False) -> str:
    """A number with exactly `digits` decimals, grouped as the locale does; `signed` also writes a plus."""
    return cldr.number(value, digits=digits, tag=locale.tag, signed=signed)


def find_money_notation(currency: str, *, locale: Locale) -> Notation:
    """How `format_money` writes amounts in a currency, for programs that have no CLDR."""
    return notation.find_money_notation(currency, locale.tag)


def find_number_notation(*, digits: int, locale: Locale) -> Notation:
    """How `format_number` writes whole numbers, and others with `digits` decimals, for programs that have no CLDR."""
    return notation.find_number_notation(digits, locale.tag)


def currency_sign(currency: str, *, locale: Locale) -> str:
    """How a locale writes a currency beside amounts: `€`, `د.م.`."""
    return cldr.currency_sign(currency, tag=locale.tag)


def format_date(day: date, *, locale: Locale) -> str:
    """A date in words, CLDR's long form."""
    return cldr.long_date(day, tag=locale.tag)
