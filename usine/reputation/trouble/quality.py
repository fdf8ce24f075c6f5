"""How good the alerts are: real streams of mentions (NAB), bursts put into them, what was caught, how late, what was false.

The folder has `nab_brand_mentions_<BRAND>.jsonl.gz` ({t, n}: mentions of five minutes) and `nab_windows.json` (what its
makers labelled as anomalies). The first 15 % of a stream warm the detector up. Into the rest, about every fourth day and
outside labelled windows, comes a burst of two hours: a ramp of 30 minutes to a plateau of four times the mean of the day
before. A burst is caught by an alarm within 150 minutes of its beginning; an alarm that falls neither into a burst nor
into a labelled window is false. Of the alarms of 24 hours only the first counts, for good and for ill.
"""

from __future__ import annotations

import gzip
import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import ReputationRefused

DAY = 288
"""Steps of five minutes."""
WARM_UP = 0.15
EVERY = 4 * DAY
LENGTH, RAMP, WITHIN = 24, 6, 30
PEAK = 4.0
REPORTED = ("CRM", "FB", "GOOG")
"""The brands of the figure; the detector was tuned on the others."""
SEED = 20_150_226
Counts = NDArray[np.int64]
Detector = Callable[[Counts], Sequence[int]]
"""From mentions of five minutes to the steps in which an alert is raised, knowing at each step only what was before."""


@dataclass(frozen=True, slots=True)
class Stream:
    brand: str
    start: datetime
    counts: Counts
    windows: tuple[tuple[int, int], ...]  # steps, the second one is in it
    bursts: tuple[int, ...] = ()  # steps in which they begin

    @property
    def first(self) -> int:
        """The first step that counts."""
        return int(WARM_UP * len(self.counts))

    @property
    def weeks(self) -> float:
        return (len(self.counts) - self.first) / (7 * DAY)


@dataclass(frozen=True, slots=True)
class Score:
    """`delays_min` of the bursts that were caught, from their beginning to the end of the step that tells."""

    bursts: int
    delays_min: tuple[int, ...]
    windows: int
    windows_found: int
    false: int
    weeks: float

    def __add__(self, other: Score) -> Score:
        return Score(
            self.bursts + other.bursts,
            self.delays_min + other.delays_min,
            self.windows + other.windows,
            self.windows_found + other.windows_found,
            self.false + other.false,
            self.weeks + other.weeks,
        )

    def to_json(self) -> dict[str, Any]:
        delays = self.delays_min
        return {
            "bursts": self.bursts,
            "caught": round(len(delays) / max(1, self.bursts), 4),
            "median_delay_min": statistics.median(delays) if delays else None,
            "windows": self.windows,
            "windows_found": self.windows_found,
            "false_per_brand_week": round(self.false / self.weeks, 3),
        }


def read_streams(folder: Path) -> list[Stream]:
    """The brands of the folder. Raises ReputationRefused where it has none."""
    files = sorted(folder.glob("nab_brand_mentions_*.jsonl.gz"))
    if not files or not (folder / "nab_windows.json").exists():
        raise ReputationRefused(
            f"{folder} has no streams: name a folder with nab_brand_mentions_<BRAND>.jsonl.gz and nab_windows.json."
        )
    windows = json.loads((folder / "nab_windows.json").read_text("utf-8"))
    return [_read_stream(file, windows) for file in files]


def _read_stream(file: Path, windows: Mapping[str, Sequence[Sequence[str]]]) -> Stream:
    brand = file.name.removeprefix("nab_brand_mentions_").removesuffix(".jsonl.gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    times = [datetime.fromisoformat(row["t"]).replace(tzinfo=UTC) for row in rows]
    steps = [round((at - times[0]).total_seconds() / 300) for at in times]
    counts = np.zeros(steps[-1] + 1, dtype=np.int64)
    np.add.at(counts, steps, [row["n"] for row in rows])
    found = tuple(
        tuple(
            round((datetime.fromisoformat(at).replace(tzinfo=UTC) - times[0]).total_seconds() / 300)
            for at in pair
        )
        for pair in windows[brand]
    )
    return Stream(brand, times[0], counts, found)  # type: ignore[arg-type]


def inject(stream: Stream, *, peak: float = PEAK, seed: int = SEED) -> Stream:
    """The stream with bursts, the same for the same seed."""
    draw = np.random.default_rng([seed, *stream.brand.encode()])
    counts = stream.counts.copy()
    bursts: list[int] = []
    shape = np.minimum(1.0, (np.arange(LENGTH) + 0.5) / RAMP)
    for begin in range(stream.first, len(counts) - EVERY, EVERY):
        at = begin + int(draw.integers(0, EVERY - DAY // 2))
        if any(at + LENGTH >= low and at <= high for low, high in stream.windows):
            continue
        mean = stream.counts[at - DAY : at].mean()
        counts[at : at + LENGTH] += draw.poisson(peak * mean * shape)
        bursts.append(at)
    return Stream(stream.brand, stream.start, counts, stream.windows, tuple(bursts))


def score(stream: Stream, alarms: Sequence[int], *, apart: int = DAY) -> Score:
    """What a detector is worth on a stream with bursts. `apart`: of the alarms of so many steps the first counts."""
    counted = [step for step in _thin(alarms, apart) if step >= stream.first]
    delays = []
    for burst in stream.bursts:
        first = next((step for step in counted if burst <= step < burst + WITHIN), None)
        if first is not None:
            delays.append(5 * (first + 1 - burst))
    windows = [(low, high) for low, high in stream.windows if high >= stream.first]
    found = sum(any(low <= step <= high for step in counted) for low, high in windows)
    excused = [*windows, *((burst, burst + WITHIN - 1) for burst in stream.bursts)]
    false = sum(not any(low <= step <= high for low, high in excused) for step in counted)
    return Score(len(stream.bursts), tuple(delays), len(windows), found, false, stream.weeks)


def _thin(alarms: Sequence[int], apart: int) -> Iterator[int]:
    last = -apart
    for step in alarms:
        if step - last >= apart:
            last = step
            yield step
