"""The bar of steps on a market's page: where its site stands, and what its people do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import NotFound, UsineError
from usine.launches.desk.words import PAGES
from usine.launches.sources.looks import MORE, RANGE
from usine.launches.workflow import guests, schedules
from usine.launches.workflow.approvals import SiteStanding, move_site
from usine.launches.workflow.embargoes import list_embargoes
from usine.launches.workflow.states import SiteState, SiteStatus, find_step
from usine.launches.workflow.steps import MOVES, Step
from usine.markets.contracts import MASTER_MARKET

STEPS: dict[Step, tuple[Promise, str]] = {
    Step.DRAFT: (gettext_lazy("draft"), "s-todo"),
    Step.REVIEW: (gettext_lazy("in review"), "s-wait"),
    Step.LEGAL: (gettext_lazy("with the lawyers"), "s-wait"),
    Step.APPROVED: (gettext_lazy("approved"), "s-done"),
    Step.SCHEDULED: (gettext_lazy("planned"), "s-prog"),
    Step.LIVE: (gettext_lazy("live"), "s-live"),
}
VERBS: dict[tuple[Step, Step], Promise] = {
    (Step.DRAFT, Step.REVIEW): gettext_lazy("Ask for review"),
    (Step.REVIEW, Step.LEGAL): gettext_lazy("Send to the lawyers"),
    (Step.REVIEW, Step.APPROVED): gettext_lazy("Approve"),
    (Step.REVIEW, Step.DRAFT): gettext_lazy("Back to draft"),
    (Step.LEGAL, Step.APPROVED): gettext_lazy("Approve"),
    (Step.LEGAL, Step.DRAFT): gettext_lazy("Back to draft"),
    (Step.APPROVED, Step.DRAFT): gettext_lazy("Take the approval back"),
}
PARTS: dict[str, Promise] = {
    **PAGES,
    RANGE: gettext_lazy("Range and prices"),
    MORE: gettext_lazy("Blocks of its own"),
}


def name_parts(parts: tuple[str, ...]) -> str:
    """The parts of a site in words: `Home, Range and prices`."""
    return ", ".join(str(PARTS.get(part, part)) for part in parts)


def show_workflow(status: SiteStatus, standing: SiteStanding, actor: Actor) -> dict[str, Any]:
    """What the bar shows of a market's site."""
    vehicle, market = status.vehicle, status.market
    planned = schedules.list_planned(vehicle).get(market.code)
    step = find_step(standing, is_live=status.state is SiteState.LIVE, is_planned=bool(planned))
    return {
        "step": step,
        "said": STEPS[step][0],
        "steps": _show_steps(step, standing),
        "standing": standing,
        "before": STEPS[standing.before][0],
        "changed": name_parts(standing.changed),
        "best": "" if step is Step.LIVE else Step.REVIEW if standing.step is Step.DRAFT else Step.APPROVED,
        "verbs": [(to, VERBS[standing.step, to]) for to in MOVES[standing.step]],
        "stands_in": Step.APPROVED in MOVES[standing.step]
        and actor.role is Role.CENTRAL
        and market.code != MASTER_MARKET,
        "zone": market.time_zone,
        "planned": planned,
        "may_plan": standing.is_approved,
        "embargo": list_embargoes(vehicle).get(market.code),
        "is_central": actor.role is Role.CENTRAL,
        "days": guests.DAYS,
        "invitations": [
            (invitation, settings.SITE_URL.rstrip("/") + invitation.address)
            for invitation in guests.list_invitations(vehicle, market.code)
        ],
    }


def _show_steps(here: Step, standing: SiteStanding) -> list[tuple[Step, Promise, str, str]]:
    """Each step with its words, its sign and whether it is past, here, skipped or next."""
    order = list(Step)
    shown = []
    for step in order:
        label, glyph = STEPS[step]
        if step is here:
            shown.append((step, label, glyph, "here"))
        elif order.index(step) > order.index(here):
            shown.append((step, label, "s-todo", "next"))
        else:
            is_past = step in standing.reached
            shown.append((step, label, "s-done" if is_past else "s-na", "past" if is_past else "skipped"))
    return shown


@require_POST
@staff_required
def change_workflow(request: HttpRequest, vehicle: str, market: str, verb: str) -> HttpResponse:
    """Move the site, plan its publication, hold it back, invite a guest; each answers with a sentence."""
    actor = get_actor(request.user)
    if not actor.may_see(market):
        raise NotFound(f"There is no site of {vehicle} in {market} for you.")
    if verb not in ACTIONS:
        raise Http404
    try:
        messages.success(request, ACTIONS[verb](request, vehicle, market, actor))
    except UsineError as error:
        messages.error(request, str(error))
    return redirect("desk_launch_market", vehicle, market)


def _move(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    to = request.POST.get("to", "")
    if to not in {step.value for step in MOVES}:
        raise Http404
    note, seen = request.POST.get("note", ""), request.POST.get("seen", "")
    standing = move_site(vehicle, market=market, to=Step(to), by=actor, seen=seen, note=note)
    return _("The site is at the step “%(step)s” now.") % {"step": STEPS[standing.step][0]}


def _schedule(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    local = request.POST.get("local", "")
    planned = schedules.schedule_publication(vehicle, market=market, local=local, by=actor)
    return _("The publication is planned for %(time)s.") % {"time": planned.local}


def _unschedule(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    schedules.cancel_schedule(vehicle, market=market, by=actor)
    return _("Nothing is planned any more; the site stays as it is.")


def _hold_back(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    until, note = request.POST.get("local", ""), request.POST.get("note", "")
    held, dropped = schedules.hold_back(vehicle, market=market, until=until, note=note, by=actor)
    if held is None:
        return _("There is no embargo any more.")
    said = _("Nothing of this launch goes live here before %(time)s.") % {"time": held.local}
    if dropped:
        said += " " + ngettext(
            "The publication that was planned earlier is dropped.",
            "The publications that were planned earlier are dropped.",
            dropped,
        )
    return said


def _invite(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    days = request.POST.get("days", "")
    guests.invite(
        vehicle,
        market=market,
        days=int(days) if days.isdecimal() else 0,
        by=actor,
        note=request.POST.get("note", ""),
    )
    return _("The address for the guest is ready: copy it below.")


def _revoke(request: HttpRequest, vehicle: str, market: str, actor: Actor) -> str:
    link = request.POST.get("link", "")
    guests.revoke(vehicle, int(link) if link.isdecimal() else 0, market=market, by=actor)
    return _("The address is closed.")


ACTIONS: dict[str, Callable[[HttpRequest, str, str, Actor], str]] = {
    "move": _move,
    "plan": _schedule,
    "drop": _unschedule,
    "embargo": _hold_back,
    "invite": _invite,
    "revoke": _revoke,
}
