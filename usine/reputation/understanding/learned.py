"""What a machine learnt of the surroundings of names, from vectors of words: words that no list has count too.

A small network tells of any word of which kinds it is (of vehicles, people, houses, …), by its vector; it learnt from
the lists of the names' file. A place is then described by the kinds of the words around it and by the mean vectors of
what stands before it, after it and in its text. Training: `usine/reputation/training/names.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import ModelInvalid
from usine.reputation.understanding.model_file import ModelFile, read_model
from usine.reputation.understanding.name_grams import NameGrams, list_gram_arrays
from usine.reputation.understanding.pieces import Pieces, open_pieces
from usine.reputation.understanding.surroundings import FEATURES, NEAR, TOPICS, Place

Floats = NDArray[np.float32]
KINDS = ("none", *TOPICS, "title")
"""What a word can be of; a word may be of several."""
ARRAYS = ("inner", "inner_bias", "outer", "outer_bias", "numbers")
"""What a file holds beside tables of grams: the network that tells kinds, in its order, and the weights of a
`Describer`'s numbers."""
WINDOW = 40
"""Signs before and after a place whose words' mean is looked at."""
WORDS = re.compile(
    r"[^\W\d_\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff]+|[\u0620-\u06ff]+|[\u4e00-\u9fff々]+|[ァ-ヺー]+|[ぁ-ゖ]+|\d+"
)
"""Words; in Japanese, runs of one script."""
MOST_WORDS = 50_000
"""Of which the kinds are kept."""
CROSSED = (
    "bias", "car_near", "car_far", "own", "capital", "small", "title", "place_near", "person_near", "firm_near",
    "listed", "beside", "business_near",
)  # fmt: skip
"""Features that say more of one entity than of another: what a capital tells of a cat's name and of a plain word."""


@dataclass(frozen=True, slots=True)
class KindsOfWords:
    """A network of one hidden layer: vectors (words, width) to how likely each kind is, (words, kinds)."""

    inner: Floats  # (width, hidden)
    inner_bias: Floats
    outer: Floats  # (hidden, kinds)
    outer_bias: Floats

    def tell(self, vectors: Floats) -> Floats:
        hidden = np.maximum(vectors @ self.inner + self.inner_bias, 0)
        found: Floats = 1 / (1 + np.exp(-(hidden @ self.outer + self.outer_bias)))
        return found


class Describer:
    """Describes places by the vectors and kinds of the words around, which it keeps, so that a word costs once."""

    def __init__(self, pieces: Pieces, kinds: KindsOfWords) -> None:
        self.pieces, self.kinds = pieces, kinds
        self._known: dict[str, Floats] = {}

    def describe(self, text: str, places: Sequence[Place]) -> Floats:
        """Numbers of each place: (places, 4 * width of the pieces + 2 * 5 * kinds).

        Mean vectors of the words of the text, of those before, after, around; of the words before, after, right before,
        right after and in the text the greatest chance and the sum of each kind. Names themselves are left out.
        """
        bare = text
        for place in places:
            bare = bare[: place.start] + " " * (place.end - place.start) + bare[place.end :]
        words = [(found.start(), found[0].lower()) for found in WORDS.finditer(bare) if len(found[0]) > 1]
        starts = [at for at, _word in words]
        table = self._look_up([word for _at, word in words])
        vectors, told = table[:, : self.pieces.width], table[:, self.pieces.width :]
        sums = np.zeros((len(words) + 1, self.pieces.width), dtype=np.float32)
        np.cumsum(vectors, axis=0, out=sums[1:])
        of_text, rows = _sum_up(told), []
        for place in places:
            first = bisect_left(starts, place.start - WINDOW)
            here = bisect_left(starts, place.start)
            last = bisect_left(starts, place.end + WINDOW)
            means = np.array(
                [sums[-1], sums[here] - sums[first], sums[last] - sums[here], sums[last] - sums[first]]
            )
            means /= np.maximum(np.sqrt((means * means).sum(axis=1, keepdims=True)), 1e-6)
            rows.append(np.concatenate([means.ravel(), _look(told, here), of_text]))
        return np.array(rows, dtype=np.float32)

    def _look_up(self, words: Sequence[str]) -> Floats:
        """Vectors and kinds of words, (words, width + kinds)."""
        known = self._known
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new:
            if len(known) > MOST_WORDS:
                known = self._known = {word: known[word] for word in words if word in known}
            vectors = self.pieces.embed(new)
            known.update(zip(new, np.hstack([vectors, self.kinds.tell(vectors)]), strict=True))
        if not words:
            return np.zeros((0, self.pieces.width + len(KINDS)), dtype=np.float32)
        return np.array([known[word] for word in words])


def _look(told: Floats, at: int) -> Floats:
    """Of the kinds of words those around the place before word `at`: four and one before, four and one after."""
    windows = (
        told[max(0, at - NEAR) : at],
        told[at : at + NEAR],
        told[max(0, at - 1) : at],
        told[at : at + 1],
    )
    return np.concatenate([_sum_up(window) for window in windows])


def _sum_up(told: Floats) -> Floats:
    """Of the kinds of some words (words, kinds) the greatest chance of each, and a third of the sum."""
    if not len(told):
        return np.zeros(2 * len(KINDS), dtype=np.float32)
    return np.concatenate([told.max(axis=0), told.sum(axis=0) / 3])


class Learned:
    """Weights of the features of `surroundings`, of some of them for each entity, of the numbers of a `Describer`, of
    grams."""

    def __init__(
        self,
        describer: Describer,
        weights: Mapping[str, float],
        entities: Mapping[str, Mapping[str, float]],
        numbers: Floats,
        grams: NameGrams | None = None,
    ) -> None:
        self.weights, self.entities, self.numbers, self.grams = dict(weights), entities, numbers, grams
        self._describer = describer

    @classmethod
    def load(cls, path: Path) -> Learned:
        """From a file that `usine reputation train-names` wrote. Raises `ModelInvalid`: which file, what to do."""
        file = read_model(path)
        pieces, digest = open_pieces()
        if file.about.get("pieces") != digest or file.about.get("kinds") != list(KINDS):
            raise ModelInvalid(
                f"{path} was made for other pieces or kinds: run `usine reputation train-names`."
            )
        _check_complete(path, file)
        arrays = {name: file.arrays[name].astype(np.float32) for name in ARRAYS}
        kinds = KindsOfWords(*(arrays[name] for name in ARRAYS[:4]))
        entities = file.about["entities"]
        grams = NameGrams(file.arrays, file.about["grams"])
        return cls(Describer(pieces, kinds), file.about["weights"], entities, arrays["numbers"], grams)

    def weigh(self, text: str, places: Sequence[Place]) -> Floats:
        """What the words and signs around each place add to its score, in logarithms of odds."""
        found: Floats = self._describer.describe(text, places) @ self.numbers
        return found + self.grams.weigh(text, places) if self.grams else found

    def weigh_entity(self, place: Place) -> float:
        """What the place's features count more, or less, for its entity than for others."""
        own = self.entities.get(place.entity.entity, {})
        return sum(weight * place.features.get(name, 0.0) for name, weight in own.items())


def _check_complete(path: Path, file: ModelFile) -> None:
    """Refuse a file without an array or a weight: names would be judged by what is left, or not at all."""
    weights, entities = (file.about.get(name) for name in ("weights", "entities"))
    missing = [name for name in (*ARRAYS, *list_gram_arrays()) if name not in file.arrays]
    missing += [name for name in FEATURES if not isinstance(weights, dict) or name not in weights]
    missing += [] if isinstance(entities, dict) else ["entities"]
    missing += [] if isinstance(file.about.get("grams"), list) else ["grams"]
    if missing:
        raise ModelInvalid(f"{path} lacks {', '.join(missing)}: run `usine reputation train-names`.")


def list_arrays(kinds: KindsOfWords, numbers: Floats) -> dict[str, NDArray[Any]]:
    """The arrays of a file, of half the usual size."""
    named = {
        "inner": kinds.inner, "inner_bias": kinds.inner_bias, "outer": kinds.outer, "outer_bias": kinds.outer_bias,
        "numbers": numbers,
    }  # fmt: skip
    return {name: array.astype(np.float16) for name, array in named.items()}
