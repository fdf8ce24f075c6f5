"""The state of every market's site as the team sees it, and of every text in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from usine.accounts.contracts import Actor
from usine.commons.errors import UsineError
from usine.launches.contracts import LiveSite
from usine.launches.models import Publication
from usine.launches.queries import list_live_sites, list_sold_markets, map_inputs
from usine.launches.releases import Content, digest_inputs, read_content
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    find_heading,
    is_stale,
    list_scopes,
)
from usine.markets.contracts import MASTER_MARKET, Locale, Market
from usine.markets.public import get_market
from usine.offers.public import find_terms, get_today
from usine.ranges.public import get_current_release


class SiteState(StrEnum):
    LIVE = "live"
    OUTDATED = "outdated"  # live, but a publication now would be made from something else
    DOWN = "down"
    NEVER = "never"


class TextState(StrEnum):
    """What a locale says of a block, the strongest scope that says something; STALE goes before the others."""

    MASTER = "master"
    LANGUAGE = "language"
    TRANSLATED = "translated"
    REPLACED = "replaced"
    HIDDEN = "hidden"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """A market's site; `live` is what is served, `texts` counts the states of its blocks over its locales."""

    vehicle: str
    market: Market
    state: SiteState
    live: LiveSite | None
    texts: Counter[TextState]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A block of the master, with its state in each locale."""

    page: str
    block: ResolvedBlock
    cells: tuple[tuple[Locale, TextState], ...]


def list_seen_locales(vehicle: str, actor: Actor) -> tuple[Locale, ...]:
    """Every site that the range sells and the actor sees; the master, which nobody adapts, is left out.

    Raises RangeNotFound.
    """
    codes = [code for code in list_sold_markets(vehicle) if actor.may_see(code) and code != MASTER_MARKET]
    return tuple(locale for code in codes for locale in get_market(code).locales)


def list_statuses(vehicle: str, actor: Actor) -> list[SiteStatus]:
    """The actor's markets that the range sells, or whose site was published. The same few queries for any number.

    Raises LaunchNotFound, ContentInvalid, RangeNotFound.
    """
    content = read_content(vehicle)
    live = {site.market: site for site in list_live_sites(vehicle)}
    inputs = map_inputs(site.release_key for site in live.values())
    known = set(Publication.objects.filter(vehicle=vehicle).values_list("market", flat=True))
    release, today = get_current_release(vehicle), get_today()
    codes = dict.fromkeys([*list_sold_markets(vehicle), *sorted(known)])
    statuses = []
    for code in codes:
        if not actor.may_see(code):
            continue
        site = live.get(code)
        if site is not None:
            state = SiteState.OUTDATED
            with suppress(UsineError):  # a market that sells no more is outdated too
                terms = find_terms(release, market=code, on=today)
                if inputs[site.release_key] == digest_inputs(content, code, terms):
                    state = SiteState.LIVE
        else:
            state = SiteState.DOWN if code in known else SiteState.NEVER
        market = get_market(code)
        texts = Counter(state for row in list_texts(content, market.locales) for _locale, state in row.cells)
        statuses.append(SiteStatus(vehicle, market, state, site, texts))
    return statuses


def list_texts(content: Content, locales: Sequence[Locale]) -> list[TextRow]:
    """Every block of the pages in their order, headings first, with its state in the locales. No query."""
    by_place = {(entry.scope, entry.block_id): entry for entry in content.overlays}
    return [
        TextRow(
            page.kind,
            block,
            tuple((locale, find_text_state(block, by_place, locale)) for locale in locales),
        )
        for page in content.master.values()
        for block in (find_heading(page), *page.blocks)
    ]


def find_text_state(
    block: ResolvedBlock, by_place: Mapping[tuple[str, str], OverlayEntry], locale: Locale
) -> TextState:
    """The state of one block in one locale."""
    entries: list[OverlayEntry] = []
    for scope in list_scopes(locale):
        entry = by_place.get((scope, block.id))
        if entry is not None and entry.says and entry.kind is not OverrideKind.ADD:
            entries.append(entry)
            if entry.kind is not OverrideKind.TRANSLATE:  # the chain ends here: see resolve_block
                break
    if any(is_stale(entry, block) for entry in entries):
        return TextState.STALE
    if not entries:
        return TextState.MASTER
    strongest = entries[0]
    if strongest.kind is OverrideKind.HIDE:
        return TextState.HIDDEN
    if strongest.scope != locale.path:
        return TextState.LANGUAGE
    return TextState.REPLACED if strongest.kind is OverrideKind.REPLACE else TextState.TRANSLATED
