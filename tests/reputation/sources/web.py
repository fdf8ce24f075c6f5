"""A real server of one's own for tests, and a time that only goes by when somebody waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from usine.reputation.sources.fetching import Fetcher

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
Answer = tuple[int, dict[str, str], bytes]


class Web:
    """Hosts (`name.localhost`) and what they answer by path: bytes, or a function of path and headers."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Callable[[str, Message], Answer]] = {}
        self.asked: list[tuple[str, Message]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers))
                status, headers, body = outer.answer(self.path, self.headers)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 304 and "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *args: None  # type: ignore[method-assign]  # clients that hang up
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, path: str, headers: Message) -> Answer:
        page = self.pages.get(path, self.pages.get(path.partition("?")[0]))
        if callable(page):
            return page(path, headers)
        return (200, {}, page) if page is not None else (404, {}, b"")

    def at(self, path: str = "", host: str = "web") -> str:
        return f"http://{host}.localhost:{self._server.server_port}{path}"

    def asked_for(self, path: str) -> int:
        return sum(asked.partition("?")[0] == path for asked, _ in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class StandingTime:
    """A clock that moves only by the waits of those who look at it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.waits: list[float] = []

    def count(self) -> float:
        return self.seconds

    def rest(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds - 1000)


@contextmanager
def fetching(time: StandingTime, *, is_local_allowed: bool = True, pause_s: float = 1.0):
    fetcher = Fetcher(
        "TestListener/1.0",
        is_local_allowed=is_local_allowed,
        pause_s=pause_s,
        timeout_s=5,
        clock=time.count,
        sleep=time.rest,
        now=time.now,
    )
    yield fetcher
    fetcher.close()
