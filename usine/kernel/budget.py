"""What a compilation may take, and the clock that ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from usine.kernel.errors import OutOfTime

Report = Callable[[str], None]
GIGABYTE = 1 << 30
SECONDS_BETWEEN = 0.2  # two reports
NOT_COMPILED = "These rules did not compile within {seconds} s: allow more time, or simplify them."


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds for everything, nodes and bytes at any one time. What comes out within it does not depend on it."""

    seconds: float = 60.0
    nodes: int = 8_000_000
    bytes: int = 3 * GIGABYTE


class Clock:
    """Reports progress, and raises OutOfTime with a sentence once the seconds are over; the report may raise too."""

    def __init__(self, budget: Budget, report: Report | None = None, *, sentence: str = NOT_COMPILED):
        self._seconds = budget.seconds
        self._sentence = sentence
        self._end = time.monotonic() + budget.seconds
        self._report = report
        self._next = 0.0

    def check(self) -> None:
        """Raise OutOfTime once the seconds are over."""
        if time.monotonic() > self._end:
            raise OutOfTime(self._sentence.format(seconds=f"{self._seconds:g}"))

    def tick(self, what: str) -> None:
        """Say what is being done, a few times a second, and check."""
        self.check()
        if self._report and (now := time.monotonic()) >= self._next:
            self._next = now + SECONDS_BETWEEN
            self._report(what)
