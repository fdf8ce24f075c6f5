"""What sources push is kept before they get their answer, and taken in by a worker in batches.

So a hundred small requests make one batch, and a worker that dies leaves them where they are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils import timezone

from usine.accounts.contracts import SYSTEM
from usine.commons.jobs import Progress, enqueue, handler
from usine.commons.models import Job
from usine.reputation.aside import Failed, set_aside
from usine.reputation.contracts import Heard
from usine.reputation.models import Arrival
from usine.reputation.sources.health import keep_delivered_refusals
from usine.reputation.storing import insert_rows
from usine.reputation.written import read_heard, write_heard

if TYPE_CHECKING:
    from usine.reputation.intake import Reads, TakenIn
    from usine.reputation.stories import Stories

log = logging.getLogger(__name__)
TAKE = "reputation.take"
LEASE = timedelta(minutes=5)
"""What a worker has had for so long without storing it is another's: it is dead."""
AT_ONCE = 400
"""Mentions of a batch: a second's, so that none waits long for the others."""
TOO_MANY = 20
"""That cannot be read: they are written by a later release, which is taking over; its workers read them."""


def put_down(heard: Iterable[Heard], *, now: datetime) -> int:
    """Keep what was heard until a worker takes it in; returns how many. One transaction, three statements.

    The job that waits may be one that a worker is just claiming, which then does not see these rows: whether one
    waits is looked at once more when they are there for all to see.
    """
    rows = [Arrival(heard=write_heard(each), at=now) for each in heard]
    with transaction.atomic():
        insert_rows(rows)
        if rows and not _plan_take():
            transaction.on_commit(_plan_take, robust=True)
    return len(rows)


def _plan_take() -> bool:
    """Have a worker take what waits, unless a job that may begin now waits already; whether it was planned."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    if Job.objects.filter(due, kind=TAKE, state=Job.State.WAITING).exists():
        return False
    enqueue(TAKE, by=SYSTEM.name)
    return True


def plan_rest(now: datetime) -> None:
    """See to it that a job takes what is left: what nobody has at once, what others have when the first lease ends.

    Their workers may be dead. One job that waits is enough. Two queries where something is left, else one or two.
    """
    if Arrival.objects.filter(_is_free(now)).exists():
        _plan_take()
        return
    ends = Arrival.objects.aggregate(first=Min("lease_until"))["first"]
    if ends and not Job.objects.filter(kind=TAKE, state=Job.State.WAITING).exists():
        enqueue(TAKE, by=SYSTEM.name, not_before=ends)


@handler(TAKE)
def _take(progress: Progress) -> str:
    """A worker takes all that waits; what arrives meanwhile, too."""
    count = 0
    while taken := take_arrivals(by=SYSTEM.name):
        count += len(taken.new)
        progress.report(0, f"{count} mentions")
    plan_rest(timezone.now())
    return f"{count} new mentions."


def count_waiting() -> int:
    return Arrival.objects.count()


def take_arrivals(
    *,
    by: str,
    reader: Reads | None = None,
    index: Stories | None = None,
    now: datetime | None = None,
    limit: int = AT_ONCE,
) -> TakenIn | None:
    """Take in the oldest that wait; None when nothing does. Any number of workers may, each has its own.

    They go once they are stored or set aside: after a kill in between they are taken again, and known. Where taking
    them in raises, nobody has them any more: whoever tries again finds them. Of twenty that this release cannot read
    none is set aside: they are looked at again when the lease ends, by whoever can, and hold up nothing meanwhile.
    """
    from usine.reputation.halving import take_in_sound  # the web server only puts down

    lease = timezone.now() + LEASE
    rows = _claim(lease, limit)
    if not rows:
        return None
    try:
        heard, unreadable = _read(rows)
        left = [*unreadable] if len(unreadable) >= TOO_MANY else []
        taken = take_in_sound(heard, reader=reader, index=index, now=now, by=by)
        set_aside([] if left else unreadable.values(), now=now or timezone.now())
    except BaseException:
        Arrival.objects.filter(pk__in=[*rows], lease_until=lease).update(lease_until=None)
        raise
    for refused in taken.refused:
        log.warning("%s of %s is not taken: %s", refused.external_id, refused.source, refused.reason)
    keep_delivered_refusals(heard, taken.refused, now=now or timezone.now())
    if left:
        log.error("%s arrivals wait for a release that can read them.", len(left))
    Arrival.objects.filter(pk__in=rows.keys() - set(left)).delete()
    return taken


def _read(rows: Mapping[int, dict[str, Any]]) -> tuple[list[Heard], dict[int, Failed]]:
    """What was heard, and what this release cannot read, by the keys of its rows."""
    heard: list[Heard] = []
    unreadable: dict[int, Failed] = {}
    for key, values in rows.items():
        try:
            heard.append(read_heard(values))
        except (TypeError, ValueError, KeyError) as error:
            unreadable[key] = Failed(values, error)
    return heard, unreadable


def _claim(lease: datetime, limit: int) -> dict[int, dict[str, Any]]:
    """What was heard, by the keys of the rows that nobody else takes until the lease ends."""
    passes = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        free = Arrival.objects.filter(_is_free(lease - LEASE))
        rows = dict(
            free.select_for_update(skip_locked=passes).order_by("pk").values_list("pk", "heard")[:limit]
        )
        Arrival.objects.filter(pk__in=[*rows]).update(lease_until=lease)
    return rows


def _is_free(now: datetime) -> Q:
    """Nobody has it, or who had it is dead."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)
