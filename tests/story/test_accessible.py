"""Every kind of public page breaks no rule of axe: in each of the twelve languages, light and dark, on a phone."""

from __future__ import annotations

import os

import pytest

from tests.axe import AXE, RUN, TAGS, THEMES
from tests.oree import load_oree_dealers, publish_oree
from usine.audience.contracts import PAGES
from usine.markets.contracts import LANGUAGES
from usine.markets.public import get_locale

pytestmark = pytest.mark.browser
LOCALES = (
    *(
        "en-gb",
        "fr-fr",
        "nl-nl",
        "de-de",
        "es-es",
        "it-it",
        "pt-pt",
        "pl-pl",
        "tr-tr",
        "ar-ma",
        "ja-jp",
        "ko-kr",
    ),
)
MARKETS = tuple(path[-2:].upper() for path in LOCALES)
WITHOUT_COMPANIES = ("ar-ma", "ja-jp", "ko-kr")
"""Their markets sell no car for companies alone, so the page is not there."""
LOOKED_AT = LOCALES if os.environ.get("AXE") == "full" else ("fr-fr",)
"""Colours are the style sheets', alike in every language: one is enough, unless AXE=full."""
# A page in place of the one before, with its style sheets, without its scripts and pictures: axe is loaded once.
LOOK = """async ([address, tags, frame]) => {
  const answer = await fetch(address, {headers: {Accept: 'text/html'}});
  const html = (await answer.text()).replace(/(<(?:img|source)\\b[^>]*?) (?:src|srcset)="[^"]*"/g, '$1');
  const next = new DOMParser().parseFromString(html, 'text/html').documentElement;
  document.replaceChild(document.adoptNode(next), document.documentElement);
  await Promise.all([...document.querySelectorAll('link[rel=stylesheet]')].map(
    link => link.sheet || new Promise(done => link.addEventListener('load', done))));
  const options = {runOnly: {type: 'tag', values: tags}, rules: {'color-contrast': {enabled: false}}};
  const {violations} = await axe.run({exclude: frame.map(part => [part])}, {...options, resultTypes: ['violations']});
  return [answer.status, violations.map(rule => `${rule.id}: ${rule.nodes[0].html.slice(0, 160)}`)];
}"""


@pytest.fixture
def site(live_server, transactional_db):
    publish_oree(*MARKETS)
    load_oree_dealers()
    return live_server.url


def find_address(path: str, kind: str) -> str:
    rest = {"home": "", "not-found": "nowhere/"}.get(kind, f"{kind}/")
    return f"/{path}/oree/{rest}"


def test_no_page_breaks_a_rule_in_any_language(site, chromium):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}/robots.txt")
    page.add_script_tag(path=str(AXE))
    found, statuses = {}, {}
    for path in LOCALES:
        for kind in PAGES:
            address = find_address(path, kind)
            frame = [] if kind == "home" else [".top", ".foot"]  # the same on every page of a locale
            statuses[address], violations = page.evaluate(LOOK, [address, TAGS, frame])
            if violations:
                found[address] = violations
    page.close()
    assert found == {}
    missing = [address for address, status in statuses.items() if status != 200]
    absent = [find_address(path, "not-found") for path in LOCALES]
    absent += [find_address(path, "companies") for path in WITHOUT_COMPANIES]
    assert sorted(missing) == sorted(absent)
    assert {get_locale(path).language for path in LOCALES} == set(LANGUAGES)


@pytest.mark.parametrize("path", LOOKED_AT)
def test_nothing_is_hard_to_read_in_either_theme(site, page, path):
    """The pages as they are, scripts and pictures included; every rule in the light, colours again in the dark."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(path=AXE)
    found = {}
    for kind in PAGES:
        if kind == "not-found" or (kind == "companies" and path in WITHOUT_COMPANIES):
            continue  # a browser reports their 404 as an error
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(site + find_address(path, kind))
        violations = page.evaluate(RUN, THEMES["light"])
        page.emulate_media(color_scheme="dark")
        violations += page.evaluate(RUN, THEMES["dark"])
        if violations:
            found[kind] = [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in violations]
    assert found == {}
