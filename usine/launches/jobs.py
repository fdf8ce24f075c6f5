"""Publishing as a job: seen on the desk while it runs, cancelled there, run again after a kill.

People publish what was approved as it is today, and nothing else; the others are named and stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.jobs import Progress, enqueue, handler
from usine.launches.actions import check_may_publish, publish_sites
from usine.launches.contracts import PublicationRefused, Refusal
from usine.launches.papers.shelf import list_addresses, take_paper
from usine.launches.publishing.queue import choose_builder, tidied
from usine.launches.queries import list_live_sites
from usine.launches.sources.masters import get_launch
from usine.launches.workflow import schedules
from usine.launches.workflow.approvals import check_approved, split_approved
from usine.offers.public import get_today

PUBLISH, PAPERS = "publish_sites", "make_papers"


@dataclass(frozen=True, slots=True)
class Requested:
    """A publication that was asked for, and the markets of it that wait for an approval."""

    job_id: int
    markets: tuple[str, ...]
    waiting: tuple[Refusal, ...]


def request_publication(vehicle: str, *, markets: Iterable[str], by: Actor) -> Requested:
    """Have the sites of the markets published by the worker: of people those that are approved, of the system all.

    Raises Forbidden for a market that is not the actor's, LaunchNotFound, PublicationRefused when none is approved.
    """
    codes = tuple(sorted(set(markets)))
    check_may_publish(by, codes)
    get_launch(vehicle)
    waiting: tuple[Refusal, ...] = ()
    if by != SYSTEM:
        codes, waiting = split_approved(vehicle, codes)
        if not codes:
            raise PublicationRefused(waiting)
    job_id = enqueue(
        PUBLISH,
        by=by.name,
        vehicle=vehicle,
        markets=list(codes),
        asked_by=by.name,
        is_approved=by == SYSTEM,
        waiting=[f"{refusal.market}: {refusal.reason}" for refusal in waiting],
    )
    return Requested(job_id, codes, waiting)


def request_papers(vehicle: str, *, by: Actor) -> int:
    """Have the worker typeset the papers that the live sites link to, before a reader wants them."""
    return enqueue(PAPERS, by=by.name, vehicle=vehicle)


@handler(PAPERS)
def _make_papers(progress: Progress, *, vehicle: str) -> None:
    wanted = [paper for site in list_live_sites(vehicle) for paper in list_addresses(site.release_key)]
    for number, (digest, name) in enumerate(wanted):
        progress.report(100 * number // len(wanted), name)
        take_paper(digest, name)


@handler(PUBLISH)
def _publish(
    progress: Progress,
    *,
    vehicle: str,
    markets: list[str],
    asked_by: str,
    is_approved: bool = False,
    waiting: Iterable[str] = (),
) -> str:
    """The rights were checked when it was asked for; the approvals are checked again: texts may have changed since."""
    publish_approved(vehicle, markets, asked_by=asked_by, is_approved=is_approved, progress=progress)
    return f"Left as they were: {'; '.join(waiting)}." if waiting else ""


def publish_approved(
    vehicle: str,
    markets: Iterable[str],
    *,
    asked_by: str,
    progress: Progress,
    is_approved: bool = False,
    then: Callable[[], object] | None = None,
) -> None:
    """Publish in the name of who asked. Raises PublicationRefused, naming a market that is not approved as it is."""
    by = Actor(user_id=None, name=asked_by, role=Role.CENTRAL, markets=frozenset())
    check = None if is_approved else check_approved
    with tidied(progress.job_id):
        publish_sites(
            vehicle,
            markets=markets,
            on=get_today(),
            by=by,
            report=progress.report,
            check=check,
            then=then,
            build=choose_builder(progress),
        )
    request_papers(vehicle, by=by)


@handler(schedules.PUBLISH_DUE)
def _publish_due(progress: Progress, *, schedule: int) -> str:
    """Publish what a schedule planned, once; nothing when it was cancelled or is done."""
    row = schedules.find_due(schedule)
    if row is None:
        return ""
    publish_approved(
        row.vehicle,
        [row.market],
        asked_by=row.by,
        progress=progress,
        then=lambda: schedules.mark_published(row),
    )
    return f"{row.market}: published as planned for {row.local}."
