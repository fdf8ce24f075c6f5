"""Three people and one launch: a Moroccan editor, a Belgian manager, and the centre that corrects a legal sentence."""

from __future__ import annotations

import pytest

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import HERO, sign_in_by_hand
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.jobs import run_next
from usine.launches.models import MasterPage

pytestmark = pytest.mark.browser
PUBLISHER = "4260ce86-ca96-4d78-ba56-9ee452a5d423"
ARABIC = "حيث تنتهي المدينة، تبدأ الطريق."
BELGIAN = "Édité en Belgique par Aurige."
CORRECTED = {
    "en": "Published by Aurige, register number 17.",
    "fr": "Édité par Aurige, registre numéro 17.",
    "nl": "Uitgegeven door Aurige, registernummer 17.",
    "ar": "تنشره Aurige، رقم السجل 17.",
}
WHY = "The register has given us another number."


@pytest.fixture
def desks(live_server, chromium, transactional_db):
    """A browser of their own for each person: `open_desk(name, path, role, *markets)` gives a page signed in."""
    publish_oree("001", "BE", "MA")
    contexts = []

    def open_desk(name, path, role=Role.CENTRAL, *markets):
        contexts.append(chromium.new_context(viewport={"width": 1440, "height": 900}))
        page = contexts[-1].new_page()
        sign_in_by_hand(page, live_server.url + path, name, role, *markets)
        return page

    yield open_desk
    for context in contexts:
        context.close()


def say(page, block, text):
    """Write in the first text of a block, and save."""
    form = page.locator(f"#b-{block}")
    form.locator("[name='text:text']").fill(text)
    form.get_by_role("button", name="Save").click()
    page.locator(f"#b-{block} .over").first.wait_for()


def lead_to_the_public(page, address, *, note=""):
    """Ask for review, approve, publish on the market's page, the worker doing its part."""
    page.goto(address)
    for button in ("Ask for review", "Approve"):
        page.get_by_label("Note").fill(note)
        page.get_by_role("button", name=button, exact=True).click()
    page.locator("li[aria-current=step]", has_text="approved").wait_for()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_load_state()
    while run_next():
        pass


def read(client, address):
    return b"".join(client.get(address).streaming_content).decode()


def correct_the_master(page, live_server):
    """In Wagtail's editor, as the centre writes English."""
    legal = MasterPage.objects.get(slug="legal")
    page.goto(f"{live_server.url}/cms/pages/{legal.pk}/edit/")
    number = [str(block.id) for block in legal.body].index(PUBLISHER)
    page.locator(f"[name=body-{number}-value-text]").fill(CORRECTED["en"])
    page.locator("footer [aria-label='Actions'], footer .w-dropdown__toggle").first.click()
    page.locator("[name=action-publish]").click()
    page.locator(".messages .success").wait_for()


def test_a_moroccan_a_belgian_and_the_centre_change_one_launch(live_server, client, desks):
    site, market = live_server.url, "/desk/launches/oree/{}/"

    salma = desks("salma", "/desk/launches/oree/MA/adapt/ar-ma/", Role.MARKET, "MA")
    field = salma.locator(f"#b-{HERO} textarea").first
    assert field.get_attribute("dir") == "rtl"
    field.fill(ARABIC)
    salma.locator(f"#b-{HERO}").get_by_role("button", name="Save").click()
    seen = salma.frame_locator("iframe")
    seen.get_by_text(ARABIC).first.wait_for()
    assert seen.locator("html").get_attribute("dir") == "rtl"
    for width in WIDTHS:
        salma.set_viewport_size({"width": width, "height": 900})
        salma.goto(f"{site}/desk/launches/oree/MA/adapt/ar-ma/")
        assert run_axe(salma) == []
        assert salma.evaluate("document.documentElement.scrollWidth") <= width
    assert ARABIC not in read(client, "/ar-ma/oree/")  # writing publishes nothing
    lead_to_the_public(salma, site + market.format("MA"))
    assert ARABIC in read(client, "/ar-ma/oree/")

    els = desks("els", "/desk/launches/oree/BE/adapt/fr-be/?page=legal", Role.MARKET, "BE")
    say(els, PUBLISHER, BELGIAN)
    lead_to_the_public(els, site + market.format("BE"))
    assert BELGIAN in read(client, "/fr-be/oree/legal/")
    assert els.goto(site + market.format("MA")).status == 404  # nothing of another market

    claire = desks("claire", "/desk/launches/")
    correct_the_master(claire, live_server)
    for language, locale in (("fr", "BE/adapt/fr-be"), ("nl", "BE/adapt/nl-be"), ("ar", "MA/adapt/ar-ma")):
        claire.goto(f"{site}/desk/launches/oree/{locale}/?page=legal&scope={language}")
        say(claire, PUBLISHER, CORRECTED[language])
    claire.goto(f"{site}/desk/launches/oree/BE/adapt/fr-be/?page=legal")
    form = claire.locator(f"#b-{PUBLISHER}")
    form.locator("summary").click()
    form.get_by_label("Why: the markets will read it").fill(WHY)
    form.get_by_role("button", name="Mandate it").click()
    form.get_by_text("overruled by the centre").wait_for()
    assert BELGIAN in read(client, "/fr-be/oree/legal/")  # a mandate publishes nothing either

    claire.goto(f"{site}/desk/launches/oree/board/")
    for verb in ("Ask for review", "Approve", "Publish what is approved"):
        for code in ("001", "BE", "MA"):
            claire.locator(f"thead input[name=market][value='{code}']").check()
        claire.get_by_label("Note").fill(WHY)
        claire.get_by_role("button", name=verb, exact=True).click()
        claire.locator(".said").first.wait_for()
    while run_next():
        pass

    for path, language in (("en", "en"), ("fr-be", "fr"), ("nl-be", "nl"), ("ar-ma", "ar"), ("fr-ma", "fr")):
        legal = read(client, f"/{path}/oree/legal/")
        assert CORRECTED[language] in legal and BELGIAN not in legal, path
    assert ARABIC in read(client, "/ar-ma/oree/")  # what Morocco says of its own stays

    els.goto(f"{site}/desk/launches/oree/BE/adapt/fr-be/?page=legal")
    told = els.locator(f"#b-{PUBLISHER}")
    told.get_by_text(WHY).wait_for()
    assert BELGIAN in told.inner_text() or told.locator("[name='text:text']").input_value() == BELGIAN
