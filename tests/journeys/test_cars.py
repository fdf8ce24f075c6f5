"""The configurator never ends in a dead end, and every change adds up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oree import make_oree_offer
from usine.journeys.cars import build_car, choose, find_way_out, list_changes, list_sold, repair
from usine.kernel import is_possible

FUTAIE = {"trim": "futaie", "powertrain": "ev52", "colour": "lichen", "wheels": "rameau", "interior": "lin"}


@pytest.fixture
def france(db):
    return make_oree_offer("FR")


def test_the_french_study_comes_out(france):
    car = build_car(france, {**FUTAIE, "roof": "body", "pack_ville": "yes", "roof_bars": "yes"})

    way_out = find_way_out(car, "roof", "glass")

    assert car.price_minor == 31_330_00
    assert way_out.amount_minor == 1_250_00
    assert way_out.given_up == ("roof_bars",)
    assert {(c.feature, c.after) for c in way_out.changes} == {
        ("roof", "glass"),
        ("roof_bars", "no"),
        ("pack_hiver", "yes"),
        *((c.feature, c.after) for c in way_out.changes if c.amount_minor == 0),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_walk_stays_possible_and_its_ledger_adds_up(france, data):
    car = build_car(france, {})
    sold = list_sold(france)
    names = [name for name, values in sold.items() if len(values) > 1 and name in france.catalogue.features]
    for _ in range(4):
        name = data.draw(st.sampled_from(names))
        value = data.draw(st.sampled_from(sorted(sold[name])))
        way_out = find_way_out(car, name, value)
        after = build_car(france, choose(car, {name: value}))

        assert after.values[name] == value
        assert after.price_minor == car.price_minor + way_out.amount_minor
        assert sum(change.amount_minor for change in way_out.changes) == way_out.amount_minor
        assert (value in car.bounds[name]) is (way_out.in_the_way == ())
        if value in car.bounds[name]:
            assert car.bounds[name][value].minimum == after.price_minor
        car = after


def test_choices_of_another_offer_become_the_nearest_valid_ones(france):
    given_choices = {
        "trim": "futaie",
        "powertrain": "ev52",
        "colour": "mauve",
        "roof": "glass",
        "roof_bars": "yes",
    }

    found = repair(france, given_choices)

    assert found.unknown == ("colour",)
    assert len(found.given_up) == 1
    assert is_possible(france.priced, found.choices)


def test_nothing_changes_between_a_car_and_itself(france):
    car = build_car(france, FUTAIE)

    assert list(list_changes(france, car.values, car.values)) == []
