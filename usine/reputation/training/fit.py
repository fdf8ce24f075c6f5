"""Heads fitted to labelled texts: which grams are kept, a linear machine, weights as bytes. Needs scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.training.datasets import TrainingUnable
from usine.reputation.training.pieces import quantise
from usine.reputation.understanding.features import Grams
from usine.reputation.understanding.heads import Described, weigh

Floats = NDArray[np.float32]
RARITY_STEP = 20
"""Inverse document frequency is kept as a byte, in twentieths."""
ROUNDS = 400
KEPT = 0.9999
"""Of the weights of grams, the share that bytes hold as they are."""


def require_scikit() -> None:
    """`TrainingUnable` where scikit-learn is missing: only training needs it."""
    try:
        import scipy  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError as error:
        raise TrainingUnable(
            f"Training needs scikit-learn and scipy, of which {error.name} is missing: install requirements/bench.txt."
        ) from error


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The grams that a head knows, by slot (`heads.GramTable`)."""

    tags: NDArray[np.uint8]
    rarity: NDArray[np.uint8]

    @property
    def slots(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.rarity)


def choose_grams(grams: Grams, bits: int, least: int = 2) -> Vocabulary:
    """Grams of at least `least` texts in 2**bits slots; of two for one slot the one in more texts stays."""
    hashes, counts = np.unique(grams.hashes, return_counts=True)
    kept = counts >= least
    hashes, counts = hashes[kept], counts[kept]
    order = np.argsort(counts, kind="stable")  # the last one written into a slot is the commonest
    hashes, counts = hashes[order], counts[order]
    slots = (hashes >> np.uint32(32 - bits)).astype(np.int64)
    tags, rarity = np.zeros(1 << bits, dtype=np.uint8), np.zeros(1 << bits, dtype=np.uint8)
    tags[slots] = (hashes & np.uint32(0xFF)).astype(np.uint8)
    weights = np.log((1 + len(grams)) / (1 + counts)) + 1
    rarity[slots] = np.clip(np.rint(weights * RARITY_STEP), 1, 255).astype(np.uint8)
    return Vocabulary(tags, rarity)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a head's matrix is laid out: known grams, numbers, and numbers once more for each of the languages."""

    vocabulary: Vocabulary
    numbers: int
    languages: int
    strength: float  # of numbers beside grams

    def lay(self, described: Described, numbers: Floats) -> Any:
        """The sparse matrix of texts."""
        from scipy import sparse

        slots, values, starts = weigh(described.grams, self.vocabulary.tags, self.vocabulary.rarity)
        grams = sparse.csr_matrix((values, slots, starts), shape=(len(described), len(self.vocabulary.tags)))
        grams = grams.tocsc()[:, self.vocabulary.slots].tocsr()
        rows = np.hstack([numbers, np.ones((len(numbers), 1), dtype=np.float32)]) * np.float32(self.strength)
        own = [
            sparse.diags((described.languages == n).astype(np.float32)) @ rows for n in range(self.languages)
        ]
        return sparse.hstack([grams, *map(sparse.csr_matrix, own), sparse.csr_matrix(rows)]).tocsr()

    def unpack(self, name: str, weights: Floats, bias: Floats) -> dict[str, NDArray[Any]]:
        """The arrays of a head (`heads.Head`) from weights (columns of the matrix, outputs)."""
        count = len(self.vocabulary.slots)
        small, scale = quantise(weights[:count], KEPT)
        table = np.zeros((len(self.vocabulary.tags), weights.shape[1]), dtype=np.int8)
        table[self.vocabulary.slots] = small
        dense = weights[count:].reshape(self.languages + 1, self.numbers + 1, -1) * np.float32(self.strength)
        biases = dense[:, -1].copy()
        biases[-1] += bias
        return {
            f"{name}_tags": self.vocabulary.tags,
            f"{name}_rarity": self.vocabulary.rarity,
            f"{name}_weights": table,
            f"{name}_scale": scale,
            f"{name}_dense": dense[:, :-1].astype(np.float16),
            f"{name}_bias": biases.astype(np.float32),
        }


def fit_machine(matrix: Any, labels: Any, cost: float) -> Any:
    """A linear support vector machine, the same for the same data."""
    from sklearn.svm import LinearSVC

    return LinearSVC(C=cost, dual=True, max_iter=ROUNDS, random_state=0).fit(matrix, labels)


def list_weights(machine: Any, count: int) -> tuple[Floats, Floats]:
    """(columns, outputs) and bias. `count` outputs; two labels have one set of weights, whose opposite is the other."""
    weights, bias = machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32)
    if count == 2 and weights.shape[1] == 1:
        return np.hstack([-weights, weights]), np.hstack([-bias, bias])
    return weights, bias


def fit_temperature(logits: Floats, gold: NDArray[np.int64]) -> float:
    """The temperature that makes the labels likeliest (their mean negative logarithm least), by trying."""
    tried = np.geomspace(0.05, 5, 60)
    return round(float(min(tried, key=lambda each: _doubt(logits / each, gold))), 4)


def _doubt(logits: Floats, gold: NDArray[np.int64]) -> float:
    top = logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return float((total - logits[np.arange(len(gold)), gold]).mean())
