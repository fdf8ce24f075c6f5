"""A locale's pages: every figure filled, every link inside the site, every language linked both ways."""

from __future__ import annotations

import json
import re

import pytest

from tests.launches.sites import Page, build_site, render_pages
from usine.kernel import cheapest
from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import PAGE_KINDS, PATHS, ResolvedBlock, ResolvedPage

LOCALES = ("en", "fr-fr", "fr-be", "nl-be", "de-de", "fr-ma", "ar-ma")
PLACES = tuple(PATHS.values())


@pytest.mark.parametrize("path", LOCALES)
def test_every_page_of_a_locale_is_whole(db, path):
    site = build_site(path)
    base = f"/{path}/oree/"

    pages = {file: Page(html) for file, html in render_pages(site).items()}

    assert set(pages) == {f"{PATHS[kind]}index.html" for kind in site.pages}
    assert set(PAGE_KINDS) - set(site.pages) == ({"companies"} if site.locale.market == "MA" else set())
    others = {f"/{other.path}/oree/" for other in site.locales if other.market == site.locale.market}
    for file, page in pages.items():
        assert "{" not in page.words
        assert (page.root["lang"], page.root["dir"]) == (site.locale.tag, site.locale.direction)
        assert len(page.ids) == len(set(page.ids))
        here = base + file.removesuffix("index.html")
        assert set(page.current) == (set() if "not-found" in file else {here})
        for link in page.links:
            address, _sign, anchor = link.partition("#")
            address = address.partition("?")[0]
            known = {start + place for start in others | {base} for place in PLACES} | {"/", ""}
            assert address in known, link
            if anchor and address.startswith(base):
                target = pages[address.removeprefix(base) + "index.html"]
                assert anchor in target.ids, link


def test_structured_data_say_what_the_offer_costs(db):
    site = build_site("fr-fr")
    html = render_pages(site)["index.html"]

    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])

    assert data["offers"]["priceCurrency"] == "EUR"
    assert float(data["offers"]["lowPrice"]) * 100 == cheapest(site.offer.priced, {}).price


def test_what_a_law_asks_is_said_where_it_rules(db):
    france, morocco = render_pages(build_site("fr-fr")), render_pages(build_site("fr-ma"))

    assert all("#SeDéplacerMoinsPolluer" in html for html in france.values())
    assert not any("#SeDéplacerMoinsPolluer" in html for html in morocco.values())


def test_content_is_escaped_and_an_unknown_figure_is_refused(db):
    site = build_site("en")
    heading = {"title": "<b>x</b>", "description": "d"}
    block = ResolvedBlock("b", "legal", {"title": "<i>t</i>", "anchor": "a", "text": "</script>"})
    page = ResolvedPage("legal", heading["title"], heading["description"], (block,))
    site.pages["legal"] = page

    html = render_pages(site)["legal/index.html"]

    assert "<b>x</b>" not in html
    assert "<i>t</i>" not in html
    wrong = ResolvedBlock("b", "legal", {**block.value, "text": "{horsepower}"})
    site.pages["legal"] = ResolvedPage("legal", "t", "d", (wrong,))
    with pytest.raises(ContentInvalid, match="horsepower"):
        render_pages(site)


def test_the_film_has_captions_in_the_language_of_the_page_and_is_told_in_words(db):
    html = render_pages(build_site("nl-be"))["index.html"]

    film = re.search(r"<video.*?</video>", html)[0]

    assert re.search(r'<source src="/static/assets/oree-[\w-]+\.mp4" type="video/mp4">', film)
    assert re.search(r'<track kind="captions" src="/static/assets/oree\.nl-[\w-]+\.vtt" srclang="nl"', film)
    assert "Waar de stad zich opent: Orée." in html
