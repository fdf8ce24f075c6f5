"""The demo's launch site of a locale, resolved as a publication does, and its pages as a reader meets them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from tests.oree import LAUNCH, load_oree, make_oree_offer
from usine.launches.content.figures import Figures
from usine.launches.pages.render import FRAME_FILE, render_files
from usine.launches.rules import ResolvedSite
from usine.launches.sources.releases import read_content, resolve_sites
from usine.launches.writing.files import read_launch
from usine.markets.public import get_locale


def build_site(path: str) -> ResolvedSite:
    """The site of a locale; its market's offer is made of the current range."""
    locale = get_locale(path)
    load_oree()
    offer = make_oree_offer(locale.market)
    sites = resolve_sites(read_content("oree"), offer, Figures(offer))
    return next(site for site in sites if site.locale == locale)


def render_pages(site: ResolvedSite) -> dict[str, str]:
    """The pages of a site by their path, without the frame's file."""
    files = render_files(site, Figures(site.offer))
    return {path: text for path, text in files.items() if path != FRAME_FILE}


def change(site: ResolvedSite, block_id: str, **fields: object) -> ResolvedSite:
    """The site with other fields in one block; with none, without the block."""

    def rewrite(page):
        kept = [b for b in page.blocks if b.id != block_id or fields]
        return replace(
            page,
            blocks=tuple(replace(b, value={**b.value, **fields}) if b.id == block_id else b for b in kept),
        )

    return replace(site, pages={kind: rewrite(page) for kind, page in site.pages.items()})


def list_texts_of_papers() -> set[tuple[str, str]]:
    """What leads to papers, by block and path: links where a site has them, a sentence where it has none."""
    blocks = [block for page in read_launch(LAUNCH).pages for block in page.blocks]
    ids = [str(block["id"]) for block in blocks if block["type"] == "papers"]
    return {(id_, path) for id_ in ids for path in ("brochure", "prices", "none")}


class Page(HTMLParser):
    """The attributes and the words of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.root: dict[str, str | None] = {}
        self.current: list[str | None] = []
        self._is_script = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._is_script = tag in ("script", "style")
        self.root = found if tag == "html" else self.root
        self.ids += [found["id"]] if found.get("id") else []
        if tag == "a":
            self.links.append(found["href"] or "")
            self.current += [found["href"]] if found.get("aria-current") == "page" else []

    def handle_endtag(self, tag):
        self._is_script = False

    def handle_data(self, data):
        self.words += "" if self._is_script else data
