"""One master, many overlays: what a locale's site says, decided without a database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
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
LOCAL_TYPES = ("chapter", "photo", "question", "facts", "bars", "film", "night", "legal")
"""The blocks that a language or a market may add of its own."""
OPENING_TYPES = ("hero", "opening", "missing")
"""What a page opens with: nothing is put before it."""
FOLLOWING_TYPES = ("equipment",)
"""Blocks that are one with the block before them: nothing is put between."""
FIXED_TYPES = (*OPENING_TYPES, *FOLLOWING_TYPES, "versions_table", "mobility")
"""Blocks of the master that nobody moves."""
APPENDED_PAGES = ("legal",)
"""Pages that are only added to at their end, and whose own order is the centre's."""
CLOSED_PAGES = ("not-found",)
"""Pages without a place for other blocks."""


class OverrideKind(StrEnum):
    """What an overlay does to a block: some of its fields, all of it, or nothing of it is shown; or it adds one."""

    TRANSLATE = "translate"
    REPLACE = "replace"
    HIDE = "hide"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class ResolvedPicture:
    """A picture ready to show; `width` and `height` in pixels.

    `focal` is what must stay in sight where it is cropped, as CSS places it (`62% 40%`); empty: its middle.
    `name` is its title in the library, by which rights know it.
    `url` is its widest rendition, `plain` the one that everything reads, `sources` pairs a media type with a `srcset`.
    """

    url: str
    width: int
    height: int
    alt: str
    focal: str = ""
    name: str = ""
    plain: str = ""
    sources: Sequence[tuple[str, str]] = ()


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
    """What a scope (a language `fr`, or a locale path `fr-be`) does to one block, and to which text of the master.

    `after` places the block, added or moved: it stands behind the first of these ids that the page has and that the
    scope does not place, at the page's beginning when there are none, at its end when the page has none of them; None
    leaves the block where it is. `rank` orders what is placed behind the same block. `page` and `type` are of an added
    block.
    """

    scope: str
    block_id: str
    kind: OverrideKind
    value: Mapping[str, Any]
    master_digest: str = ""
    after: tuple[str, ...] | None = None
    rank: str = ""
    page: str = ""
    type: str = ""

    @property
    def says(self) -> bool:
        """Whether it says something, rather than only moving a block."""
        return bool(self.value) or self.kind is not OverrideKind.TRANSLATE


def list_scopes(locale: Locale) -> tuple[str, ...]:
    """The scopes that a locale inherits from, the strongest first: `("fr-be", "fr")`."""
    return tuple(dict.fromkeys((locale.path, locale.language)))


def is_local_scope(scope: str) -> bool:
    """Whether a scope is one locale's (`fr-be`), not a language that several share (`fr`)."""
    return "-" in scope


def pass_over(overlays: Iterable[OverlayEntry], forced: Collection[str]) -> list[OverlayEntry]:
    """The overlays without what locales say of the blocks that the centre has every site show as it says them."""
    return [entry for entry in overlays if entry.block_id not in forced or not is_local_scope(entry.scope)]


def digest_block(block: ResolvedBlock) -> str:
    """A digest of a block's type and content; an overlay keeps the one that it was written against."""
    content = json.dumps([block.type, block.value], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def digest_master(master: Mapping[str, ResolvedPage]) -> str:
    """A digest of pages before overlays."""
    pages = [
        [digest_block(block) for block in (find_heading(page), *page.blocks)] for page in master.values()
    ]
    return hashlib.sha256(json.dumps(pages).encode()).hexdigest()


def digest_overlays(overlays: Sequence[OverlayEntry]) -> str:
    """A digest of what overlays say."""
    said = sorted(
        [
            *(entry.scope, entry.block_id, entry.kind.value, json.dumps(entry.value, sort_keys=True)),
            json.dumps([entry.page, entry.type, entry.after, entry.rank]),
        ]
        for entry in overlays
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def is_stale(entry: OverlayEntry, master: ResolvedBlock) -> bool:
    """Whether the master changed since this overlay was written; a block that is only moved waits for nobody."""
    return entry.says and entry.master_digest != digest_block(master)


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
        if entry is None or entry.kind is OverrideKind.ADD:
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


def list_places(kind: str, blocks: Sequence[ResolvedBlock]) -> list[int]:
    """Where blocks may be put on a page: how many blocks stand before; empty where nothing may."""
    if kind in CLOSED_PAGES:
        return []
    if kind in APPENDED_PAGES:
        return [len(blocks)]
    first = max((at for at, block in enumerate(blocks, 1) if block.type in OPENING_TYPES), default=0)
    follow = {at for at, block in enumerate(blocks) if block.type in FOLLOWING_TYPES}
    return [at for at in range(first, len(blocks) + 1) if at not in follow]


def arrange_page(
    page: ResolvedPage, overlays: Sequence[OverlayEntry], scopes: Sequence[str]
) -> tuple[ResolvedBlock, ...]:
    """The blocks of a page, the master's and those that scopes add, in the order of the scopes (the strongest first).

    Each scope, from the weakest, takes the blocks that it moves out of the order below it and puts them, with its own,
    behind the blocks that it leaves there: those keep their order, and no block can wait for itself. A place where
    nothing may stand gives way to the next one. Nothing is hidden or overlaid yet: see resolve_block.
    """
    blocks = page.blocks
    for scope in reversed(scopes):
        entries = [entry for entry in overlays if entry.scope == scope and entry.after is not None]
        if entries:
            blocks = _put(page.kind, blocks, sorted(entries, key=lambda entry: (entry.rank, entry.block_id)))
    return blocks


def _put(
    kind: str, blocks: Sequence[ResolvedBlock], entries: Sequence[OverlayEntry]
) -> tuple[ResolvedBlock, ...]:
    known = {block.id: block for block in blocks}
    placed: dict[str, tuple[ResolvedBlock, OverlayEntry]] = {}
    for entry in entries:
        if entry.kind is OverrideKind.ADD:
            if entry.page == kind and entry.block_id not in known:
                placed[entry.block_id] = (
                    ResolvedBlock(entry.block_id, entry.type, dict(entry.value)),
                    entry,
                )
        elif entry.block_id in known:
            placed[entry.block_id] = (known[entry.block_id], entry)
    rest = [block for block in blocks if block.id not in placed]
    stands = {block.id: at for at, block in enumerate(rest, 1)}
    free = list_places(kind, rest)
    gaps: dict[int, list[ResolvedBlock]] = {}
    for block, entry in placed.values():
        wanted = find_anchor(entry.after or (), stands)
        gaps.setdefault(next((at for at in free if at >= wanted), len(rest)), []).append(block)
    arranged = list(gaps.get(0, ()))
    for at, block in enumerate(rest, 1):
        arranged += [block, *gaps.get(at, ())]
    return tuple(arranged)


def find_anchor(after: Sequence[str], stands: Mapping[str, int]) -> int:
    """How many blocks stand before what is placed behind the first of `after` that stands somewhere."""
    return next(
        (stands[name] for name in after if name in stands), max(stands.values(), default=0) if after else 0
    )


def resolve_page(page: ResolvedPage, overlays: Sequence[OverlayEntry], locale: Locale) -> ResolvedPage | None:
    """The page as a locale shows it, its heading overlaid like a block; None where the heading is hidden."""
    heading = find_heading(page)
    said = resolve_block(heading, overlays, locale)
    if said is None:
        return None
    arranged = arrange_page(page, overlays, list_scopes(locale))
    blocks = (resolve_block(block, overlays, locale) for block in arranged)
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
