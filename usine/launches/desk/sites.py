"""The desk's screens of this room: the launches with their markets, one market's site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons import jobs
from usine.commons.errors import NotFound, UsineError
from usine.commons.models import Job
from usine.launches import actions
from usine.launches.content.fields import label_block
from usine.launches.contracts import PublicationRefused
from usine.launches.desk.comparing import list_past
from usine.launches.desk.duties import show_duties
from usine.launches.desk.words import PAGES
from usine.launches.desk.workflow import STEPS, show_workflow
from usine.launches.jobs import PUBLISH, request_publication
from usine.launches.queries import list_vehicles
from usine.launches.sources.masters import get_launch
from usine.launches.sources.releases import read_content
from usine.launches.workflow.schedules import Planned, list_planned
from usine.launches.workflow.states import (
    SiteState,
    SiteStatus,
    TextRow,
    TextState,
    find_step,
    list_statuses,
    list_texts,
)
from usine.markets.public import market_name

STATES = {
    SiteState.LIVE: (gettext_lazy("live"), "s-live"),
    SiteState.OUTDATED: (gettext_lazy("live, to publish again"), "s-stale"),
    SiteState.DOWN: (gettext_lazy("taken down"), "s-block"),
    SiteState.NEVER: (gettext_lazy("not published yet"), "s-todo"),
}
TEXTS = {
    TextState.STALE: (gettext_lazy("the master changed since"), "s-stale"),
    TextState.TRANSLATED: (gettext_lazy("said here"), "s-done"),
    TextState.REPLACED: (gettext_lazy("replaced here"), "s-live"),
    TextState.LANGUAGE: (gettext_lazy("as the language says"), "s-prog"),
    TextState.MASTER: (gettext_lazy("as the master says"), "s-todo"),
    TextState.HIDDEN: (gettext_lazy("hidden"), "s-na"),
}
RUNNING = (Job.State.WAITING, Job.State.RUNNING)


@require_GET
@staff_required
def show_launches(request: HttpRequest) -> HttpResponse:
    """Every launch with the markets that I see, their state, and what is being published."""
    actor = get_actor(request.user)
    launches = [_show_launch(vehicle, actor) for vehicle in list_vehicles()]
    context = {
        "room": "launches",
        "launches": launches,
        "title": _say_title(launches),
        "is_central": actor.role is Role.CENTRAL,
    }
    return render(request, "launches/desk/list.html", context)


@require_POST
@staff_required
def publish(request: HttpRequest, vehicle: str) -> HttpResponse:
    """Have the chosen markets published by the worker."""
    markets = request.POST.getlist("market")
    if not markets:
        messages.error(request, _("Choose at least one market to publish."))
    else:
        ask_publication(request, vehicle, markets)
    return redirect("desk_launches")


def ask_publication(request: HttpRequest, vehicle: str, markets: Sequence[str]) -> None:
    """Ask for a publication and say which markets it leaves as they are, because nobody approved them."""
    try:
        asked = request_publication(vehicle, markets=markets, by=get_actor(request.user))
    except PublicationRefused as error:
        messages.error(request, str(error))
        return
    messages.success(
        request,
        ngettext(
            "The publication of %(count)s market has begun.",
            "The publication of %(count)s markets has begun.",
            len(asked.markets),
        )
        % {"count": len(asked.markets)},
    )
    if asked.waiting:
        said = "; ".join(f"{refusal.market}: {refusal.reason}" for refusal in asked.waiting)
        messages.error(request, _("Left as they are: %(markets)s.") % {"markets": said})


@require_POST
@staff_required
def cancel_publication(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a publication before it switches anything; only that of markets that are all mine."""
    job = Job.objects.filter(pk=job_id, kind=PUBLISH).first()
    if job is None or not _may_see_job(job, get_actor(request.user)):
        raise NotFound(f"There is no publication {job_id} of yours.")
    jobs.cancel(job.pk)
    messages.success(request, _("The publication stops; every site stays as it was."))
    return redirect("desk_launches")


@require_GET
@staff_required
def show_market(request: HttpRequest, vehicle: str, market: str) -> HttpResponse:
    """One market's site: what is live, what was, and what each language says of each block."""
    status = _get_status(vehicle, market, get_actor(request.user))
    content = read_content(vehicle)
    releases = list_past(vehicle, market)
    context = {
        **show_duties(vehicle, market),
        "room": "launches",
        "vehicle": vehicle,
        "row": _show_status(status),
        "flow": show_workflow(status, status.standing, get_actor(request.user)),
        "market": market,
        "past": releases,
        "versions": [one["release"] for one in releases],
        "chosen": {"to": "now"},
        "locales": status.market.locales,
        "pages": _group_texts(list_texts(content, status.market.locales)),
        "legend": TEXTS.values(),
    }
    return render(request, "launches/desk/market.html", context)


@require_POST
@staff_required
def change_market(request: HttpRequest, vehicle: str, market: str, verb: str) -> HttpResponse:
    """Serve an earlier release again, or take the site down."""
    actor = get_actor(request.user)
    _get_status(vehicle, market, actor)
    try:
        if verb == "back":
            actions.roll_back(vehicle, market=market, by=actor, to=request.POST.get("key", "")[:64])
            messages.success(request, _("The earlier release is served again."))
        elif verb == "withdraw":
            actions.withdraw_site(vehicle, market=market, by=actor)
            messages.success(
                request, _("The site is down. Publishing, or an earlier release, opens it again.")
            )
        else:
            raise Http404
    except UsineError as error:
        messages.error(request, str(error))
    return redirect("desk_launch_market", vehicle, market)


def _show_launch(vehicle: str, actor: Actor) -> dict[str, Any]:
    """What the list shows of a vehicle; `fault` says why its sites cannot be judged."""
    recent = Job.objects.filter(kind=PUBLISH, arguments__vehicle=vehicle).order_by("-id")[:20]
    mine = [job for job in recent if _may_see_job(job, actor)]
    running = [job for job in mine if job.state in RUNNING]
    busy = {market for job in running for market in job.arguments["markets"]}
    shown: dict[str, Any] = {"vehicle": vehicle, "running": running, "rows": [], "fault": ""}
    if actor.role is Role.CENTRAL:
        shown["editor"] = reverse("wagtailadmin_explore", args=[get_launch(vehicle).pk])
    shown["failed"] = mine[0] if mine and mine[0].state == Job.State.FAILED else None
    try:
        statuses = list_statuses(vehicle, actor)
    except UsineError as error:
        return {**shown, "name": vehicle, "fault": str(error)}
    names = [status.live.cover["name"] for status in statuses if status.live]
    planned = list_planned(vehicle)
    rows = [
        {**_show_status(status), "is_busy": status.market.code in busy}
        | _show_step(status, planned.get(status.market.code))
        for status in statuses
    ]
    return {**shown, "name": names[0] if names else vehicle, "rows": rows}


def _show_status(status: SiteStatus) -> dict[str, Any]:
    label, glyph = STATES[status.state]
    return {
        "status": status,
        "name": market_name(status.market.code, language=translation.get_language() or "en"),
        "state": label,
        "glyph": glyph,
        "stale": status.texts[TextState.STALE],
        "local": status.texts[TextState.TRANSLATED] + status.texts[TextState.REPLACED],
        "hidden": status.texts[TextState.HIDDEN],
        "is_live": status.live is not None,
    }


def _show_step(status: SiteStatus, planned: Planned | None) -> dict[str, Any]:
    step = find_step(status.standing, is_live=status.state is SiteState.LIVE, is_planned=planned is not None)
    label, glyph = STEPS[step]
    return {
        "step": label,
        "step_glyph": glyph,
        "planned": planned,
        "is_approved": status.standing.is_approved,
    }


def _say_title(launches: Sequence[dict[str, Any]]) -> str:
    """The finding in one line: how many sites are live, how many should be published again."""
    states = [row["status"].state for launch in launches for row in launch["rows"]]
    live = sum(state in (SiteState.LIVE, SiteState.OUTDATED) for state in states)
    outdated = states.count(SiteState.OUTDATED)
    said = ngettext("%(count)s site is live", "%(count)s sites are live", live) % {"count": live}
    if not outdated:
        return said
    again = ngettext("%(count)s to publish again", "%(count)s to publish again", outdated)
    return f"{said}, {again % {'count': outdated}}"


def _get_status(vehicle: str, market: str, actor: Actor) -> SiteStatus:
    """Raises NotFound for a market that is not the actor's: it does not exist for them."""
    found = [status for status in list_statuses(vehicle, actor) if status.market.code == market]
    if not found:
        raise NotFound(f"There is no site of {vehicle} in {market} for you.")
    return found[0]


def _group_texts(rows: Sequence[TextRow]) -> list[tuple[str, list[dict[str, Any]]]]:
    """By page: the block's kind, its first words, a state for each locale."""
    pages: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        words = row.block.value.get("title") or ""
        cells = [(locale, *TEXTS[state]) for locale, state in row.cells]
        pages.setdefault(row.page, []).append(
            {"label": label_block(row.block), "words": words, "cells": cells}
        )
    return [(str(PAGES[kind]), shown) for kind, shown in pages.items()]


def _may_see_job(job: Job, actor: Actor) -> bool:
    return all(actor.may_see(market) for market in job.arguments["markets"])
