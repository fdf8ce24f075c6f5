"""The board of pages: what each page of a launch is like in each market, for all markets in the same few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from usine.accounts.contracts import Actor
from usine.launches.content.fields import list_fields, read_text_at
from usine.launches.models import Release
from usine.launches.queries import list_live_sites, list_sold_markets
from usine.launches.rules import ResolvedBlock
from usine.launches.sources.looks import RANGE
from usine.launches.sources.releases import map_terms, read_content
from usine.launches.workflow.approvals import SiteStanding, list_standings
from usine.launches.workflow.states import TextRow, TextState, list_texts
from usine.launches.workflow.steps import Step
from usine.markets.contracts import Locale, Market
from usine.markets.public import get_market

MASTER_LANGUAGE = "en"


class PageState(StrEnum):
    """What a page of a market asks for, the first that is true; the last two ask for nothing."""

    STALE = "stale"  # the master changed since somebody said otherwise
    TRANSLATE = "translate"  # some text is still the master's, in another language than the market's
    REVIEW = "review"
    APPROVED = "approved"
    OUTDATED = "outdated"  # live, but it says something else today
    DRAFT = "draft"
    LIVE = "live"
    MISSING = "missing"  # the market leaves the page out


@dataclass(frozen=True, slots=True)
class PageCell:
    """A page in a market; `block_id` is the first that waits, in `locale`."""

    market: str
    state: PageState
    locale: Locale
    block_id: str


@dataclass(frozen=True, slots=True)
class Board:
    """Pages by markets: `cells` has a row for each page, in the order of `markets`."""

    markets: tuple[Market, ...]
    standings: Mapping[str, SiteStanding]
    cells: Mapping[str, tuple[PageCell, ...]]


def read_board(vehicle: str, actor: Actor, *, region: str = "") -> Board:
    """The board of the markets that the actor sees and the range sells (of one region when it is named).

    Raises LaunchNotFound, ContentInvalid, RangeNotFound.
    """
    content = read_content(vehicle)
    every = [get_market(code) for code in list_sold_markets(vehicle) if actor.may_see(code)]
    regions = list(dict.fromkeys(market.region for market in every))
    kept = (market for market in every if region in ("", market.region))
    markets = tuple(sorted(kept, key=lambda market: regions.index(market.region)))
    codes = [market.code for market in markets]
    standings = list_standings(content, map_terms(vehicle, codes))
    live = _map_live_parts(vehicle)
    pages: dict[str, list[TextRow]] = {}
    for row in list_texts(content, [locale for market in markets for locale in market.locales]):
        pages.setdefault(row.page, []).append(row)
    has_text = {row.block.id: _has_text(row.block) for rows in pages.values() for row in rows}
    cells = {}
    for page, rows in pages.items():
        start, found = 0, []
        for market in markets:
            columns = range(start, start + len(market.locales))
            start += len(market.locales)
            waits = find_waiting(rows, columns, has_text)
            standing, parts = standings[market.code], live.get(market.code, {})
            is_same = {part: parts.get(part) == standing.looked.parts[part] for part in (page, RANGE)}
            step = standing.step
            state = waits[0] or judge_page(step, is_live=bool(parts), is_same=all(is_same.values()))
            found.append(PageCell(market.code, state, *waits[1:]))
        cells[page] = tuple(found)
    return Board(markets, standings, cells)


def _has_text(block: ResolvedBlock) -> bool:
    return any(read_text_at(block.value, field.path).strip() for field in list_fields(block))


def find_waiting(
    rows: Sequence[TextRow], columns: Sequence[int], has_text: Mapping[str, bool]
) -> tuple[PageState | None, Locale, str]:
    """What the texts of a page ask for in the locales of a market, where first; None where they ask for nothing."""
    translate: tuple[PageState, Locale, str] | None = None
    for row in rows:
        for column in columns:
            locale, state = row.cells[column]
            if state is TextState.STALE:
                return PageState.STALE, locale, row.block.id
            is_master = state is TextState.MASTER and locale.language != MASTER_LANGUAGE
            if translate is None and is_master and has_text[row.block.id]:
                translate = PageState.TRANSLATE, locale, row.block.id
    first = rows[0].cells[columns[0]][0]
    if all(rows[0].cells[column][1] is TextState.HIDDEN for column in columns):  # its heading: the whole page
        return PageState.MISSING, first, rows[0].block.id
    return translate or (None, first, rows[0].block.id)


def judge_page(step: Step, *, is_live: bool, is_same: bool) -> PageState:
    """The state of a page whose texts ask for nothing."""
    if is_live and is_same:
        return PageState.LIVE
    if step is Step.APPROVED:
        return PageState.APPROVED
    if step in (Step.REVIEW, Step.LEGAL):
        return PageState.REVIEW
    return PageState.OUTDATED if is_live else PageState.DRAFT


def _map_live_parts(vehicle: str) -> dict[str, Mapping[str, str]]:
    """What the live sites say, by market and page. Two queries."""
    keys = {site.release_key: site.market for site in list_live_sites(vehicle)}
    rows = Release.objects.filter(key__in=list(keys)).values_list("key", "parts")
    return {keys[key]: parts for key, parts in rows}
