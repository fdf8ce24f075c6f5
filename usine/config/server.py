"""The processes of a running Usine: web server and worker."""

from __future__ import annotations

import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial

from django.db import Error, connections

from usine.commons import broker, jobs, ratelimit
from usine.commons.errors import UsineError
from usine.commons.sweeping import Sweeper
from usine.config.web import check_port_is_free, web_command
from usine.launches.public import LiveFollower
from usine.reputation.public import schedule

PAUSE_S = 1.0
FAULT_PAUSE_S = 5.0
"""So long a worker waits for a database that does not answer."""
TIDY_EVERY_S = 3600
log = logging.getLogger(__name__)


def serve(*, host: str, port: int, processes: int = 1, with_worker: bool = True) -> int:
    """Serve until stopped by a signal; the worker, a process of its own, ends with the server.

    Raises PortTaken when something else listens on the port.
    """
    check_port_is_free(host, port)
    worker = subprocess.Popen([sys.executable, "-m", "usine.config.cli", "worker"]) if with_worker else None
    web = subprocess.Popen(web_command(host=host, port=port, processes=processes))
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: web.terminate())
    try:
        status = web.wait()
    finally:
        if worker:
            worker.terminate()
            worker.wait()
    return 0 if status in (0, -signal.SIGTERM, -signal.SIGINT) else status


def work(*, drain: bool = False, parts_only: bool = False) -> int:
    """Run jobs until SIGTERM, or until none is left when `drain`; a builder runs only parts of jobs (`parts_only`).

    Where a broker is used it leaves jobs to the workers that receive messages (`receive`), sends what is due, and takes
    what no message brought to a start; builders, and who drains, take from the table as ever.
    Every hour it also forgets who was counted for the limits of yesterday. While there is no job it shows this
    machine's web server what is live. It waits for a database that does not answer, unless it drains: then it raises
    what the database does.
    """
    live = LiveFollower()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    parent = os.getppid()
    is_sweeper = broker.is_used() and not (drain or parts_only)
    run_next = Sweeper().run_next if is_sweeper else partial(jobs.run_next, parts_only=parts_only)
    is_new, pause, tidied_at = True, PAUSE_S, -math.inf
    while not stop.is_set():
        try:
            if is_new:  # whoever was killed while switching has left the earlier sites to web servers
                live.follow()
                if not (drain or parts_only):
                    schedule()
                is_new = False
            if not parts_only and time.monotonic() - tidied_at >= TIDY_EVERY_S:
                ratelimit.purge_windows()
                tidied_at = time.monotonic()
            if run_next():
                continue
            live.follow()
            pause = PAUSE_S
        except Error as error:  # it was restarted, or somebody else holds it: what ran is run again
            if drain:
                raise
            log.error("The database does not answer, the worker tries again: %s", error)
            connections.close_all()
            pause = FAULT_PAUSE_S
        if drain or os.getppid() != parent:  # the server is gone: so is its worker
            break
        stop.wait(pause)
    return 0


def receive(*, kinds: Sequence[str] = ()) -> int:
    """Take jobs as messages of the broker come, until SIGTERM; with `kinds` only those that begin so.

    Raises BrokerAway where none is named, UsineError where no kind begins so.
    """
    served = [kind for kind in jobs.list_kinds() if not kinds or kind.startswith(tuple(kinds))]
    if not served:
        raise UsineError(
            f"No kind of job begins with {' or '.join(kinds)}: there are {', '.join(jobs.list_kinds())}."
        )
    return broker.receive(served, _take)


def _take(job_id: int) -> None:
    """The job of a message, as soon as the database answers."""
    while not broker.is_stopping():
        try:
            jobs.run(job_id)
            return
        except Error as error:
            log.error("The database does not answer, the worker tries again: %s", error)
            connections.close_all()
            time.sleep(FAULT_PAUSE_S)
