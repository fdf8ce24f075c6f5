"""Booking and desk in a real browser: axe finds nothing, no page is wider than the screen."""

from __future__ import annotations

import pytest

from tests.axe import WIDTHS, find_violations, run_axe
from tests.oree import load_oree_dealers, publish_oree
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.orders.models import TestDriveBooking

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("BE", "MA")
    load_oree_dealers()
    return live_server.url


def test_booking_breaks_no_rule_in_either_direction(site, page):
    addresses = ("/fr-be/oree/test-drive/?near=Gand", "/ar-ma/oree/test-drive/")
    found = {address: find_violations(page, site + address, widths=(1440,)) for address in addresses}
    assert {address: said for address, said in found.items() if said} == {}
    for width in (320, 390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for address in addresses:
            page.goto(site + address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)


def test_a_booking_is_confirmed_and_read_at_the_desk(site, page):
    page.goto(f"{site}/fr-be/oree/test-drive/")
    page.locator(".slots label:has(input:enabled)").first.click()
    for field, text in (("first_name", "Marie"), ("last_name", "Peeters"), ("email", "marie@example.com")):
        page.locator(f"#{field}").fill(text)
    page.locator("#consent").check()
    page.locator("#send").click()
    page.wait_for_url("**/test-drive/*/")
    assert run_axe(page) == []

    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    page.goto(f"{site}/desk/")
    page.locator("[name=username]").fill("els")
    page.locator("[name=password]").fill("demo")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/")
    lead = TestDriveBooking.objects.get().pk
    for address in ("/desk/", "/desk/leads/", f"/desk/leads/{lead}/"):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site + address)
            assert run_axe(page) == [], (address, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
