"""An offer is the range as one market sells it on a day: restricted, and priced for everything that can be chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.ranges.six import RULES, write_range
from usine.kernel import ask, cheapest, price, restore
from usine.offers.contracts import NothingSold, PricesMissing
from usine.offers.rules import check_complete, collect_amounts, restrict_to_market
from usine.ranges.public import check_range

OREE = Path(__file__).resolve().parents[2] / "demo" / "ranges" / "oree"
TODAY = date(2026, 11, 24)
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


@pytest.fixture(scope="module")
def release():
    return check_range(OREE)


def offer_of(release, market, on=TODAY):
    sold = restrict_to_market(release, market=market, on=on)
    sheet = collect_amounts(release, market=market, on=on)
    check_complete(release, sold, sheet.amounts, market=market, currency=sheet.currency)
    return sheet.currency, price(sold, sheet.amounts)


@pytest.mark.parametrize(
    ("market", "currency"), [("FR", "EUR"), ("BE", "EUR"), ("DE", "EUR"), ("MA", "MAD"), ("001", "EUR")]
)
def test_every_market_of_the_demo_has_a_price_for_all_that_it_sells(release, market, currency):
    assert offer_of(release, market)[0] == currency


def test_the_car_of_the_french_page_costs_what_the_page_says(release):
    _, france = offer_of(release, "FR")

    assert cheapest(france, FUTAIE).price == 31_330_00
    assert restore(france, FUTAIE, ("roof", "glass")).completion.price == 32_580_00


def test_what_a_market_does_not_sell_is_not_in_its_offer(release):
    assert "lpg74" in ask(offer_of(release, "FR")[1], {}).values["powertrain"]
    assert "lpg74" not in ask(offer_of(release, "BE")[1], {}).values["powertrain"]


def test_a_day_outside_the_price_list_is_refused(release):
    says = (
        "oree has no price list for FR on 2028-01-01: its amounts are valid from 2026-11-02 until 2027-06-30"
    )
    with pytest.raises(PricesMissing, match=says):
        offer_of(release, "FR", date(2028, 1, 1))
    with pytest.raises(PricesMissing, match="oree has no price list for CN on 2026-11-24: add it to"):
        offer_of(release, "CN")


def test_a_missing_amount_names_market_option_and_currency(release):
    rows = tuple(r for r in release.price_rows if not (r.market == "MA" and r.term == "charger_22"))
    with pytest.raises(PricesMissing, match=r"MA has no price in MAD for: charger_22 \(charger_22 = yes"):
        offer_of(replace(release, price_rows=rows), "MA")


def test_a_day_on_which_the_rules_leave_nothing_is_refused(tmp_path):
    folder = write_range(tmp_path)
    rules = (
        RULES
        + "  a: {feature: trim = base, from: 2027-05-01}\n  b: {feature: trim = plus, from: 2027-06-01}\n"
    )
    (folder / "rules/all.yaml").write_text(rules, encoding="utf-8")
    small = check_range(folder)

    assert restrict_to_market(small, market="FR", on=date(2027, 5, 1))
    with pytest.raises(
        NothingSold, match="No six can be sold in FR on 2027-04-30: these rules leave none: a, b"
    ):
        restrict_to_market(small, market="FR", on=date(2027, 4, 30))
