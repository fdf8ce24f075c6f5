"""Texts that say the same in nearly the same words: found among those of a fortnight, without comparing each with all.

A text's signature is stored with it and is all that is needed to find its copies again: 64 keys, each made of two
MinHash values (rensa) of its pairs of neighbouring words, and a number for each word in order. Texts that share a key
are candidates; what decides is how much of the shorter text stands in the longer one in the same order, word by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from rapidfuzz.distance import LCSseq
from rensa import RMinHash

from usine.reputation.contracts import COPIED_WITHIN, join_text
from usine.reputation.texts.loops import count_shared
from usine.reputation.texts.normalise import KEPT_WORDS, normalise
from usine.reputation.texts.tokens import PAIRED

Signature = bytes
"""As it is stored: version, 64 keys of 4 bytes, then 2 bytes a word; empty for a text that is too short to be told."""

KEYS = 64
SEED = 20_260_101
FEWEST_WORDS = 5
MOST_WORDS = 1_500
"""Of a long text the beginning is enough."""
ORDERED = 0.55
"""How much of the shorter text must stand in the longer one, in order."""
TOGETHER = 0.30
"""How many pairs of neighbouring words of the shorter text must be neighbours in the longer one."""
QUOTED = 0.75
"""How many must where the shorter one is less than half as long: a quote, not some words that all texts have."""
CANDIDATES = 40
FEWEST_SHARED = 2
"""Keys; one is shared by chance."""
_VERSION = b"\x01"
_HEAD = 1 + 4 * KEYS
_NOISE = re.compile(r"https?://\S+|\bhttps?\b|www\.\S+|(?:\bRT )?@\w+:?|\bvia @\w+", re.IGNORECASE)
_TAG = re.compile(f"#\\w*[{PAIRED}]\\w*#?")
"""In a script without spaces a hashtag has as many signs as a short post: it would make copies of all that share it."""
_WORD = re.compile(f"[{PAIRED}]|[^\\W_]+")
_SIGNS = 0xD800
"""Words are numbered below this: each number is a sign of its own, and no half of a pair of signs."""
_MIX = np.arange(1, KEYS + 1, dtype=np.uint32) * np.uint32(0x9E3779B1)


def sign(text: str, title: str = "") -> Signature:
    """What finds the copies of a text again: the same for the same words, however they are set, shared or linked."""
    said = join_text(title, text)
    return sign_normalised(said, normalise(said))


def sign_normalised(said: str, normalised: str) -> Signature:
    """The same of title and text (`join_text`) that are normalised already."""
    is_noisy = "@" in said or "http" in said or "www" in said
    if is_noisy or "#" in said:
        said = _NOISE.sub(" ", said) if is_noisy else said
        normalised = normalise(_TAG.sub(" ", said) if "#" in said else said)
    words = _WORD.findall(normalised)[:MOST_WORDS]
    if len(set(words)) < FEWEST_WORDS:
        return b""
    minhash = RMinHash(2 * KEYS, SEED)
    minhash.update(list(map(" ".join, pairwise(words))))
    values = np.array(minhash.digest(), dtype=np.uint32)
    keys = (values[:KEYS] * np.uint32(0x85EBCA6B)) ^ (values[KEYS:] + _MIX)
    numbers = np.array([*map(_number, words)], dtype="<u2")
    return _VERSION + keys.astype("<u4").tobytes() + numbers.tobytes()


@lru_cache(maxsize=KEPT_WORDS)
def _number(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % _SIGNS


def compare(one: Signature, other: Signature) -> float:
    """How much of the shorter text stands in the longer one, 0 to 1; 0 where it is too little to be a copy."""
    if not one or not other:
        return 0.0
    return _compare(_read_words(one), _read_words(other))


def _read_words(signature: Signature) -> str:
    return signature[_HEAD:].decode("utf-16-le")


def _read_keys(signature: Signature) -> np.ndarray:
    return np.frombuffer(signature[1:_HEAD], dtype=np.uint32)


def _compare(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    ordered = LCSseq.similarity(shorter, longer) / len(shorter)
    if ordered < ORDERED:
        return 0.0
    pairs = {longer[i : i + 2] for i in range(len(longer) - 1)}
    together = sum(shorter[i : i + 2] in pairs for i in range(len(shorter) - 1)) / (len(shorter) - 1)
    wanted = TOGETHER if 2 * len(shorter) >= len(longer) else QUOTED
    return ordered if together >= wanted else 0.0


@dataclass(frozen=True, slots=True)
class Near:
    """A story that says the same, and how much of the shorter text stands in the longer one."""

    story: int
    likeness: float


class StoryIndex:
    """The texts of a window of time by the stories that they are in. Not for several threads at once.

    It is made again from what is stored: `add` every signature of the window, oldest first. About 1 kB a text; exact
    copies of a text take no room of their own.
    """

    def __init__(self, window: timedelta = COPIED_WITHIN):
        self.window = window.total_seconds()
        self._whole: dict[Signature, int] = {}
        self._make_room(1 << 10)

    def __len__(self) -> int:
        """How many different texts it holds."""
        return len(self._whole)

    def add(self, story: int, signature: Signature, at: datetime) -> None:
        """Put a text into a story. The same words again only move the story's time on."""
        if not signature:
            return
        known = self._whole.get(signature)
        if known is not None:
            self._at[known] = max(self._at[known], at.timestamp())
            return
        if self._used == len(self._at):
            self._clear(at.timestamp())
        self._put(story, signature, at.timestamp())

    def find(self, signature: Signature, at: datetime) -> Near | None:
        """The story whose text is nearest, within the window before and after; None where none says the same."""
        if not signature:
            return None
        now = at.timestamp()
        known = self._whole.get(signature)
        if known is not None and self._is_near(known, now):
            return Near(self._stories[known], 1.0)
        words, best = _read_words(signature), None
        for place in self._list_candidates(_read_keys(signature), now):
            likeness = _compare(words, self._words[place])
            if likeness and (best is None or likeness > best.likeness):
                best = Near(self._stories[place], likeness)
        return best

    def forget(self, story: int) -> None:
        """Take every text of a story out: it was erased."""
        kept = [entry for entry in self._list_entries() if entry[0] != story]
        self._fill(kept)

    def take_back(self, since: int) -> None:
        """Take out the texts that were put in last, back to the first one of a story numbered `since` or above."""
        while self._stories and self._stories[-1] >= since:
            self._used -= 1
            nodes = np.arange(self._used * KEYS, (self._used + 1) * KEYS, dtype=np.int32)
            self._first[self._keys[nodes] & self._mask] = self._next[nodes]
            self._stories.pop()
            self._words.pop()
            self._whole.popitem()  # the one put in last

    def _is_near(self, place: int, now: float) -> bool:
        return bool(abs(self._at[place] - now) <= self.window)

    def _list_candidates(self, keys: np.ndarray, now: float) -> list[int]:
        """`CANDIDATES` texts at most that share two keys and more, those that share most first, then the newest."""
        slots = keys & self._mask
        count = count_shared(keys, slots, self._first, self._next, self._keys, self._shared, self._found)
        places = self._found[:count].copy()
        times = self._shared[places]
        self._shared[places] = 0
        fits = (times >= FEWEST_SHARED) & (np.abs(self._at[places] - now) <= self.window)
        places, times = places[fits], times[fits]
        return [int(place) for place in places[np.lexsort((-places, -times))][:CANDIDATES]]

    def _put(self, story: int, signature: Signature, at: float) -> None:
        place = self._used
        nodes = np.arange(place * KEYS, (place + 1) * KEYS, dtype=np.int32)
        keys = _read_keys(signature)
        slots = keys & self._mask
        self._keys[nodes] = keys
        self._next[nodes] = self._first[slots]
        self._first[slots] = nodes
        self._at[place] = at
        self._stories.append(story)
        self._words.append(_read_words(signature))
        self._whole[signature] = place
        self._used += 1

    def _make_room(self, texts: int) -> None:
        self._used = 0
        self._stories: list[int] = []
        self._words: list[str] = []
        self._at = np.zeros(texts)
        self._keys = np.zeros(texts * KEYS, dtype=np.uint32)
        self._next = np.full(texts * KEYS, -1, dtype=np.int32)
        self._shared = np.zeros(texts, dtype=np.int32)
        self._found = np.zeros(texts, dtype=np.int32)
        self._mask = np.uint32(texts * KEYS - 1)
        self._first = np.full(texts * KEYS, -1, dtype=np.int32)

    def _list_entries(self) -> list[tuple[int, Signature, float]]:
        return [
            (self._stories[place], signature, self._at[place]) for signature, place in self._whole.items()
        ]

    def _clear(self, now: float) -> None:
        """Let go of what the window left behind; twice the room where that frees little."""
        kept = [entry for entry in self._list_entries() if entry[2] >= now - self.window]
        self._fill(kept)

    def _fill(self, entries: list[tuple[int, Signature, float]]) -> None:
        room = 1 << 10
        while room < 2 * len(entries):
            room *= 2
        self._whole = {}
        self._make_room(room)
        for story, signature, at in entries:
            self._put(story, signature, at)
