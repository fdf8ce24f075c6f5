"""Offers are kept once for the same content, and come back the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.oree import TODAY, make_oree_offer, release_oree
from usine.accounts.contracts import SYSTEM
from usine.commons.models import Fact
from usine.kernel import cheapest
from usine.offers.contracts import OfferExpired, OfferNotFound
from usine.offers.models import StoredOffer
from usine.offers.public import get_current_offer, get_offer, itemise, label, make_offer


@pytest.fixture
def oree(db):
    get_offer.cache_clear()
    return release_oree()


def test_an_offer_is_kept_once_and_comes_back_the_same(oree):
    made = make_offer("oree", market="BE", on=TODAY, by=SYSTEM)
    again = make_offer("oree", market="BE", on=TODAY, by=SYSTEM)

    assert StoredOffer.objects.count() == Fact.objects.filter(name="OfferMade").count() == 1
    kept = get_current_offer("oree", market="BE")
    assert made.key == again.key == kept.key
    assert (kept.currency, kept.range_key) == ("EUR", oree.key)
    assert cheapest(kept.priced, {}) == cheapest(made.priced, {})


def test_markets_have_offers_of_their_own(oree):
    belgium = make_offer("oree", market="BE", on=TODAY, by=SYSTEM)
    morocco = make_offer("oree", market="MA", on=TODAY, by=SYSTEM)

    assert belgium.key != morocco.key
    assert morocco.currency == "MAD"


def test_no_offer_is_current_past_its_last_day_or_before_its_first(oree):
    made = make_offer("oree", market="FR", on=TODAY, by=SYSTEM)
    assert made.valid_until == date(2027, 6, 30)

    assert get_current_offer("oree", market="FR", on=date(2027, 6, 30)).key == made.key
    with pytest.raises(OfferExpired, match="The offer of oree in FR ended on 2027-06-30: release a range"):
        get_current_offer("oree", market="FR", on=date(2027, 7, 1))
    with pytest.raises(OfferNotFound, match="The offer of oree in FR begins on 2026-11-24 only"):
        get_current_offer("oree", market="FR", on=date(2026, 11, 23))
    assert get_offer(made.key).key == made.key  # what was shown can still be explained


def test_an_offer_for_later_does_not_hide_the_one_of_today(oree):
    today = make_offer("oree", market="BE", on=TODAY, by=SYSTEM)
    later = make_offer("oree", market="BE", on=date(2027, 3, 1), by=SYSTEM)

    assert get_current_offer("oree", market="BE").key == today.key
    assert get_current_offer("oree", market="BE", on=date(2027, 3, 1)).key == later.key


def test_a_market_without_an_offer_is_said(db):
    with pytest.raises(OfferNotFound, match="oree has no offer in FR"):
        get_current_offer("oree", market="FR")


def test_the_lines_of_a_price_add_up_to_it(oree):
    offer = make_offer("oree", market="FR", on=TODAY, by=SYSTEM)
    car = cheapest(
        offer.priced, {"trim": "futaie", "powertrain": "ev52", "colour": "lichen", "pack_ville": "yes"}
    )

    lines = itemise(offer, car.values)

    assert sum(line.amount_minor for line in lines) == car.price
    assert {"colour", "pack_ville"} <= {line.term for line in lines}
    assert all(line.amount_minor for line in lines)


def test_people_read_labels_in_their_language(oree):
    offer = make_offer("oree", market="BE", on=TODAY, by=SYSTEM)

    assert label(offer, "trim", "futaie", language="nl") == "Futaie"
    assert label(offer, "roof_bars", "yes", language="fr") == "Barres de toit"
    assert label(offer, "roof_bars", "yes", language="xx") == label(offer, "roof_bars", "yes", language="en")


def test_an_offer_goes_on_while_nothing_but_the_day_changes(db):
    first = make_oree_offer("BE")
    again = make_oree_offer("BE", on=TODAY + timedelta(days=3))

    assert again.key == first.key
    assert again.valid_from == TODAY
    assert make_oree_offer("BE", on=TODAY - timedelta(days=1)).valid_from < TODAY
