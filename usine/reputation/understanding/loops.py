"""The loops of understanding, compiled by Numba on their first call and kept beside the source.

They check no bounds: what they read must have been made by this package.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])
Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Found = tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint8], Indices]

SPACE, WORD, MARK, HAN = 0, 1, 2, 3
CHARACTERS, WORDS = 0, 1
"""The blocks of grams."""
SHORTEST, LONGEST = 2, 5
"""Character grams, in code points."""


def jit(function: Function) -> Function:
    """Compile on the first call with a new signature; releases the interpreter's lock while it runs."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@jit
def mix(value: Any) -> Any:
    """The finishing step of MurmurHash3: every bit of 32 depends on every other one."""
    h = np.uint64(value) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(16)
    return h


@jit
def append(h: Any, code: Any) -> Any:
    """One step of FNV-1a over code points, 32 bits."""
    return ((h ^ np.uint64(code)) * np.uint64(0x01000193)) & np.uint64(0xFFFFFFFF)


@jit
def find_kind(kinds: NDArray[np.uint8], code: Any) -> Any:
    return kinds[code] if code < kinds.shape[0] else MARK


@jit
def hash_characters(points: NDArray[np.uint32], start: int, end: int, out: NDArray[np.uint32]) -> int:
    """Character grams of one text into `out`; how many."""
    count = 0
    for i in range(start, end):
        h: Any = np.uint64(0x811C9DC5)
        for length in range(1, LONGEST + 1):
            if i + length > end:
                break
            h = append(h, points[i + length - 1])
            if length >= SHORTEST:
                out[count] = mix(h + np.uint64(length))
                count += 1
    return count


@jit
def hash_words(
    points: NDArray[np.uint32], start: int, end: int, kinds: NDArray[np.uint8], out: NDArray[np.uint32]
) -> int:
    """Words and pairs of words of one text into `out`; how many. A run of one sign is one word."""
    count = 0
    before: Any = np.uint64(0x9E3779B9)
    i = start
    while i < end:
        kind = find_kind(kinds, points[i])
        if kind == SPACE:
            i += 1
            continue
        h = append(np.uint64(0x2F0B4C47), points[i])
        first = points[i]
        i += 1
        while i < end and kind != HAN:
            if find_kind(kinds, points[i]) != kind or (kind == MARK and points[i] != first):
                break
            h = append(h, points[i])
            i += 1
        out[count] = mix(h)
        out[count + 1] = mix(before * np.uint64(31) + h)
        count += 2
        before = h
    return count


@jit
def count_grams(points: NDArray[np.uint32], starts: Indices, kinds: NDArray[np.uint8]) -> Found:
    """The grams of every text, sorted, each once with its count, characters before words."""
    size = 0
    longest = 0
    for d in range(starts.shape[0] - 1):
        n = starts[d + 1] - starts[d]
        size += n * (LONGEST - SHORTEST + 3)
        longest = max(longest, n)
    hashes = np.empty(size, dtype=np.uint32)
    counts = np.empty(size, dtype=np.uint16)
    blocks = np.empty(size, dtype=np.uint8)
    ends = np.zeros(starts.shape[0], dtype=np.int64)
    buffer = np.empty(max(longest, 1) * (LONGEST - SHORTEST + 1), dtype=np.uint32)
    at = 0
    for d in range(starts.shape[0] - 1):
        for block in range(2):
            if block == CHARACTERS:
                n = hash_characters(points, starts[d], starts[d + 1], buffer)
            else:
                n = hash_words(points, starts[d], starts[d + 1], kinds, buffer)
            part = np.sort(buffer[:n])
            i = 0
            while i < n:
                j = i + 1
                while j < n and part[j] == part[i]:
                    j += 1
                hashes[at] = part[i]
                counts[at] = min(j - i, 65535)
                blocks[at] = block
                at += 1
                i = j
        ends[d + 1] = at
    return hashes[:at].copy(), counts[:at].copy(), blocks[:at].copy(), ends


@jit
def weigh_grams(
    hashes: NDArray[np.uint32],
    counts: NDArray[np.uint16],
    blocks: NDArray[np.uint8],
    starts: Indices,
    tags: NDArray[np.uint8],
    rarity: NDArray[np.uint8],
    shift: int,
) -> tuple[NDArray[np.int32], Floats, Indices]:
    """Slots and weights of the grams that a table knows, a row a text; each block of a row has length one."""
    slots = np.empty(hashes.shape[0], dtype=np.int32)
    values = np.empty(hashes.shape[0], dtype=np.float32)
    ends = np.zeros(starts.shape[0], dtype=np.int64)
    at = 0
    for d in range(starts.shape[0] - 1):
        first = at
        cut = at
        squares = np.zeros(2, dtype=np.float32)
        for k in range(starts[d], starts[d + 1]):
            slot = hashes[k] >> np.uint32(shift)
            if rarity[slot] == 0 or tags[slot] != np.uint8(hashes[k] & np.uint32(0xFF)):
                continue
            value = np.float32((1.0 + np.log(counts[k])) * rarity[slot])
            squares[blocks[k]] += value * value
            slots[at] = slot
            values[at] = value
            at += 1
            if blocks[k] == CHARACTERS:
                cut = at
        for k in range(first, at):
            values[k] /= np.sqrt(squares[CHARACTERS if k < cut else WORDS])
        ends[d + 1] = at
    return slots[:at].copy(), values[:at].copy(), ends


@jit
def add_weights(
    slots: NDArray[np.int32], values: Floats, starts: Indices, weights: NDArray[np.int8], out: Floats
) -> None:
    """`out[d] += values of d @ weights`, whole numbers times the scale that the caller knows."""
    for d in range(starts.shape[0] - 1):
        for k in range(starts[d], starts[d + 1]):
            for o in range(weights.shape[1]):
                out[d, o] += values[k] * weights[slots[k], o]


@jit
def place_pieces(keys: NDArray[np.uint32], bits: int) -> NDArray[np.int32]:
    """An open table from the hash of a piece to its place, -1 where empty."""
    table = np.full(1 << bits, -1, dtype=np.int32)
    mask = (1 << bits) - 1
    for i in range(keys.shape[0]):
        at = int(keys[i]) & mask
        while table[at] >= 0:
            at = (at + 1) & mask
        table[at] = i
    return table


@jit
def hash_pieces(points: NDArray[np.uint32], starts: Indices) -> NDArray[np.uint32]:
    """The hash of each whole text."""
    out = np.empty(starts.shape[0] - 1, dtype=np.uint32)
    for d in range(starts.shape[0] - 1):
        h: Any = np.uint64(0x811C9DC5)
        for i in range(starts[d], starts[d + 1]):
            h = append(h, points[i])
        out[d] = mix(h)
    return out


@jit
def hash_rated(points: NDArray[np.uint32], start: int, end: int, salt: Any) -> Any:
    """The key of one word in the language that the salt stands for."""
    h: Any = np.uint64(0x2F0B4C47) ^ np.uint64(salt)
    for i in range(start, end):
        h = append(h, points[i])
    return np.uint32(mix(h))


@jit
def rate_words(
    points: NDArray[np.uint32],
    starts: Indices,
    kinds: NDArray[np.uint8],
    salts: NDArray[np.uint32],
    keys: NDArray[np.uint32],
    ratings: NDArray[np.int8],
    table: NDArray[np.int32],
    out: Floats,
) -> None:
    """Of the rated words of each text: the sum of the good, of the bad, the best, the worst, the last."""
    mask = table.shape[0] - 1
    for d in range(starts.shape[0] - 1):
        i = starts[d]
        while i < starts[d + 1]:
            if find_kind(kinds, points[i]) != WORD:
                i += 1
                continue
            j = i + 1
            while j < starts[d + 1] and find_kind(kinds, points[j]) == WORD:
                j += 1
            key = hash_rated(points, i, j, salts[d])
            i = j
            place = int(key) & mask
            while table[place] >= 0 and keys[table[place]] != key:
                place = (place + 1) & mask
            if table[place] < 0:
                continue
            rating = np.float32(ratings[table[place]])
            out[d, 0] += max(rating, np.float32(0))
            out[d, 1] += min(rating, np.float32(0))
            out[d, 2] = max(out[d, 2], rating)
            out[d, 3] = min(out[d, 3], rating)
            out[d, 4] = rating


@jit
def segment(
    points: NDArray[np.uint32],
    starts: Indices,
    keys: NDArray[np.uint32],
    lengths: NDArray[np.uint8],
    scores: Floats,
    table: NDArray[np.int32],
    longest: int,
    unknown: float,
) -> tuple[NDArray[np.int32], Indices]:
    """The likeliest pieces of every text (Viterbi over a unigram model); characters that no piece has are left out."""
    out = np.empty(points.shape[0], dtype=np.int32)
    ends = np.zeros(starts.shape[0], dtype=np.int64)
    mask = table.shape[0] - 1
    at = 0
    for d in range(starts.shape[0] - 1):
        start = starts[d]
        n = starts[d + 1] - start
        best = np.full(n + 1, np.float32(-1e30))
        best[0] = 0
        came = np.zeros(n + 1, dtype=np.int64)
        piece = np.full(n + 1, -1, dtype=np.int32)
        for i in range(n):
            if best[i] + unknown > best[i + 1]:
                best[i + 1] = best[i] + unknown
                came[i + 1] = i
                piece[i + 1] = -1
            h: Any = np.uint64(0x811C9DC5)
            for length in range(1, min(longest, n - i) + 1):
                h = append(h, points[start + i + length - 1])
                key = np.uint32(mix(h))
                place = int(key) & mask
                while table[place] >= 0:
                    p = table[place]
                    if keys[p] == key and lengths[p] == length:
                        score = best[i] + scores[p]
                        if score > best[i + length]:
                            best[i + length] = score
                            came[i + length] = i
                            piece[i + length] = p
                        break
                    place = (place + 1) & mask
        first = at
        j = n
        while j > 0:
            if piece[j] >= 0:
                out[at] = piece[j]
                at += 1
            j = came[j]
        out[first:at] = out[first:at][::-1].copy()
        ends[d + 1] = at
    return out[:at].copy(), ends


@jit
def add_vectors(pieces: NDArray[np.int32], starts: Indices, vectors: NDArray[np.int8], out: Floats) -> None:
    """The sum of the vectors of each text's pieces."""
    for d in range(starts.shape[0] - 1):
        for k in range(starts[d], starts[d + 1]):
            for o in range(vectors.shape[1]):
                out[d, o] += vectors[pieces[k], o]
