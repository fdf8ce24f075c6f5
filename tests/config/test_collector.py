"""A server's full collections: what stays is looked through once."""

from __future__ import annotations

import gc
import weakref
from functools import _lru_cache_wrapper

import pytest

from tests.oree import publish_oree
from usine.config.collector import MUCH, set_aside_what_stays
from usine.journeys.cars import build_car, repair
from usine.journeys.kit import get_kit
from usine.markets.public import get_locale
from usine.offers.public import get_current_offer


@pytest.fixture
def watched():
    """The collector as a server has it, and as it was afterwards."""
    before = list(gc.callbacks)
    gc.collect()
    gc.freeze()  # what the tests themselves hold
    set_aside_what_stays()
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


@pytest.mark.usefixtures("watched")
def test_much_that_survives_is_not_looked_through_again():
    kept = [[] for _ in range(2 * MUCH)]
    frozen = gc.get_freeze_count()
    gc.collect()
    assert len(kept) > MUCH
    assert gc.get_freeze_count() - frozen > MUCH
    assert len(gc.get_objects(generation=2)) < MUCH


@pytest.mark.usefixtures("watched")
def test_little_stays_in_sight_and_goes_when_nothing_holds_it():
    frozen = gc.get_freeze_count()
    circle: list[object] = []
    circle.append(circle)
    gc.collect()
    assert gc.get_freeze_count() <= frozen  # some of what the tests hold may go meanwhile
    del circle
    assert gc.collect() >= 1


@pytest.mark.usefixtures("watched")
def test_asking_twice_watches_once():
    watching = len(gc.callbacks)
    set_aside_what_stays()
    assert len(gc.callbacks) == watching


@pytest.mark.django_db
def test_a_range_and_its_offer_go_without_the_collector():
    """What caches drop must have no cycles: set aside, a cycle would stay for ever."""
    publish_oree("FR")
    offer = get_current_offer("oree", market="FR")
    car = build_car(offer, repair(offer, {"trim": "futaie"}).choices)
    kit = get_kit(offer, get_locale("fr-fr"))
    assert car.price_minor and kit
    compiled = weakref.ref(offer.priced.compiled)
    caches = [found for found in gc.get_objects() if type(found) is _lru_cache_wrapper]
    gc.collect()
    gc.disable()
    try:
        del offer, car, kit
        for kept in caches:
            kept.cache_clear()
        assert compiled() is None
    finally:
        gc.enable()
