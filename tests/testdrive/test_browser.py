"""A visitor drives the coast road by keyboard and books; another is driven; a third has no picture."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.axe import WIDTHS, run_axe
from tests.oree import DEMO, publish_oree
from tests.testdrive.test_pages import send, summary
from usine.accounts.contracts import SYSTEM
from usine.dealers.public import load_dealers
from usine.testdrive import kit
from usine.testdrive.models import KeptDrive

SMALL = {"width": 480, "height": 300}
NO_WEBGL = """
const open = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith('webgl') ? null : open.call(this, kind, ...rest);
};
"""


def start(page, live_server, by: str, query: str, *, locale: str = "nl-be") -> None:
    """Open the page of an electric car and begin a drive whose clock stands still."""
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/{locale}/oree/virtual-drive/?powertrain=ev52&clock=manual&{query}")
    page.locator(f"button[value={by}]").click()
    page.wait_for_function("!!window.manualClock")


def scrolls_by_keys(page) -> bool:
    """Whether the page leaves an arrow key to the browser."""
    return page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " { code: 'ArrowDown', key: 'ArrowDown', bubbles: true, cancelable: true }))"
    )


def advance(page, seconds: float) -> dict[str, float]:
    return page.evaluate(
        """seconds => {
          const { speed, distance, station, offset } = manualClock.advance(seconds);
          return { speed, distance, station, offset };
        }""",
        seconds,
    )


@pytest.mark.browser
def test_the_coast_road_by_keyboard_then_a_real_drive(live_server, page):
    publish_oree("BE")
    load_dealers(DEMO / "dealers.csv", by=SYSTEM)
    start(page, live_server, "hand", "seed=3")

    assert advance(page, 2)["distance"] < 0.1  # nobody has touched anything
    page.keyboard.down("KeyW")  # where a French keyboard has Z
    driven = advance(page, 4)
    assert 10 < driven["distance"] < 60
    assert int(page.locator("#speed").inner_text()) == pytest.approx(driven["speed"] * 3.6, abs=1)
    assert advance(page, 7)["distance"] > 150  # less is not kept
    page.keyboard.up("KeyW")
    page.keyboard.press("KeyM")
    page.keyboard.down("ArrowDown")
    assert advance(page, 9)["speed"] < 0.2
    page.keyboard.up("ArrowDown")
    cost = page.evaluate("manualClock.cost()")
    assert cost["calls"] <= 80
    assert 20_000 < cost["triangles"] <= 200_000

    page.locator("#pause").click()
    assert page.locator("#sheet").is_visible()
    assert advance(page, 0)["speed"] < 0.2
    page.locator("#resume").click()
    with page.expect_response("**/virtual-drive/results/**") as kept:
        page.locator("#finish").click()
    assert kept.value.status == 201
    page.locator("#share").click()
    link = page.locator("#share-state a")
    link.wait_for()
    assert KeptDrive.objects.get().summary["mode"] == "sport"

    page.locator("#again").click()
    page.evaluate("delete window.manualClock")
    page.locator("button[value=hand]").click()
    page.wait_for_function("!!window.manualClock")
    advance(page, 0.1)
    assert page.evaluate("manualClock.cost().triangles") > 20_000
    assert not page.evaluate("document.querySelector('#road').getContext('webgl2').isContextLost()")
    page.locator("#finish").click()
    assert not page.locator("#bar").is_visible()
    assert not page.locator("#share").is_visible()
    page.keyboard.press("KeyP")
    assert not page.locator("#sheet").is_visible()
    assert KeptDrive.objects.count() == 1

    page.locator("#book-real").click()
    page.wait_for_url(re.compile(r"/nl-be/oree/test-drive/\?c=\w{7}"))
    assert "Elektrisch 52 kWh" in page.locator("main").inner_text()


@pytest.mark.browser
def test_a_guided_drive_tells_itself_in_words_and_compares_the_modes(live_server, page):
    publish_oree("BE")
    start(page, live_server, "guide", "stretch=180", locale="fr-be")

    assert "Le trajet commence." in page.locator("#log").inner_text()
    assert scrolls_by_keys(page)
    page.locator("#step").click()
    assert re.search(r"0:05\s+\d+ km/h, limite 50 km/h", page.locator("#log").inner_text())
    assert page.locator("#play").inner_text() == "Lecture"
    advance(page, 60)
    assert "Arrivée" in page.locator("#log").inner_text()
    assert re.fullmatch(r"0,2\s*km", page.locator("#r-distance").inner_text())
    page.wait_for_function("document.querySelectorAll('#modes tbody tr').length === 3")
    rows = page.locator("#modes tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["Éco", "Normal", "Sport"]
    assert run_axe(page) == [], run_axe(page)


@pytest.mark.browser
def test_without_webgl_the_drive_is_its_map_its_log_and_its_figures(live_server, page):
    publish_oree("BE")
    page.add_init_script(NO_WEBGL)
    start(page, live_server, "guide", "stretch=120")

    assert "kan de weg niet tekenen" in page.locator("#notice").inner_text()
    assert not page.locator("#road").is_visible()
    before = page.locator(".map__car").get_attribute("cx")
    advance(page, 40)
    assert page.locator(".map__car").get_attribute("cx") != before
    assert page.locator("#map").is_visible()
    assert "Aangekomen" in page.locator("#log").inner_text()


@pytest.mark.browser
def test_a_car_whose_file_fails_is_stood_in_for(live_server, page, monkeypatch):
    publish_oree("BE")
    monkeypatch.setattr(kit, "_find_file", lambda vehicle: "/static/no.glb")
    page.route("**/no.glb", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    start(page, live_server, "hand", "seed=3")

    page.wait_for_function("!document.querySelector('#notice').hidden")
    assert "een eenvoudige rijdt in haar plaats" in page.locator("#notice").inner_text()
    advance(page, 0.1)
    assert page.evaluate("manualClock.cost().triangles") > 20_000


@pytest.mark.browser
def test_a_lost_picture_and_a_sleeping_tab_pause_the_drive(live_server, page):
    publish_oree("BE")
    start(page, live_server, "hand", "seed=3")
    page.evaluate(
        """() => {
          window.gone = document.querySelector('#road').getContext('webgl2').getExtension('WEBGL_lose_context');
          gone.loseContext();
        }"""
    )
    page.wait_for_function("!document.querySelector('#sheet').hidden")
    assert "beeld is weg" in page.locator("#notice").inner_text()
    page.evaluate("gone.restoreContext()")
    page.wait_for_function("document.querySelector('#sheet').hidden")
    advance(page, 0.1)
    assert not scrolls_by_keys(page)

    page.evaluate(
        """() => {
          Object.defineProperty(document, 'hidden', { value: true, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }"""
    )
    assert page.locator("#sheet").is_visible()
    assert scrolls_by_keys(page)
    page.evaluate("gone.loseContext()")
    page.wait_for_function("!document.querySelector('#notice').hidden")
    page.evaluate("gone.restoreContext()")
    page.wait_for_function("document.querySelector('#notice').hidden")
    assert page.locator("#sheet").is_visible()  # what the visitor paused stays so


@pytest.mark.browser
def test_a_drive_that_cannot_begin_says_so_beside_the_choice(live_server, page):
    publish_oree("BE")
    page.goto(f"{live_server.url}/nl-be/oree/virtual-drive/?powertrain=ev52&clock=manual")
    page.evaluate("document.querySelector('#notice').remove()")
    page.locator("button[value=guide]").click()

    page.locator("#trouble").wait_for()
    assert page.locator("#choose").is_visible()
    assert not page.locator("#drive").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_a_kept_drive_fits_its_screen(live_server, page, width):
    publish_oree("BE")
    address = send(Client(), summary()).json()["address"]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}{address.replace('nl-be', 'fr-be')}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    figures = page.locator(".facts dd").evaluate_all(
        "all => all.map((one) => [one.textContent, one.scrollWidth <= one.clientWidth])"
    )
    assert len(figures) == 4
    assert all(fits for _figure, fits in figures), figures
    assert run_axe(page) == []
