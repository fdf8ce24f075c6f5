"""Publishing as a job: seen on the desk while it runs, cancelled there, run again after a kill."""

from __future__ import annotations

from collections.abc import Iterable

from usine.accounts.contracts import Actor, Role
from usine.commons.jobs import Progress, enqueue, handler
from usine.launches.actions import check_may_publish, publish_sites
from usine.launches.masters import get_launch
from usine.launches.papers.shelf import list_addresses, take_paper
from usine.launches.queries import list_live_sites
from usine.offers.public import get_today

PUBLISH, PAPERS = "publish_sites", "make_papers"


def request_publication(vehicle: str, *, markets: Iterable[str], by: Actor) -> int:
    """Have the sites of the markets published by the worker; returns the job's id.

    Raises Forbidden for a market that is not the actor's, LaunchNotFound.
    """
    codes = sorted(set(markets))
    check_may_publish(by, codes)
    get_launch(vehicle)
    return enqueue(PUBLISH, by=by.name, vehicle=vehicle, markets=codes, asked_by=by.name)


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
def _publish(progress: Progress, *, vehicle: str, markets: list[str], asked_by: str) -> None:
    """The rights were checked when it was asked for; the record names who asked."""
    by = Actor(user_id=None, name=asked_by, role=Role.CENTRAL, markets=frozenset())
    publish_sites(vehicle, markets=markets, on=get_today(), by=by, report=progress.report)
    request_papers(vehicle, by=by)
