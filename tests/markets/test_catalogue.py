"""The country organisations: what our data says of them agrees with CLDR, ISO and what everybody can check."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from importlib import resources
from zoneinfo import available_timezones

import pycountry
import pytest
from babel import Locale as CldrLocale
from babel.numbers import get_territory_currencies

from usine.markets import catalogue
from usine.markets.cldr import text_direction
from usine.markets.contracts import LANGUAGES, MASTER_MARKET, TaxDisplay
from usine.markets.public import (
    LocaleNotFound,
    MarketNotFound,
    find_currency_digits,
    find_locale,
    get_locale,
    get_market,
    list_markets,
    market_name,
)

ON = date(2026, 11, 24)
MARKETS = list_markets(on=ON)
ENGLISH = CldrLocale.parse("en")
LEFT_IN_EUROPE_AND_ASIA = ("GB", "IE", "MT", "CY", "JP", "IN", "TH", "MY", "SG", "ID", "HK", "PK", "LK", "BD")
LEFT_IN_AFRICA = ("ZA", "KE", "TZ", "UG", "ZM", "ZW", "BW", "NA", "MZ", "MW", "LS", "SZ", "MU", "SC")
LEFT = {*LEFT_IN_EUROPE_AND_ASIA, *LEFT_IN_AFRICA, "AU", "NZ", "JM", "TT", "BB", "BS", "GY", "SR"}


def test_there_are_170_organisations_of_which_60_are_active():
    assert len(MARKETS) == 170 == len({market.code for market in MARKETS})
    assert len(list_markets(active=True, on=ON)) == 60
    assert len(list_markets(active=False, on=ON)) == 110
    assert MASTER_MARKET not in {market.code for market in MARKETS}


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.code)
def test_territory_languages_and_currency_exist(market):
    assert pycountry.countries.get(alpha_2=market.code)
    assert market.code in ENGLISH.territories and market.name == ENGLISH.territories[market.code]
    assert market.locales and len({locale.language for locale in market.locales}) == len(market.locales)
    for locale in market.locales:
        assert locale.language in ENGLISH.languages
        assert CldrLocale.parse(locale.language).territories.get("FR")
        assert locale.language_name
    assert pycountry.currencies.get(alpha_3=market.currency)
    assert market.currency in get_territory_currencies(market.code, ON, ON) or market.code == "BG"
    assert market.currency_digits == find_currency_digits(market.currency)


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.code)
def test_people_drive_on_the_side_that_everybody_knows(market):
    assert market.driving_side == ("left" if market.code in LEFT else "right")


def test_right_to_left_languages_are_arabic_hebrew_urdu_and_no_other():
    languages = {
        entry.split(">")[0] for row in catalogue.read_rows().values() for entry in row["languages"].split()
    }

    assert {language for language in languages if text_direction(language) == "rtl"} == {"ar", "he", "ur"}


def test_every_site_speaks_a_written_language_and_says_when_it_is_not_its_own():
    locales = [locale for market in MARKETS for locale in market.locales]

    assert {locale.language for locale in locales} == set(LANGUAGES)
    assert all(locale.is_fallback == (locale.own_language not in LANGUAGES) for locale in locales)
    finnish = get_locale("fi-fi")
    assert (finnish.language, finnish.own_language, finnish.tag) == ("en", "fi", "en-FI")
    assert [locale.path for locale in get_market("FI").locales] == [
        "fi-fi"
    ]  # Swedish comes once it is written
    assert get_locale("ca-ad").language == "es"


def test_every_address_is_one_locale():
    paths = [locale.path for market in MARKETS for locale in market.locales]

    assert len(paths) == len(set(paths))
    assert all(get_locale(path).path == path for path in paths)
    assert get_locale("nl-be").tag == "nl-BE" and get_locale("en").market == MASTER_MARKET


@pytest.mark.parametrize(
    "path",
    ["", "fr", "FR-FR", "fr_be", "fr-be/", "fr-be ", "xx-be", "nl-fr", "fr-zz", "../en", "001", "en\0"],
)
def test_what_is_no_address_is_refused(path):
    assert find_locale(path) is None
    with pytest.raises(LocaleNotFound, match="start from the list of countries"):
        get_locale(path)


@pytest.mark.parametrize("code", ["", "ZZ", "be", "BEL", "UK", "*"])
def test_an_unknown_market_is_refused(code):
    with pytest.raises(MarketNotFound, match="use one of the codes"):
        get_market(code)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("EUR", 2), ("JPY", 0), ("KRW", 0), ("TND", 3), ("KWD", 3), ("MAD", 2), ("XEU", None)],
)
def test_currencies_have_their_decimals(currency, digits):
    assert find_currency_digits(currency) == digits


def test_bulgaria_pays_in_euros_since_2026():
    assert get_market("BG", on=date(2025, 12, 31)).currency == "BGN"
    assert get_market("BG", on=date(2026, 1, 1)).currency == "EUR"


def test_a_country_has_its_name_in_each_language():
    assert market_name("DE", language="fr") == "Allemagne"
    assert market_name("MA", language="ar") == "المغرب"
    assert market_name(MASTER_MARKET, language="en") == "International"


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.code)
def test_taxes_are_fractions_and_their_source_is_stated_or_marked_unknown(market):
    assert 0 <= market.tax_rate <= Fraction(27, 100) and market.tax_name
    assert market.tax_display is (TaxDisplay.EXCLUDED if market.code in ("US", "CA") else TaxDisplay.INCLUDED)
    row = catalogue.read_rows()[market.code]
    assert market.tax_source or row["tax_source"] == catalogue.UNKNOWN
    assert market.display_source or row["display_source"] == catalogue.UNKNOWN


def test_the_source_of_most_active_markets_is_known_and_says_what_it_is():
    active = list_markets(active=True, on=ON)
    without = {market.code for market in active if not market.tax_source}

    assert without == {"BR", "CI", "EC", "IN", "MY", "TH"}
    with catalogue.SOURCES.open(encoding="utf-8") as file:
        for source in csv.DictReader(file):
            assert source["title"] and source["where"] and date.fromisoformat(source["read_on"])


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("FR", "20"),
        ("BE", "21"),
        ("DE", "19"),
        ("EE", "24"),
        ("FI", "25.5"),
        ("RO", "21"),
        ("CH", "8.1"),
        ("HU", "27"),
    ],
)
def test_known_tax_rates(code, percent):
    assert get_market(code).tax_rate == Fraction(percent) / 100


def test_every_market_has_a_time_zone_that_lies_in_it():
    """IANA's zone.tab says in which country a zone lies."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    zones = {(code, zone) for code, _place, zone, *_note in rows}

    assert [market.code for market in MARKETS if (market.code, market.time_zone) not in zones] == []
    assert {market.time_zone for market in MARKETS} <= available_timezones()
    several = {"US": "America/New_York", "BR": "America/Sao_Paulo", "ES": "Europe/Madrid"}
    assert {code: get_market(code).time_zone for code in several} == several
