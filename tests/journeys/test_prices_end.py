"""Past the last day of its prices, a configurator sells nothing: it says so, and saved cars stay readable."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oree import publish_oree
from usine.offers.contracts import OfferExpired
from usine.offers.public import get_offer, get_offer_on_sale

pytestmark = pytest.mark.django_db
ADDRESS = "/fr-fr/oree/configurator/"


def test_a_configurator_closes_with_its_price_list(client, settings):
    site = publish_oree("FR")[0]
    settings.TODAY = date(2027, 6, 30)
    assert client.get(ADDRESS).status_code == 200

    settings.TODAY = date(2027, 7, 1)
    closed = client.get(ADDRESS)
    assert closed.status_code == 404
    with pytest.raises(OfferExpired, match="The prices of oree in FR held until 2027-06-30"):
        get_offer_on_sale(site.offer_key)
    assert get_offer(site.offer_key).market == "FR"
