"""The state of every market's site as the team sees it, and of every text in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from usine.accounts.contracts import Actor
from usine.launches.contracts import LiveSite
from usine.launches.models import Publication
from usine.launches.queries import list_live_sites, list_sold_markets, map_inputs
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    digest_block,
    find_heading,
    list_scopes,
)
from usine.launches.sources.releases import Content, digest_inputs, map_terms, read_content
from usine.launches.workflow.approvals import SiteStanding, list_standings
from usine.launches.workflow.steps import Step
from usine.markets.contracts import MASTER_MARKET, Locale, Market
from usine.markets.public import get_market


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
    standing: SiteStanding


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
    every = dict.fromkeys([*list_sold_markets(vehicle), *sorted(known)])
    codes = [code for code in every if actor.may_see(code)]
    terms = map_terms(vehicle, codes)
    standings = list_standings(content, terms)
    texts = count_texts(content, codes)
    statuses = []
    for code in codes:
        site = live.get(code)
        if site is not None:
            is_current = inputs[site.release_key] == digest_inputs(content, code, terms[code])
            state = SiteState.LIVE if is_current else SiteState.OUTDATED
        else:
            state = SiteState.DOWN if code in known else SiteState.NEVER
        market = get_market(code)
        statuses.append(SiteStatus(vehicle, market, state, site, texts[code], standings[code]))
    return statuses


def find_step(standing: SiteStanding, *, is_live: bool, is_planned: bool) -> Step:
    """The step that a site shows: what is said today is live, planned, or where people moved it."""
    if is_live:
        return Step.LIVE
    return Step.SCHEDULED if standing.is_approved and is_planned else standing.step


def count_texts(content: Content, markets: Iterable[str]) -> dict[str, Counter[TextState]]:
    """How many texts of each market are in each state, over its locales. No query."""
    counts: dict[str, Counter[TextState]] = {code: Counter() for code in markets}
    locales = [locale for code in counts for locale in get_market(code).locales]
    for row in list_texts(content, locales):
        for locale, state in row.cells:
            counts[locale.market][state] += 1
    return counts


def list_texts(content: Content, locales: Sequence[Locale]) -> list[TextRow]:
    """Every block of the pages in their order, headings first, with its state in the locales. No query.

    Locales that say nothing of their own share the state of their language, so that many cost little more than few.
    """
    by_place = {(entry.scope, entry.block_id): entry for entry in content.overlays}
    rows = []
    for page in content.master.values():
        for block in (find_heading(page), *page.blocks):
            digest = digest_block(block)
            shared: dict[str, TextState] = {}
            cells = []
            for locale in locales:
                if (locale.path, block.id) in by_place:
                    state = find_text_state(block, by_place, locale, digest=digest)
                else:
                    if locale.language not in shared:
                        shared[locale.language] = find_text_state(block, by_place, locale, digest=digest)
                    state = shared[locale.language]
                cells.append((locale, state))
            rows.append(TextRow(page.kind, block, tuple(cells)))
    return rows


def find_text_state(
    block: ResolvedBlock,
    by_place: Mapping[tuple[str, str], OverlayEntry],
    locale: Locale,
    *,
    digest: str = "",
) -> TextState:
    """The state of one block in one locale; `digest` is that of the block where it is known already."""
    digest = digest or digest_block(block)
    entries: list[OverlayEntry] = []
    for scope in list_scopes(locale):
        entry = by_place.get((scope, block.id))
        if entry is not None and entry.says and entry.kind is not OverrideKind.ADD:
            entries.append(entry)
            if entry.kind is not OverrideKind.TRANSLATE:  # the chain ends here: see resolve_block
                break
    if any(entry.master_digest != digest for entry in entries):
        return TextState.STALE
    if not entries:
        return TextState.MASTER
    strongest = entries[0]
    if strongest.kind is OverrideKind.HIDE:
        return TextState.HIDDEN
    if strongest.scope != locale.path:
        return TextState.LANGUAGE
    return TextState.REPLACED if strongest.kind is OverrideKind.REPLACE else TextState.TRANSLATED
