"""The processes of a running Usine: web server and worker."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time

from usine.commons import jobs, ratelimit
from usine.config.web import check_port_is_free, web_command
from usine.launches.public import show_live

TIDY_EVERY_S = 3600


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

    Every hour it also forgets who was counted for the limits of yesterday.
    """
    show_live()  # whoever was killed while switching has left the earlier sites to web servers
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    parent = os.getppid()
    tidied_at = -math.inf
    while not stop.is_set():
        if not parts_only and time.monotonic() - tidied_at >= TIDY_EVERY_S:
            ratelimit.purge_windows()
            tidied_at = time.monotonic()
        if jobs.run_next(parts_only=parts_only):
            continue
        if drain or os.getppid() != parent:  # the server is gone: so is its worker
            break
        stop.wait(1.0)
    return 0
