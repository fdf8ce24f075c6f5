"""Groups of like sales, found by expectation and maximisation, and told only in counts of at least `LEAST` sales.

A latent-class model: a sale belongs to one of some groups, and within a group its values are drawn independently. What
makes values go together (a trim and its seats) is in the groups. Several groupings from different starts are laid side
by side: each is a good description, and their average a better one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LEAST = 5
"""Fewer sales than this are never told: neither a group, nor a value within a group, nor a value at all."""

GROUPS, GROUPINGS, ROUNDS = 600, 8, 30
"""Groups at the start (those that stay below LEAST are dropped), groupings, rounds of learning: chosen by measurement
on Renault's two histories; bench/recommendation.py tells the accuracy."""

SMOOTHING = 1.0
"""Imaginary sales that each group has of each variable, spread as all sales are."""

FADED = 0.5
"""A group with less of a sale than this is dropped while learning: it would never reach LEAST."""


@dataclass(frozen=True, eq=False)
class Groups:
    """What is learnt. `sizes[g]` sales are in group g, and `counts[g, s]` of them have the value of slot s; `totals[s]`
    sales have it in all. Every number is 0 or at least LEAST, and a multiple of LEAST. A slot is a value of a sold
    variable, numbered through; `starts` are the variables' first slots (one entry more at the end)."""

    starts: Ints
    sizes: Ints
    counts: Ints
    totals: Ints

    def are_whole(self) -> bool:
        """Whether the numbers are as they must be; not whether they were learnt."""
        told = (self.counts, self.totals, self.sizes)
        return bool(
            len(self.sizes)
            and len(self.totals) == self.starts[-1]
            and (self.sizes >= LEAST).all()
            and all((numbers >= 0).all() and (numbers % LEAST == 0).all() for numbers in told)
        )

    def chances(self) -> NDArray[np.float64]:
        """The chance of each slot's value in each group; never 0, and summing to 1 over a variable's values.

        A value that is not told has the same chance in every group: to hear of it moves no other answer.
        """
        widths = np.diff(self.starts)
        prior = (self.totals + 1) / np.repeat(
            _by_variable(self.totals[None, :], self.starts)[0] + widths, widths
        )
        common = np.where(self.totals > 0, prior, 0.0)
        left = np.repeat(_by_variable(common[None, :], self.starts)[0], widths)
        told = np.repeat(_by_variable(self.counts, self.starts), widths, axis=1)
        shares = np.divide(common, left, out=np.zeros_like(common), where=left > 0)
        chances = left * (self.counts + SMOOTHING * shares) / (told + SMOOTHING)
        return np.asarray(np.where(self.totals > 0, chances, prior), dtype=np.float64)


def find_groups(numbers: NDArray[np.int32], widths: Ints, groups: int, groupings: int) -> Groups:
    """Learn from sales: one row a sale, one column a variable; the value's place in its domain, or -1 where unknown.

    The same sales give the same groups, in whatever order they come.
    """
    starts = np.concatenate(([0], np.cumsum(widths))).astype(np.int64)
    rows, totals = _blank_rare_values(numbers, starts)
    if not len(rows):
        return Groups(starts, np.array([LEAST]), np.zeros((1, len(totals)), np.int64), totals)
    rows, repeated = np.unique(rows, axis=0, return_counts=True)
    cells = np.zeros((len(rows), int(starts[-1])), dtype=np.float32)
    row, column = np.nonzero(rows >= 0)
    cells[row, starts[column] + rows[row, column]] = 1
    weights = repeated.astype(np.float32)
    groups = max(1, min(groups, len(rows), int(repeated.sum()) // LEAST))
    found = [_tell(cells, weights, _fit(cells, weights, starts, groups, seed)) for seed in range(groupings)]
    sizes = np.concatenate([size for size, _ in found])
    counts = np.concatenate([count for _, count in found])
    if not len(sizes):  # too few sales for any group: one of nothing, so that the totals speak
        sizes, counts = np.array([LEAST]), np.zeros((1, len(totals)), np.int64)
    return Groups(starts, sizes, counts, totals)


def _blank_rare_values(numbers: NDArray[np.int32], starts: Ints) -> tuple[NDArray[np.int32], Ints]:
    """The sales without values of fewer than LEAST sales, or left out where none remains; and each slot's sales."""
    slots = numbers + starts[:-1]
    totals = np.bincount(slots[numbers >= 0], minlength=int(starts[-1]))
    rows = np.where((numbers >= 0) & (totals[slots] >= LEAST), numbers, -1).astype(np.int32)
    return rows[(rows >= 0).any(axis=1)], _coarse(totals)


def _fit(cells: Floats, weights: Floats, starts: Ints, groups: int, seed: int) -> Floats:
    """How far each row belongs to each group, summing to 1 over the groups."""
    rng = np.random.default_rng(seed)
    belongs = rng.dirichlet(np.full(groups, 0.05), size=len(cells)).astype(np.float32)
    widths = np.diff(starts)
    totals = weights @ cells
    prior = (totals + 1) / np.repeat(_by_variable(totals[None, :], starts)[0] + widths, widths)
    for _ in range(ROUNDS):
        weighted = belongs * weights[:, None]
        size = weighted.sum(axis=0)
        alive = size >= min(FADED, float(size.max()))
        weighted, size = weighted[:, alive], size[alive]
        chance = (weighted.T @ cells + SMOOTHING * prior) / (size[:, None] + SMOOTHING)
        score = cells @ np.log(chance).T + np.log(size + 1)
        score -= score.max(axis=1, keepdims=True)
        np.exp(score, out=score)
        belongs = score / score.sum(axis=1, keepdims=True)
    return belongs


def _tell(cells: Floats, weights: Floats, belongs: Floats) -> tuple[Ints, Ints]:
    """Sizes and counts as they may be told. A sale belongs to a group by at most 1: a sum of LEAST is LEAST sales."""
    weighted = (belongs * weights[:, None]).astype(np.float64)
    small = weighted.sum(axis=0) < LEAST
    if small.any():  # too small to be told: together they may be
        weighted = np.column_stack((weighted[:, ~small], weighted[:, small].sum(axis=1)))
    size = _coarse(weighted.sum(axis=0))
    counts = _coarse(weighted.T @ cells)
    return size[size > 0], counts[size > 0]


def _coarse(sums: NDArray[np.float64] | Ints) -> Ints:
    """The nearest multiple of LEAST; 0 below LEAST."""
    return np.where(sums < LEAST, 0, np.rint(sums / LEAST) * LEAST).astype(np.int64)


def _by_variable(counts: NDArray[np.generic], starts: Ints) -> NDArray[np.generic]:
    """Sums over the values of each variable, for each row."""
    return np.add.reduceat(counts, starts[:-1], axis=1)
