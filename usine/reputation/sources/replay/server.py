"""The replay as a server of its own: every outlet is a host (`name.localhost`), and time runs as fast as asked."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.replay.serving import Fortnight, Reply


class ReplayServer(ThreadingHTTPServer):
    """Serves a fortnight at this machine only. `read_clock` counts seconds, for the pace."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        port: int,
        fill: Callable[[int], Fortnight],
        pace: Pace,
        *,
        read_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fill` makes the fortnight once the port is known: 0 is any free one."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.fortnight = fill(self.server_port)
        self.pace, self._read_clock = pace, read_clock

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are nothing to tell of."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def now(self) -> datetime:
        return self.pace.read(self._read_clock())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "replay"
    server: ReplayServer

    def do_GET(self) -> None:
        now = self.server.now()
        if self.path == "/clock":
            pace = self.server.pace
            told = {"now": now.isoformat(), "until": pace.until.isoformat(), "speed": pace.speed}
            reply = Reply(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
        else:
            host = self.headers.get("Host", "").partition(":")[0]
            reply = self.server.fortnight.answer(host, self.path, _read_headers(self.headers), now)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a replay is asked thousands of times."""


def _read_headers(headers: Message) -> dict[str, str]:
    """By the names that the replies look for, however the client writes them."""
    return {name.title(): str(value) for name, value in headers.items()}
