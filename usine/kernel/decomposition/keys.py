"""Keys of components: their variables and touched clauses in few bytes, and the table that finds them.

A key is the number of variables, their numbers (each as the step from the one before), then the numbers of the touched
clauses (as steps with a sign). Whole keys are compared, never a hash alone.
"""

from __future__ import annotations

import numpy as np

from usine.kernel.decomposition.state import HASH, KEY_END, KEY_START, inner
from usine.kernel.jit import jit


@inner
def put(keys: np.ndarray, at: int, number: int) -> int:
    """Append a number to a key, seven bits a byte; returns where it ends."""
    while number >= 128:
        keys[at] = 128 | (number & 127)
        at += 1
        number >>= 7
    keys[at] = number
    return at + 1


@inner
def put_signed(keys: np.ndarray, at: int, number: int) -> int:
    """Append a number that may be below zero."""
    return put(keys, at, 2 * number if number >= 0 else -2 * number - 1)


@inner
def take(keys: np.ndarray, at: int) -> tuple[int, int]:
    """The number at a place of a key, and where the next one starts."""
    number, shift = 0, 0
    while keys[at] >= 128:
        number |= (keys[at] & 127) << shift
        shift += 7
        at += 1
    return number | (keys[at] << shift), at + 1


@inner
def take_signed(keys: np.ndarray, at: int) -> tuple[int, int]:
    """The same of a number that may be below zero."""
    number, at = take(keys, at)
    return -(number >> 1) - 1 if number & 1 else number >> 1, at


@inner
def hash_key(keys: np.ndarray, start: int, end: int) -> int:
    """The hash of a key."""
    code = np.uint64(14695981039346656037)
    for index in range(start, end):
        code = (code ^ np.uint64(keys[index])) * np.uint64(1099511628211)
    code ^= code >> np.uint64(29)
    return np.int64(code)  # type: ignore[return-value]


@inner
def find_place(
    keys: np.ndarray, entries: np.ndarray, table: np.ndarray, code: int, start: int, end: int
) -> int:
    """The place in the table of the entry with the key between `start` and `end`; a free one where there is none."""
    mask = len(table) - 1
    place = np.int64(np.uint64(code) & np.uint64(mask))
    while table[place] >= 0:
        entry = table[place]
        if (
            entries[entry, HASH] == code
            and entries[entry, KEY_END] - entries[entry, KEY_START] == end - start
        ):
            same = True
            for index in range(end - start):
                if keys[entries[entry, KEY_START] + index] != keys[start + index]:
                    same = False
                    break
            if same:
                break
        place = (place + 1) & mask
    return place  # type: ignore[return-value]


@jit
def fill_table(table: np.ndarray, entries: np.ndarray, count: int) -> None:
    """Put entries 0..count-1 into an empty table of a size that is a power of two."""
    mask = len(table) - 1
    for entry in range(count):
        place = np.int64(np.uint64(entries[entry, HASH]) & np.uint64(mask))
        while table[place] >= 0:
            place = (place + 1) & mask
        table[place] = entry
