"""Amounts as Python writes them in locales that differ, for the tests of the browser's twin.

`python -m tests.markets.notations` writes them again, when CLDR or a market's currency changes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from usine.markets.public import (
    find_money_notation,
    find_number_notation,
    format_money,
    format_number,
    get_locale,
    get_market,
)

FILE = Path(__file__).with_name("notations.json")
PATHS = ("fr-fr", "nl-be", "de-at", "de-ch", "ar-ma", "ar-eg", "en-in", "ja-jp", "fr-tn", "bn-bd")
AMOUNTS = (0, 5, -5, 100, 99_950, -100_000, 123_456, 1_890_000, -123_456_789, 987_654_321_000)


def render() -> str:
    """One locale a line."""
    lines = [json.dumps(describe(path), ensure_ascii=False) for path in PATHS]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def describe(path: str) -> dict[str, object]:
    locale = get_locale(path)
    market = get_market(locale.market)
    digits = market.currency_digits
    return {
        "path": path,
        "money": asdict(find_money_notation(market.currency, locale=locale)),
        "number": asdict(find_number_notation(digits=digits, locale=locale)),
        "written": [
            {
                "minor": minor,
                "signed": signed,
                "money": format_money(minor, currency=market.currency, locale=locale, signed=signed),
                "number": format_number(
                    value := Decimal(minor).scaleb(-digits),
                    locale=locale,
                    digits=0 if value == value.to_integral_value() else digits,
                    signed=signed,
                ),
            }
            for minor in AMOUNTS
            for signed in (False, True)
        ],
    }


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
