"""What the second range promises: its markets, its languages, prices and figures of a larger car than the first."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ranges.test_oree import find_texts
from usine.kernel import (
    Holds,
    Is,
    ask,
    cheapest,
    compile,
    count,
    find_idle_rules,
    is_possible,
    price,
    restore,
    restrict,
)
from usine.markets.public import get_market
from usine.ranges.public import check_range

PROJECT = Path(__file__).parents[2]
RANGES = PROJECT / "demo" / "ranges"
LANGUAGES = ("en", "fr", "nl", "de", "ar", "es", "it", "pt", "pl")
MARKETS = ("001", "FR", "BE", "LU", "NL", "DE", "AT", "GB", "CH", "IT", "ES", "PT", "PL", "MA")
ON_SALE_DAY = date(2026, 11, 24)
TWINS = (("turbo96", "turbo74"), ("hybrid115", "hybrid105"), ("ev60", "ev52"))
"""A powertrain of this range beside the one of the smaller car."""


@pytest.fixture(scope="module")
def release() -> Any:
    return check_range(RANGES / "lisiere")


def price_market(release: Any, market: str) -> Any:
    named = market if market in release.markets else "other"
    period = f"p{sum(start <= ON_SALE_DAY for start in release.period_starts)}"
    sold = restrict(release.compiled, {"market": {named}, "period": {period}})
    amounts: dict[str, dict[tuple[str, ...], int]] = {}
    for line in release.price_rows:
        if line.market == market:
            amounts.setdefault(line.term, {})[line.row] = line.amount_minor
    return price(sold, amounts)


def read_base(vehicle: str) -> dict[tuple[str, str], int]:
    with (RANGES / vehicle / "prices" / "base.csv").open(encoding="utf-8") as file:
        return {(row["trim"], row["powertrain"]): int(row["FR"]) for row in csv.DictReader(file)}


def read_powertrains(vehicle: str) -> dict[str, dict[str, Any]]:
    file = RANGES / vehicle / "features" / "20-engine.yaml"
    values = yaml.safe_load(file.read_text("utf-8"))["features"]["powertrain"]["values"]
    return {name: value["attributes"] for name, value in values.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_written_in_every_language_of_its_markets(release: Any, language: str) -> None:
    assert len(list(find_texts(release.catalogue))) > 180
    assert [where for where, text in find_texts(release.catalogue) if not text.get(language)] == []


def test_it_is_sold_in_fourteen_markets_in_their_money(release: Any) -> None:
    sold = {row.market: row.currency for row in release.price_rows}

    assert sold == {code: get_market(code).currency for code in MARKETS}
    spoken = {locale.language for code in MARKETS for locale in get_market(code).locales}
    assert spoken <= set(LANGUAGES)


@pytest.mark.parametrize("market", ["FR", "MA"])
def test_one_compile_serves_every_market(release: Any, market: str) -> None:
    """The range conditioned on a market and a period, against a compile of the rules with that choice."""
    context = {"market": market if market in release.markets else "other", "period": "p0"}
    chosen = tuple(Holds(Is(variable, frozenset({value})), "offer") for variable, value in context.items())
    own = compile(replace(release.model, constraints=(*release.model.constraints, *chosen)))
    part = restrict(release.compiled, {variable: {value} for variable, value in context.items()})

    assert count(part, {}) == count(own, {}) > 10_000_000
    valid = [{n: set(v) for n, v in ask(price(found, {}), {}).values.items()} for found in (part, own)]
    assert valid[0] == valid[1]


def test_every_rule_bites(release: Any) -> None:
    assert find_idle_rules(release.model) == ()


def test_a_car_added_up_by_hand(release: Any) -> None:
    """Futaie, electric 34,900; Sapin 650; Frondaison 900; the Winter pack 690, which brings the heat pump."""
    choices = {
        "trim": "futaie",
        "powertrain": "ev60",
        "colour": "sapin",
        "wheels": "frondaison",
        "pack_hiver": "yes",
    }
    france = price_market(release, "FR")

    car = cheapest(france, choices)
    assert car.price == 37_140_00
    assert (car.values["heat_pump"], car.values["heated_wheel"]) == ("yes", "yes")
    restored = restore(france, {**choices, "winter_tyres": "yes"}, ("wheels", "frondaison"))
    assert restored.given_up == ("winter_tyres",)


@pytest.mark.parametrize("market", ["FR", "BE", "MA"])
def test_no_pack_costs_more_than_what_it_brings(release: Any, market: str) -> None:
    """Whatever one can take on its own: the pack on the same car is no dearer."""
    sold = price_market(release, market)
    features = release.catalogue.features
    compared = 0
    for pack, trim, powertrain in product(
        (feature for feature in features.values() if feature.parts),
        features["trim"].values,
        features["powertrain"].values,
    ):
        car = {"trim": trim.name, "powertrain": powertrain.name}
        if not is_possible(sold, {**car, pack.name: "yes"}):
            continue
        with_pack = cheapest(sold, {**car, pack.name: "yes"})
        brought = {name: with_pack.values[name] for name in (*pack.parts, "heat_pump")}
        if is_possible(sold, alone := {**car, **brought, pack.name: "no"}):
            compared += 1
            assert with_pack.price <= cheapest(sold, alone).price, (pack.name, car)
    assert compared > 5


@pytest.mark.parametrize("engine", ["turbo96", "hybrid115"])
def test_the_winter_pack_of_a_futaie_is_for_the_electric_one(release: Any, engine: str) -> None:
    """Seats are heated there anyway and there is no heat pump: the wheel alone is to be had for its own price."""
    france = price_market(release, "FR")
    assert not is_possible(france, {"trim": "futaie", "powertrain": engine, "pack_hiver": "yes"})
    assert is_possible(france, {"trim": "sente", "powertrain": engine, "pack_hiver": "yes"})
    plain = {"trim": "futaie", "powertrain": engine}
    assert cheapest(france, {**plain, "heated_wheel": "yes"}).price - cheapest(france, plain).price == 180_00


@pytest.mark.parametrize(
    ("market", "feature"),
    [
        *(("MA", "underbody_guard"), ("BE", "fire_extinguisher"), ("PL", "fire_extinguisher")),
        *(("BE", "first_aid_kit"), ("DE", "first_aid_kit"), ("AT", "first_aid_kit")),
    ],
)
def test_what_every_car_of_a_country_has_is_not_billed(release: Any, market: str, feature: str) -> None:
    """The entry price is the lowest amount of base.csv; in France the same thing costs."""
    entry = min(
        line.amount_minor for line in release.price_rows if (line.market, line.term) == (market, "base")
    )
    car = cheapest(price_market(release, market), {})
    france = price_market(release, "FR")

    assert (car.values[feature], car.price) == ("yes", entry)
    assert cheapest(france, {feature: "yes"}).price > cheapest(france, {}).price


@pytest.mark.parametrize("market", MARKETS)
def test_every_market_has_a_cheapest_car(release: Any, market: str) -> None:
    """Petrol, where petrol is sold; the wheel where that country has it."""
    car = cheapest(price_market(release, market), {})

    assert car.values["powertrain"] == ("hybrid115" if market == "NL" else "turbo96")
    assert car.values["driving_side"] == ("right" if market == "GB" else "left")


def test_it_costs_and_consumes_a_little_more_than_the_smaller_car() -> None:
    """By the same level and kind of engine: 3,000 to 6,000 euros, 10 to 20 per cent more energy."""
    own, other = read_base("lisiere"), read_base("oree")
    larger, smaller = read_powertrains("lisiere"), read_powertrains("oree")
    for mine, theirs in TWINS:
        here, there = larger[mine], smaller[theirs]
        used = next(name for name in ("kwh_per_100_km", "l_per_100_km") if name in here)
        assert 1.1 <= float(here[used]) / float(there[used]) <= 1.2
        if used == "l_per_100_km":
            grams = float(here["co2_g_per_km"]) / float(here[used])
            assert grams == pytest.approx(22.6, abs=0.2)  # of CO₂, by a hundredth of a litre
    paired = {
        (trim, mine): (trim, theirs) for mine, theirs in TWINS for trim in ("sente", "futaie", "canopee")
    }
    dearer = [own[here] - other[there] for here, there in paired.items() if here in own and there in other]
    assert len(dearer) == 7
    assert all(3_000 <= amount <= 6_000 for amount in dearer)


def test_every_colour_has_its_picture(release: Any) -> None:
    cars = PROJECT / "frontend/src/assets/cars"
    for colour in release.catalogue.features["colour"].values:
        for suffix in (".avif", ".webp"):
            assert (cars / f"{colour.attributes['picture']}{suffix}").is_file()
