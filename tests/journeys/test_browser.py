"""A visitor on a phone configures against a conflict, undoes it, and shares the car."""

from __future__ import annotations

import pytest

from tests.oree import publish_oree


@pytest.mark.browser
def test_a_phone_configures_against_a_conflict(live_server, page):
    publish_oree("BE")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/nl-be/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes")

    page.locator("#roof-glass-why button").click()
    page.wait_for_url("**roof=glass**")
    assert page.locator("#roof-glass").is_checked()
    assert not page.locator("#roof_bars").is_checked()

    page.get_by_role("link", name="Ongedaan maken").click()
    page.wait_for_url(lambda url: "roof=glass" not in url)
    assert page.locator("#roof_bars").is_checked()

    page.get_by_role("button", name="Bewaren en delen").click()
    code = page.locator(".share code a")
    code.wait_for()
    page.goto(f"{live_server.url}{code.get_attribute('href')}")
    assert page.locator("#roof_bars").is_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
