"""What no message brought to a start: scheduled jobs as they fall due, jobs of dead workers, lost messages.

One `usine worker` on any machine sweeps the table; several may. Without a broker nothing of this is used.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from usine.commons import broker, jobs
from usine.commons.models import Job

OVERDUE = timedelta(seconds=30)
"""A job that still waits so long after its message: the message is lost, or the workers have too much to do."""
AT_ONCE = 500
"""Jobs of a transaction."""
log = logging.getLogger(__name__)


class Sweeper:
    """Does in a worker's loop what `jobs.run_next` does without a broker."""

    def __init__(self) -> None:
        self._looked_at = float("-inf")
        self._is_told = False

    def run_next(self) -> bool:
        """Send the messages that are due; run what is overdue, or with the broker away whatever waits.

        False when there was nothing to run.
        """
        if not broker.is_away():
            try:
                self._send()
                self._is_told = False
                return jobs.run_next(dispatched_before=timezone.now() - OVERDUE)
            except broker.BrokerAway as error:
                if not self._is_told:
                    log.warning("%s This worker takes jobs from the table until it does.", error)
                self._is_told = True
        return jobs.run_next()

    def _send(self) -> None:
        if time.monotonic() - self._looked_at >= OVERDUE.total_seconds():
            find_lost(timezone.now())
            self._looked_at = time.monotonic()
        while dispatch_due(timezone.now()) == AT_ONCE:
            pass


def dispatch_due(now: datetime) -> int:
    """Send a message of each job that may be taken and has none; returns how many. Raises BrokerAway, having sent some.

    Such are scheduled ones that fell due, those of a time when the broker was away, and those whose worker died.
    """
    without = Q(dispatched_at__isnull=True) | Q(dispatched_at__lt=F("lease_until"))
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    waits = Q(state=Job.State.WAITING, dispatched_at__isnull=True) & due
    left = Q(state=Job.State.RUNNING, lease_until__lt=now) & without
    rows = Job.objects.filter(waits | left).order_by("id")
    if not rows.exists():  # no lock is taken for nothing
        return 0
    with transaction.atomic():
        passes = connection.features.has_select_for_update_skip_locked
        found = list(rows.select_for_update(skip_locked=passes).values_list("pk", "kind")[:AT_ONCE])
        Job.objects.filter(pk__in=[pk for pk, _kind in found]).update(dispatched_at=now)
    for sent, (pk, kind) in enumerate(found):
        try:
            broker.send(pk, kind)
        except broker.BrokerAway:
            Job.objects.filter(pk__in=[pk for pk, _kind in found[sent:]]).update(dispatched_at=None)
            raise
    return len(found)


def find_lost(now: datetime) -> int:
    """Have messages sent again of overdue jobs whose queue is empty: a broker that was restarted may have lost them.

    Returns how many. Raises BrokerAway.
    """
    overdue = Job.objects.filter(state=Job.State.WAITING, dispatched_at__lt=now - OVERDUE)
    kinds = overdue.order_by("kind").values_list("kind", flat=True).distinct()
    lost = [kind for kind in kinds if not broker.count_messages(kind)]
    return overdue.filter(kind__in=lost).update(dispatched_at=None) if lost else 0
