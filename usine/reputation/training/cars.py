"""Sentiment towards each aspect of a car in short texts that nearly always say nothing of it (casa), to be judged.

Per aspect a machine of its own, one for all aspects, so that words of praise learnt of the price are known of the fuel
too, and one that only tells good from bad; of clauses cut coarsely and finely, their distances added. Their weights and
`LEAD` were chosen in folds of train and dev.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.training.datasets import Row
from usine.reputation.training.fit import fit_machine
from usine.reputation.training.layout import (
    CLAUSES,
    CROSSED,
    NEUTRAL,
    SENTIMENTS,
    STOPS,
    Features,
    Labels,
    Plain,
    cut_clauses,
)
from usine.reputation.training.metrics import score_macro

Floats = NDArray[np.float64]
SPOKEN_COST, OWN_COST, SHARED_COST, POLAR_COST = 0.3, 3.0, 1.0, 0.3
POLAR = 0.6
"""What the distance between good and bad counts, beside the distances of three sentiments."""
LEAD = 0.3
"""By how much neutral must lead: it is five of six labels, and each label's F1 counts alike."""
MARKS = 0.5
_TURNS = "cuma|hanya|meski|walau|walaupun|meskipun|sayang|sayangnya|tp|serta|juga|karena|sehingga|yang"
FINE = re.compile(rf"{STOPS}|\s(?:{_TURNS})\s")
"""Where clauses end; here also before an Indonesian “only”, “although”, “because”, “which”."""


class Clauses:
    """Texts and clauses as features; of each text and aspect the clause that speaks of it most."""

    def __init__(
        self, taught: Sequence[Row], rows: Sequence[Row], gold: Labels, ends: re.Pattern[str]
    ) -> None:
        every = [*taught, *rows]
        features = Features([row["text"] for row in taught], [row["lang"] for row in taught])
        texts = [row["text"] for row in every]
        starts, clauses = cut_clauses(texts, ends)
        self._texts = features.lay(texts, [row["lang"] for row in every])
        self._clauses = features.lay(clauses, [every[0]["lang"]] * len(clauses))
        self._aspects = gold.shape[1]
        inside = self._texts[: len(taught)]
        self._spoken = np.array(
            [
                fit_machine(inside, column != NEUTRAL, SPOKEN_COST).decision_function(self._clauses)
                for column in gold.T
            ]
        ).T
        self._nearest = np.array(
            [first + self._spoken[first:last].argmax(axis=0) for first, last in pairwise(starts)]
        )

    def lay_own(self, texts: Labels, aspect: int) -> Any:
        """For the machine of one aspect: (texts, columns)."""
        from scipy import sparse

        return sparse.hstack([self._texts[texts], self._clauses[self._nearest[texts, aspect]]]).tocsr()

    def lay_shared(self, texts: Labels, aspects: Labels) -> Any:
        """For the machines of all aspects: the clause, both crossed by the aspect, how much it is spoken of."""
        from scipy import sparse

        near = self._nearest[texts, aspects]
        clause, text = self._clauses[near], self._texts[texts]
        crossed = [
            sparse.diags((aspects == k).astype(np.float32) * strength) @ part
            for k in range(self._aspects)
            for part, strength in ((clause, 1.0), (text, CROSSED))
        ]
        spoken = self._spoken[near, aspects][:, None]
        which = np.eye(self._aspects)[aspects]
        return sparse.hstack([clause, *crossed, MARKS * np.hstack([which, which * spoken, spoken])]).tocsr()


def judge_cars(taught: Sequence[Row], rows: Sequence[Row]) -> Iterator[Plain]:
    """Macro-F1 of each aspect and their mean; each aspect negative, neutral (or not spoken of) or positive."""
    names = sorted(taught[0]["aspects"])
    gold = _number(taught, names)
    weighed = [_weigh(Clauses(taught, rows, gold, ends), gold, len(rows)) for ends in (CLAUSES, FINE)]
    said = np.mean(weighed, axis=0)
    said[:, :, NEUTRAL] -= LEAD
    best, wanted = said.argmax(axis=2), _number(rows, names)
    scores = [
        score_macro(wanted[:, k].tolist(), best[:, k].tolist(), range(len(SENTIMENTS)))
        for k in range(len(names))
    ]
    for name, score in zip(names, scores, strict=True):
        yield "macro-F1", name, score, len(rows)
    yield "macro-F1", "mean", float(np.mean(scores)), len(rows)


def _number(rows: Sequence[Row], names: Sequence[str]) -> Labels:
    return np.array([[SENTIMENTS.index(row["aspects"][name]) for name in names] for row in rows])


def _weigh(clauses: Clauses, gold: Labels, count: int) -> Floats:
    """Distances of the last `count` texts, which nothing was learnt of: (texts, aspects, sentiments)."""
    inside, aspects = gold.shape
    outside = np.arange(inside, inside + count)
    own = [
        fit_machine(clauses.lay_own(np.arange(inside), k), gold[:, k], OWN_COST).decision_function(
            clauses.lay_own(outside, k)
        )
        for k in range(aspects)
    ]
    every = np.repeat(outside, aspects), np.tile(np.arange(aspects), count)
    taught = np.repeat(np.arange(inside), aspects), np.tile(np.arange(aspects), inside)
    shared = fit_machine(clauses.lay_shared(*taught), gold.ravel(), SHARED_COST)
    good = np.nonzero(gold != NEUTRAL)
    polar = fit_machine(clauses.lay_shared(*good), gold[good], POLAR_COST)
    judged = clauses.lay_shared(*every)
    found = np.stack(own, axis=1) + shared.decision_function(judged).reshape(count, aspects, -1)
    distance = POLAR * polar.decision_function(judged).reshape(count, aspects)
    found[:, :, 0] -= distance
    found[:, :, -1] += distance
    return np.asarray(found / 2, dtype=np.float64)
