"""The line, walked whole: a rule is changed in a file, and a lead stands on the right desk."""

from __future__ import annotations

import shutil

import pytest

from tests.oree import DEMO, LAUNCH, RANGE
from tests.visitors import let_choose
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons.models import Fact
from usine.config.cli import main
from usine.orders.models import TestDriveBooking

NEW_RULE = """
  garance-no-bars:
    if: colour = garance
    excludes: roof_bars
    text:
      en: Garance and roof bars do not go together.
      fr: Garance et barres de toit ne vont pas ensemble.
      nl: Garance en dakdragers gaan niet samen.
      de: Garance und Dachträger passen nicht zusammen.
      ar: لا يجتمع لون غارانس مع قضبان السقف.
"""


@pytest.fixture
def edited_range(tmp_path):
    """The Orée's files with one more rule, as a product manager would type it."""
    folder = tmp_path / "oree"
    shutil.copytree(RANGE, folder)
    rules = folder / "rules" / "20-colour.yaml"
    rules.write_text(rules.read_text("utf-8") + NEW_RULE, "utf-8")
    return folder


def run(*words):
    assert main([str(word) for word in words]) == 0


@pytest.fixture
def line(transactional_db, edited_range):
    """Everything up to two markets that are live, by the command line."""
    for name, markets in (("els", ("BE",)), ("hugo", ("FR",))):
        create_account(name, name=name.title(), password="demo", role=Role.MARKET, markets=markets)
    run("launch", "load", LAUNCH)
    run("range", "release", RANGE)
    run("publish", "oree", "--markets", "BE,FR")
    run("range", "check", edited_range)
    run("range", "release", edited_range)
    run("publish", "oree", "--markets", "BE,FR")


@pytest.mark.browser
def test_from_a_changed_rule_to_the_lead_on_the_belgian_desk(live_server, chromium, page, line):
    from usine.accounts.contracts import SYSTEM
    from usine.dealers.public import load_dealers

    load_dealers(DEMO / "dealers.csv", by=SYSTEM)
    page.set_viewport_size({"width": 390, "height": 844})

    # The Belgian Dutch site, then a car against the new rule.
    page.goto(f"{live_server.url}/nl-be/oree/")
    page.locator(".hero a.btn").click()
    page.wait_for_url("**/nl-be/oree/configurator/")
    for choice in ("#trim-futaie", "#powertrain-ev52", "#roof_bars"):
        if not page.locator(choice).is_visible():
            page.locator(f"details:has({choice}) > summary").click()
        page.locator(f"label:has({choice})").click()
        page.wait_for_url(f"**{choice[1:].replace('-', '=')}**")
    way_out = page.locator('button[name=want][value="colour.garance"]')
    assert page.get_by_text("Garance en dakdragers gaan niet samen.").first.is_visible()
    way_out.click()
    page.wait_for_url("**colour=garance**")
    assert page.locator("#colour-garance").is_checked()
    assert not page.locator("#roof_bars").is_checked()

    # Shared, and opened again on another device.
    page.get_by_role("button", name="Bewaren en delen").first.click()
    code = page.locator('a[href^="/c/"]').first
    code.wait_for()
    address = code.get_attribute("href")
    device = chromium.new_context(viewport={"width": 1440, "height": 900})
    let_choose(device)
    elsewhere = device.new_page()
    elsewhere.goto(f"{live_server.url}{address}")
    assert elsewhere.locator("#colour-garance").is_checked()

    # Booked there.
    elsewhere.get_by_role("button", name="Een proefrit boeken").first.click()
    elsewhere.wait_for_url("**/test-drive/**")
    elsewhere.locator(".slots label:has(input:enabled)").first.click()
    for field, text in (("first_name", "Marie"), ("last_name", "Peeters"), ("email", "marie@example.com")):
        elsewhere.locator(f"#{field}").fill(text)
    elsewhere.locator("#consent").check()
    elsewhere.locator("#send").click()
    elsewhere.get_by_role("heading", name="Uw proefrit is geboekt").wait_for()
    booking = TestDriveBooking.objects.get()
    assert address.endswith(booking.configuration_code)

    # On the Belgian desk, and on no other.
    assert "Marie Peeters" in read_leads(live_server, chromium, "els")
    assert "Peeters" not in read_leads(live_server, chromium, "hugo")
    names = set(Fact.objects.values_list("name", flat=True))
    assert names >= {
        "RangeReleased",
        "OfferMade",
        "ReleaseMade",
        "SitePublished",
        "ConfigurationSaved",
        "TestDriveBooked",
    }


def read_leads(live_server, chromium, username):
    """What a member of staff reads on the page of leads."""
    desk = chromium.new_context().new_page()
    desk.goto(f"{live_server.url}/desk/leads/")
    desk.locator("[name=username]").fill(username)
    desk.locator("[name=password]").fill("demo")
    desk.locator("[name=password]").press("Enter")
    desk.wait_for_url("**/desk/leads/**")
    return desk.locator("main").inner_text()


def test_a_contradicting_rule_stops_at_the_first_step_and_changes_no_site(transactional_db, tmp_path, capsys):
    """The line refuses what cannot be built, by file, line and rules, before anything is published."""
    folder = tmp_path / "oree"
    shutil.copytree(RANGE, folder)
    rules = folder / "rules" / "20-colour.yaml"
    rules.write_text(
        rules.read_text("utf-8") + "  never: {if: trim != pro, excludes: trim != pro}\n"
        "  nobody: {if: trim = pro, excludes: trim = pro}\n",
        "utf-8",
    )

    assert main(["range", "release", str(folder)]) == 1

    said = capsys.readouterr().err
    assert "20-colour.yaml" in said and "never" in said and "nobody" in said
    assert list(Fact.objects.values_list("name", "at", "payload")) == []
