"""The site's pages in a real browser: accessible, no wider than the screen, usable by keyboard and on a phone."""

from __future__ import annotations

import pytest

from tests.axe import find_violations
from tests.oree import publish_oree

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/fr-fr/oree/",
    "/fr-fr/oree/versions/",
    "/fr-fr/oree/legal/",
    "/ar-ma/oree/",
    "/ar-ma/oree/versions/",
)


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("FR", "MA")
    return live_server.url


def test_axe_finds_nothing_on_a_wide_screen(site, page):
    """On a phone, in every language: tests/story/test_accessible.py."""
    found = {address: find_violations(page, site + address, widths=(1440,)) for address in PAGES}
    assert {address: said for address, said in found.items() if said} == {}


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_no_page_is_wider_than_the_screen(site, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in PAGES:
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_phones_menu_opens_leads_and_closes(site, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/fr-fr/oree/")
    menu = page.locator("#menu")
    page.get_by_role("button", name="Menu").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()

    page.get_by_role("button", name="Menu").click()
    menu.get_by_role("link", name="Autonomie").click()
    page.wait_for_url("**/fr-fr/oree/driving/")
    assert not menu.is_visible()


def test_the_first_tab_skips_to_the_content(site, page):
    page.goto(f"{site}/fr-fr/oree/versions/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")


def test_a_page_works_without_javascript_and_asks_nothing_of_others(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{site}/fr-fr/oree/")
    page.locator(".hero a.btn").click()
    page.wait_for_url("**/configurator/")

    assert all(url.startswith((site, "data:")) for url in asked)
    assert context.cookies() == [] or {cookie["name"] for cookie in context.cookies()} <= {"csrftoken"}
    context.close()
