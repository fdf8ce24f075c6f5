"""How good the alerts are, on real streams of mentions (NAB) with bursts put into them: caught, late, false.

The folder has `nab_brand_mentions_<BRAND>.jsonl.gz` ({t, n}: mentions of five minutes) and `nab_windows.json` (what its
makers labelled as anomalies). The first 15 % of a stream warm the detector up. Into the rest, about every fourth day
and outside labelled windows, comes a burst of two hours: a ramp of 30 minutes to four times the mean of the day before.

A burst is caught by an alert that is raised within 150 minutes of its beginning; an alert that is raised neither in a
burst nor in a labelled window is false. Scored twice: as people have it, each alert counting, a new one being raised
after three calm hours; and by the stricter rule that of the alerts of 24 hours only the first counts, for good and ill,
which a false one a day before a burst, or a right one at the end of a window, makes a miss.
"""

from __future__ import annotations

import gzip
import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from usine.reputation.contracts import ReputationRefused
from usine.reputation.trouble.detectors import DAY, Counts, Floats, list_alarms, score_volume

WARM_UP = 0.15
EVERY = 4 * DAY
LENGTH, RAMP, WITHIN = 24, 6, 30
PEAK = 4.0
CALM = 36
"""Steps after which an alert is over that nothing more is seen of."""
REPORTED = ("CRM", "FB", "GOOG")
"""The brands of the figure; the detector was tuned on the others."""
SEEDS = (1, 2, 3)
Detector = Callable[[Counts], Floats]
"""From mentions of five minutes to a score of each step, by what was before: above 1 there is trouble."""


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
            "false_per_brand_week": round(self.false / max(self.weeks, 1e-9), 3),
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


def inject(stream: Stream, *, seed: int, peak: float = PEAK) -> Stream:
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


def score(stream: Stream, alarms: Sequence[int]) -> Score:
    """What alerts, by the steps in which they are raised, are worth on a stream with bursts."""
    counted = [step for step in alarms if step >= stream.first]
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


def thin(scores: Floats) -> list[int]:
    """Steps of trouble of which only the first of 24 hours counts."""
    found: list[int] = []
    for step in np.flatnonzero(scores > 1).tolist():
        if not found or step - found[-1] >= DAY:
            found.append(step)
    return found


def score_baseline(counts: Counts) -> Floats:
    """The peer: the hour's sum against the same hour of seven days, six deviations (median, MAD) above."""
    sums = np.concatenate([[0], np.cumsum(counts, dtype=np.float64)])
    ends = np.arange(1, len(counts) + 1)
    hours = sums[ends] - sums[np.maximum(0, ends - 12)]
    past = np.full((7, len(counts)), np.nan)
    for lag in range(1, 8):
        past[lag - 1, lag * DAY :] = hours[: -lag * DAY]
    found = np.zeros(len(counts))
    known = past[:, DAY:]
    middle = np.nanmedian(known, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(known - middle), axis=0)
    spread = np.maximum(spread, np.maximum(1, np.sqrt(middle)))
    found[DAY:] = (hours[DAY:] - middle) / spread / 6
    return found


def evaluate_alerts(path: Path) -> dict[str, Any]:
    """The figures of our detector and of the peer: of the brands reported, of the others, of each. About ten seconds.

    Raises ReputationRefused where the folder has no streams.
    """
    streams = read_streams(path)
    return {
        "reported": list(REPORTED),
        "burst": f"{PEAK:g} times the mean of the day before, two hours, a ramp of 30 minutes",
        "detector": _evaluate(streams, score_volume),
        "peer": _evaluate(streams, score_baseline),
    }


def _evaluate(streams: Sequence[Stream], detector: Detector) -> dict[str, Any]:
    raised: dict[str, Score] = {}
    strict: dict[str, Score] = {}
    for stream in streams:
        for burst in (inject(stream, seed=seed) for seed in SEEDS):
            scores = detector(burst.counts)
            for kept, alarms in ((raised, list_alarms(scores, calm=CALM)), (strict, thin(scores))):
                kept[stream.brand] = kept.get(stream.brand, NOTHING) + score(burst, alarms)
    return {
        name: {
            "reported": _add(kept[brand] for brand in kept if brand in REPORTED),
            "others": _add(kept[brand] for brand in kept if brand not in REPORTED),
            "brands": {brand: found.to_json() for brand, found in kept.items()},
        }
        for name, kept in (("as_raised", raised), ("one_in_24_h", strict))
    }


NOTHING = Score(0, (), 0, 0, 0, 0.0)


def _add(scores: Iterable[Score]) -> dict[str, Any]:
    return sum(scores, NOTHING).to_json()
