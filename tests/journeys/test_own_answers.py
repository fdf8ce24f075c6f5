"""The browser's own answers are the server's, to the letter, whatever a visitor clicks, in every language."""

from __future__ import annotations

import random
import re

import pytest

from tests.oree import publish_oree

pytestmark = pytest.mark.browser
STARTS = (
    "fr-fr/oree/configurator/",
    "fr-fr/oree/configurator/?trim=pro&partition=yes&colour=lichen",
    "nl-be/oree/configurator/?trim=futaie&powertrain=ev52&roof_bars=yes",
    "fr-be/oree/configurator/",
    "de-de/oree/configurator/?wings=two&roof=glass&roof_bars=yes&colour=mauve",
    "ar-ma/oree/configurator/",
    "en/oree/configurator/?trim=atelier&from=trim.pro~partition.yes",
)
CLICKS = 7

RECORD = """
window.pages = [];
const parse = DOMParser.prototype.parseFromString;
DOMParser.prototype.parseFromString = function (text, kind) {
  window.pages.push(text);
  return parse.call(this, text, kind);
};
"""
CLICK = """choice => {
  const controls = [...document.querySelectorAll(
    ".panel input[name]:not([type=hidden],[type=search],[disabled]), .panel button[name=want], a[data-undo]"
  )].filter(c => !c.checked || c.type === "checkbox");
  const control = controls[Math.floor(choice * controls.length)];
  window.pages.length = 0;
  control.click();
  return control.outerHTML.slice(0, 200);
}"""


@pytest.fixture
def sites(live_server, transactional_db):
    publish_oree("FR", "BE", "DE", "MA", "001")
    return live_server.url


def normalise(html):
    main = re.search(r"<main.*</main>", html, re.DOTALL).group()
    token = r'(name="csrfmiddlewaretoken" value=")[^"]*'
    return re.sub(r">\s*", ">\n", re.sub(r"\s+", " ", re.sub(token, r"\1", main)))


def title_of(html):
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)


def wait_for_own(page):
    page.wait_for_selector("html[data-answers=here]", state="attached")


@pytest.mark.parametrize("start", STARTS)
def test_every_click_gives_the_servers_page(sites, page, start):
    draw = random.Random(start)
    page.add_init_script(RECORD)
    page.goto(f"{sites}/{start}")
    wait_for_own(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(CLICKS):
        clicked = page.evaluate(CLICK, draw.random())
        page.wait_for_function("window.pages.length > 0")
        own = page.evaluate("window.pages.at(-1)")
        assert [url for url in asked if "/configurator/" in url] == [], clicked
        response = page.request.get(page.url)
        server = response.text()
        assert normalise(own).splitlines() == normalise(server).splitlines(), clicked
        assert title_of(own) == title_of(server)
        assert page.title() == title_of(server).replace("&#x27;", "'").replace("&amp;", "&")
