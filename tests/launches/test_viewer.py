"""The car in 3D in a real browser: nothing before it is asked for, true paints, every way out of trouble, no error."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.colour import difference, read_hex, to_lab
from tests.oree import RANGE, publish_oree
from tests.visitors import let_choose

pytestmark = pytest.mark.browser
SIZE = {"width": 480, "height": 640}
DOOR = (0.40, 0.50, 0.54, 0.64)
"""Of the side view, from x to x and from y to y: the front door below its handle."""
READ = """([look, [left, right, top, foot]]) => {
  const viewer = document.querySelector("car-viewer");
  if (look) viewer.dataset.look = look;
  viewer.scene.renderAt(0, 320, 180);
  const gl = viewer.querySelector("canvas").getContext("webgl2");
  const size = [Math.round((right - left) * 320), Math.round((foot - top) * 180)];
  const pixels = new Uint8Array(4 * size[0] * size[1]);
  gl.readPixels(left * 320, (1 - foot) * 180, ...size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return [0, 1, 2].map((part) => pixels.filter((_, at) => at % 4 === part).sort()[pixels.length >> 3]);
}"""
LOSE = """
const canvas = document.querySelector("car-viewer canvas");
window.card = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
card.loseContext();
"""
NO_WEBGL = """
const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : get.call(this, kind, ...rest);
};
"""


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree("FR")
    return live_server.url


def open_viewer(page) -> None:
    page.locator("[data-open]").click()
    page.wait_for_selector("car-viewer[data-phase=shown]", state="attached", timeout=60_000)


def wait_for_trouble(page) -> str:
    page.wait_for_selector("car-viewer[data-phase=troubled]", state="attached", timeout=60_000)
    assert page.locator(".viewer__poster").is_visible()
    return page.locator(".viewer__told").inner_text()


def test_every_paint_is_the_one_that_was_chosen_and_nothing_is_loaded_before(site, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size(SIZE)
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    page.goto(f"{site}/fr-fr/oree/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "carScene" in url or url.endswith(".glb")] == []

    open_viewer(page)
    page.keyboard.press("2")
    values = yaml.safe_load((RANGE / "features/30-colour.yaml").read_text("utf-8"))["features"]["colour"][
        "values"
    ]
    found = {}
    for name, value in values.items():
        shown = page.evaluate(READ, [f"colour.{name}", DOOR])
        found[name] = difference(to_lab(read_hex(value["attributes"]["hex"])), to_lab(shown))
    assert len(found) == 9
    assert {name: far for name, far in found.items() if far >= 10} == {}


def test_it_is_driven_by_keyboard_and_says_what_it_shows(site, page):
    page.set_viewport_size(SIZE)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/fr-fr/oree/")
    open_viewer(page)
    assert page.evaluate("document.activeElement.className") == "viewer__room"

    for key in ("5", "d", "l", "n", "ArrowLeft", "+"):
        page.keyboard.press(key)
    said = page.locator(".viewer__told").text_content()
    assert "place du conducteur" in said
    assert "Portes et hayon ouverts" in said
    assert page.locator("[data-view=interior]").get_attribute("aria-pressed") == "true"
    theme = page.evaluate("document.querySelector('car-viewer').closest('.scene').dataset.theme")
    assert theme in said.replace("salon sombre", "dark").replace("plein jour", "light")

    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hasAttribute('data-open')")
    assert page.locator(".viewer__poster").is_visible()


def test_a_choice_of_the_configurator_is_seen_at_once(site, page):
    page.set_viewport_size(SIZE)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/fr-fr/oree/configurator/?colour=sapin")
    open_viewer(page)
    before = page.evaluate(READ, ["", DOOR])
    page.locator("#colour-garance").evaluate("input => input.click()")
    page.wait_for_function("document.querySelector('car-viewer').dataset.look.includes('colour.garance')")
    after = page.evaluate(READ, ["", DOOR])
    assert page.locator("car-viewer").get_attribute("data-phase") == "shown"
    assert before[1] > before[0] and after[0] > after[1]  # green, then red


def test_a_lost_context_shows_the_picture_until_it_is_back(site, page):
    page.set_viewport_size(SIZE)
    page.goto(f"{site}/fr-fr/oree/")
    open_viewer(page)
    page.evaluate(LOSE)
    assert "interrompu" in wait_for_trouble(page)
    page.evaluate("card.restoreContext()")
    page.wait_for_selector("car-viewer[data-phase=shown]", state="attached", timeout=60_000)


def test_a_browser_without_webgl_turns_the_car_by_pictures(site, page):
    page.add_init_script(NO_WEBGL)
    page.set_viewport_size(SIZE)
    page.goto(f"{site}/fr-fr/oree/")
    page.locator("[data-open]").click()
    page.wait_for_selector("car-viewer[data-phase=troubled]", state="attached")
    assert "ne dessine pas en 3D" in page.locator(".viewer__told").inner_text()
    strip = page.locator(".viewer__strip")
    seen = [strip.get_attribute("src")]
    for _ in range(24):
        page.get_by_label("Tourner la voiture").press("ArrowRight")
        seen.append(strip.get_attribute("src"))
    assert (
        strip.evaluate("async (picture) => { await picture.decode(); return picture.naturalWidth; }") == 560
    )
    assert len(set(seen)) == 24


def test_a_file_that_fails_can_be_asked_for_again(site, chromium):
    context = chromium.new_context(viewport=SIZE)
    let_choose(context)
    page = context.new_page()
    page.route("**/*.glb", lambda route: route.fulfill(status=200, body=json.dumps({"not": "a car"})))
    page.goto(f"{site}/fr-fr/oree/")
    page.locator("[data-open]").click()
    assert "pas arrivée" in wait_for_trouble(page)
    page.unroute("**/*.glb")
    open_viewer(page)
    context.close()
