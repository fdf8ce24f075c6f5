"""Two versions of a market's site side by side: which words, prices, pictures and files differ, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import NotFound, UsineError
from usine.commons.models import Fact
from usine.launches import store
from usine.launches.desk.words import PAGES
from usine.launches.desk.workflow import name_parts
from usine.launches.publishing.comparing import (
    LIVE,
    NOW,
    Changed,
    Comparison,
    Difference,
    PageComparison,
    compare_versions,
)
from usine.launches.queries import PastRelease, list_past_releases
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.launches.workflow.news import list_differences
from usine.markets.public import get_locale, market_name
from usine.offers.public import get_today

DIFFERENCES = {
    Difference.NEW: (gettext_lazy("new"), "s-prog"),
    Difference.CHANGED: (gettext_lazy("changed"), "s-stale"),
    Difference.GONE: (gettext_lazy("not there any more"), "s-na"),
}
KINDS = {f"{PATHS[kind]}index.html": kind for kind in PAGE_KINDS}
DIGEST = re.compile(r"^[0-9a-f]{16}-|-[\w-]{8}(?=\.\w+$)")
"""What makes the name of a shared file tell its content; left out where people read it."""


@require_GET
@staff_required
def compare(request: HttpRequest, vehicle: str, market: str) -> HttpResponse:
    """`?from=` and `?to=` name two versions: keys, `live`, `now`; without them, what a publication would change."""
    if not get_actor(request.user).may_see(market):
        raise NotFound(f"There is no site of {vehicle} in {market} for you.")
    before, after = request.GET.get("from") or LIVE, request.GET.get("to") or NOW
    past = list_past_releases(vehicle, market)
    context: dict[str, Any] = {
        "room": "launches",
        "vehicle": vehicle,
        "market": market,
        "name": market_name(market, language=translation.get_language() or "en"),
        "versions": past,
        "chosen": {"from": _find_shown(before, past), "to": _find_shown(after, past)},
    }
    status = 200
    try:
        found = compare_versions(vehicle, market=market, before=before, after=after, on=get_today())
        context |= _show(found)
    except UsineError as error:
        context |= {"fault": str(error), "title": _("These versions cannot be compared")}
        status = error.http_status
    return render(request, "launches/desk/compare.html", context, status=status)


def list_past(vehicle: str, market: str) -> list[dict[str, Any]]:
    """The releases of a market with what each said otherwise than the one before it, how many of its pages were made
    again, and how large it is; `size` is None once it was cleared from the disk."""
    past = list_past_releases(vehicle, market)
    keys = [release.key for release in past]
    differences = list_differences(vehicle, market, keys)
    made = Fact.objects.filter(name="ReleaseMade", subject=vehicle, market=market)
    rendered = {fact.payload["key"]: fact.payload["rendered"] for fact in made.order_by("-id")[:200]}
    sizes = store.measure_releases(keys)
    return [
        {
            "release": release,
            "changed": name_parts(differences.get(release.key, ())),
            "made": rendered.get(release.key),
            "same": release.page_count - rendered.get(release.key, 0),
            "size": sizes.get(release.key),
        }
        for release in past
    ]


def _find_shown(name: str, past: Sequence[PastRelease]) -> str:
    """The choice of a list that a name stands for."""
    if name == LIVE:
        return next((release.key for release in past if release.is_live), "")
    return next((release.key for release in past if release.key.startswith(name)), name)


def _show(found: Comparison) -> dict[str, Any]:
    differ = len(found.pages)
    said = ngettext("%(count)s page differs", "%(count)s pages differ", differ) % {"count": differ}
    same = ngettext("%(count)s page is the same", "%(count)s pages are the same", found.same)
    return {
        "title": said if differ else _("Every page says the same"),
        "same": same % {"count": found.same} if differ else "",
        "locales": [
            (get_locale(path), [_show_page(found.vehicle, page) for page in pages])
            for path, pages in groupby(found.pages, key=lambda page: page.locale)
        ],
        "others": [(path, *DIFFERENCES[difference]) for path, difference in found.files],
    }


def _show_page(vehicle: str, page: PageComparison) -> dict[str, Any]:
    rest = page.path.partition("/")[2]
    kind = KINDS.get(rest, "")
    label, glyph = DIFFERENCES[page.difference]
    return {
        "page": page,
        "name": PAGES.get(kind, rest),
        "address": f"/{page.locale}/{vehicle}/{PATHS.get(kind, '')}",
        "label": label,
        "glyph": glyph,
        "figures": [one for one in page.texts if one.is_figures],
        "texts": [one for one in page.texts if not one.is_figures],
        "pictures": _name(page.pictures),
        "files": _name(page.files),
        "is_silent": page.difference is Difference.CHANGED
        and not (page.texts or page.prices or page.head or page.pictures or page.files),
    }


def _name(changed: Iterable[Changed]) -> list[tuple[str, str]]:
    """Each file by the name that people know: `added`, `removed`, or `again` where one of its name was there before."""
    named = [(DIGEST.sub("", one.name.rpartition("/")[2]), bool(one.after)) for one in changed]
    added, removed = ({name for name, is_added in named if is_added is which} for which in (True, False))
    kinds = {name: "again" if name in removed else "added" for name in added}
    return sorted({**dict.fromkeys(removed, "removed"), **kinds}.items())
