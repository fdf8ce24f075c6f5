"""The board: every block of a launch against every site that I see, so that what waits for somebody shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from usine.accounts.public import get_actor, staff_required
from usine.launches.desk import TEXTS
from usine.launches.desk_adapting import GLYPHS
from usine.launches.desk_words import PAGES
from usine.launches.fields import anchor_block, label_block
from usine.launches.releases import read_content
from usine.launches.states import TextRow, TextState, list_seen_locales, list_texts
from usine.markets.public import market_name


@require_GET
@staff_required
def show_board(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Rows are blocks, by page; columns are sites. `?state=` keeps the rows in which some site is in that state."""
    locales = list_seen_locales(vehicle, get_actor(request.user))
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
        "pages": _group(shown),
        "chips": [
            (state, TEXTS[state][0], GLYPHS[state], counts[state]) for state in TextState if counts[state]
        ],
        "wanted": wanted if wanted in counts else "",
        "count": len(rows),
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


def _group(rows: Sequence[TextRow]) -> list[tuple[str, list[dict[str, Any]]]]:
    pages: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        cells = [
            {
                "locale": locale,
                "state": state,
                "glyph": GLYPHS[state],
                "label": TEXTS[state][0],
                "anchor": f"?page={row.page}#{anchor_block(row.block.id)}",
            }
            for locale, state in row.cells
        ]
        words = str(row.block.value.get("title") or "").split("\n")[0]
        pages.setdefault(row.page, []).append(
            {"label": label_block(row.block), "words": words, "cells": cells, "first": cells[0]}
        )
    return [(str(PAGES[kind]), found) for kind, found in pages.items()]
