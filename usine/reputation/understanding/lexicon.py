"""Words that are good or bad by themselves, in the languages of the markets: a few numbers for each text.

A lexicon knows words that no training text had. It only counts: how much good and how much bad is said, the best, the
worst and the last of it. What that means, the heads learn. Where the words come from: docs/reputation-models.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.understanding.features import encode, list_kinds
from usine.reputation.understanding.loops import hash_pieces, hash_rated, place_pieces, rate_words

RATINGS = ("good", "bad", "best", "worst", "last")
"""What is said of a text's rated words: sums, extremes, and the one that stands last."""
HIGHEST = 5
"""Words are rated from -5 to 5."""
READ_AS = {"hi-Latn": "en"}
"""Romanised Hindi has no ratings of its own and is written with many English words."""


class Lexicon:
    """The rated words of a model file."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Arrays `word_keys` (uint32, `key_words`) and `word_ratings` (int8, -5 to 5)."""
        self._keys = np.array(arrays["word_keys"])
        self._ratings = np.array(arrays["word_ratings"])
        self._table = place_pieces(self._keys, max(int(len(self._keys) * 2).bit_length(), 1))

    @property
    def width(self) -> int:
        return len(RATINGS)

    def rate(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        """(texts, RATINGS) of prepared texts, each in its language; nothing rated, or no ratings in it: zeros. The
        logarithm keeps a long text from counting for more than it says."""
        codes = encode(texts)
        found = np.zeros((len(codes), len(RATINGS)), dtype=np.float32)
        salts = hash_languages(languages)
        rate_words(
            codes.points, codes.starts, list_kinds(), salts, self._keys, self._ratings, self._table, found
        )
        scaled: NDArray[np.float32] = np.sign(found) * np.log2(1 + np.abs(found))
        return scaled


def hash_languages(languages: Sequence[str]) -> NDArray[np.uint32]:
    """What the words of each language are hashed with, so that one spelling may be rated in many languages."""
    codes = encode([READ_AS.get(language, language) for language in languages])
    return hash_pieces(codes.points, codes.starts)


def key_words(words: Sequence[str], language: str) -> NDArray[np.uint32]:
    """The keys of words as texts have them once they are prepared."""
    codes, salt = encode(words), hash_languages([language])[0]
    bounds = zip(codes.starts[:-1].tolist(), codes.starts[1:].tolist(), strict=True)
    return np.array([hash_rated(codes.points, start, end, salt) for start, end in bounds], dtype=np.uint32)
