"""Build the release of a market and write it to disk. Nothing here asks the database, so that any process may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from usine.commons.errors import UsineError
from usine.launches import store
from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.contracts import Refusal
from usine.launches.pages.making import Making
from usine.launches.pages.render import Earlier, render_site
from usine.launches.papers.cards import Card, keep_card, plan_cards
from usine.launches.papers.shelf import Shelf, keep_paper, plan_papers
from usine.launches.publishing.checking import check_sites
from usine.launches.sources.redirects import MAP, write_map
from usine.launches.sources.releases import (
    Content,
    digest_code,
    digest_inputs,
    look_at_sites,
    make_cover,
    resolve_sites,
)
from usine.offers.contracts import Offer, OfferPlan, OfferRecord
from usine.offers.public import describe_offer, draft_offer

READS, PAPERS = "reads.json", "papers.json"


@dataclass(frozen=True, slots=True)
class Task:
    """A market to build: what its offer is made from, and the release made before (empty: none)."""

    plan: OfferPlan
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A release that lies on disk, with what is stored of it and of its offer. `rendered` counts the pages that were
    not the same as before."""

    market: str
    key: str
    inputs: str
    offer: OfferRecord
    locales: tuple[str, ...]
    cover: Mapping[str, Any]
    page_count: int
    rendered: int
    parts: Mapping[str, str]  # what it says, by page (sources.looks)


def build_market(content: Content, task: Task) -> Built | Refusal:
    """Write the release of a market, or say why it cannot be made; the same content is the same release."""
    try:
        return _build(content, task)
    except UsineError as error:
        return Refusal(task.plan.market, str(error).removesuffix("."))


def _build(content: Content, task: Task) -> Built:
    offer = draft_offer(task.plan)
    made = render_market(content, offer, find_earlier(task.earlier))
    files = made.files
    key = store.make_key(files, content.vehicle, offer.market, offer.key)
    for shelf in made.papers:
        keep_paper(shelf)
    for card in made.cards:
        keep_card(card)
    addresses = [shelf.address for shelf in made.papers]
    store.write_release(key, files, {READS: made.reads, PAPERS: addresses})
    pages = [file for path, file in files.items() if path.endswith(".html")]
    return Built(
        market=offer.market,
        key=key,
        inputs=digest_inputs(content, offer.market, task.plan.terms),
        offer=describe_offer(offer, task.plan.terms),
        locales=tuple(dict.fromkeys(path.partition("/")[0] for path in files if "/" in path)),
        cover=make_cover(content, offer),
        page_count=len(pages),
        rendered=sum(isinstance(page, str) for page in pages),
        parts=look_at_sites(content, {offer.market: task.plan.terms})[offer.market].parts,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a market by their path, what each page was made from, the papers and cards that they link to."""

    files: dict[str, str | store.Reused] = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    papers: list[Shelf] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


def render_market(content: Content, offer: Offer, earlier: Earlier | None = None) -> Made:
    """Every file of a market's release, not written yet. Raises ContentInvalid, naming the locale."""
    figures, code, made = Figures(offer), digest_code(), Made()
    sites = resolve_sites(content, offer, figures)
    check_sites(sites, figures, content.master, content.rights)
    for site in sites:
        try:
            papers = plan_papers(Making(site, figures)) if "brochure" in site.pages else ()
            addresses = {paper.name: paper.address for paper in papers}
            cards = plan_cards(Making(site, figures))
            shown = {kind: card.address for kind, card in cards.items()}
            rendered = render_site(Making(site, figures, addresses, shown), code=code, earlier=earlier)
        except ContentInvalid as error:
            raise ContentInvalid(f"/{site.locale.path}/: {error}") from error
        made.files.update(rendered.files)
        made.reads.update(rendered.reads)
        made.papers.extend(papers)
        made.cards.extend(cards.values())
    locales = [site.locale for site in sites]
    if lines := write_map(content.moved, content.vehicle, locales, made.files):
        made.files[MAP] = lines
    return made


def find_earlier(key: str) -> Earlier | None:
    """A release that a new one may take pages from; None when it is not whole on this disk."""
    reads, manifest = store.read_note(key, READS), store.read_note(key, store.MANIFEST)
    return Earlier(key, manifest, reads) if key and reads and manifest else None


def list_changes(content: Content, task: Task) -> dict[str, tuple[str, ...]]:
    """What a publication now would change: by page, `texts`, `frame` (menus, foot), `figures`, `code`, `new`, `gone`;
    the map of old addresses too, when it does.

    No release and no paper is written. Raises ContentInvalid and what drafting an offer raises.
    """
    earlier = find_earlier(task.earlier)
    before = earlier.reads if earlier else {}
    made = render_market(content, draft_offer(task.plan), earlier)
    reads = made.reads
    changes = {path: _compare(before.get(path), now) for path, now in reads.items()}
    changes |= {path: ("gone",) for path in before if path not in reads}
    old, new = (earlier.manifest.get(MAP) if earlier else None), store.make_manifest(made.files).get(MAP)
    changes[MAP] = ("moved",) if old != new else ()
    return {path: found for path, found in changes.items() if found}


def _compare(before: Mapping[str, str] | None, now: Mapping[str, str]) -> tuple[str, ...]:
    if before is None:
        return ("new",)
    changed = [name for name in ("code", "texts", "frame") if before.get(name) != now[name]]
    if not changed and before.get("all") != now["all"]:
        changed = ["figures"]
    return tuple(changed)


def as_row(built: Built) -> dict[str, Any]:
    """The columns of a Release."""
    return {
        "market": built.market,
        "offer_key": built.offer.key,
        "inputs": built.inputs,
        "parts": dict(built.parts),
        "locales": list(built.locales),
        "cover": dict(built.cover),
        "page_count": built.page_count,
    }
