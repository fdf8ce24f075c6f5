"""Several processes that build markets side by side, each with what was read before they began."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from django.conf import settings
from django.db import connections, transaction

from usine.launches.contracts import Refusal
from usine.launches.publishing.building import Built, Task, build_market
from usine.launches.sources.releases import Content

ALONE_BELOW = 8
"""So few markets are built by the process itself: to begin others takes longer."""
Done = Callable[[Built | Refusal], None]

_content: Content | None = None


def build_markets(content: Content, tasks: Sequence[Task], done: Done) -> list[Built | Refusal]:
    """Build every task, telling each as it is done; what `done` raises ends the work. Nothing is lost by that: what
    was written so far is found again by its key."""
    return list(_run(content, tasks, done))


def _run(content: Content, tasks: Sequence[Task], done: Done) -> Iterator[Built | Refusal]:
    hands = min(settings.BUILDERS, len(tasks))
    if len(tasks) < ALONE_BELOW or hands == 1 or transaction.get_connection().in_atomic_block:
        for task in tasks:
            found = build_market(content, task)
            done(found)
            yield found
        return
    global _content
    _content = content  # the others inherit it, and the range releases in memory, by the fork
    connections.close_all()  # a connection belongs to one process
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(hands, mp_context=fork) as pool:
        waiting = [pool.submit(_build, task) for task in tasks]
        try:
            for future in as_completed(waiting):
                # BrokenProcessPool when somebody killed a process: the job is run again
                found = future.result()
                done(found)
                yield found
        finally:
            pool.shutdown(cancel_futures=True)


def _build(task: Task) -> Built | Refusal:
    assert _content is not None
    return build_market(_content, task)
