"""Facts: written in the transaction of their change, read in order with a cursor."""

from __future__ import annotations

import pytest
from django.db import transaction

from usine.commons.facts import read_facts, record_fact


@pytest.mark.django_db
def test_facts_are_read_in_order_after_a_cursor():
    first = record_fact("OfferMade", by="claire", market="BE", subject="oree", key="abc")
    second = record_fact("LaunchPublished", by="claire", market="BE", subject="oree")

    assert [fact.id for fact in read_facts(after=first.id)] == [second.id]
    assert [fact.payload for fact in read_facts(name="OfferMade")] == [{"key": "abc"}]


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        record_fact("OfferMade", by="claire")


@pytest.mark.django_db(transaction=True)
def test_a_fact_of_a_rolled_back_change_never_happened():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_fact("OfferMade", by="claire")
        raise ZeroDivisionError

    assert list(read_facts()) == []
