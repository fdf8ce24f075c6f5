"""The configurator's page in a real browser: accessible, searchable, by keyboard, without script, without network."""

from __future__ import annotations

import pytest

from tests.axe import find_violations
from tests.oree import publish_oree
from tests.visitors import let_choose

pytestmark = pytest.mark.browser
FRENCH = "/fr-fr/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes"
ARABIC = "/ar-ma/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes"


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("FR", "MA")
    return live_server.url


def test_axe_finds_nothing_on_a_wide_screen(site, page):
    found = {address: find_violations(page, site + address, widths=(1440,)) for address in (FRENCH, ARABIC)}
    assert {address: said for address, said in found.items() if said} == {}


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_the_page_is_no_wider_than_the_screen(site, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in (FRENCH, ARABIC):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_search_finds_options_whatever_the_accents_and_escape_shows_all(site, page):
    page.goto(site + FRENCH)
    field = page.locator("input[type=search]")
    shown = page.locator("#options .choice:visible")

    field.fill("camera")
    found = shown.all_inner_texts()
    assert found and all("caméra" in text.lower() for text in found)
    assert str(len(found)) in page.locator(".seek [role=status]").inner_text()
    field.fill("qqq")
    assert shown.count() == 0
    field.press("Escape")
    assert field.input_value() == ""


def test_arrow_keys_take_a_colour_and_keep_the_focus(site, page):
    page.goto(site + FRENCH)
    before = page.locator("input[name=colour]:checked").get_attribute("value")
    page.locator("input[name=colour]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**colour=**")

    after = page.evaluate("document.activeElement.value")
    assert after != before
    assert page.locator("input[name=colour]:checked").get_attribute("value") == after
    assert f"colour={after}" in page.url


def test_back_leads_to_the_car_before(site, page):
    page.goto(site + FRENCH)
    page.locator("label:has(#trim-canopee)").click()
    page.wait_for_url("**trim=canopee**")
    page.go_back()
    page.locator("#trim-futaie:checked").wait_for(state="attached")
    assert "trim=futaie" in page.url


def test_without_an_answer_nothing_is_lost_and_the_choice_can_be_taken_again(site, chromium):
    context = chromium.new_context()
    let_choose(context)
    context.route("**/kit/*/", lambda route: route.abort())  # so the server is to answer
    page = context.new_page()
    page.goto(site + FRENCH)
    context.set_offline(True)
    page.locator("label:has(#trim-canopee)").click()
    page.locator("#offline").wait_for()

    context.set_offline(False)
    page.locator("#offline [data-retry]").click()
    page.wait_for_url("**trim=canopee**")
    context.close()


def test_without_script_the_same_forms_lead_to_the_same_car(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + FRENCH)
    page.locator('button[name=want][value="roof.glass"]').click()
    assert page.locator("#roof-glass").is_checked()
    page.locator("a[data-undo]").click()
    assert page.locator("#roof_bars").is_checked()
    context.close()
