"""Net and tax are whole minor units that add up: of an amount, of each line, of a list turned from one to the other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oree import TODAY, make_oree_offer
from tests.ranges.six import write_range
from usine.accounts.contracts import SYSTEM
from usine.kernel import ask, cheapest
from usine.offers.building import build_offer
from usine.offers.contracts import PricesMissing
from usine.offers.models import StoredOffer
from usine.offers.public import get_offer, itemise, make_offer, split_price
from usine.offers.taxes import convert, round_half_away, split_lines, split_tax
from usine.ranges.public import check_range, release_range

RATES = st.integers(0, 3000).map(lambda hundredths: Fraction(hundredths, 10_000))
AMOUNTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("exact", "whole"), [("5/2", 3), ("-5/2", -3), ("7/3", 2), ("8/3", 3), ("-1/2", -1), ("0", 0)]
)
def test_halves_go_away_from_zero(exact, whole):
    assert round_half_away(Fraction(exact)) == whole


@given(AMOUNTS, RATES, st.booleans())
def test_gross_is_net_plus_tax_and_the_tax_is_the_nearest(amount, rate, tax_included):
    taxed = split_tax(amount, rate=rate, tax_included=tax_included)

    assert taxed.gross_minor == taxed.net_minor + taxed.tax_minor
    assert amount == (taxed.gross_minor if tax_included else taxed.net_minor)
    assert abs(taxed.net_minor * (1 + rate) - taxed.gross_minor) <= Fraction(1, 2) * (1 + rate)
    assert split_tax(-amount, rate=rate, tax_included=tax_included).tax_minor == -taxed.tax_minor


@given(st.lists(AMOUNTS, max_size=60), RATES, st.booleans())
def test_the_parts_of_lines_add_up_to_those_of_the_total(amounts, rate, tax_included):
    lines = split_lines(amounts, rate=rate, tax_included=tax_included)
    total = split_tax(sum(amounts), rate=rate, tax_included=tax_included)

    assert sum(line.net_minor for line in lines) == total.net_minor
    assert sum(line.tax_minor for line in lines) == total.tax_minor
    for line, amount in zip(lines, amounts, strict=True):
        assert amount == (line.gross_minor if tax_included else line.net_minor)
        assert abs(line.net_minor * (1 + rate) - line.gross_minor) < 1 + rate


@given(AMOUNTS, RATES)
def test_a_net_amount_comes_back_from_its_gross(net, rate):
    """So a list without tax is shown with it, and a company still sees the net amounts that were listed."""
    listed = {"base": {("a",): net}}
    gross = convert(listed, rate=rate, was_included=False, tax_included=True)

    assert split_tax(gross["base"][("a",)], rate=rate, tax_included=True).net_minor == net
    assert convert(gross, rate=rate, was_included=True, tax_included=False) == listed


def range_of(tmp_path, price_list, market="FR"):
    folder = write_range(tmp_path)
    for file in ("range.yaml", "prices/options.csv"):
        text = (folder / file).read_text(encoding="utf-8")
        text = text.replace("FR: {currency: EUR, tax: included}", f"{market}: {{{price_list}}}")
        (folder / file).write_text(
            text.replace("trim,FR\n", f"trim,{market}\nroof=body,,0\n"), encoding="utf-8"
        )
    return folder


def test_private_people_see_tax_in_a_price_that_was_listed_without(tmp_path):
    release = check_range(range_of(tmp_path, "currency: EUR, tax: excluded"))
    offer = build_offer(release, market="FR", on=TODAY)

    glass = ask(offer.priced, {"trim": "plus", "roof": "glass"})
    assert (offer.tax_included, offer.tax_rate, glass.minimum) == (True, Fraction(1, 5), 720_00)
    assert split_price(offer, glass.minimum).net_minor == 600_00


def test_a_price_list_may_have_a_rate_of_its_own(tmp_path):
    release = check_range(range_of(tmp_path, "currency: EUR, tax: excluded, tax_rate: 5.5"))
    offer = build_offer(release, market="FR", on=TODAY)

    assert offer.tax_rate == Fraction(55, 1000)
    assert ask(offer.priced, {"trim": "plus", "roof": "glass"}).minimum == 633_00


def test_where_prices_are_shown_before_tax_they_stay_so(tmp_path):
    release = check_range(range_of(tmp_path, "currency: CAD, tax: excluded", market="CA"))
    offer = build_offer(release, market="CA", on=TODAY)

    glass = ask(offer.priced, {"trim": "plus", "roof": "glass"}).minimum
    assert (offer.tax_included, glass) == (False, 600_00)
    assert split_price(offer, glass).gross_minor == 630_00


def test_a_list_in_a_currency_that_the_market_does_not_pay_in_is_refused(tmp_path):
    release = check_range(range_of(tmp_path, "currency: USD"))

    with pytest.raises(PricesMissing, match="six has no prices for FR in EUR on 2026-11-24"):
        build_offer(release, market="FR", on=TODAY)


def test_the_rate_is_part_of_the_offer(tmp_path):
    release = check_range(range_of(tmp_path, "currency: EUR"))
    then = build_offer(release, market="FR", on=TODAY, tax_rate=Fraction(196, 1000))

    assert then.key != build_offer(release, market="FR", on=TODAY).key
    assert then.tax_rate == Fraction(196, 1000)


@pytest.mark.django_db
def test_an_offer_comes_back_with_the_rate_that_it_was_made_with(tmp_path):
    get_offer.cache_clear()
    release_range(range_of(tmp_path, "currency: EUR, tax: excluded"), by=SYSTEM)
    made = make_offer("six", market="FR", on=TODAY, by=SYSTEM)
    assert (get_offer(made.key).key, get_offer(made.key).tax_rate) == (made.key, Fraction(1, 5))

    # as if it had been made before France changed its rate
    StoredOffer.objects.filter(key=made.key).update(tax_rate="49/250")
    get_offer.cache_clear()
    assert get_offer(made.key).tax_rate == Fraction(196, 1000)
    get_offer.cache_clear()


@pytest.mark.django_db
def test_the_ledger_of_a_car_adds_up_in_every_part():
    for market in ("FR", "MA"):
        offer = make_oree_offer(market)
        car = cheapest(offer.priced, {"trim": "futaie", "powertrain": "hybrid105", "pack_ville": "yes"})
        lines, total = itemise(offer, car.values), split_price(offer, car.price)

        assert sum(line.amount_minor for line in lines) == car.price == total.gross_minor
        assert sum(line.taxed.net_minor for line in lines) == total.net_minor
        assert sum(line.taxed.tax_minor for line in lines) == total.tax_minor
