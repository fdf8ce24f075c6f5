"""Markets built by workers on any number of machines: each is a part of the publication's job.

The publication waits for its parts and lends a hand; it alone switches, once every market is built. What it read is
kept as a draft among the releases, so that every worker builds from the same texts, whatever editors write meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings

from usine.commons import jobs
from usine.commons.errors import UsineError
from usine.commons.jobs import Part, Progress
from usine.commons.models import Job
from usine.launches import store
from usine.launches.contracts import Refusal
from usine.launches.publishing import crew
from usine.launches.publishing.building import Built, Task, build_market
from usine.launches.sources.drafts import drop_drafts, keep_draft, list_drafts, take_draft
from usine.launches.sources.releases import Content, digest_code
from usine.offers.contracts import OfferPlan, OfferRecord

BUILD = f"build_market {digest_code()[:16]}"
"""Only workers with the same code take a part: while a deployment goes on, the others leave it."""
LEASE = timedelta(minutes=1)
"""A market takes a worker a fraction of a second: one that is silent for so long is dead."""
PAUSE_S = 0.2
log = logging.getLogger(__name__)


def choose_builder(
    progress: Progress,
) -> Callable[[Content, Sequence[Task], crew.Done], list[Built | Refusal]]:
    """Who builds the markets of a publication's job: the workers where there are more markets than the setting
    QUEUE_ABOVE (0: never), else this process and its own hands."""

    def build(content: Content, tasks: Sequence[Task], done: crew.Done) -> list[Built | Refusal]:
        if not settings.QUEUE_ABOVE or len(tasks) <= settings.QUEUE_ABOVE:
            return crew.build_markets(content, tasks, done)
        return build_by_queue(progress, content, tasks, done)

    return build


def build_by_queue(
    progress: Progress, content: Content, tasks: Sequence[Task], done: crew.Done
) -> list[Built | Refusal]:
    """Have every task built by workers, telling each as it is done.

    A publication that is run again after a kill goes on with the parts that it left. Raises JobCancelled; the parts of
    a job that is over are called off.
    """
    draft = keep_draft(content, job_id=progress.job_id)
    wanted = {task.plan.market: _write_task(task, draft) for task in tasks}
    found: dict[str, Built | Refusal] = {}
    _hand_out(progress.job_id, wanted)
    while len(found) < len(wanted):
        for market, part in _list_over(progress.job_id, wanted).items():
            if market not in found:
                found[market] = _read(market, part)
                done(found[market])
        progress.renew()
        if not jobs.run_next(part_of=progress.job_id) and len(found) < len(wanted):
            time.sleep(PAUSE_S)
    return list(found.values())


@contextmanager
def tidied(job_id: int) -> Iterator[None]:
    """Forget the drafts of a publication once it is over, and those of earlier ones that were killed for good.

    They stay while it will be run again: after a kill, or by the worker that has it now.
    """
    try:
        yield
    except jobs.JobLost:
        raise
    except UsineError:
        _drop_drafts(job_id)
        raise
    _drop_drafts(job_id)


def _drop_drafts(job_id: int) -> None:
    """What cannot be dropped now is dropped by the next publication: nobody's sites wait for it."""
    try:
        drafts = list_drafts()
        going_on = Job.objects.filter(
            pk__in=set(drafts.values()), state__in=(Job.State.WAITING, Job.State.RUNNING)
        ).exclude(pk=job_id)
        kept = set(going_on.values_list("pk", flat=True))
        drop_drafts(draft for draft, owner in drafts.items() if owner not in kept)
    except (UsineError, OSError) as error:
        log.warning("Drafts of publications that are over stay for now: %s", error)


def _hand_out(job_id: int, wanted: Mapping[str, dict[str, Any]]) -> None:
    """Add the parts that are missing; those of other inputs are called off."""
    standing = {}
    for part in jobs.list_parts(job_id):
        if part.state in (Job.State.CANCELLED, Job.State.FAILED):
            continue
        if wanted.get(part.arguments["market"]) == part.arguments:
            standing[part.arguments["market"]] = part
        elif not part.is_over:
            jobs.cancel(part.job_id)
    for market, arguments in wanted.items():
        if market not in standing:
            jobs.enqueue(BUILD, by="system", part_of=job_id, **arguments)


def _list_over(job_id: int, wanted: Mapping[str, dict[str, Any]]) -> dict[str, Part]:
    """The newest part of each market that was given what is wanted now, where it is over."""
    newest = {
        part.arguments["market"]: part
        for part in jobs.list_parts(job_id)
        if wanted.get(part.arguments["market"]) == part.arguments
    }
    return {market: part for market, part in newest.items() if part.is_over}


@jobs.handler(BUILD, lease=LEASE)
def _build(_progress: Progress, *, draft: str, **task: Any) -> dict[str, Any]:
    found = build_market(take_draft(draft), _read_task(task))
    if isinstance(found, Refusal):
        return {"refusal": found.reason}
    store.settle()
    return {"built": _write_built(found)}


def _read(market: str, part: Part) -> Built | Refusal:
    result = part.result or {}
    if "built" in result:
        return _read_built(result["built"])
    return Refusal(market, result.get("refusal") or f"its worker failed: {part.message.removesuffix('.')}")


def _write_task(task: Task, draft: str) -> dict[str, Any]:
    plan = asdict(task.plan)
    rate = None if task.plan.tax_rate is None else str(task.plan.tax_rate)
    return {
        **plan,
        "on": task.plan.on.isoformat(),
        "tax_rate": rate,
        "earlier": task.earlier,
        "draft": draft,
    }


def _read_task(said: Mapping[str, Any]) -> Task:
    plan = {name: value for name, value in said.items() if name != "earlier"}
    plan["on"] = date.fromisoformat(said["on"])
    plan["tax_rate"] = None if said["tax_rate"] is None else Fraction(said["tax_rate"])
    return Task(OfferPlan(**plan), said["earlier"])


def _write_built(built: Built) -> dict[str, Any]:
    offer = asdict(built.offer)
    for name in ("valid_from", "valid_until"):
        offer[name] = offer[name].isoformat() if offer[name] else None
    return {**asdict(built), "offer": offer}


def _read_built(said: Mapping[str, Any]) -> Built:
    offer = dict(said["offer"])
    for name in ("valid_from", "valid_until"):
        offer[name] = date.fromisoformat(offer[name]) if offer[name] else None
    return Built(**{**said, "offer": OfferRecord(**offer), "locales": tuple(said["locales"])})
