"""Publications planned on the clock of a market: a job of their own each, which waits through restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons import jobs
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.commons.models import Job
from usine.launches.models import Schedule
from usine.launches.workflow.approvals import NotApproved, get_standing, say_waiting
from usine.launches.workflow.embargoes import EmbargoEnd, list_embargoes, set_embargo
from usine.launches.workflow.steps import read_local, write_local
from usine.markets.public import get_market

PUBLISH_DUE = "publish_scheduled"


class ScheduleRefused(UsineError):
    code = "schedule_refused"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Planned:
    """A publication that is planned; `fault` says why it failed when its time came."""

    id: int
    market: str
    at: datetime
    local: str
    by: str
    fault: str = ""


def schedule_publication(
    vehicle: str, *, market: str, local: str, by: Actor, now: datetime | None = None
) -> Planned:
    """Plan the publication of an approved site for a date and time on its market's clock; an earlier plan is replaced.

    When the time comes, what is approved then is published; a site that changed meanwhile and was not approved again
    stays as it was. Raises Forbidden, NotApproved, LocalTimeInvalid, ScheduleRefused for the past or under embargo.
    """
    if not by.may_see(market):
        raise Forbidden(
            _("%(by)s does not publish for %(market)s: ask the central team.")
            % {"by": by.name, "market": market}
        )
    zone = get_market(market).time_zone
    at = read_local(local, zone)
    now = now or timezone.now()
    if at <= now:
        raise ScheduleRefused(
            _("%(time)s is past: choose a later time, or publish now.") % {"time": write_local(at, zone)}
        )
    held = list_embargoes(vehicle, now=now).get(market)
    if held and at < held.until:
        raise ScheduleRefused(
            _("%(market)s is under embargo until %(local)s: choose that time or a later one.")
            % {"market": market, "local": held.local}
        )
    with transaction.atomic():
        standing = get_standing(vehicle, market)
        if not standing.is_approved:
            raise NotApproved(
                _("%(market)s %(why)s: approve it first, then plan it.")
                % {"market": market, "why": say_waiting(standing)}
            )
        _cancel(Schedule.objects.filter(vehicle=vehicle, market=market), by, now)
        written = write_local(at, zone)
        job_id = jobs.enqueue(PUBLISH_DUE, by=by.name, not_before=at)
        row = Schedule.objects.create(
            vehicle=vehicle, market=market, at=at, local=written, job_id=job_id, asked_at=now, by=by.name
        )
        Job.objects.filter(pk=job_id).update(arguments={"schedule": row.pk})
        record_fact("PublicationScheduled", by=by.name, market=market, subject=vehicle, at=written)
    return Planned(row.pk, market, at, written, by.name)


def cancel_schedule(vehicle: str, *, market: str, by: Actor, before: datetime | None = None) -> int:
    """Drop what is planned for a market (only what is planned `before` a time); returns how many. Raises Forbidden."""
    if not by.may_see(market):
        raise Forbidden(
            _("%(by)s does not publish for %(market)s: ask the central team.")
            % {"by": by.name, "market": market}
        )
    rows = Schedule.objects.filter(vehicle=vehicle, market=market)
    with transaction.atomic():
        return _cancel(rows.filter(at__lt=before) if before else rows, by, timezone.now())


def hold_back(
    vehicle: str, *, market: str, until: str, note: str = "", by: Actor
) -> tuple[EmbargoEnd | None, int]:
    """Set or lift an embargo, as set_embargo does, and drop what was planned before it ends; says how many."""
    with transaction.atomic():
        held = set_embargo(vehicle, market=market, until=until, note=note, by=by)
        return held, cancel_schedule(vehicle, market=market, by=by, before=held.until) if held else 0


def _cancel(rows: QuerySet[Schedule], by: Actor, now: datetime) -> int:
    waiting = list(rows.filter(published_at__isnull=True, cancelled_at__isnull=True))
    for row in waiting:
        jobs.cancel(row.job_id)
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        record_fact("ScheduleCancelled", by=by.name, market=row.market, subject=row.vehicle, at=row.local)
    return len(waiting)


def list_planned(vehicle: str) -> dict[str, Planned]:
    """What is planned, and what failed when its time came until it is planned anew, by market. One query."""
    rows = Schedule.objects.filter(vehicle=vehicle, published_at__isnull=True, cancelled_at__isnull=True)
    return {
        row.market: Planned(row.pk, row.market, row.at, row.local, row.by, _find_fault(row.job))
        for row in rows.select_related("job").order_by("id")
    }


def _find_fault(job: Job) -> str:
    return job.message if job.state == Job.State.FAILED else ""


def find_due(schedule_id: int) -> Schedule | None:
    """The schedule, unless it was cancelled or done already."""
    rows = Schedule.objects.filter(pk=schedule_id, published_at__isnull=True, cancelled_at__isnull=True)
    return rows.first()


def mark_published(row: Schedule) -> None:
    """In the transaction of the publication: a job that is run again publishes nothing twice."""
    done = Schedule.objects.filter(pk=row.pk, published_at__isnull=True, cancelled_at__isnull=True)
    if not done.update(published_at=timezone.now()):
        raise ScheduleRefused(
            _("The publication of %(market)s at %(local)s was cancelled meanwhile.")
            % {"market": row.market, "local": row.local}
        )
