"""Long work in one durable table: enqueued with the change that wants it, run by a worker, resumed after a kill.

A handler must be idempotent: a job whose worker died is run again from the start once its lease has passed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from usine.commons.errors import NotFound, UsineError
from usine.commons.models import Job

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
log = logging.getLogger(__name__)


class JobCancelled(UsineError):
    code = "job_cancelled"


class Progress:
    """Given to a handler: reports progress, renews the lease, notices that somebody asked to stop."""

    def __init__(self, job: Job):
        self._job = job

    def report(self, percent: int, message: str = "") -> None:
        """Raises JobCancelled when a cancellation was asked for."""
        Job.objects.filter(pk=self._job.pk).update(
            progress=percent, message=message[:500], lease_until=timezone.now() + LEASE
        )
        if Job.objects.filter(pk=self._job.pk, cancel_asked=True).exists():
            raise JobCancelled("Cancelled.")


Handler = Callable[..., str | None]
"""Does the work; what it returns is said of the job that is done."""
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register `def work(progress: Progress, **arguments)` for a kind of job. One handler a kind."""

    def register(function: Handler) -> Handler:
        if kind in _handlers and _handlers[kind].__qualname__ != function.__qualname__:
            raise ValueError(f"Two handlers for the job kind {kind}.")
        _handlers[kind] = function
        return function

    return register


def enqueue(kind: str, *, by: str, not_before: datetime | None = None, **arguments: Any) -> int:
    """Add a job in the current transaction; it runs only if that transaction commits. Returns its id.

    It waits until `not_before`, through restarts: a worker that was down at that time runs it once it is back.
    """
    return Job.objects.create(
        kind=kind, by=by, arguments=arguments, created_at=timezone.now(), not_before=not_before
    ).pk


def cancel(job_id: int) -> None:
    """Ask a job to stop: at once if it waits, at its next report if it runs."""
    changed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, finished_at=timezone.now()
    )
    if not changed and not Job.objects.filter(pk=job_id).update(cancel_asked=True):
        raise NotFound(f"There is no job {job_id}.")


def run_next(now: datetime | None = None) -> bool:
    """Claim and run the oldest runnable job, as of `now` (default the clock). False when there was none."""
    job = _claim(now or timezone.now())
    if job is None:
        return False
    try:
        said = _handlers[job.kind](Progress(job), **job.arguments)
    except JobCancelled:
        _finish(job, Job.State.CANCELLED, "Cancelled.")
    except UsineError as error:
        _finish(job, Job.State.FAILED, str(error))
    except Exception as error:
        log.exception("Job %s failed", job)
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, Job.State.FAILED, f"{type(error).__name__}: {error}")
        else:
            Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, message=f"{error}"[:500])
    else:
        _finish(job, Job.State.DONE, said or "")
    return True


def _claim(now: datetime) -> Job | None:
    runnable = models.Q(state=Job.State.WAITING) | models.Q(state=Job.State.RUNNING, lease_until__lt=now)
    runnable &= models.Q(not_before__isnull=True) | models.Q(not_before__lte=now)
    with transaction.atomic():
        job = (
            Job.objects.select_for_update().filter(runnable, kind__in=list(_handlers)).order_by("id").first()
        )
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, Job.State.FAILED, f"Its worker died {MAX_ATTEMPTS} times.")
            return None
        job.attempts += 1
        job.state = Job.State.RUNNING
        job.lease_until = now + LEASE
        job.save(update_fields=["attempts", "state", "lease_until"])
    return job


def _finish(job: Job, state: Job.State, message: str) -> None:
    values: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "message": message[:500]}
    if state is Job.State.DONE:
        values["progress"] = 100
    Job.objects.filter(pk=job.pk).update(**values)
