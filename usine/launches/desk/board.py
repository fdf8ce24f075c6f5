"""The board: pages or blocks of a launch against every market that I see, so that what waits for somebody shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor
from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import UsineError
from usine.launches.content.fields import anchor_block, label_block
from usine.launches.desk.adapting import GLYPHS
from usine.launches.desk.sites import TEXTS, ask_publication
from usine.launches.desk.words import PAGES
from usine.launches.desk.workflow import STEPS
from usine.launches.models import Overlay
from usine.launches.rules import digest_block
from usine.launches.sources.releases import read_content
from usine.launches.visitors.chooser import REGIONS
from usine.launches.workflow.approvals import move_site
from usine.launches.workflow.boards import PageCell, PageState, read_board
from usine.launches.workflow.states import TextRow, TextState, list_seen_locales, list_texts
from usine.launches.workflow.steps import Step
from usine.launches.writing import adapting
from usine.markets.contracts import MASTER_MARKET
from usine.markets.public import get_market, market_name

PAGE_STATES: dict[PageState, tuple[Promise, str]] = {
    PageState.STALE: (gettext_lazy("the master changed since"), "s-stale"),
    PageState.TRANSLATE: (gettext_lazy("to translate"), "s-inh"),
    PageState.REVIEW: (gettext_lazy("in review"), "s-wait"),
    PageState.APPROVED: (gettext_lazy("approved"), "s-done"),
    PageState.OUTDATED: (gettext_lazy("live, but outdated"), "s-risk"),
    PageState.DRAFT: (gettext_lazy("draft"), "s-todo"),
    PageState.LIVE: (gettext_lazy("live"), "s-live"),
    PageState.MISSING: (gettext_lazy("missing"), "s-na"),
}

QUIET = (PageState.LIVE, PageState.DRAFT, PageState.MISSING)
"""What waits for nobody: a draft is somebody's work."""


@require_GET
@staff_required
def show_board(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Rows are pages, or with `?rows=blocks` blocks; columns are markets, or sites."""
    return (_show_blocks if request.GET.get("rows") == "blocks" else _show_pages)(request, vehicle)


def _show_pages(request: HttpRequest, vehicle: str) -> HttpResponse:
    """`?state=`, `?page=` and `?region=` keep the columns and rows in which something is so."""
    language = translation.get_language() or "en"
    region, page = request.GET.get("region", ""), request.GET.get("page", "")
    actor = get_actor(request.user)
    board = read_board(vehicle, actor, region=region)
    counts = Counter(cell.state for row in board.cells.values() for cell in row)
    wanted = request.GET.get("state", "")
    kept = {kind: row for kind, row in board.cells.items() if page not in board.cells or kind == page}
    if wanted in counts:
        codes = {cell.market for row in kept.values() for cell in row if cell.state == wanted}
        kept = {
            kind: tuple(cell for cell in row if cell.market in codes)
            for kind, row in kept.items()
            if any(cell.state == wanted for cell in row)
        }
        markets = [market for market in board.markets if market.code in codes]
    else:
        markets = list(board.markets)
    # The words of a state and the start of an address are made once, not for each of two thousand cells.
    words = {state: (str(label), glyph) for state, (label, glyph) in PAGE_STATES.items()}
    names = {market.code: market_name(market.code, language=language) for market in markets}
    escaped = {code: escape(name) for code, name in names.items()}
    root = reverse("desk_launches") + f"{vehicle}/"
    context = {
        "room": "launches",
        "vehicle": vehicle,
        "title": _say_pages(counts),
        "columns": [
            {
                "code": market.code,
                "name": names[market.code],
                "step": STEPS[board.standings[market.code].step],
                "seen": board.standings[market.code].looked.inputs,
                "is_first": number == 0,
            }
            for _region, group in groupby(markets, key=lambda market: market.region)
            for number, market in enumerate(group)
        ],
        "regions": [
            (REGIONS.get(name, name), len(list(group)))
            for name, group in groupby(markets, key=lambda market: market.region)
        ],
        "every_region": _list_regions(actor, vehicle),
        "pages": [
            (kind, PAGES[kind], _write_cells(row, root, words, escaped, kind)) for kind, row in kept.items()
        ],
        "every_page": [(kind, PAGES[kind]) for kind in board.cells],
        "chips": [(state, *words[state], counts[state]) for state in PageState if counts[state]],
        "wanted": wanted if wanted in counts else "",
        "region": region,
        "page": page,
        "count": len(board.cells),
    }
    return render(request, "launches/desk/board_pages.html", context)


def _write_cells(
    cells: Sequence[PageCell],
    root: str,
    words: dict[PageState, tuple[str, str]],
    names: Mapping[str, str],
    kind: str,
) -> SafeString:
    """The cells of a row, `names` escaped. Written here: a template is slow for two thousand of them."""
    after = {
        state: f', {escape(label)}"><use href="#{glyph}"/></svg></a></td>'
        for state, (label, glyph) in words.items()
    }
    anchors = {block_id: escape(anchor_block(block_id)) for block_id in {cell.block_id for cell in cells}}
    html = []
    for cell in cells:
        _label, glyph = words[cell.state]
        address = f"{root}{cell.market}/"
        if cell.market != MASTER_MARKET:  # the master is written elsewhere: its cells lead to its page
            address += f"adapt/{cell.locale.path}/?page={kind}#{anchors[cell.block_id]}"
        html.append(
            f'<td class="{cell.state.value}"><a href="{address}"><svg class="s {glyph}" role="img" '
            f'aria-label="{names[cell.market]}{after[cell.state]}'
        )
    return mark_safe("".join(html))  # every part is ours or escaped above


def _list_regions(actor: Actor, vehicle: str) -> list[tuple[str, Promise | str]]:
    codes = {locale.market for locale in list_seen_locales(vehicle, actor)}
    names = dict.fromkeys(get_market(code).region for code in sorted(codes))
    return [(name, REGIONS.get(name, name)) for name in names]


def _say_pages(counts: Counter[PageState]) -> str:
    """The finding: how many pages wait for somebody."""
    waiting = counts.total() - sum(counts[state] for state in QUIET)
    if not waiting:
        return _("Every page says what it should")
    said = ngettext("%(count)s page waits for somebody", "%(count)s pages wait for somebody", waiting)
    return said % {"count": waiting}


@require_POST
@staff_required
def change_board(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Do one thing to the chosen markets, as on the page of each; those that it is not for are named."""
    actor = get_actor(request.user)
    markets = [code for code in dict.fromkeys(request.POST.getlist("market")) if actor.may_see(code)]
    verb = request.POST.get("verb", "")
    if not markets:
        messages.error(request, _("Choose at least one market: tick it in the head of its column."))
    elif verb in ("review", "approved"):
        seen = {code: request.POST.get(f"seen:{code}", "") for code in markets}
        _move_all(request, vehicle, seen, Step(verb), actor)
    elif verb == "keep":
        kept = _keep_all(vehicle, markets, request.POST.getlist("page"), actor)
        said = ngettext("%(count)s text stays as it is.", "%(count)s texts stay as they are.", kept)
        messages.success(request, said % {"count": kept})
    elif verb == "publish":
        ask_publication(request, vehicle, markets)
    else:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("desk_board", args=[vehicle]) + (f"?{query}" if query else ""))


def _move_all(request: HttpRequest, vehicle: str, seen: dict[str, str], to: Step, actor: Actor) -> None:
    note, moved, refused = request.POST.get("note", ""), [], []
    for code, inputs in seen.items():
        try:
            move_site(vehicle, market=code, to=to, by=actor, seen=inputs, note=note)
            moved.append(code)
        except UsineError as error:
            refused.append(str(error))
    if moved:
        step = STEPS[to][0]
        messages.success(request, _("%(markets)s: %(step)s.") % {"markets": ", ".join(moved), "step": step})
    if refused:
        messages.error(request, " ".join(dict.fromkeys(refused)))


def _keep_all(vehicle: str, markets: Iterable[str], pages: Sequence[str], actor: Actor) -> int:
    """Keep what markets say beside a changed master, on the chosen pages (all without any); returns how many texts."""
    content = read_content(vehicle)
    chosen = [page for kind, page in content.master.items() if kind in pages or not pages]
    blocks = {
        row.block.id: row.block for row in list_texts(content, ()) if row.page in {p.kind for p in chosen}
    }
    locales = {locale.path: locale for code in markets for locale in get_market(code).locales}
    kept = 0
    for row in Overlay.objects.filter(vehicle=vehicle, scope__in=list(locales), block_id__in=list(blocks)):
        block = blocks[row.block_id]
        if row.master_digest == digest_block(block) or locales[row.scope].market == MASTER_MARKET:
            continue
        place = adapting.Place(vehicle, row.block_id, row.scope, locales[row.scope])
        adapting.keep_ours(place, seen=adapting.digest_row(row), by=actor)
        kept += 1
    return kept


def _show_blocks(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Rows are blocks, by page; columns are sites. `?state=` keeps the rows in which some site is in that state,
    `?region=` the sites of a region."""
    actor = get_actor(request.user)
    region = request.GET.get("region", "")
    regions = _list_regions(actor, vehicle)
    locales = list_seen_locales(vehicle, actor)
    if region in dict(regions):
        locales = tuple(at for at in locales if get_market(at.market).region == region)
    rows = list_texts(read_content(vehicle), locales) if locales else []
    counts = Counter(state for row in rows for _locale, state in row.cells)
    wanted = request.GET.get("state", "")
    shown = [row for row in rows if wanted not in counts or any(state == wanted for _at, state in row.cells)]
    language = translation.get_language() or "en"
    context = {
        "room": "launches",
        "vehicle": vehicle,
        "title": _say_title(counts[TextState.STALE]),
        "columns": [(locale, market_name(locale.market, language=language)) for locale in locales],
        "pages": _group(shown, reverse("desk_launches") + f"{vehicle}/"),
        "chips": [
            (state, TEXTS[state][0], GLYPHS[state], counts[state]) for state in TextState if counts[state]
        ],
        "wanted": wanted if wanted in counts else "",
        "count": len(rows),
        "region": region if region in dict(regions) else "",
        "every_region": regions,
    }
    return render(request, "launches/desk/board.html", context)


def _say_title(stale: int) -> str:
    if not stale:
        return _("Every text stands beside the master of today")
    return ngettext(
        "%(count)s text waits: the master changed since",
        "%(count)s texts wait: the master changed since",
        stale,
    ) % {"count": stale}


def _group(rows: Sequence[TextRow], root: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """By page: the block's kind, its first words, the address of its first site, its cells."""
    words = {state: (escape(label), GLYPHS[state]) for state, (label, _glyph) in TEXTS.items()}
    pages: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        said = str(row.block.value.get("title") or "").split("\n")[0]
        first = row.cells[0][0]
        shown = {
            "label": label_block(row.block),
            "words": said,
            "address": f"{root}{first.market}/adapt/{first.path}/?page={row.page}#{anchor_block(row.block.id)}",
            "cells": _write_text_cells(row, root, words),
        }
        pages.setdefault(row.page, []).append(shown)
    return [(str(PAGES[kind]), found) for kind, found in pages.items()]


def _write_text_cells(row: TextRow, root: str, words: Mapping[TextState, tuple[str, str]]) -> SafeString:
    """The cells of a block. Written here: a template is slow for sixteen thousand of them."""
    anchor = escape(f"?page={row.page}#{anchor_block(row.block.id)}")
    start = {state: f'<td class="{state.value}"><a href="{root}' for state in words}
    middle = {
        state: f'{anchor}"><svg class="s {glyph}" role="img" aria-label="'
        for state, (_label, glyph) in words.items()
    }
    end = {
        state: f', {label}"><use href="#{glyph}"/></svg></a></td>' for state, (label, glyph) in words.items()
    }
    return mark_safe(  # paths of locales are ours, the rest is escaped above
        "".join(
            f"{start[state]}{at.market}/adapt/{at.path}/{middle[state]}{at.path}{end[state]}"
            for at, state in row.cells
        )
    )
