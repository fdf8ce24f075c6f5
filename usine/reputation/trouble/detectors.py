"""Detectors over counts of five minutes: more is said than usual, more of it is ill. Pure; the last one is the present.

What is usual at a step is the median of the same hour on the seven days before and on the same weekday of four weeks.

Volume: on each scale (15 and 30 minutes, 1 and 6 hours) the steps of the window without the largest quarter of them:
one step of a hundred shares is no trouble, an hour of them is. What is above the usual has to be so many times the mean
of the day before (a night's whisper is no burst), above chance (Poisson), and above what this stream does once in a
hundred steps of its last fortnight, so that who is noisy every third day has to shout louder.

Negative: the count against the usual one by the tail of a negative binomial, and the share of all against the usual
share by a binomial; or, for a slow grumble, the share alone over six hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

STEP_MIN = 5
DAY = 288
HISTORY = timedelta(days=28, hours=6)
LEAST_VOLUME, LEAST_NEGATIVE = 8, 5
"""Mentions within six hours below which nobody looks."""
LAGS_DAYS = (1, 2, 3, 4, 5, 6, 7, 14, 21, 28)
FORTNIGHT = 14 * DAY
BLOCK = 72
"""The threshold of a stream is found anew every six hours."""


class Scale(NamedTuple):
    """A window in steps; by how many times the day's mean and by how many deviations of chance it must be above."""

    steps: int
    times: float
    deviations: float


SCALES = (Scale(3, 8.0, 8.0), Scale(6, 2.0, 4.0), Scale(12, 1.6, 4.0), Scale(72, 1.2, 8.0))
ROUGH, MOST = 0.99, 1.2
"""The quantile that a noisy stream has to pass, and by how much at most its threshold is raised."""
FLOOR = 0.02
"""Mentions a step that a silent stream is taken to have: six a day."""

NEGATIVE_STEPS = (3, 12, 72)
CHANCE = 1e-6
"""So likely may a count of negative mentions be for it to be trouble: with 600 streams looked at, once in weeks."""
SPREAD = 0.3
"""Of the negative binomial: the variance of a count of mean m is m + 0.3 m²; people talk in bursts."""
PRIOR_SHARE, PRIOR_WEIGHT = 0.15, 10.0
SHARE_DEVIATIONS, SHARE_ALONE_DEVIATIONS, SHARE_ALONE_LEAST = 2.5, 7.0, 15
UNUSUAL = 0.005


@dataclass(frozen=True, slots=True)
class Verdict:
    """Trouble: `seen` and `expected` mentions within the scale. `score` grows with it, 1 is just enough."""

    score: float
    seen: float
    expected: float
    scale_min: int


def judge_volume(counts: Counts) -> Verdict | None:
    """Whether more is said now than usual. At least a day of counts, or nothing is known to be usual."""
    if len(counts) <= DAY or counts[-BLOCK:].sum() < LEAST_VOLUME:
        return None
    usual = find_usual(counts)
    scores = {scale: score_scale(counts, usual, scale)[-1] for scale in SCALES}
    scale = max(scores, key=lambda each: scores[each])
    if scores[scale] <= 1:
        return None
    seen, expected = counts[-scale.steps :].sum(), usual[-scale.steps :].sum()
    return Verdict(float(scores[scale]), float(seen), float(expected), scale.steps * STEP_MIN)


def score_volume(counts: Counts) -> Floats:
    """At each step how much trouble there is, by what was before: above 1 an alert is raised."""
    usual = find_usual(counts)
    scores = np.max([score_scale(counts, usual, scale) for scale in SCALES], axis=0)
    scores[:DAY] = 0
    return np.asarray(scores, dtype=np.float64)


def find_usual(counts: Counts) -> Floats:
    """What is usual at each step, by the hours around it on the days before; 0 where no day is before."""
    sums = np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)])
    steps = np.arange(len(counts))
    low, high = np.maximum(0, steps - 6), np.minimum(len(counts), steps + 7)
    around = (sums[high] - sums[low]) / (high - low)
    lags = [lag * DAY for lag in LAGS_DAYS if lag * DAY < len(counts)]
    if not lags:
        return np.zeros(len(counts))
    past = np.full((len(lags), len(counts)), np.nan)
    for row, lag in enumerate(lags):
        past[row, lag:] = around[:-lag]
    found = np.zeros(len(counts))
    found[lags[0] :] = np.nanmedian(past[:, lags[0] :], axis=0)
    return found


def score_scale(counts: Counts, usual: Floats, scale: Scale) -> Floats:
    """At each step how far the window that ends there is above its threshold: above 1 on all three counts."""
    above = _trim(counts - usual, scale.steps)
    level = np.maximum(_sum_before(counts, DAY) / np.minimum(DAY, np.arange(1, len(counts) + 1)), FLOOR)
    times = above / level
    chance = np.sqrt(np.maximum(usual, level) * scale.steps + 1)
    threshold = np.clip(_find_rough(times), scale.times, MOST * scale.times)
    return np.asarray(np.minimum(times / threshold, above * scale.steps / (scale.deviations * chance)))


def _trim(values: Floats, steps: int) -> Floats:
    """The mean of the window that ends at each step, without the largest quarter of it."""
    padded = np.concatenate([np.zeros(steps - 1), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, steps)
    kept = steps - max(1, steps // 4)
    return np.asarray(np.partition(windows, kept - 1, axis=1)[:, :kept].mean(axis=1))


def _sum_before(counts: Counts, steps: int) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(counts, dtype=np.float64)])
    ends = np.arange(1, len(counts) + 1)
    return np.asarray(sums[ends] - sums[np.maximum(0, ends - steps)])


def _find_rough(times: Floats) -> Floats:
    """What the stream passed in one of a hundred steps of the fortnight before; 0 where less than a day is known."""
    found = np.zeros(len(times))
    for begin in range(0, len(times), BLOCK):
        past = times[max(0, begin - FORTNIGHT) : max(0, begin - BLOCK)]
        if len(past) > DAY:
            found[begin : begin + BLOCK] = np.quantile(past, ROUGH)
    return found


def judge_negative(negative: Counts, mentions: Counts) -> Verdict | None:
    """Whether more ill is said now than usual, in count and in share; of two rows of the same steps."""
    if negative[-BLOCK:].sum() < LEAST_NEGATIVE:
        return None
    usual = find_usual(negative)
    before = negative[:-BLOCK]
    level = float(before.mean()) if len(before) >= DAY else 0.0
    share = _find_share(before, mentions[:-BLOCK])
    verdicts = [
        verdict
        for steps in NEGATIVE_STEPS
        if (
            verdict := _judge_ill(
                negative, mentions, steps, max(float(usual[-steps:].sum()), level * steps), share
            )
        )
    ]
    return max(verdicts, key=lambda verdict: verdict.score, default=None)


def _find_share(negative: Counts, mentions: Counts) -> float:
    """Of all mentions; where few are known, nearer to what is usual of anybody."""
    weight = float(mentions.sum()) + PRIOR_WEIGHT
    return (float(negative.sum()) + PRIOR_SHARE * PRIOR_WEIGHT) / weight


def _judge_ill(
    negative: Counts, mentions: Counts, steps: int, expected: float, share: float
) -> Verdict | None:
    seen, of = int(negative[-steps:].sum()), int(mentions[-steps:].sum())
    if seen < LEAST_NEGATIVE or seen <= expected:
        return None
    deviations = (seen - of * share) / math.sqrt(of * share * (1 - share) + 1)
    chance = find_chance(seen, expected + 0.05)
    by_count = math.log(max(chance, 1e-300)) / math.log(CHANCE)
    is_grumble = steps == BLOCK and seen >= SHARE_ALONE_LEAST and deviations >= SHARE_ALONE_DEVIATIONS
    is_more = by_count >= 1 and deviations >= SHARE_DEVIATIONS
    if not is_more and not (is_grumble and by_count >= 0.3):
        return None
    score = max(by_count, deviations / SHARE_ALONE_DEVIATIONS if is_grumble else 0)
    return Verdict(score, float(seen), expected, steps * STEP_MIN)


def find_chance(seen: int, mean: float, spread: float = SPREAD) -> float:
    """How likely `seen` or more is under a negative binomial of this mean; to about 1e-15."""
    size = 1 / spread
    fail = mean / (size + mean)
    term = (1 - fail) ** size
    below = 0.0
    for count in range(seen):
        below += term
        term *= (count + size) / (count + 1) * fail
    if below < 1 - 1e-9:
        return max(0.0, 1 - below)
    total = 0.0  # so far out the sum of what is left is exact, and what is below is not
    for count in range(seen, seen + 1000):
        total += term
        term *= (count + size) / (count + 1) * fail
        if term < total * 1e-12:
            break
    return total


def is_unusual_count(seen: int, usual: float) -> bool:
    """Whether so few can be more than chance where `usual` is usual."""
    return find_chance(seen, usual + 0.1, spread=0.1) < UNUSUAL


def list_alarms(scores: Floats, *, calm: int) -> list[int]:
    """Steps in which an alert is raised: the score is above 1, and was not for `calm` steps before."""
    found: list[int] = []
    last = -calm
    for step in np.flatnonzero(scores > 1).tolist():
        if step - last >= calm:
            found.append(step)
        last = step
    return found
