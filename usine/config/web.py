"""How the web server is started; knows no model, so that a benchmark starts the same."""

from __future__ import annotations

import socket
import sys

from usine.commons.errors import UsineError


class PortTaken(UsineError):
    code = "port_taken"


def web_command(*, host: str, port: int, processes: int) -> list[str]:
    """What starts the web server. Two threads a process: one more only waits for the interpreter's lock."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", "2", "--log-level", "warning"),
        "usine.config.wsgi:application",
    ]


def check_port_is_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} is in use: stop what listens there, or choose another (make run PORT=8001)."
            ) from error
