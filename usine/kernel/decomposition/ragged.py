"""Rows of different lengths, one after another in one array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Ragged:
    """Row r is `items[start[r]:start[r + 1]]`."""

    start: Numbers
    items: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]]) -> Ragged:
        """From lists."""
        kept = [list(row) for row in rows]
        return cls(starts([len(row) for row in kept]), np.array(list(chain.from_iterable(kept)), np.int32))

    @classmethod
    def cut(cls, first: Numbers, last: Numbers, items: NDArray[np.int32]) -> Ragged:
        """Rows that lie anywhere in an array, from a first to before a last place."""
        start = starts(last - first)
        return cls(start, items[np.arange(start[-1]) + np.repeat(first - start[:-1], last - first)])

    def take(self, rows: Numbers) -> Ragged:
        """Some rows, in the order asked for."""
        return Ragged.cut(self.start[rows], self.start[rows + 1], self.items)

    def through(self, other: Ragged) -> Ragged:
        """Each item replaced by the other's row of that number."""
        found = other.take(self.items)
        return Ragged(found.start[self.start], found.items)

    def beside(self, other: Ragged) -> Ragged:
        """Each row lengthened by the other's row of the same number."""
        start = self.start + other.start
        items = np.empty(start[-1], np.int32)
        items[np.arange(len(self.items)) + np.repeat(other.start[:-1], np.diff(self.start))] = self.items
        items[np.arange(len(other.items)) + np.repeat(self.start[1:], np.diff(other.start))] = other.items
        return Ragged(start, items)

    def keep(self, kept: NDArray[np.bool_]) -> Ragged:
        """Without some items."""
        return Ragged(np.concatenate(([0], np.cumsum(kept)))[self.start], self.items[kept])

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def row_of(self) -> NDArray[np.int64]:
        """The row of each item."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @property
    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """As a circuit has them."""
        return self.start.astype(np.int32), self.items


def stacked(parts: Sequence[Ragged]) -> Ragged:
    """The rows of all parts, part after part."""
    ends = starts([len(part.items) for part in parts])
    start = [part.start[:-1] + end for part, end in zip(parts, ends.tolist(), strict=False)]
    return Ragged(np.concatenate([*start, ends[-1:]]), np.concatenate([part.items for part in parts]))


def starts(lengths: Numbers | list[int]) -> NDArray[np.int64]:
    """Where each of some rows starts, and where the last one ends."""
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found
