"""What has to happen again and again: a look at the counts every minute, what is too old each day.

`schedule()` begins it; each run plans the next one. Called twice it changes nothing, so every worker may call it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import SYSTEM
from usine.commons.jobs import Progress, enqueue, handler
from usine.commons.models import Job
from usine.reputation.arrivals import plan_rest
from usine.reputation.erasing import expire
from usine.reputation.trouble import telling
from usine.reputation.trouble.letters import write_headline
from usine.reputation.trouble.watching import watch

WATCH, EXPIRE = "reputation.watch", "reputation.expire"
EVERY = {WATCH: timedelta(minutes=1), EXPIRE: timedelta(days=1)}
KINDS = (*EVERY, telling.TELL)


def schedule() -> None:
    """See to it that each of the recurring jobs waits or runs."""
    for kind in EVERY:
        _plan_next(kind, timedelta(0))


def _plan_next(kind: str, after: timedelta) -> None:
    with transaction.atomic():
        if not Job.objects.filter(kind=kind, state=Job.State.WAITING).exists():
            enqueue(kind, by=SYSTEM.name, not_before=timezone.now() + after)


@handler(WATCH)
def _watch(progress: Progress) -> str:
    """The next look is planned before this one: a look that fails is not the last.

    What sources pushed and no job takes, one having failed or its worker died, is not left lying either.
    """
    _plan_next(WATCH, EVERY[WATCH])
    plan_rest(timezone.now())
    _forget_done(WATCH)
    raised = watch(timezone.now())
    return ", ".join(write_headline(alert) for alert in raised)


def _forget_done(kind: str) -> None:
    """A look a minute would be half a million rows a year: those that saw nothing go."""
    Job.objects.filter(kind=kind, state=Job.State.DONE, message="").delete()


@handler(EXPIRE)
def _expire(progress: Progress) -> str:
    _plan_next(EXPIRE, EVERY[EXPIRE])
    count = expire(by=SYSTEM.name, now=timezone.now())
    return f"{count} mentions were older than their source keeps." if count else ""
