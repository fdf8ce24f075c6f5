"""How texts become rows of a matrix where a set with labels of its own is learnt in memory to be judged."""

from __future__ import annotations

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
