"""What the demo range promises: its size, its languages, and the figures that its pages show."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from usine.kernel import (
    Holds,
    Is,
    PricedRange,
    ask,
    cheapest,
    compile,
    count,
    find_idle_rules,
    price,
    restore,
    restrict,
)
from usine.ranges.contracts import Catalogue, FeatureKind
from usine.ranges.public import check_range

OREE = Path(__file__).parents[2] / "demo" / "ranges" / "oree"
LANGUAGES = {language for language, _name in settings.LANGUAGES}
MARKETS = ("FR", "BE", "DE", "MA", "001")
ON_SALE_DAY = date(2026, 11, 24)
FUTAIE = {
    "trim": "futaie",
    "powertrain": "ev52",
    "colour": "lichen",
    "roof": "body",
    "wheels": "rameau",
    "interior": "lin",
    "pack_ville": "yes",
    "roof_bars": "yes",
}


def read_all(folder: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted((OREE / folder).glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))[key]
    return found


def find_texts(catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "label", catalogue.label
    yield from ((f"step {step.name}", step.label) for step in catalogue.steps)
    yield from ((f"rule {rule.name}", rule.text) for rule in catalogue.rules.values())
    for name, feature in catalogue.features.items():
        yield from ((name, text) for text in (feature.label, feature.note, feature.group) if text)
        for value in feature.values if feature.kind is FeatureKind.CHOICE else ():
            yield from ((f"{name} = {value.name}", text) for text in (value.label, value.note) if text)


def read_amounts(name: str, market: str) -> dict[str, int]:
    with (OREE / "prices" / name).open(encoding="utf-8") as file:
        return {row["item"]: int(row[market]) for row in csv.DictReader(file) if row[market]}


def test_has_the_size_of_a_real_range() -> None:
    features, rules = read_all("features", "features"), read_all("rules", "rules")

    assert 60 <= len(features) <= 70
    assert 200 <= len(rules) <= 240
    assert sum(name.startswith("pack_") for name in features) == 8
    assert len(features["colour"]["values"]) == 9
    assert len(features["wheels"]["values"]) == 7


def test_light_pack_is_dearer_than_its_parts_in_germany_only() -> None:
    for market in MARKETS:
        pack = read_amounts("packs.csv", market)["pack_lumiere"]
        with (OREE / "prices" / "options.csv").open(encoding="utf-8") as file:
            parts = sum(
                int(row[market])
                for row in csv.DictReader(file)
                if row["item"] in ("matrix_lamps", "ambient_light") and row["trim"] == "futaie|canopee"
            )

        assert (pack > parts) == (market == "DE"), market


@pytest.fixture(scope="module")
def release() -> Any:
    return check_range(OREE)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_text_is_written_in_every_language(release: Any, language: str) -> None:
    assert len(list(find_texts(release.catalogue))) > 300
    assert [where for where, text in find_texts(release.catalogue) if not text.get(language)] == []


def price_market(release: Any, market: str) -> PricedRange:
    period = f"p{sum(start <= ON_SALE_DAY for start in release.period_starts)}"
    sold = restrict(release.compiled, {"market": {market}, "period": {period}})
    amounts: dict[str, dict[tuple[str, ...], int]] = {}
    for line in release.price_rows:
        if line.market == market:
            amounts.setdefault(line.term, {})[line.row] = line.amount_minor
    return price(sold, amounts)


@pytest.mark.parametrize(("market", "period"), [("FR", "first"), ("DE", "last")])
def test_one_compile_serves_every_market_and_day(release: Any, market: str, period: str) -> None:
    """The range conditioned on a market and a period, against a compile of the rules with that choice."""
    name = "p0" if period == "first" else f"p{len(release.period_starts)}"
    context = {"market": market, "period": name}
    chosen = tuple(Holds(Is(variable, frozenset({value})), "offer") for variable, value in context.items())
    own = compile(replace(release.model, constraints=(*release.model.constraints, *chosen)))
    part = restrict(release.compiled, {variable: {value} for variable, value in context.items()})

    assert release.period_starts
    assert count(part, {}) == count(own, {}) > 0
    valid = [
        {name: set(values) for name, values in ask(price(found, {}), {}).values.items()}
        for found in (part, own)
    ]
    assert valid[0] == valid[1]


@pytest.mark.parametrize("market", ["FR", "BE", "DE", "001", "MA"])
def test_cheapest_car_is_a_plain_white_petrol_sente(release: Any, market: str) -> None:
    values = cheapest(price_market(release, market), {}).values

    assert (values["trim"], values["powertrain"], values["colour"]) == ("sente", "turbo74", "bouleau")


def test_futaie_costs_in_france_what_its_page_shows(release: Any) -> None:
    assert cheapest(price_market(release, "FR"), FUTAIE).price == 31_330_00


def test_glass_roof_takes_the_bars_and_brings_the_winter_pack(release: Any) -> None:
    france = price_market(release, "FR")

    restored = restore(france, FUTAIE, ("roof", "glass"))

    assert restored.given_up == ("roof_bars",)
    assert restored.completion.values["pack_hiver"] == "yes"
    assert restored.completion.price - cheapest(france, FUTAIE).price == 1_250_00


def test_pack_parts_cost_740_apart_and_590_together(release: Any) -> None:
    france = price_market(release, "FR")
    plain = {"trim": "futaie", "powertrain": "ev52", "pack_ville": "no"}
    parts = dict.fromkeys(("front_radar", "rear_camera", "folding_mirrors"), "yes")

    apart = cheapest(france, plain | parts).price - cheapest(france, plain).price
    together = cheapest(france, plain | {"pack_ville": "yes"}).price - cheapest(france, plain).price

    assert (apart, together) == (740_00, 590_00)


def test_humus_is_not_sold_before_january_and_lpg_not_in_belgium(release: Any) -> None:
    assert "humus" not in ask(price_market(release, "FR"), {}).values["colour"]
    assert "lpg74" not in ask(price_market(release, "BE"), {}).values["powertrain"]


def test_every_rule_bites(release: Any) -> None:
    """Leave any one out, and cars appear that the range did not have."""
    assert find_idle_rules(release.model) == ()


@pytest.mark.parametrize("market", MARKETS)
def test_a_market_stays_small_enough_for_a_quick_click(release: Any, market: str) -> None:
    assert price_market(release, market).compiled.edge_count < 30_000
