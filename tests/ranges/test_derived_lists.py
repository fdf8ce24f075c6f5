"""A price list that is like another: its amounts times a factor, in steps, until its own column says otherwise."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.six import write_range
from usine.ranges.build import PriceList
from usine.ranges.contracts import RangeInvalid
from usine.ranges.pricing import derive_amount
from usine.ranges.public import check_range

EUR = PriceList("EUR", 2, True, None, None, None)


def amounts(folder, market):
    return {(r.term, *r.row): r.amount_minor for r in check_range(folder).price_rows if r.market == market}


@pytest.fixture
def folder(tmp_path):
    write_range(tmp_path)
    return tmp_path


def price(folder, lists):
    head = folder / "range.yaml"
    head.write_text(
        head.read_text().replace(
            "{FR: {currency: EUR, tax: included}}", f"{{FR: {{currency: EUR}}, {lists}}}"
        )
    )


def test_amounts_are_the_other_lists_times_the_factor_in_whole_steps(folder):
    price(folder, "JP: {currency: JPY, like: FR, factor: 171.3, round: 1000}")

    french, japanese = amounts(folder, "FR"), amounts(folder, "JP")

    assert set(french) == set(japanese)
    for key, cents in french.items():
        assert abs(japanese[key] - Fraction(cents, 100) * Fraction("171.3")) <= 500
        assert japanese[key] % 1000 == 0


def test_its_own_column_goes_before(folder):
    price(folder, "BE: {currency: EUR, like: FR, factor: 2}")
    table = next((folder / "prices").glob("*.csv"))
    header, first, *rest = table.read_text().splitlines()
    table.write_text("\n".join([f"{header},BE", f"{first},77", *(f"{line}," for line in rest)]) + "\n")

    own = amounts(folder, "BE")

    assert 7700 in own.values() and own["pack", "yes"] == 2 * 7000


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        (
            "BE: {currency: EUR, like: DE}",
            "BE: The price list is like DE, which has no price list with amounts",
        ),
        (
            "BE: {currency: EUR, like: FR}, NL: {currency: EUR, like: BE}",
            "NL: The price list is like BE, which",
        ),
        ("BE: {currency: EUR, like: BE}", "BE: The price list is like BE, which"),
        ("BE: {currency: EUR, factor: 2}", "“factor” needs “like” beside it"),
        ("BE: {currency: EUR, like: FR, factor: 0}", "factor"),
        ("BE: {currency: EUR, like: FR, round: 0.001}", "“round” has more decimals than EUR has"),
    ],
)
def test_what_cannot_be_derived_is_told(folder, lists, said):
    price(folder, lists)

    with pytest.raises(RangeInvalid, match=said):
        check_range(folder)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(1, 10**5))
def test_a_derived_amount_is_the_nearest_step_and_nothing_stays_nothing(minor, thousandths, step):
    prices = PriceList("EUR", 2, True, None, None, None, "FR", Fraction(thousandths, 1000), step)

    derived, exact = derive_amount(minor, EUR, prices), minor * Fraction(thousandths, 1000)

    assert derived % step == 0 and abs(derived - exact) <= Fraction(step, 2)
    assert derive_amount(0, EUR, prices) == 0
    assert derive_amount(-minor, EUR, prices) == -derived


def test_a_car_does_not_cost_less_than_nothing_though_an_option_may(folder):
    table = folder / "prices" / "base.csv"
    table.write_text("trim,FR\nbase,-1\nplus,2\n")
    option = folder / "prices" / "more.csv"
    option.write_text("item,FR\nbars,-50\n")

    with pytest.raises(RangeInvalid, match=r"prices/base\.csv:2: .*cost less than nothing in FR") as refused:
        check_range(folder)
    assert len(refused.value.faults) == 1
