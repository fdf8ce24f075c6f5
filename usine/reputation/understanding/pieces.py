"""Pieces of words in sixteen languages, each with a vector: what words mean that no training text had.

A text is cut into its likeliest pieces (a unigram model, as SentencePiece cuts) and stands for the mean of their
vectors. Where the pieces come from: docs/reputation-models.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.understanding.features import MOST_CHARACTERS, encode
from usine.reputation.understanding.loops import add_vectors, place_pieces, segment
from usine.reputation.understanding.model_file import read_model
from usine.reputation.understanding.quality import FOLDER

SPACE = "▁"
"""Stands for a space in pieces: a piece that begins a word begins with it."""
UNKNOWN = -25.0
"""The score of a character that no piece has: worse than any piece's."""

_NOISE = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b|@\w+|[#​‌\ufeff]")
_NOISY = ("http", "www", "@", "#", "\u200b", "\u200c", "\ufeff")
"""One of these is in each text with something to leave out."""


def prepare_pieces(text: str) -> str:
    """A text as the pieces spell it: composed, addresses and handles left out, every space a sign.

    >>> prepare_pieces("Nice  #car @me")
    '▁Nice▁car'
    """
    text = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])
    if any(sign in text for sign in _NOISY):
        text = _NOISE.sub(" ", text)
    return SPACE + SPACE.join(text.split())


class Pieces:
    """The pieces of a model file and their vectors."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Arrays `piece_keys`, `piece_lengths`, `piece_scores`, `piece_vectors` (int8), `piece_scale`."""
        self._keys = np.array(arrays["piece_keys"])
        self._lengths = np.array(arrays["piece_lengths"])
        self._scores = arrays["piece_scores"].astype(np.float32)
        self._vectors = np.array(arrays["piece_vectors"])
        self._scale = arrays["piece_scale"].astype(np.float32)
        self._table = place_pieces(self._keys, int(len(self._keys) * 2).bit_length())
        self._longest = int(self._lengths.max())

    @property
    def width(self) -> int:
        return int(self._vectors.shape[1])

    def cut(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The pieces of texts by number, one text after the other, and where each begins."""
        codes = encode([prepare_pieces(text) for text in texts])
        return segment(
            codes.points,
            codes.starts,
            self._keys,
            self._lengths,
            self._scores,
            self._table,
            self._longest,
            UNKNOWN,
        )

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The mean vector of each text's pieces, of length one; nothing known of a text: zeros."""
        pieces, starts = self.cut(texts)
        found = np.zeros((len(texts), self.width), dtype=np.float32)
        add_vectors(pieces, starts, self._vectors, found)
        found *= self._scale
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found


@cache
def open_pieces() -> tuple[Pieces, str]:
    """The shipped pieces and their digest, once a process."""
    file = read_model(FOLDER / "pieces.model")
    return Pieces(file.arrays), file.digest
