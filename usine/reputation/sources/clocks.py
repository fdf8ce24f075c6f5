"""The time by which sources are visited: the world's, or that of the demo's replay, which may run faster."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol
from urllib.error import URLError
from urllib.request import urlopen

from usine.reputation.contracts import SourceInvalid
from usine.reputation.sources.fetching import Stopped


class Clock(Protocol):
    """`count` is for measuring spans, in seconds; `rest` returns once so many seconds of this clock have gone by."""

    def now(self) -> datetime: ...

    def count(self) -> float: ...

    def rest(self, seconds: float) -> None: ...


class WorldClock:
    """The machine's. `stop` wakes who rests, by raising Stopped."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop

    def now(self) -> datetime:
        return datetime.now(UTC)

    def count(self) -> float:
        return time.monotonic()

    def rest(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped("Stopped.")


@dataclass(frozen=True, slots=True)
class Pace:
    """Virtual time: `begins` at `at_s` of a monotonic clock, `speed` times as fast, until `until`."""

    begins: datetime
    at_s: float
    speed: float
    until: datetime

    def read(self, at_s: float) -> datetime:
        return min(self.begins + timedelta(seconds=(at_s - self.at_s) * self.speed), self.until)


class ReplayClock:
    """The time of a running replay, asked once; it then runs on as the replay's does."""

    def __init__(self, port: int, stop: Event) -> None:
        address = f"http://127.0.0.1:{port}/clock"
        try:
            with urlopen(address, timeout=5) as answer:
                told = json.loads(answer.read(10_000))
            now, until = (datetime.fromisoformat(told[name]) for name in ("now", "until"))
            self._pace = Pace(now, time.monotonic(), float(told["speed"]), until)
        except (URLError, OSError, ValueError, KeyError, TypeError) as error:
            raise SourceInvalid(
                f"No replay answers at {address}: start it with usine reputation replay."
            ) from error
        self._stop = stop

    def now(self) -> datetime:
        return self._pace.read(time.monotonic())

    def count(self) -> float:
        return time.monotonic() * self._speed

    def rest(self, seconds: float) -> None:
        if self._stop.wait(seconds / self._speed):
            raise Stopped("Stopped.")

    @property
    def _speed(self) -> float:
        """Where time stands still, waits are real."""
        return self._pace.speed or 1.0
