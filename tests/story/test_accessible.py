"""Every kind of public page breaks no rule of axe: in each of the twelve languages, light and dark, on a phone."""

from __future__ import annotations

import os

import pytest

from tests.axe import AXE, TAGS, find_violations
from tests.oree import load_oree_dealers, publish_oree
from usine.audience.contracts import PAGES
from usine.markets.contracts import LANGUAGES
from usine.markets.public import get_locale

pytestmark = pytest.mark.browser
LOCALES = (
    *("en-gb", "fr-fr", "nl-nl", "de-de", "es-es", "it-it", "pt-pt", "pl-pl", "tr-tr", "ar-ma", "ja-jp", "ko-kr"),
)
MARKETS = tuple(path[-2:].upper() for path in LOCALES)
CONTRASTED = LOCALES if os.environ.get("AXE") == "full" else ("fr-fr", "ar-ma")
"""Colours are the style sheets', alike in every language: two are enough, unless AXE=full."""
# A page in place of the one before, with its style sheets, without its scripts and pictures: axe is loaded once.
LOOK = """async ([address, tags]) => {
  const answer = await fetch(address, {headers: {Accept: 'text/html'}});
  const html = (await answer.text()).replace(/(<(?:img|source)\\b[^>]*?) (?:src|srcset)="[^"]*"/g, '$1');
  const next = new DOMParser().parseFromString(html, 'text/html').documentElement;
  document.replaceChild(document.adoptNode(next), document.documentElement);
  await Promise.all([...document.querySelectorAll('link[rel=stylesheet]')].map(
    link => link.sheet || new Promise(done => link.addEventListener('load', done))));
  const options = {runOnly: {type: 'tag', values: tags}, rules: {'color-contrast': {enabled: false}}};
  const {violations} = await axe.run({...options, resultTypes: ['violations']});
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
            statuses[address], violations = page.evaluate(LOOK, [address, TAGS])
            if violations:
                found[address] = violations
    page.close()
    assert found == {}
    missing = [address for address, status in statuses.items() if status != 200]
    expected = [find_address(path, "not-found") for path in LOCALES] + [find_address("ar-ma", "companies")]
    assert sorted(missing) == sorted(expected)
    assert {get_locale(path).language for path in LOCALES} == set(LANGUAGES)


@pytest.mark.parametrize("path", CONTRASTED)
def test_no_page_breaks_a_rule_in_either_theme_and_at_either_width(site, page, path):
    kinds = [kind for kind in PAGES if kind != "not-found" and (path, kind) != ("ar-ma", "companies")]
    addresses = [find_address(path, kind) for kind in kinds]
    found = {address: find_violations(page, site + address) for address in addresses}
    assert {address: said for address, said in found.items() if said} == {}
