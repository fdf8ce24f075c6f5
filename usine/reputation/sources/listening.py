"""Listening: whichever source is due is visited, by several threads, until somebody stops it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db import connections
from django.db.models import F, Q

from usine.reputation.models import Source
from usine.reputation.sources.clocks import Clock
from usine.reputation.sources.fetching import PAUSE_S, Fetcher, Stopped
from usine.reputation.sources.health import Draw
from usine.reputation.sources.registry import CONNECTORS
from usine.reputation.sources.taking import TakeIn
from usine.reputation.sources.visiting import Visited, visit

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
"""A source that is being visited is nobody else's for so long; after a kill it is due again then."""
NAP_S = 5.0

Tell = Callable[[Visited], None]


def make_fetcher(clock: Clock) -> Fetcher:
    """The client of the settings, waiting by a given clock."""
    return Fetcher(
        settings.REPUTATION_AGENT,
        is_local_allowed=settings.REPUTATION_LOCAL,
        pause_s=PAUSE_S,
        clock=clock.count,
        sleep=clock.rest,
        now=clock.now,
    )


def listen_once(
    sources: Sequence[Source], *, clock: Clock, take_in: TakeIn, fetcher: Fetcher, tell: Tell, draw: Draw
) -> list[Visited]:
    """Visit these sources now, one after the other in this thread."""
    visited = []
    for source in sources:
        done = visit(source, now=clock.now(), take_in=take_in, fetcher=fetcher, draw=draw)
        visited.append(done)
        tell(done)
    return visited


def listen(
    *,
    clock: Clock,
    take_in: TakeIn,
    fetcher: Fetcher,
    tell: Tell,
    stop: Event,
    only: Sequence[str] = (),
    is_once: bool = False,
    workers: int = 8,
    draw: Draw = random.random,
) -> None:
    """Visit what is due, for ever, or once what is due now. Returns when `stop` is set and the visits have ended.

    Other processes may do the same: each visit is one's own.
    """
    running: set[Future[Visited]] = set()

    def run(source: Source) -> Visited:
        try:
            return visit(
                source,
                now=clock.now(),
                take_in=take_in,
                fetcher=fetcher,
                draw=draw,
                is_stopped=stop.is_set,
            )
        except Exception as failure:  # what a visit cannot write down itself, as when the database is gone
            log.exception("The visit to %s", source.slug)
            return Visited(source.slug, 0, f"{type(failure).__name__}: {failure}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers, thread_name_prefix="listen") as pool:
        waiting = find_due(clock.now(), only) if is_once else []
        while not stop.is_set():
            if not is_once:
                waiting = find_due(clock.now(), only)[: workers - len(running)]
            while waiting and len(running) < workers:
                source = waiting.pop(0)
                if claim(source, clock.now()):
                    running.add(pool.submit(run, source))
            if is_once and not running:
                break
            running = _await_some(running, tell, clock)
        for future in running:
            tell(future.result())


def find_due(now: datetime, only: Sequence[str] = ()) -> list[Source]:
    """Sources that are on and whose turn it is, the longest due first."""
    visited = [name for name, connector in CONNECTORS.items() if not connector.is_pushed]
    due = Source.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lte=now), is_on=True, connector__in=visited
    )
    due = due.filter(slug__in=only) if only else due
    return list(due.order_by(F("next_at").asc(nulls_first=True), "slug"))


def claim(source: Source, now: datetime) -> bool:
    """Make a due source one's own; False when another listener was faster."""
    mine = Source.objects.filter(pk=source.pk, next_at=source.next_at)
    if source.next_at is None:
        mine = Source.objects.filter(pk=source.pk, next_at__isnull=True)
    return bool(mine.update(next_at=now + LEASE))


def _await_some(running: set[Future[Visited]], tell: Tell, clock: Clock) -> set[Future[Visited]]:
    """Wait a little for visits to end, and tell of those that did."""
    if not running:
        with suppress(Stopped):
            clock.rest(NAP_S)
        return running
    done, rest = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
    for future in done:
        tell(future.result())
    return set(rest)
