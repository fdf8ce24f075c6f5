"""The processes of a running Usine: web server and worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

from usine.commons import jobs
from usine.commons.errors import UsineError


class PortTaken(UsineError):
    code = "port_taken"


def serve(*, host: str, port: int, processes: int = 1, with_worker: bool = True) -> int:
    """Serve until stopped by a signal; the worker, a process of its own, ends with the server.

    Raises PortTaken when something else listens on the port.
    """
    check_port_is_free(host, port)
    worker = subprocess.Popen([sys.executable, "-m", "usine.config.cli", "worker"]) if with_worker else None
    web = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", str(processes), "--blocking-threads", "4", "--log-level", "warning"),
            "usine.config.wsgi:application",
        ]
    )
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: web.terminate())
    try:
        status = web.wait()
    finally:
        if worker:
            worker.terminate()
            worker.wait()
    return 0 if status in (0, -signal.SIGTERM, -signal.SIGINT) else status


def check_port_is_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} is in use: stop what listens there, or choose another (make run PORT=8001)."
            ) from error


def work(*, drain: bool = False) -> int:
    """Run jobs until SIGTERM, or until none is left when `drain`."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    parent = os.getppid()
    while not stop.is_set():
        if jobs.run_next():
            continue
        if drain or os.getppid() != parent:  # the server is gone: so is its worker
            break
        stop.wait(1.0)
    return 0
