"""One master, many overlays: what a locale's site says, decided without a database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from usine.accounts.contracts import Actor, Role
from usine.markets.contracts import Locale
from usine.offers.contracts import Offer

PAGE_KINDS = (
    "home",
    "design",
    "driving",
    "technology",
    "versions",
    "gallery",
    "companies",
    "questions",
    "brochure",
    "legal",
    "not-found",
)
OTHER_ROOMS = ("configurator", "test-drive")
PATHS = {kind: "" if kind == "home" else f"{kind}/" for kind in (*PAGE_KINDS, *OTHER_ROOMS)}
"""Where each page is below `/<locale>/<vehicle>/`; the last two belong to other rooms."""
ALWAYS_THERE = ("home", "legal", "not-found")
"""The pages that no market can leave out."""


class OverrideKind(StrEnum):
    """What an overlay does to a block of the master: some of its fields, all of it, or nothing of it is shown."""

    TRANSLATE = "translate"
    REPLACE = "replace"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class ResolvedPicture:
    """A picture ready to show; `width` and `height` in pixels."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class ResolvedBlock:
    """A block as a page shows it. `value` is plain JSON; a picture in it is a dict of ResolvedPicture's fields."""

    id: str
    type: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResolvedPage:
    kind: str
    title: str
    description: str
    blocks: tuple[ResolvedBlock, ...]


@dataclass(frozen=True, slots=True)
class ResolvedSite:
    """Everything that the pages of one locale are made from. `locales` are its market's, itself included.

    `kinds` are the pages that each of them has, by its path.
    """

    vehicle: str
    locale: Locale
    offer: Offer
    pages: Mapping[str, ResolvedPage]
    locales: tuple[Locale, ...]
    kinds: Mapping[str, frozenset[str]]

    def list_locales(self, kind: str) -> tuple[Locale, ...]:
        """The locales of the market that have a page, this one included."""
        return tuple(locale for locale in self.locales if kind in self.kinds.get(locale.path, ()))


@dataclass(frozen=True, slots=True)
class OverlayEntry:
    """What a scope (a language `fr`, or a locale path `fr-be`) does to one block, and to which text of the master."""

    scope: str
    block_id: str
    kind: OverrideKind
    value: Mapping[str, Any]
    master_digest: str = ""


def list_scopes(locale: Locale) -> tuple[str, ...]:
    """The scopes that a locale inherits from, the strongest first: `("fr-be", "fr")`."""
    return tuple(dict.fromkeys((locale.path, locale.language)))


def digest_block(block: ResolvedBlock) -> str:
    """A digest of a block's type and content; an overlay keeps the one that it was written against."""
    content = json.dumps([block.type, block.value], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def digest_site(master: Mapping[str, ResolvedPage], overlays: Sequence[OverlayEntry]) -> str:
    """A digest of pages before overlays and of what the overlays say."""
    pages = [
        [digest_block(block) for block in (find_heading(page), *page.blocks)] for page in master.values()
    ]
    said = sorted(
        [entry.scope, entry.block_id, entry.kind.value, json.dumps(entry.value, sort_keys=True)]
        for entry in overlays
    )
    return hashlib.sha256(json.dumps([pages, said]).encode()).hexdigest()


def resolve_block(
    master: ResolvedBlock, overlays: Sequence[OverlayEntry], locale: Locale
) -> ResolvedBlock | None:
    """The block as a locale shows it; None when it is hidden.

    From the strongest scope to the master: `hide` and `replace` end the chain, `translate` keeps the fields that
    it gives and inherits the others.
    """
    by_scope = {entry.scope: entry for entry in overlays if entry.block_id == master.id}
    fields: dict[str, Any] = {}
    for scope in list_scopes(locale):
        entry = by_scope.get(scope)
        if entry is None:
            continue
        if entry.kind is OverrideKind.HIDE:
            return None
        fields = {**entry.value, **fields}
        if entry.kind is OverrideKind.REPLACE:
            return ResolvedBlock(master.id, master.type, fields)
    return ResolvedBlock(master.id, master.type, {**master.value, **fields})


def find_heading(page: ResolvedPage) -> ResolvedBlock:
    """A page's title and description as the block `page:<kind>`, which overlays may name."""
    value = {"title": page.title, "description": page.description}
    return ResolvedBlock(f"page:{page.kind}", "page", value)


def resolve_page(page: ResolvedPage, overlays: Sequence[OverlayEntry], locale: Locale) -> ResolvedPage | None:
    """The page as a locale shows it, its heading overlaid like a block; None where the heading is hidden."""
    heading = find_heading(page)
    said = resolve_block(heading, overlays, locale)
    if said is None:
        return None
    blocks = (resolve_block(block, overlays, locale) for block in page.blocks)
    return ResolvedPage(
        page.kind,
        said.value["title"],
        said.value["description"],
        tuple(block for block in blocks if block is not None),
    )


def may_write_scope(actor: Actor, scope: str, *, locale: Locale | None) -> bool:
    """Central writes every scope; a market writes the locales of its own market and no language shared with others."""
    if actor.role is Role.CENTRAL:
        return True
    return locale is not None and locale.path == scope and actor.may_see(locale.market)
