"""Linear heads over grams and vectors: what each label gains from what a text has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.understanding.features import Grams, list_grams, prepare
from usine.reputation.understanding.lexicon import Lexicon
from usine.reputation.understanding.loops import add_weights, weigh_grams
from usine.reputation.understanding.model_file import read_model
from usine.reputation.understanding.pieces import Pieces, open_pieces
from usine.reputation.understanding.quality import FOLDER

Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float32]
SHARED = -1
"""The number of a language that has no weights of its own."""
_SALT = np.uint32(0x9E3779B1)
"""An odd number: times it, no two hashes become one."""


@dataclass(frozen=True, slots=True)
class Described:
    """Texts as the heads see them: grams, vectors of pieces, ratings of words. `languages` are numbers in the model's
    list, or SHARED."""

    grams: Grams
    vectors: Floats
    ratings: Floats
    languages: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.grams)

    def list_numbers(self) -> Floats:
        """(texts, vectors and ratings)."""
        return np.hstack([self.vectors, self.ratings])

    def place(self, centre: Floats, spread: Floats) -> Described:
        """The same texts, their vectors from the centre, in spreads."""
        return replace(self, vectors=(self.vectors - centre) / spread)

    def tell_apart(self) -> Described:
        """The same texts, a gram of one language being another gram than that of another one."""
        numbers = np.repeat(self.languages.astype(np.uint32), np.diff(self.grams.starts))
        hashes = (self.grams.hashes ^ (numbers * _SALT)) * _SALT
        return replace(self, grams=replace(self.grams, hashes=hashes))


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of words before any training: vectors of pieces, ratings."""

    pieces: Pieces
    lexicon: Lexicon


def describe(texts: Sequence[str], languages: Sequence[str], words: Words, known: Sequence[str]) -> Described:
    """Grams, vectors and ratings of texts. `known`: the languages of the model, in its order."""
    numbers = {language: number for number, language in enumerate(known)}
    prepared = [prepare(text) for text in texts]
    return Described(
        list_grams(prepared),
        words.pieces.embed(texts),
        words.lexicon.rate(prepared, languages),
        np.array([numbers.get(language, SHARED) for language in languages], dtype=np.int64),
    )


def load_words() -> tuple[Words, dict[str, str]]:
    """What the shipped models know of words, and the digests of their files, which heads are trained with."""
    (pieces, digest), lexicon = open_pieces(), read_model(FOLDER / "lexicon.model")
    return Words(pieces, Lexicon(lexicon.arrays)), {"pieces": digest, "lexicon": lexicon.digest}


class GramTable:
    """Grams that a model knows: for each slot the tag of its gram, how rare it is (0: empty), its weights."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        """Arrays `NAME_tags`, `NAME_rarity`, `NAME_weights` (int8, a column an output), `NAME_scale`."""
        self.tags = np.array(arrays[f"{name}_tags"])
        self.rarity = np.array(arrays[f"{name}_rarity"])
        self._weights = np.array(arrays[f"{name}_weights"])
        self._scale = arrays[f"{name}_scale"].astype(np.float32)

    def score(self, grams: Grams) -> Floats:
        """What the grams of each text add to each output."""
        slots, values, starts = weigh(grams, self.tags, self.rarity)
        found = np.zeros((len(grams), self._weights.shape[1]), dtype=np.float32)
        add_weights(slots, values, starts, self._weights, found)
        return found * self._scale


def weigh(
    grams: Grams, tags: NDArray[np.uint8], rarity: NDArray[np.uint8]
) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Known grams of texts: slots, weights, where each text begins (as a sparse matrix has them)."""
    shift = 32 - (len(tags).bit_length() - 1)
    return weigh_grams(grams.hashes, grams.counts, grams.blocks, grams.starts, tags, rarity, shift)


class Dense:
    """Outputs linear in a few numbers: weights that languages share, and what each adds of its own."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        """Arrays `NAME_dense` (languages + 1, numbers, outputs), `NAME_bias` (languages + 1, outputs); shared last."""
        self._weights = arrays[f"{name}_dense"].astype(np.float32)
        self._bias = arrays[f"{name}_bias"].astype(np.float32)

    def score(self, numbers: Floats, languages: NDArray[np.int64]) -> Floats:
        found: Floats = numbers @ self._weights[-1] + self._bias[-1]
        for language in np.unique(languages):
            if 0 <= language < len(self._weights) - 1:
                rows = languages == language
                found[rows] += numbers[rows] @ self._weights[language] + self._bias[language]
        return found


def soften(logits: Floats, temperature: float) -> Floats:
    """Probabilities of a row's labels, as sure as they are right (temperature scaling, Guo et al. 2017)."""
    scaled = logits / temperature
    odds = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    found: Floats = odds / odds.sum(axis=1, keepdims=True)
    return found


class Head:
    """Grams and numbers together: the logits of a few outputs."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self._grams, self._dense = GramTable(arrays, name), Dense(arrays, name)

    def score(self, described: Described, numbers: Floats) -> Floats:
        """(texts, outputs)."""
        return self._grams.score(described.grams) + self._dense.score(numbers, described.languages)


class PostHead:
    """What posts mean: a head whose grams all languages share, and one where each has its own, added. Both see the
    numbers of a text once for all languages and once for its own."""

    def __init__(self, arrays: Arrays) -> None:
        self._shared, self._own = Head(arrays, "posts"), Head(arrays, "posts_own")

    def score(self, described: Described) -> tuple[Floats, Floats]:
        """What the shared head says, and what both say together, each (texts, sentiments)."""
        numbers = described.list_numbers()
        shared = self._shared.score(described, numbers)
        return shared, shared + self._own.score(described.tell_apart(), numbers)
