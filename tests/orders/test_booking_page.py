"""The booking page on a fixed morning: places near a town, weeks, today's half hours, what a fault says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests.oree import load_oree_dealers, publish_oree
from usine.dealers.models import PointOfSale
from usine.dealers.public import list_dealers
from usine.launches.public import get_frame
from usine.markets.public import get_locale
from usine.orders import rules
from usine.orders.booking_page import BookingPage

NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)  # a Tuesday, 10:10 in Gent


@pytest.fixture
def belgium(db):
    publish_oree("BE")
    load_oree_dealers()


def show(method: str = "get", locale: str = "nl-be", now: datetime = NOW, **form: str) -> BookingPage:
    where = get_locale(locale)
    request = getattr(RequestFactory(), method)("/", form)
    return BookingPage(request, get_frame("oree", locale=where), where, now=now)


def find(city: str) -> str:
    return str(next(dealer.id for dealer in list_dealers("BE") if dealer.city == city))


def test_the_place_that_the_home_page_asks_for_comes_first_with_its_reason(belgium):
    shown = show(near="Gand").context()

    assert [(place["dealer"].city, place["reason"]) for place in shown["places"]][:2] == [
        ("Gent", "Gand, 9000"),
        ("Bruxelles", "50 km from Gand"),
    ]
    assert shown["dealer"].city == "Gent"
    assert shown["near_said"] == "One point of sale near Gand."


def test_a_place_that_nobody_knows_shows_every_point_of_sale(belgium):
    shown = show(near="Atlantis").context()

    assert shown["near_said"] == "Nothing found near Atlantis: here are all points of sale."
    assert len(shown["places"]) + len(shown["more_places"]) == 4


def test_three_hundred_points_of_sale_are_a_few_and_a_disclosure(belgium, django_assert_num_queries):
    gent = PointOfSale.objects.get(code="gent-leie")
    for number in range(300):
        gent.pk, gent.code, gent.postcode, gent.city = None, f"be-{number}", str(1001 + number), "Elders"
        gent.save(force_insert=True)
    last = PointOfSale.objects.get(code="be-299")
    show().context()  # the offer and the frame are read once and kept

    with django_assert_num_queries(
        4
    ):  # the current offer, the points of sale, the hours of one, what it has taken
        shown = show(near="1100", dealer=str(last.pk)).context()

    assert (len(shown["places"]), len(shown["more_places"])) == (4, 300)
    assert shown["places"][0]["dealer"].postcode == "1100"
    assert [place["dealer"].id for place in shown["places"] if place["is_chosen"]] == [last.pk]


def test_a_search_chooses_what_it_finds_and_a_look_keeps_what_was_chosen(belgium):
    namur = find("Namur")
    assert show("post", step="find", near="9000", was_near="", dealer=namur).dealer.city == "Gent"
    assert show("post", step="look", near="9000", was_near="", dealer=namur).dealer.city == "Namur"
    assert show("post", step="find", near="Atlantis", was_near="", dealer=namur).dealer.city == "Namur"


def test_todays_half_hours_can_be_booked_two_hours_ahead(belgium):
    shown = show(dealer=find("Gent")).context()

    assert shown["day_said"] == "dinsdag 24 november" and shown["is_today"]
    assert [time.text for time in shown["times"]][:2] == ["13:00", "13:30"]
    evening = show(dealer=find("Gent"), now=NOW + timedelta(hours=7)).context()
    assert not evening["days"][0].is_open and evening["days"][1].is_chosen


def test_the_week_moves_forward_and_back_and_no_further_than_can_be_booked(belgium):
    first = show().context()
    assert (first["from"], first["earlier"], first["later"]) == ("2026-11-24", "", "2026-12-01")
    second = show(move=first["later"]).context()
    assert (second["from"], second["earlier"]) == ("2026-12-01", "2026-11-24")
    last = show(move="2030-01-01").context()
    assert (last["from"], last["later"]) == ("2027-01-12", "")
    for nonsense in ("", "x", "0001-01-01", "9999-12-31", "2026-11-31"):
        assert show(move=nonsense, day=nonsense, slot=nonsense).context()["days"]


def test_a_fault_counts_and_each_of_its_links_names_a_field(belgium):
    page = show("post", step="book", dealer=find("Gent"), email="marie.example.com")
    assert page.book() == ""
    assert list(page.faults) == ["slot", "first_name", "last_name", "email", "consent"]
    assert page.context()["faults_said"] == "5 points to look at again"


def test_a_taken_time_offers_the_nearest_and_a_button_takes_it(belgium):
    gent = find("Gent")
    page = show("post", step="book", dealer=gent, slot="2026-11-25T12:10:00+01:00")
    page.book()
    nearest = page.context()["nearest"]
    assert nearest["value"] == "2026-11-25T11:30:00+01:00"

    taking = show("post", dealer=gent, take=nearest["value"])
    assert taking.step == "look"
    assert [time.value for time in taking.context()["times"] if time.is_chosen] == [nearest["value"]]


@given(
    today=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    wanted=st.one_of(st.none(), st.dates(max_value=date(2035, 1, 1))),
)
def test_a_shown_week_begins_today_or_whole_weeks_later(today, wanted):
    first = rules.find_first_day(today, wanted)
    ahead = (first - today).days
    assert ahead % rules.DAYS_SHOWN == 0
    assert 0 <= ahead <= rules.BOOKABLE_DAYS - rules.DAYS_SHOWN
    if wanted and today <= wanted < today + timedelta(days=rules.BOOKABLE_DAYS):
        assert first <= wanted < first + timedelta(days=rules.DAYS_SHOWN)


@given(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_a_slot_can_be_booked_until_the_lead_time(gap):
    assert rules.is_bookable(NOW + gap, now=NOW) == (gap >= rules.LEAD_TIME)
