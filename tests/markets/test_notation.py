"""The parts of a locale's notation, put together, are what the locale's own formats write."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.markets import notations
from usine.markets.public import (
    find_money_notation,
    find_number_notation,
    format_money,
    format_number,
    list_markets,
)

SITES = [(market, locale) for market in list_markets() for locale in market.locales]


def put_together(notation, minor, signed):
    """As frontend/src/pocket/amounts.ts does."""
    figures = str(abs(minor)).rjust(notation.digits + 1, "0")
    whole = figures[: len(figures) - notation.digits]
    rest = figures[len(whole) :]
    runs, size = [], notation.group_sizes[0]
    while whole:
        runs.insert(0, whole[-size:])
        whole, size = whole[:-size], notation.group_sizes[1]
    text = notation.group.join(runs) + (notation.decimal + rest if rest.strip("0") else "")
    digits = "".join(chr(ord(notation.zero) + int(sign)) if sign in "0123456789" else sign for sign in text)
    before, after = (
        notation.negative if minor < 0 else notation.signed if signed and minor else notation.positive
    )
    return before + digits + after


@given(st.sampled_from(SITES), st.integers(-(10**12), 10**12), st.booleans())
def test_an_amount_put_together_is_the_amount_formatted(site, minor, signed):
    market, locale = site
    found = find_money_notation(market.currency, locale=locale)
    written = format_money(minor, currency=market.currency, locale=locale, signed=signed)
    assert put_together(found, minor, signed) == written


@given(st.sampled_from(SITES), st.integers(-(10**12), 10**12), st.booleans())
def test_a_number_put_together_is_the_number_formatted(site, minor, signed):
    market, locale = site
    found = find_number_notation(digits=market.currency_digits, locale=locale)
    value = Decimal(minor).scaleb(-market.currency_digits)
    digits = 0 if value == value.to_integral_value() else market.currency_digits
    assert put_together(found, minor, signed) == format_number(
        value, locale=locale, digits=digits, signed=signed
    )


def test_the_vectors_of_the_browsers_twin_are_of_today():
    assert notations.FILE.read_text("utf-8") == notations.render(), "run python -m tests.markets.notations"
