"""Values that cross the door of `markets`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

MASTER_MARKET = "001"
"""CLDR's code for the world: the market of the English master, never sold to."""

LANGUAGES = ("en", "fr", "nl", "de", "es", "it", "pt", "pl", "tr", "ar", "ja", "ko")
"""The languages that Usine's pages are written in (BCP 47), the master's first."""

CO2_CLASSES = "ABCDEFG"
"""Best first, in the markets whose law has classes."""


class TaxDisplay(StrEnum):
    INCLUDED = "included"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Locale:
    """A language in a market: `nl-BE`, at the address `/nl-be/`. The master is `en` at `/en/`.

    Where the market's language is not written yet, its address speaks the language that the market fell back on:
    `/fi-fi/` is `en-FI`, and `own_language` tells what it will speak.
    """

    language: str  # BCP 47 primary language that is spoken, "nl"
    market: str  # "BE"
    path: str  # "nl-be"
    tag: str  # "nl-BE"
    direction: str  # "ltr" or "rtl"
    language_name: str  # in the language itself, "Nederlands"
    own_language: str  # that of the address, "nl"

    @property
    def is_fallback(self) -> bool:
        """Whether the address speaks another language than its own."""
        return self.language != self.own_language


@dataclass(frozen=True, slots=True)
class Notation:
    """How a locale writes numbers of one kind: whole ones without decimals, others with `digits` of them.

    `group` stands between the groups of digits before the `decimal` mark, of which the last has `group_sizes[0]` and
    the others `group_sizes[1]`. Each pair is what stands before and after the digits: of a positive number and zero, of
    a negative one, and of a positive one written with its sign.
    """

    digits: int
    zero: str  # the digit
    decimal: str
    group: str
    group_sizes: tuple[int, int]
    positive: tuple[str, str]
    negative: tuple[str, str]
    signed: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Market:
    """A country organisation. `tax_rate` is a fraction (Fraction(21, 100)); the first locale is the default.

    `tax_source` says where the rate was read, `display_source` which law makes prices include it; empty: not known,
    so the figure is our best belief and a market's lawyer must confirm it.
    """

    code: str
    name: str  # English
    is_active: bool
    region: str
    currency: str  # ISO 4217
    currency_digits: int  # minor units
    tax_name: str  # "VAT", "TVA"...
    tax_rate: Fraction
    tax_display: TaxDisplay
    tax_source: str
    display_source: str
    driving_side: str  # "left" or "right": the side of the road
    speed_unit: str  # "km/h" or "mph": of its road signs
    time_zone: str  # IANA's name: where most of its people, or its head office, are
    locales: tuple[Locale, ...]
