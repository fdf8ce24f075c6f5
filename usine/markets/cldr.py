"""Numbers, money and dates as CLDR writes them, with the sign and the direction that readers need."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import pycountry
from babel import Locale as CldrLocale
from babel import UnknownLocaleError
from babel.dates import format_date as cldr_date
from babel.lists import format_list as cldr_list
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol

MINUS, HYPHEN, PLUS = "\N{MINUS SIGN}", "-", "+"
RIGHT_TO_LEFT_ISOLATE, POP_ISOLATE = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
ZEROS = {"latn": 0x30, "arab": 0x660, "arabext": 0x6F0, "deva": 0x966, "beng": 0x9E6}
"""The digit zero of the numbering systems that a market's locale uses by default."""


@lru_cache(maxsize=512)
def find_cldr(tag: str) -> CldrLocale:
    """CLDR's locale for a BCP 47 tag; its language alone when CLDR does not know the pair.

    The master's English, which belongs to no country, is CLDR's English of the world.
    """
    if tag == "en":
        return CldrLocale("en", territory="001")
    try:
        return CldrLocale.parse(tag, sep="-")
    except UnknownLocaleError:
        return CldrLocale.parse(tag.split("-")[0])


def text_direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return "rtl" if find_cldr(language).character_order == "right-to-left" else "ltr"


def language_name(language: str) -> str:
    """The language's own name, as a menu shows it: `Français`."""
    name = find_cldr(language).get_language_name() or language
    return str(name[0].upper() + name[1:])


def territory_name(code: str, language: str) -> str | None:
    """A country's name in a language; None when CLDR has none."""
    return find_cldr(language).territories.get(code)


def write_list(items: Sequence[str], *, style: Literal["standard", "or"], tag: str) -> str:
    """The items with CLDR's commas and its word before the last."""
    return str(cldr_list(items, style=style, locale=find_cldr(tag)))


def find_currency_digits(currency: str) -> int | None:
    """Minor units of a currency; None for a code that ISO 4217 does not list."""
    known = pycountry.currencies.get(alpha_3=currency)
    return get_currency_precision(currency) if known else None


def money(amount_minor: int, *, currency: str, tag: str, signed: bool) -> str:
    """An amount with its currency's sign; no decimals when it is whole."""
    digits = get_currency_precision(currency)
    value = Decimal(amount_minor).scaleb(-digits)
    shown_digits = 0 if value == value.to_integral_value() else digits
    pattern = _pattern(tag, "money", shown_digits, signed and amount_minor > 0)
    flipped = -abs(value) if signed and amount_minor > 0 else value
    text = pattern.apply(
        flipped, find_cldr(tag), currency=currency, currency_digits=False, numbering_system=_digits_of(tag)
    )
    return _isolate(_write_digits(text, tag), tag)


def number(value: int | Decimal, *, digits: int, tag: str, signed: bool = False) -> str:
    """A plain number with exactly `digits` decimals; `signed` also writes the plus of a positive one."""
    plus = signed and value > 0
    pattern = _pattern(tag, "number", digits, plus)
    flipped = -abs(Decimal(value)) if plus else Decimal(value)
    text = pattern.apply(flipped, find_cldr(tag), numbering_system=_digits_of(tag))
    return _isolate(_write_digits(text, tag), tag, only_if=plus or value < 0)


def currency_sign(currency: str, *, tag: str) -> str:
    return str(get_currency_symbol(currency, locale=find_cldr(tag)))


def long_date(day: date, *, tag: str) -> str:
    """`24 novembre 2026`, `24. November 2026`."""
    return _write_digits(cldr_date(day, format="long", locale=find_cldr(tag)), tag)


@lru_cache(maxsize=4096)
def _pattern(tag: str, kind: str, digits: int, plus: bool) -> NumberPattern:
    """CLDR's pattern with our number of decimals; a plus sign stands where CLDR puts the minus."""
    locale = find_cldr(tag)
    formats = locale.currency_formats["standard"] if kind == "money" else locale.decimal_formats[None]
    pattern: NumberPattern = copy.copy(formats)
    pattern.frac_prec = (digits, digits)
    sign = _signs(locale, tag)[plus]
    pattern.prefix = (pattern.prefix[0], pattern.prefix[1].replace(HYPHEN, sign))
    pattern.suffix = (pattern.suffix[0], pattern.suffix[1].replace(HYPHEN, sign))
    return pattern


def _signs(locale: CldrLocale, tag: str) -> tuple[str, str]:
    """Minus and plus with the direction mark that CLDR puts before them in right-to-left scripts."""
    symbols = locale.number_symbols.get(_digits_of(tag)) or locale.number_symbols["latn"]
    minus, plus = symbols.get("minusSign", HYPHEN), symbols.get("plusSign", PLUS)
    return minus.replace(HYPHEN, MINUS), plus


@lru_cache(maxsize=512)
def _digits_of(tag: str) -> str:
    """The digits that CLDR gives a locale: Latin in Morocco, Arabic-Indic in Egypt."""
    system = str(find_cldr(tag).default_numbering_system)
    return system if system in ZEROS else "latn"


def _write_digits(text: str, tag: str) -> str:
    """Babel takes the separators of a numbering system but writes Latin digits: put the locale's own."""
    zero = ZEROS.get(_digits_of(tag), ord("0"))
    return text.translate({ord("0") + i: zero + i for i in range(10)}) if zero != ord("0") else text


def _isolate(text: str, tag: str, *, only_if: bool = True) -> str:
    """In a right-to-left language an amount is isolated, so that its neighbours do not reorder it."""
    if not only_if or find_cldr(tag).character_order != "right-to-left":
        return text
    return f"{RIGHT_TO_LEFT_ISOLATE}{text}{POP_ISOLATE}"
