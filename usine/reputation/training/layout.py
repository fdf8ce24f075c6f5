"""How texts become rows of a matrix where a set with labels of its own is learnt in memory to be judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.training.fit import Shape, choose_grams
from usine.reputation.understanding.features import list_grams, prepare
from usine.reputation.understanding.reading import load_models

Plain = tuple[str, str, float, int]  # what, part, value, count
Labels = NDArray[np.int64]
SENTIMENTS = ("negative", "neutral", "positive")
NEUTRAL = SENTIMENTS.index("neutral")
BITS = 20
STRENGTH = 0.1
CROSSED = 0.7
"""How much features of one aspect alone count beside those that all share."""
STOPS = r"[，,。！？!?；;…\n~.]+|\s(?:but|tapi|tetapi|namun|and|dan)\s"
CLAUSES = re.compile(STOPS)
"""Where clauses end, in Chinese, Indonesian and English."""


def cut_clauses(texts: Sequence[str], ends: re.Pattern[str] = CLAUSES) -> tuple[Labels, list[str]]:
    """Clauses of texts one after the other, at least one each: text i has those from `starts[i]` to `starts[i + 1]`."""
    cut = [[clause for clause in ends.split(text) if clause.strip()] or [text] for text in texts]
    starts = np.concatenate([[0], np.cumsum([*map(len, cut)])])
    return starts, [clause for each in cut for clause in each]


class Features:
    """Grams, vectors and the shipped head's sentiment of texts, as rows of a sparse matrix."""

    def __init__(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        self._models, _digest = load_models()
        width = self._models.describe(["a"], ["en"]).vectors.shape[1] + len(SENTIMENTS)
        self._shape = Shape(
            choose_grams(list_grams([prepare(text) for text in texts]), BITS), width, 0, STRENGTH
        )

    def lay(self, texts: Sequence[str], languages: Sequence[str]) -> Any:
        described = self._models.describe(texts, languages)
        return self._shape.lay(described, np.hstack([described.vectors, self._models.score(described).posts]))
