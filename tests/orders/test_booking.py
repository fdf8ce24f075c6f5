"""The line on a phone: a conflict, its way out, a booking, and who sees the lead."""

from __future__ import annotations

import pytest

from tests.oree import load_oree_dealers, publish_oree
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.dealers.public import list_dealers
from usine.orders.models import TestDriveBooking

PAGE = "/nl-be/oree/test-drive/"


@pytest.fixture
def belgium(transactional_db):
    publish_oree("BE")
    load_oree_dealers()


@pytest.mark.browser
def test_from_a_conflict_to_the_lead_of_the_belgian_manager(live_server, page, belgium, client):
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    create_account("hugo", name="Hugo", password="demo", role=Role.MARKET, markets=("FR",))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/nl-be/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes")
    page.locator("#roof-glass-why button").click()
    page.wait_for_url("**roof=glass**")
    page.get_by_role("button", name="Een proefrit boeken").first.click()
    page.wait_for_url("**/test-drive/**")

    page.locator(".slots label:has(:enabled)").first.click()
    page.locator("#first_name").fill("Marie")
    page.locator("#last_name").fill("Peeters")
    page.locator("#email").fill("marie@example.com")
    page.locator("#consent").check()
    page.locator("#send").click()
    page.get_by_role("heading", name="Uw proefrit is geboekt").wait_for()

    booking = TestDriveBooking.objects.get()
    assert len(booking.configuration_code) == 7
    assert booking.consent_text.startswith("Ik ga ermee akkoord")
    client.login(username="els", password="demo")
    assert client.get(f"/desk/leads/{booking.pk}/").status_code == 200
    client.logout()
    client.login(username="hugo", password="demo")
    assert client.get(f"/desk/leads/{booking.pk}/").status_code == 404


def test_a_wrong_form_keeps_what_was_typed_and_says_each_fault(client, belgium):
    answer = client.post(PAGE, {"step": "book", "email": "marie.example.com", "last_name": "Peeters"})

    assert answer.status_code == 422
    assert set(answer.context["faults"]) == {"first_name", "email", "consent", "slot"}
    assert 'value="Peeters"' in answer.content.decode()
    assert not TestDriveBooking.objects.exists()


def test_a_taken_time_offers_the_nearest_and_a_robot_books_nothing(client, belgium):
    page = client.get(PAGE)
    slot = next(time.value for time in page.context["times"] if time.is_free)
    form = {
        "step": "book",
        "dealer": list_dealers("BE")[0].id,
        "slot": slot,
        "first_name": "Marie",
        "last_name": "Peeters",
        "email": "marie@example.com",
        "consent": "1",
    }
    assert client.post(PAGE, {**form, "website": "x"}).status_code == 200
    assert client.post(PAGE, {**form, "first_name": "a\x00b", "key": "\x00"}).status_code == 422
    assert not TestDriveBooking.objects.exists()

    key = {"key": page.context["key"]}
    assert client.post(PAGE, {**form, **key}).status_code == 302
    taken = client.post(PAGE, form)

    assert taken.status_code == 422
    assert "slot" in taken.context["faults"]
    assert TestDriveBooking.objects.count() == 1
