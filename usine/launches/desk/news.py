"""The page of news: what happened to a launch since I looked last, by market, each with a link to its place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from usine.accounts.public import get_actor, staff_required
from usine.launches.content.fields import anchor_block, label_block
from usine.launches.desk.words import PAGES
from usine.launches.desk.workflow import STEPS
from usine.launches.rules import ResolvedBlock, find_heading
from usine.launches.sources.masters import read_master
from usine.launches.workflow.news import News, mark_read, read_news
from usine.launches.workflow.steps import Step
from usine.launches.writing.adapting import WRITTEN
from usine.markets.public import find_locale, language_name, market_name

WORDS: dict[str, Promise] = {
    WRITTEN: gettext_lazy("Text written"),
    "SiteMoved": gettext_lazy("Step"),
    "SitePublished": gettext_lazy("Published"),
    "SiteWithdrawn": gettext_lazy("Taken down"),
    "EmbargoSet": gettext_lazy("Embargo"),
    "PublicationScheduled": gettext_lazy("Publication planned"),
    "ScheduleCancelled": gettext_lazy("Plan dropped"),
    "GuestInvited": gettext_lazy("Guest invited"),
    "GuestRevoked": gettext_lazy("Guest’s address closed"),
    "MasterPublished": gettext_lazy("Master published"),
}


@require_http_methods(["GET", "POST"])
@staff_required
def show_news(request: HttpRequest, vehicle: str) -> HttpResponse:
    """What is new for me; a post says that I have read it, up to what I saw."""
    actor = get_actor(request.user)
    if request.method == "POST":
        upto = request.POST.get("upto", "")
        mark_read(vehicle, actor, upto=int(upto) if upto.isdecimal() else 0)
        return redirect("desk_launches")
    since, last, news = read_news(vehicle, actor)
    places = {
        block.id: (page.kind, block)
        for page in read_master(vehicle).values()
        for block in (find_heading(page), *page.blocks)
    }
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in news:
        groups.setdefault(_name_group(one), []).append(_show(vehicle, one, places))
    context = {
        "room": "launches",
        "vehicle": vehicle,
        "since": since,
        "last": last,
        "title": ngettext("%(count)s thing happened", "%(count)s things happened", len(news))
        % {"count": len(news)},
        "groups": sorted(groups.items()),
    }
    return render(request, "launches/desk/news.html", context)


def _name_group(one: News) -> str:
    language = translation.get_language() or "en"
    if one.market:
        return market_name(one.market, language=language)
    return language_name(one.scope) if one.scope else _("Master")


def _show(vehicle: str, one: News, places: dict[str, tuple[str, ResolvedBlock]]) -> dict[str, Any]:
    """A line: when, who, what, where it leads."""
    said, address = one.said, ""
    if one.name == WRITTEN:
        kind, block = places.get(one.block, ("", None))
        locale = find_locale(one.scope)
        if block is not None:
            said = f"{PAGES[kind]}, {label_block(block)} ({one.scope})"
            if locale is not None:
                editor = reverse("desk_adapt", args=[vehicle, locale.market, locale.path])
                address = f"{editor}?page={kind}#{anchor_block(one.block)}"
        else:
            said = f"{one.scope}: {one.block[:8]}"
    elif one.name == "MasterPublished":
        said = str(PAGES.get(one.said, one.said))
    elif one.name == "SiteMoved":
        step, _colon, note = one.said.partition(": ")
        said = f"{STEPS[Step(step)][0]}{f': {note}' if note else ''}"
    if one.market and not address:
        address = reverse("desk_launch_market", args=[vehicle, one.market])
    return {"at": one.at, "by": one.by, "what": WORDS[one.name], "said": said, "address": address}
