"""The demo stays alive: a worker hears the replay's fortnight, and every few minutes what was said since.

The first time it also looks back over the days, as if it had listened all along, so that past alerts are there too,
and takes the demo's answer templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from usine.accounts.contracts import SYSTEM
from usine.commons.jobs import Progress, enqueue, handler
from usine.commons.models import Job
from usine.reputation.answer_file import load_templates
from usine.reputation.models import Alert, Mention
from usine.reputation.sources.replay.hearing import hear_fortnight
from usine.reputation.sources.taking import find_intake
from usine.reputation.sources.visiting import Visited
from usine.reputation.trouble.watching import watch

FOLLOW = "reputation.follow_replay"
EVERY = timedelta(minutes=5)
LOOKED_BACK = timedelta(days=7)
"""Detectors want some days of counts before they say what is unusual."""
LOOK_EVERY = timedelta(minutes=20)


def follow_replay() -> None:
    """See to it that the replay is heard, from now on. Repeatable."""
    if not Job.objects.filter(kind=FOLLOW, state__in=(Job.State.WAITING, Job.State.RUNNING)).exists():
        enqueue(FOLLOW, by=SYSTEM.name)


@handler(FOLLOW, lease=timedelta(minutes=10))
def _follow(progress: Progress) -> str:
    """The next run is planned before this one: one that fails is not the last."""
    now = timezone.now()
    is_first = not Mention.objects.exists()
    Job.objects.filter(kind=FOLLOW, state=Job.State.DONE).delete()
    enqueue(FOLLOW, by=SYSTEM.name, not_before=now + EVERY)

    def tell(visited: Visited) -> None:
        progress.report(0, f"{visited.slug}: {visited.mentions} mentions")

    if is_first:
        load_templates(settings.REPUTATION_REPLAY.parent / "answers.yaml", by=SYSTEM)
    count = hear_fortnight(
        settings.REPUTATION_REPLAY, today=now.date(), now=now, take_in=find_intake(), tell=tell
    )
    if is_first or not Alert.objects.exists():
        for at in _list_looks(now):
            progress.report(50, f"as of {at:%F %R}")
            watch(at)
    return f"{count} mentions heard." if count else ""


def _list_looks(now: datetime) -> Iterator[datetime]:
    at = now - LOOKED_BACK
    while at < now:
        yield at
        at += LOOK_EVERY
