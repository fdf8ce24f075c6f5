"""Make the release of a market: read the master, resolve the overlays, render, write it to disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.launches import store
from usine.launches.block_fields import PICTURE_KEYS
from usine.launches.figures import Figures
from usine.launches.masters import get_picture, list_overlays, map_pictures, read_master
from usine.launches.models import Release
from usine.launches.render import render_files
from usine.launches.rules import (
    ALWAYS_THERE,
    OverlayEntry,
    ResolvedBlock,
    ResolvedPage,
    ResolvedPicture,
    ResolvedSite,
    digest_site,
    list_scopes,
    resolve_page,
)
from usine.launches.texts import ContentInvalid
from usine.launches.workflow import Looked, look_at
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.contracts import Offer
from usine.ranges.contracts import read_text

CODE = Path(__file__).resolve().parent


@dataclass
class Content:
    """What a vehicle's sites are made from: the master, every overlay, and the pictures already placed."""

    vehicle: str
    master: Mapping[str, ResolvedPage]
    overlays: Sequence[OverlayEntry]
    _placed: dict[int, dict[str, Any]] = field(default_factory=dict)

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

    def _place(self, pk: int) -> dict[str, Any]:
        if pk not in self._placed:
            image = get_picture(pk)
            with image.file.open("rb") as file:
                url = store.keep_picture(image.file.name, file.read())
            self._placed[pk] = asdict(ResolvedPicture(url, image.width, image.height, ""))
        return self._placed[pk]


def read_content(vehicle: str) -> Content:
    """The published master and the overlays of a vehicle. Raises LaunchNotFound, ContentInvalid when it has no page."""
    master = read_master(vehicle)
    if not master:
        raise ContentInvalid(
            f"The master of {vehicle} has no published page: publish one in the editor first."
        )
    return Content(vehicle, master, list_overlays(vehicle))


def digest_inputs(content: Content, market: str, range_key: str) -> str:
    """What a market's release is made from, in one digest: while it stays, a new release would say the same."""
    locales = get_market(market).locales
    scopes = {scope for locale in locales for scope in list_scopes(locale)}
    overlays = [entry for entry in content.overlays if entry.scope in scopes]
    said = [range_key, digest_site(content.master, overlays), digest_code()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def look_at_sites(content: Content, markets: Iterable[str], range_key: str) -> dict[str, Looked]:
    """What the sites of markets say, by market and in it by page. No query."""
    scopes = {
        code: list(dict.fromkeys(scope for at in get_market(code).locales for scope in list_scopes(at)))
        for code in markets
    }
    return look_at(content.master, content.overlays, scopes, range_key)


@lru_cache(maxsize=1)
def digest_code() -> str:
    """The templates, the code and the front end that pages are made with; a deployment changes it."""
    digest = hashlib.sha256()
    files = [*CODE.rglob("*.py"), *CODE.rglob("*.html"), *CODE.rglob("*.po")]
    for file in (*sorted(files), settings.FRONTEND_DIST / "manifest.json"):
        digest.update(file.read_bytes() if file.is_file() else b"")
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


def render_market(content: Content, offer: Offer) -> dict[str, str]:
    """Every file of a market's release by its path. Raises ContentInvalid, naming the locale."""
    figures = Figures(offer)
    files: dict[str, str] = {}
    for site in resolve_sites(content, offer, figures):
        try:
            made = render_files(site, figures)
        except ContentInvalid as error:
            raise ContentInvalid(f"/{site.locale.path}/: {error}") from error
        files |= {f"{site.locale.path}/{path}": text for path, text in made.items()}
    return files


def make_cover(content: Content, offer: Offer) -> dict[str, Any]:
    """What a list of sites shows of this one: the vehicle's name, the picture that its home page opens with."""
    default = get_market(offer.market).locales[0]
    pages = content.resolve(default)
    cover: dict[str, Any] = {"name": read_text(offer.catalogue.label, default.language)}
    for block in pages["home"].blocks if "home" in pages else ():
        if block.type == "hero":
            return cover | {key: block.value.get(key) for key in PICTURE_KEYS}
    return cover


def make_release(content: Content, offer: Offer, *, by: Actor) -> Release:
    """Write the release of a market's offer; the same content is the same release. Nothing goes live."""
    files = render_market(content, offer)
    key = store.make_key(files, content.vehicle, offer.market, offer.key)
    store.write_release(key, files)
    locales = [locale.path for locale in get_market(offer.market).locales]
    inputs = digest_inputs(content, offer.market, offer.range_key)
    parts = dict(look_at_sites(content, [offer.market], offer.range_key)[offer.market].parts)
    with transaction.atomic():
        release, is_new = Release.objects.get_or_create(
            key=key,
            defaults={
                "vehicle": content.vehicle,
                "market": offer.market,
                "offer_key": offer.key,
                "inputs": inputs,
                "parts": parts,
                "locales": locales,
                "cover": make_cover(content, offer),
                "page_count": sum(path.endswith(".html") for path in files),
                "made_at": timezone.now(),
                "by": by.name,
            },
        )
        if not is_new and release.inputs != inputs:  # a change that no page shows: the files are the same
            release.inputs, release.parts = inputs, parts
            release.save(update_fields=["inputs", "parts"])
        if is_new:
            record_fact(
                "ReleaseMade",
                by=by.name,
                market=offer.market,
                subject=content.vehicle,
                key=key,
                offer=offer.key,
            )
    return release
