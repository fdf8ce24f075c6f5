from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

Counts = np.ndarray
HISTORY = timedelta(days=28)
LEAST_VOLUME, LEAST_NEGATIVE = 10, 5


@dataclass(frozen=True, slots=True)
class Verdict:
    score: float
    seen: float
    expected: float
    scale_min: int


def is_unusual_count(n, e):
    return n >= 3 and e < 0.3


def judge_negative(n, a):
    return None


def judge_volume(a):
    return None
