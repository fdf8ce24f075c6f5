"""Long work in one durable table: enqueued with the change that wants it, run by a worker, resumed after a kill.

A handler must be idempotent: a job whose worker died is run again from the start once its lease has passed.
Any number of workers on any number of machines take from the table, each job once (PostgreSQL: SKIP LOCKED). A job may
have parts, which other workers take while it waits for them. Where a broker is used, its messages tell them which job
may be taken (`broker`), and what none told is swept up (`sweeping`).
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from usine.commons import broker
from usine.commons.errors import NotFound, UsineError
from usine.commons.models import Job

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
log = logging.getLogger(__name__)


class JobCancelled(UsineError):
    code = "job_cancelled"


class JobLost(UsineError):
    """The lease passed while this worker was held up, and another worker has taken the job since."""

    code = "job_lost"


class Progress:
    """Given to a handler: reports progress, renews the lease, notices that somebody asked to stop."""

    def __init__(self, job: Job):
        self._job = job

    @property
    def job_id(self) -> int:
        return self._job.pk

    def report(self, percent: int, message: str = "") -> None:
        """Raises JobCancelled when a cancellation was asked for, JobLost when another worker has the job."""
        self.renew(progress=percent, message=message[:500])

    def renew(self, **values: Any) -> None:
        """The same without news."""
        lease = timezone.now() + _leases.get(self._job.kind, LEASE)
        if not _own(self._job).update(lease_until=lease, **values):
            raise JobLost(f"Another worker has taken the job {self._job.pk}.")
        if Job.objects.filter(pk=self._job.pk, cancel_asked=True).exists():
            raise JobCancelled("Cancelled.")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a job, for the job that waits for it. `message` says why it failed."""

    job_id: int
    arguments: Mapping[str, Any]
    state: Job.State
    result: Any
    message: str

    @property
    def is_over(self) -> bool:
        return self.state not in (Job.State.WAITING, Job.State.RUNNING)


Handler = Callable[..., str | Mapping[str, Any] | None]
"""Does the work; a sentence that it returns is said of the job that is done, values are its result."""
_handlers: dict[str, Handler] = {}
_modules: dict[str, str] = {}
_leases: dict[str, timedelta] = {}


def handler(kind: str, *, lease: timedelta = LEASE) -> Callable[[Handler], Handler]:
    """Register `def work(progress: Progress, **arguments)` for a kind of job. One handler a kind.

    A worker that says nothing for as long as the lease is held to be dead.
    """

    def register(function: Handler) -> Handler:
        if kind in _handlers and _handlers[kind].__qualname__ != function.__qualname__:
            raise ValueError(f"Two handlers for the job kind {kind}.")
        _handlers[kind], _leases[kind] = function, lease
        return function

    return register


def announce(module: str, *kinds: str) -> None:
    """Kinds whose handlers a module registers: it is imported when the first of them is to be run, and not before.

    For modules that take a second to load, which only workers need.
    """
    _modules.update(dict.fromkeys(kinds, module))


def list_announced() -> dict[str, str]:
    """Each announced kind with its module."""
    return dict(_modules)


def list_kinds() -> list[str]:
    """Each kind that this process can run."""
    return sorted({*_handlers, *_modules})


def _load(kind: str) -> bool:
    """Import the module of an announced kind; False where its handler is there already."""
    if kind in _handlers or kind not in _modules:
        return False
    import_module(_modules[kind])
    return True


def enqueue(
    kind: str, *, by: str, not_before: datetime | None = None, part_of: int | None = None, **arguments: Any
) -> int:
    """Add a job in the current transaction; it runs only if that transaction commits. Returns its id.

    It waits until `not_before`, through restarts: a worker that was down at that time runs it once it is back.
    """
    now = timezone.now()
    is_sent = broker.is_used() and (not_before is None or not_before <= now)
    job = Job.objects.create(
        kind=kind,
        by=by,
        arguments=arguments,
        created_at=now,
        not_before=not_before,
        part_of_id=part_of,
        dispatched_at=now if is_sent else None,
    )
    if is_sent:
        transaction.on_commit(partial(_dispatch, job.pk, kind))
    return job.pk


def _dispatch(job_id: int, kind: str) -> None:
    """Whoever enqueued a job goes on whether the broker answers or not."""
    try:
        broker.send(job_id, kind)
    except broker.BrokerAway as error:
        log.warning("%s The job %s (%s) waits in the table.", error, job_id, kind)
        Job.objects.filter(pk=job_id).update(dispatched_at=None)


def list_parts(job_id: int) -> tuple[Part, ...]:
    """The parts of a job in the order in which they were added. One query."""
    rows = Job.objects.filter(part_of=job_id).order_by("id")
    return tuple(Part(row.pk, row.arguments, Job.State(row.state), row.result, row.message) for row in rows)


def cancel(job_id: int) -> None:
    """Ask a job and its parts to stop: at once if it waits, at its next report if it runs.

    The job is asked first: it must not take a part that is called off for one that failed.
    """
    changed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, finished_at=timezone.now()
    )
    if not changed and not Job.objects.filter(pk=job_id).update(cancel_asked=True):
        raise NotFound(f"There is no job {job_id}.")
    _call_off_parts(job_id)


def _call_off_parts(job_id: int) -> None:
    for part in list_parts(job_id):
        if not part.is_over:
            cancel(part.job_id)


def run_next(
    now: datetime | None = None,
    *,
    part_of: int | None = None,
    parts_only: bool = False,
    dispatched_before: datetime | None = None,
) -> bool:
    """Claim and run the oldest runnable job, as of `now` (default the clock). False when there was none.

    With `part_of` only a part of that job: so a job that waits for its parts lends a hand. With `parts_only` a part of
    any job: so a machine helps that has no pictures and sends no mails. With `dispatched_before` only one whose message
    was sent before that time.
    """
    which = models.Q() if part_of is None else models.Q(part_of=part_of)
    if parts_only:
        which &= models.Q(part_of__isnull=False)
    if dispatched_before is not None:
        which &= models.Q(dispatched_at__lt=dispatched_before)
    return _run(now, which)


def run(job_id: int) -> bool:
    """Claim and run this job. False when it may not be taken: it is over, not due, or somebody has it."""
    return _run(None, models.Q(pk=job_id))


def _run(now: datetime | None, which: models.Q) -> bool:
    job = _claim(now or timezone.now(), which)
    if job is None:
        return False
    try:
        if _load(job.kind):  # an import that fails is a failure of the job, and counted
            Progress(job).renew()  # only now the lease of its kind is known
        said = _handlers[job.kind](Progress(job), **job.arguments)
    except JobCancelled:
        _finish(job, Job.State.CANCELLED, "Cancelled.")
    except JobLost as error:
        log.warning("%s It goes on there.", error)
    except UsineError as error:
        _finish(job, Job.State.FAILED, str(error))
    except Exception as error:
        log.exception("Job %s failed", job)
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, Job.State.FAILED, f"{type(error).__name__}: {error}")
        else:
            _own(job).update(state=Job.State.WAITING, message=f"{error}"[:500], dispatched_at=None)
    else:
        is_sentence = said is None or isinstance(said, str)
        _finish(job, Job.State.DONE, str(said or "") if is_sentence else "", None if is_sentence else said)
    return True


def _claim(now: datetime, which: models.Q) -> Job | None:
    runnable = models.Q(state=Job.State.WAITING) | models.Q(state=Job.State.RUNNING, lease_until__lt=now)
    runnable &= models.Q(not_before__isnull=True) | models.Q(not_before__lte=now)
    passes = connection.features.has_select_for_update_skip_locked  # what another worker is taking right now
    with transaction.atomic():
        rows = Job.objects.select_for_update(skip_locked=passes)
        job = rows.filter(runnable, which, kind__in=[*_handlers, *_modules]).order_by("id").first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, Job.State.FAILED, f"Its worker died {MAX_ATTEMPTS} times.")
            return None
        job.attempts += 1
        job.state = Job.State.RUNNING
        job.lease_until = now + _leases.get(job.kind, LEASE)
        job.worker = f"{socket.gethostname()[:80]}:{os.getpid()}"
        job.save(update_fields=["attempts", "state", "lease_until", "worker"])
    return job


def _own(job: Job) -> models.QuerySet[Job]:
    """The row, as long as no other worker has taken the job since."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts)


def _finish(job: Job, state: Job.State, message: str, result: Any = None) -> None:
    values: dict[str, Any] = {
        "state": state,
        "finished_at": timezone.now(),
        "message": message[:500],
        "result": result,
    }
    if state is Job.State.DONE:
        values["progress"] = 100
    if _own(job).update(**values) and state is not Job.State.DONE:
        _call_off_parts(job.pk)  # those that it added since it was cancelled, or that it failed without
