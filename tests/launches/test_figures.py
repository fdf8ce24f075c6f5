"""The numbers of a site are those of its offer, asked again one car at a time."""

from __future__ import annotations

import pytest

from tests.oree import make_oree_offer
from usine.kernel import cheapest, is_possible
from usine.launches.content.figures import POWERTRAIN, TRIM, Figures, Standing


@pytest.fixture(params=["FR", "MA"])
def figures(request, db):
    return Figures(make_oree_offer(request.param))


def test_an_entry_price_is_the_cheapest_car_of_its_kind(figures):
    for trim in figures.list_trims():
        found = {}
        for powertrain in figures.list_powertrains():
            wanted = {TRIM: trim, POWERTRAIN: powertrain}
            possible = is_possible(figures.offer.priced, wanted)
            expected = cheapest(figures.offer.priced, wanted).price if possible else None
            assert figures.find_price(trim, powertrain) == expected
            found |= {powertrain: expected} if possible else {}
        entry = figures.find_entry(trim)
        assert entry.amount_minor == min(found.values()) == found[entry.powertrain]


@pytest.mark.parametrize("feature", ["heated_seats", "roof_bars", "charger_22", "front_radar", "partition"])
def test_the_standing_of_equipment_is_what_the_kernel_allows(figures, feature):
    for trim in figures.list_trims():
        can = is_possible(figures.offer.priced, {TRIM: trim, feature: "yes"})
        must = not is_possible(figures.offer.priced, {TRIM: trim, feature: "no"})
        standing = figures.find_equipment(feature, trim=trim).standing

        assert (standing is Standing.ABSENT) is not can
        assert (standing is Standing.STANDARD) is must


def test_a_market_shows_only_what_it_sells(db):
    morocco = Figures(make_oree_offer("MA"))

    assert morocco.find_entry("atelier") is None
    assert morocco.find_price("futaie", "ev40") is None


@pytest.mark.parametrize(
    # France: order of 10 May 2006 (100 g/km ends A, 120 ends B). Germany: Pkw-EnVKV of 2024 (only 0 g/km is A).
    ("market", "grams", "letter"),
    [("FR", 100, "A"), ("FR", 101, "B"), ("DE", 0, "A"), ("DE", 97, "C"), ("MA", 97, "")],
)
def test_co2_classes_follow_the_market(db, market, grams, letter):
    assert Figures(make_oree_offer(market)).find_co2_class(grams) == letter
