"""What a market's site is made from: the published master, the overlays, the offer's terms, the code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail.images.models import Image

from usine.commons.errors import UsineError
from usine.launches.content.block_fields import PICTURE_KEYS
from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import (
    ALWAYS_THERE,
    OverlayEntry,
    ResolvedBlock,
    ResolvedPage,
    ResolvedPicture,
    ResolvedSite,
    digest_master,
    digest_overlays,
    list_scopes,
    resolve_page,
)
from usine.launches.sources.looks import Looked, look_at
from usine.launches.sources.masters import (
    get_pictures,
    list_overlays,
    map_pictures,
    place_focal_point,
    read_file,
    read_master,
)
from usine.launches.sources.redirects import Moved, digest_moved, list_moved
from usine.launches.sources.renditions import make_renditions, make_twin
from usine.launches.sources.rights import Right, list_rights
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.contracts import Offer
from usine.offers.public import find_terms, get_today
from usine.ranges.contracts import read_text
from usine.ranges.public import get_current_release

USINE = Path(__file__).resolve().parents[2]
ROOMS = ("kernel", "commons", "markets", "ranges", "offers", "launches")
"""Whose code, templates, sentences and tables pages are made with: this room and those that it stands on."""
ENDINGS = (".py", ".html", ".po", ".csv", ".json")


@dataclass
class Content:
    """What a vehicle's sites are made from: the master, every overlay, and the pictures already placed."""

    vehicle: str
    master: Mapping[str, ResolvedPage]
    overlays: Sequence[OverlayEntry]
    rights: Sequence[Right] = ()
    moved: Sequence[Moved] = ()
    placed: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def master_digest(self) -> str:
        """A digest of the master's pages."""
        return digest_master(self.master)

    def place_pictures(self, tell: Callable[[], None] = lambda: None) -> None:
        """Put every picture among the shared files; what is done afterwards asks the database nothing.

        `tell` is called before each: a large one takes seconds.
        """

        values = [block.value for page in self.master.values() for block in page.blocks]
        wanted: dict[tuple[str, int], None] = {}
        for value in (*values, *(entry.value for entry in self.overlays)):
            map_pictures(value, lambda key, pk: wanted.setdefault((key, pk)))
        missing = [each for each in wanted if each not in self.placed]
        images = get_pictures({pk for _key, pk in missing})
        for key, pk in missing:
            tell()
            self.placed[key, pk] = _place(key, images[pk])

    def resolve(self, locale: Locale) -> dict[str, ResolvedPage]:
        """The pages of a locale, pictures placed among the shared files; those that it hides are left out."""
        pages = (resolve_page(page, self.overlays, locale) for page in self.master.values())
        return {page.kind: self._place_pictures(page) for page in pages if page is not None}

    def _place_pictures(self, page: ResolvedPage) -> ResolvedPage:
        blocks = (
            ResolvedBlock(block.id, block.type, map_pictures(block.value, self._place))
            for block in page.blocks
        )
        return ResolvedPage(page.kind, page.title, page.description, tuple(blocks))

    def _place(self, key: str, pk: int) -> dict[str, Any]:
        if (key, pk) not in self.placed:
            self.placed[key, pk] = _place(key, get_pictures([pk])[pk])
        return self.placed[key, pk]


def _place(key: str, image: Image) -> dict[str, Any]:
    made = (make_twin if key == "fallback" else make_renditions)(image.title, read_file(image))
    placed = ResolvedPicture(
        *(made.url, made.width, made.height, ""),
        *(place_focal_point(image), image.title, made.plain, made.sources),
    )
    return asdict(placed)


def read_content(vehicle: str) -> Content:
    """The published master and the overlays of a vehicle. Raises LaunchNotFound, ContentInvalid when it has no page."""
    master = read_master(vehicle)
    if not master:
        raise ContentInvalid(
            f"The master of {vehicle} has no published page: publish one in the editor first."
        )
    return Content(vehicle, master, list_overlays(vehicle), list_rights(vehicle), list_moved(vehicle))


def digest_inputs(content: Content, market: str, terms: str) -> str:
    """What a market's release is made from, in one digest: while it stays, a new release would say the same.

    `terms` is what its offer says (`offers.public.find_terms`): a price of another market changes nothing here.
    """
    locales = get_market(market).locales
    scopes = {scope for locale in locales for scope in list_scopes(locale)}
    overlays = [entry for entry in content.overlays if entry.scope in scopes]
    said = [settings.BRAND, terms, content.master_digest, digest_overlays(overlays), digest_code()]
    said += filter(None, [digest_moved(content.moved, content.vehicle, locales)])
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def look_at_sites(content: Content, terms: Mapping[str, str]) -> dict[str, Looked]:
    """What the sites of markets say, by market and in it by page; `terms` are those of their offers. No query."""
    scopes = {
        code: list(dict.fromkeys(scope for at in get_market(code).locales for scope in list_scopes(at)))
        for code in terms
    }
    return look_at(content.master, content.overlays, scopes, terms)


def map_terms(vehicle: str, markets: Iterable[str]) -> dict[str, str]:
    """What the offer of each market would say today; empty where the range does not sell. Raises RangeNotFound."""
    release, today = get_current_release(vehicle), get_today()
    found = dict.fromkeys(markets, "")
    for code in found:
        with suppress(UsineError):
            found[code] = find_terms(release, market=code, on=today)
    return found


@lru_cache(maxsize=1)
def digest_code() -> str:
    """The templates, the code and the front end that pages are made with; a deployment changes it. Read once."""
    return digest_files(USINE, settings.FRONTEND_DIST / "manifest.json")


def digest_files(usine: Path, manifest: Path) -> str:
    """A digest of the code of ROOMS in a folder, each file by its path, and of the front end's manifest."""
    digest = hashlib.sha256()
    code = (file for room in ROOMS for file in (usine / room).rglob("*") if file.suffix in ENDINGS)
    for file in (*sorted(code), manifest):
        content = file.read_bytes() if file.is_file() else b""
        digest.update(
            f"{file.relative_to(usine) if file != manifest else ''} {len(content)} ".encode() + content
        )
    return digest.hexdigest()


def resolve_sites(content: Content, offer: Offer, figures: Figures) -> tuple[ResolvedSite, ...]:
    """The sites of a market's locales. A page that opens on something that the market does not sell is left out."""
    locales = get_market(offer.market).locales
    pages = {
        locale.path: {
            kind: page
            for kind, page in content.resolve(locale).items()
            if kind in ALWAYS_THERE or _is_wanted(page, figures)
        }
        for locale in locales
    }
    kinds = {path: frozenset(found) for path, found in pages.items()}
    return tuple(
        ResolvedSite(content.vehicle, locale, offer, pages[locale.path], locales, kinds) for locale in locales
    )


def _is_wanted(page: ResolvedPage, figures: Figures) -> bool:
    choices = (block.value.get("choice") or "" for block in page.blocks if block.type == "opening")
    return all(figures.is_sold(*choice.split("=")) for choice in choices if choice)


def make_cover(content: Content, offer: Offer) -> dict[str, Any]:
    """What a list of sites shows of this one: the vehicle's name, the picture that its home page opens with."""
    default = get_market(offer.market).locales[0]
    pages = content.resolve(default)
    cover: dict[str, Any] = {"name": read_text(offer.catalogue.label, default.language)}
    for block in pages["home"].blocks if "home" in pages else ():
        if block.type == "hero":
            return cover | {key: block.value.get(key) for key in PICTURE_KEYS}
    return cover
