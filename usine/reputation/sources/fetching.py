"""One polite client for every connector: robots.txt, a pace for each host, limits, and nothing of our own network.

Clocks and sleeps are given, so that tests never wait. A Fetcher may be used by several threads.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from usine.reputation.contracts import ReputationRefused
from usine.reputation.sources import robots
from usine.reputation.sources.addresses import AddressRefused, GuardedTransport, check_address

LARGEST = 10 * 1024 * 1024  # bytes of an answer, unpacked
REDIRECTS = 5
PAUSE_S = 1.0  # between two requests to one host, unless its robots.txt asks for more
PATIENCE_S = 120.0  # a host that wants us to wait longer is left for the next visit
ROBOTS_LIFE_S = 3_600.0
WHOLE_S = 60.0  # for an answer that comes in drops
CHUNK = 64 * 1024


class FetchFailed(ReputationRefused):
    """A host did not give what was asked for; it may later. `retry_after_s` is what it said, None if nothing."""

    code = "fetch_failed"

    def __init__(self, sentence: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Stopped(ReputationRefused):
    """Somebody ended the listening while a host was waited for: nothing failed."""

    code = "stopped"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said. `address` is where redirects led; `body` is unpacked, empty when nothing changed."""

    address: str
    status: int
    body: bytes
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    asked_robots_at: float = float("-inf")
    robots: robots.Robots = field(default=robots.EVERYTHING)


class Fetcher:
    """Asks politely. `agent` is the name that hosts see; `pause_s` stands between two requests to one host."""

    def __init__(
        self,
        agent: str,
        *,
        is_local_allowed: bool = False,
        pause_s: float = PAUSE_S,
        timeout_s: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._agent, self._pause_s = agent, pause_s
        self._clock, self._sleep, self._now = clock, sleep, now
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()
        self._client = httpx.Client(
            transport=GuardedTransport(is_local_allowed=is_local_allowed),
            timeout=timeout_s,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
        )

    def fetch(
        self,
        address: str,
        *,
        etag: str = "",
        modified: str = "",
        headers: Mapping[str, str] | None = None,
        largest: int = LARGEST,
    ) -> Answer:
        """The answer of 200, or 304 when `etag` or `modified` still hold. Raises FetchFailed or AddressRefused."""
        asked = {"If-None-Match": etag, "If-Modified-Since": modified, **(headers or {})}
        asked = {name: value for name, value in asked.items() if value}
        first_host = check_address(address)
        for _ in range(REDIRECTS + 1):
            check_address(address)
            self._obey_robots(address)
            with self._send(address, asked) as response:
                if not response.has_redirect_location:
                    return self._read(address, response, largest)
                address = urljoin(address, response.headers["Location"])
            if check_address(address) != first_host:
                asked.pop("Authorization", None)
        raise FetchFailed(f"{address[:200]} was reached by more than {REDIRECTS} redirects.")

    def close(self) -> None:
        self._client.close()

    def _obey_robots(self, address: str) -> None:
        parts = urlsplit(address)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        if not self._find_robots(address).allows(path):
            raise AddressRefused(f"The robots.txt of {parts.netloc} forbids {path[:200]}.")

    def _find_robots(self, address: str) -> robots.Robots:
        host = self._find_host(address)
        if self._clock() - host.asked_robots_at < ROBOTS_LIFE_S:
            return host.robots
        found = self._ask_robots(urljoin(address, "/robots.txt"))
        with self._lock:
            host.robots, host.asked_robots_at = found, self._clock()
        return found

    def _ask_robots(self, address: str) -> robots.Robots:
        """RFC 9309, 2.3.1: a host without the file allows all, one that fails allows nothing for now."""
        for _ in range(REDIRECTS + 1):
            check_address(address)
            with self._send(address, {}) as response:
                if response.has_redirect_location:
                    address = urljoin(address, response.headers["Location"])
                    continue
                if response.status_code >= 500 or response.status_code == 429:
                    raise self._refuse(address, response)
                if response.status_code != 200:
                    return robots.EVERYTHING
                body = b"".join(_cut(self._unpack(response, address), robots.LARGEST))
                return robots.read_robots(body.decode("utf-8", "replace"), self._agent)
        return robots.EVERYTHING

    @contextmanager
    def _send(self, address: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """A response whose body is still to be read, in the host's turn."""
        name = urlsplit(address).netloc
        self._wait_turn(address)
        try:
            with self._client.stream("GET", address, headers=dict(headers)) as response:
                yield response
        except (httpx.TimeoutException, httpcore.TimeoutException) as error:
            raise FetchFailed(f"{name} did not answer in time.") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.ConnectError) as error:
            raise FetchFailed(f"{name} cannot be reached ({str(error)[:200]}).") from error

    def _wait_turn(self, address: str) -> None:
        host = self._find_host(address)
        with self._lock:
            now = self._clock()
            begins = max(now, host.free_at)
            if begins - now > PATIENCE_S:
                name = urlsplit(address).netloc
                raise FetchFailed(f"{name} asked to be left alone.", retry_after_s=begins - now)
            host.free_at = begins + max(self._pause_s, host.robots.delay_s)
        if begins > now:
            self._sleep(begins - now)

    def _find_host(self, address: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(urlsplit(address).netloc, _Host())

    def _read(self, address: str, response: httpx.Response, largest: int) -> Answer:
        head = response.headers
        stamps = {"etag": head.get("ETag", "")[:300], "modified": head.get("Last-Modified", "")[:100]}
        if response.status_code == 304:
            return Answer(address, 304, b"", **stamps)
        if response.status_code != 200:
            raise self._refuse(address, response)
        body = bytearray()
        for part in self._unpack(response, address):
            body += part
            if len(body) > largest:
                raise FetchFailed(
                    f"{address[:200]} answered more than {largest // 1024} kB: it was not read."
                )
        media_type, _, _ = head.get("Content-Type", "").partition(";")
        charset = response.charset_encoding or ""
        return Answer(address, 200, bytes(body), media_type.strip().lower(), charset, **stamps)

    def _unpack(self, response: httpx.Response, address: str) -> Iterator[bytes]:
        """The body a piece at a time, so that a small packed answer cannot fill the memory."""
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip"):
            raise FetchFailed(f"{address[:200]} is packed with {packing[:40]}, which was not asked for.")
        began = self._clock()
        for part in unpack(response.iter_raw(CHUNK), is_gzip="gzip" in packing):
            if self._clock() - began > WHOLE_S:
                raise FetchFailed(f"{address[:200]} took longer than {WHOLE_S:.0f} s.")
            yield part

    def _refuse(self, address: str, response: httpx.Response) -> FetchFailed:
        wait = read_retry_after(response.headers.get("Retry-After", ""), self._now())
        if wait is not None:
            host = self._find_host(address)
            with self._lock:
                host.free_at = max(host.free_at, self._clock() + wait)
        return FetchFailed(
            f"{address[:200]} answered {response.status_code} {response.reason_phrase[:60]}".rstrip() + ".",
            retry_after_s=wait,
        )


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from now that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3); None if neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), 86_400.0)
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max((then - now).total_seconds(), 0.0), 86_400.0)


def unpack(parts: Iterator[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    """Pieces of at most CHUNK bytes of a body, unpacked. Raises FetchFailed for one that is damaged."""
    if not is_gzip:
        yield from parts
        return
    packed = zlib.decompressobj(wbits=31)
    for part in parts:
        while part and not packed.eof:
            try:
                yield packed.decompress(part, CHUNK)
            except zlib.error as error:
                raise FetchFailed(f"A packed answer is damaged ({error}).") from error
            part = packed.unconsumed_tail
    if not packed.eof:
        raise FetchFailed("A packed answer ended before its end.")


def _cut(parts: Iterator[bytes], largest: int) -> Iterator[bytes]:
    """The beginning, and no more than that."""
    for part in parts:
        yield part[:largest]
        largest -= len(part)
        if largest <= 0:
            return
