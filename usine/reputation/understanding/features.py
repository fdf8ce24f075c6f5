"""A text as numbers: hashed character and word grams, counted by compiled loops; nothing of scikit-learn.

A gram is a 32-bit hash. Character grams (2 to 5) and word grams (1 and 2) are two blocks, each of length one after
weighting, so that a long word does not drown a short text. Signs and emoji are words; in scripts without spaces every
character is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from usine.reputation.understanding.loops import (
    HAN,
    MARK,
    SPACE,
    WORD,
    count_grams,
)

MOST_CHARACTERS = 4_000
"""Of a text that are read: an article says in its first page what it thinks."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b")
_HANDLE = re.compile(r"@\w+")
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|_+|(?<=[^\W\d_])(?=\d)")
_LONG = re.compile(r"(\w)\1{2,}")
_LONG_MARK = re.compile(r"([^\w\s])\1{2,}")
_SPACES = re.compile(r"\s+")
_ARABIC = {
    **dict.fromkeys([*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, 0x640], None),  # vowel signs, tatweel
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    ord("ى"): "ي",
    ord("ة"): "ه",
}
_CODES = 0x20000  # planes 0 and 1: letters, signs, emoji


@dataclass(frozen=True, slots=True)
class Codes:
    """Texts as code points one after the other: `points[starts[i] : starts[i + 1]]` is text i."""

    points: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Grams:
    """Grams of texts, each once a text: hash, how often, block; `starts` as in `Codes`."""

    hashes: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    blocks: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1


def prepare(text: str) -> str:
    """One spelling for what says the same: addresses and handles as one sign, hashtags as words, no shouting.

    >>> prepare("Looove it!!!! #BestCarEver https://a.example/b")
    ' loove it!! best car ever http '
    """
    text = unicodedata.normalize("NFKC", text[: MOST_CHARACTERS * 2])[:MOST_CHARACTERS]
    text = _ADDRESS.sub("http", text)
    text = _HANDLE.sub("@", text)
    text = _HASHTAG.sub(lambda found: _HUMP.sub(" ", found[1]), text)
    text = _LONG_MARK.sub(r"\1\1", _LONG.sub(r"\1\1", text.lower())).translate(_ARABIC)
    return f" {_SPACES.sub(' ', text).strip()} "


def encode(texts: Sequence[str]) -> Codes:
    """The code points of texts, as they are."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=starts[1:])
    return Codes(points, starts)


def list_grams(texts: Sequence[str]) -> Grams:
    """The grams of prepared texts."""
    codes = encode(texts)
    return Grams(*count_grams(codes.points, codes.starts, list_kinds()))


@cache
def list_kinds() -> NDArray[np.uint8]:
    """What each code point is to a reader of words: space, letter or digit, sign, or a character that is a word."""
    kinds = np.full(_CODES, MARK, dtype=np.uint8)
    for code in range(_CODES):
        sign = chr(code)
        category = unicodedata.category(sign)
        if category[0] in "LMN" or sign == "_":
            kinds[code] = HAN if _stands_alone(code) else WORD
        elif sign.isspace() or category in ("Cc", "Cf"):
            kinds[code] = SPACE
    kinds[0x200D] = kinds[0xFE0F] = MARK  # they join an emoji's parts
    return kinds


def _stands_alone(code: int) -> bool:
    """Han, kana and Thai are written without spaces."""
    return (
        0x0E00 <= code < 0x0E80
        or 0x3040 <= code < 0x3100
        or 0x3400 <= code < 0xA000
        or 0xF900 <= code < 0xFB00
    )
