"""Numbers, money and dates as readers of each locale write them, down to the spaces and the marks of direction."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.markets.public import (
    find_currency_digits,
    format_date,
    format_money,
    format_number,
    get_locale,
    get_market,
    list_markets,
)

LOCALES = [locale for market in list_markets() for locale in market.locales]
CURRENCIES = ["EUR", "MAD", "JPY", "TND", "GBP", "CHF", "INR"]


@pytest.mark.parametrize(
    ("path", "whole", "negative", "signed"),
    [
        ("fr-fr", "18\u202f900\u00a0€", "−1\u202f234,56\u00a0€", "+650\u00a0€"),
        ("fr-be", "18\u202f900\u00a0€", "−1\u202f234,56\u00a0€", "+650\u00a0€"),
        ("nl-be", "€\u00a018.900", "€\u00a0−1.234,56", "€\u00a0+650"),
        ("de-de", "18.900\u00a0€", "−1.234,56\u00a0€", "+650\u00a0€"),
        ("de-at", "€\u00a018.900", "−€\u00a01.234,56", "+€\u00a0650"),
        ("en-gb", "€18,900", "−€1,234.56", "+€650"),
        (
            "ar-ma",
            "\u2067\u200f18.900\u00a0€\u2069",
            "\u2067\u200f\u200e−1.234,56\u00a0€\u2069",
            "\u2067\u200f\u200e+650\u00a0€\u2069",
        ),
        (
            "ar-eg",
            "\u2067\u200f١٨٬٩٠٠\u00a0€\u2069",
            "\u2067\u200f\u061c−١٬٢٣٤٫٥٦\u00a0€\u2069",
            "\u2067\u200f\u061c+٦٥٠\u00a0€\u2069",
        ),
    ],
)
def test_money_in_the_ways_of_each_language(path, whole, negative, signed):
    locale = get_locale(path)

    assert format_money(18_900_00, currency="EUR", locale=locale) == whole
    assert format_money(-1_234_56, currency="EUR", locale=locale) == negative
    assert format_money(650_00, currency="EUR", locale=locale, signed=True) == signed


def test_currencies_show_their_own_decimals():
    assert format_money(1_890_000, currency="JPY", locale=get_locale("ja-jp")) == "￥1,890,000"
    assert format_money(18_900_500, currency="TND", locale=get_locale("fr-tn")) == "18\u202f900,500\u00a0DT"


@pytest.mark.parametrize(
    ("path", "number", "day"),
    [
        ("fr-fr", "1\u202f234,5", "24 novembre 2026"),
        ("nl-be", "1.234,5", "24 november 2026"),
        ("de-de", "1.234,5", "24. November 2026"),
        ("en-gb", "1,234.5", "24 November 2026"),
        ("ar-ma", "1.234,5", "24 نونبر 2026"),
        ("ar-eg", "١٬٢٣٤٫٥", "٢٤ نوفمبر ٢٠٢٦"),
    ],
)
def test_numbers_and_dates_in_the_ways_of_each_language(path, number, day):
    locale = get_locale(path)

    assert format_number(Decimal("1234.5"), locale=locale, digits=1) == number
    assert format_date(date(2026, 11, 24), locale=locale) == day


@given(st.integers(-(10**11), 10**11), st.sampled_from(CURRENCIES), st.sampled_from(LOCALES), st.booleans())
def test_an_amount_is_read_back_from_its_digits(amount, currency, locale, signed):
    digits = find_currency_digits(currency)
    text = format_money(amount, currency=currency, locale=locale, signed=signed)

    is_whole = amount % 10**digits == 0
    figures = "".join(str(unicodedata.digit(sign)) for sign in text if unicodedata.category(sign) == "Nd")
    assert int(figures) == abs(amount) // (10**digits if is_whole else 1)
    assert ("−" in text) == (amount < 0)
    assert ("+" in text) == (signed and amount > 0)
    assert (text[0], text[-1]) == ("\u2067", "\u2069") or locale.direction == "ltr"
    assert " " not in text  # an amount never breaks over two lines


@given(st.sampled_from(list_markets(active=True)), st.integers(0, 10**9))
def test_every_active_market_writes_its_own_currency(market, amount):
    for locale in market.locales:
        assert format_money(amount, currency=get_market(market.code).currency, locale=locale)
