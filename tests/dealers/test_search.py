"""A place that somebody types finds points of sale, or says that it finds none; the list is never cut or empty."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.accounts.contracts import SYSTEM
from usine.dealers.contracts import Dealer, Match
from usine.dealers.models import PointOfSale
from usine.dealers.public import load_dealers, search_dealers
from usine.dealers.search import fold, measure_km, search

DEMO = Path(__file__).resolve().parents[2] / "demo" / "dealers.csv"


def dealer(number: int, postcode: str, city: str, *also: str, name: str = "", at=(50.0, 4.0)) -> Dealer:
    return Dealer(
        number, "BE", name or f"Aurige {number}", "", postcode, city, "", "", "", at[0], at[1], "", also=also
    )


GENT = dealer(1, "9000", "Gent", "Gand", at=(51.05, 3.72))
ANTWERPEN = dealer(2, "2000", "Antwerpen", "Anvers", at=(51.22, 4.40))
LIEGE = dealer(3, "4000", "Liège", "Luik", at=(50.63, 5.57))
CASABLANCA = dealer(4, "20050", "Casablanca", "الدار البيضاء", at=(33.59, -7.61))
REZE = Dealer(6, "FR", "Aurige 6", "", "44400", "Rezé", "", "", "", 47.19, -1.57, "", serves=("Nantes",))
NAMED = dealer(5, "5000", "Jambes", name="Garage de la Meuse", at=(50.46, 4.87))
ALL = (ANTWERPEN, LIEGE, NAMED, GENT, CASABLANCA)

cities = st.text("aàbcéeg -ñ'œالدار", max_size=8)
dealers = st.lists(
    st.builds(
        dealer,
        st.integers(1, 99),
        st.text("0123456789AB ", max_size=6),
        cities,
        cities,
        at=st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    ),
    max_size=12,
)


@given(dealers, st.one_of(st.text(max_size=12), cities, st.text("0123456789", max_size=5)))
def test_an_answer_holds_every_point_of_sale_once_and_those_found_first(some, near):
    answer = search(some, near)

    assert Counter(id(hit.dealer) for hit in answer.hits) == Counter(map(id, some))
    assert all(hit.match not in (Match.DISTANCE, Match.NONE) for hit in answer.hits[: answer.found])
    rest = answer.hits[answer.found :]
    assert {hit.match for hit in rest} <= {Match.DISTANCE if answer.found else Match.NONE}
    assert [hit.km for hit in rest] == sorted(hit.km or 0 for hit in rest) or not answer.found


@given(dealers, st.data())
def test_a_town_finds_its_own_whatever_the_case_the_accents_and_the_hyphens(some, data):
    named = [one for one in some if fold(one.city) and not any(sign.isdigit() for sign in one.city)]
    if not named:
        return
    one = data.draw(st.sampled_from(named))
    for near in (one.city, one.city.upper(), fold(one.city), f"  {one.city} "):
        answer = search(some, near)
        assert answer.hits[0].match is Match.TOWN
        assert one in [hit.dealer for hit in answer.hits[: answer.found]]


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(dealers)
def test_distances_are_symmetric_and_stay_on_the_globe(some):
    for one in some[:4]:
        for other in some[:4]:
            km = measure_km(one, other)
            assert km == pytest.approx(measure_km(other, one), abs=1e-6)
            assert 0 <= km <= 20_016


@pytest.mark.parametrize(
    ("near", "first", "match", "place", "found"),
    [
        ("Gand", GENT, Match.TOWN, "Gand", 1),
        ("LIEGE", LIEGE, Match.TOWN, "Liège", 1),
        ("الدار البيضاء", CASABLANCA, Match.TOWN, "الدار البيضاء", 1),
        ("الدّار البيضاء", CASABLANCA, Match.TOWN, "الدار البيضاء", 1),
        ("Antw", ANTWERPEN, Match.TOWN, "Antwerpen", 1),
        ("meuse", NAMED, Match.TOWN, "Jambes", 1),
        ("9000", GENT, Match.POSTCODE, "Gent", 1),
        ("٩٠٠٠", GENT, Match.POSTCODE, "Gent", 1),
        ("9000 Gent", GENT, Match.TOWN, "Gent", 1),
        ("9050", GENT, Match.AREA, "Gent", 1),
        ("4999", LIEGE, Match.AREA, "Liège", 1),
        ("Tournai", ANTWERPEN, Match.NONE, "Antwerpen", 0),
        ("7500", ANTWERPEN, Match.NONE, "Antwerpen", 0),
        ("", ANTWERPEN, Match.NONE, "Antwerpen", 0),
    ],
)
def test_a_place_is_found_with_its_reason(near, first, match, place, found):
    answer = search(ALL, near)

    assert (answer.hits[0].dealer, answer.hits[0].match, answer.hits[0].place) == (first, match, place)
    assert answer.found == found


def test_a_town_beside_is_near_and_not_at():
    (hit,) = search([REZE], "nantes").hits
    assert (hit.match, hit.place) == (Match.SERVED, "Nantes")


def test_the_others_follow_by_their_distance_from_the_one_that_was_found():
    answer = search(ALL, "Gent")
    assert [(hit.dealer.city, hit.km) for hit in answer.hits[1:4]] == [
        ("Antwerpen", 51),
        ("Jambes", 104),
        ("Liège", 138),
    ]
    assert answer.hits[1].place == "Gent"


def test_a_market_is_searched_in_one_query_however_many_points_of_sale(db, django_assert_num_queries):
    load_dealers(DEMO, by=SYSTEM)
    one = PointOfSale.objects.get(code="gent-leie")
    for number in range(300):
        one.pk, one.code, one.postcode = None, f"be-{number}", str(1000 + number)
        one.save(force_insert=True)

    with django_assert_num_queries(1):
        answer = search_dealers("BE", "1207")

    assert answer.hits[0].dealer.postcode == "1207"
    assert len(answer.hits) == 304


def test_the_demo_is_found_by_the_names_that_its_towns_have_in_other_languages(db):
    load_dealers(DEMO, by=SYSTEM)
    towns = {near: search_dealers(market, near).hits[0].dealer.city for market, near in (
        ("BE", "Anvers"), ("BE", "brüssel"), ("DE", "Munich"), ("MA", "الرباط"), ("FR", "nantes"),
    )}  # fmt: skip
    assert towns == {
        "Anvers": "Antwerpen", "brüssel": "Bruxelles", "Munich": "München", "الرباط": "Rabat", "nantes": "Rezé",
    }  # fmt: skip
