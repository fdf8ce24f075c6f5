"""Which literals can be true together with given ones: witnessed by models, or proved impossible.

Models met before are kept as bits, so that most answers need no search. What they leave open is assumed in packs: as
many literals at once as propagation allows, written over a known model, which mostly gives a model again; where it does
not, an incremental solver (Glucose) decides. Whatever was asked before, the answers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pysat.solvers import Solver

from usine.kernel.decomposition.prepare import Clause
from usine.kernel.decomposition.setup import set_up
from usine.kernel.decomposition.state import I8, I32
from usine.kernel.solver import ENGINE, solve
from usine.kernel.witness_loops import (
    IMPOSSIBLE,
    OPEN,
    POSSIBLE,
    U64,
    Occurrences,
    Pool,
    assumed,
    keep,
    let_go,
    note,
    see,
    see_let_go,
    settle,
    settle_open,
)

WORDS = 32  # of 64 models each
ALL_BITS = ~np.uint64(0)
Flags = NDArray[np.bool_]


class Witnesses:
    """The models of some clauses, as far as they were met. Not to be used by two threads at a time.

    Literals of questions are `2 * variable` (true) or `2 * variable + 1` (false), variables from 0. `check` is called
    during long searches and may raise.
    """

    def __init__(self, clauses: Sequence[Clause], count: int):
        """`clauses` (as in DIMACS) are over `count` variables and have a model."""
        self.check: Callable[[], None] = lambda: None
        self._count = count
        self._solver = Solver(name=ENGINE, bootstrap_with=clauses)
        numbered = [tuple(2 * abs(x) - 2 + (x < 0) for x in clause) for clause in clauses]
        self._state = set_up(numbered, count, np.zeros(count))
        settle(self._state)
        self._occurrences = _occurrences(self._state.fixed_literals, self._state.clauses, len(clauses), count)
        self._pool = Pool(
            np.zeros((count, WORDS), np.uint64), np.zeros(WORDS, np.uint64), np.zeros(1, np.int64)
        )

    def is_possible(self, given: I32) -> bool:
        """Whether some model has all given literals."""
        return bool(self._matching(given).any()) or self._search(given.tolist()) is not None

    def find(self, given: I32, wanted: I32) -> Flags | None:
        """For each wanted literal, whether some model has it and all given ones; None where none has the given ones."""
        found = np.zeros(len(wanted), np.int8)
        base = self._base(given)
        if base is None:
            return None
        see(self._pool, self._matching(given), wanted, found)
        return self._decide(given, wanted, found, base)

    def find_alternatives(self, given: I32, wanted: Sequence[I32]) -> list[Flags]:
        """For each given literal, which of its wanted ones some model has once that one given literal is let go.

        The given literals have a model.
        """
        if not len(given):
            return []
        start = np.cumsum([0, *map(len, wanted)]).astype(np.int32)
        flat = np.concatenate(wanted).astype(np.int32)
        found = np.zeros(len(flat), np.int8)
        see_let_go(self._pool, given, start, flat, found)
        base = self._base(given)
        if base is not None and (found == OPEN).any():
            let_go(self._state, self._occurrences, self._pool, given, start, flat, found, base)
        answers = []
        for place, literals in enumerate(wanted):
            part = found[start[place] : start[place + 1]]
            if base is not None and (part == OPEN).any():
                self._decide(np.delete(given, place), literals, part, base)
            answers.append(part == POSSIBLE)
        return answers

    def _decide(self, given: I32, wanted: I32, found: I8, base: I8) -> Flags:
        """Settle what is open; `base` is a model with the given literals. Which are possible."""
        limit = len(wanted)
        while taken := settle_open(
            self._state, self._occurrences, self._pool, given, wanted, found, base, limit
        ):
            more = assumed(self._state)
            model = self._search([*given.tolist(), *more.tolist()])
            if model is not None:
                note(model, wanted, found)
                limit = min(2 * limit, len(wanted))
            elif taken == 1:
                found[wanted == more[0]] = IMPOSSIBLE
            else:
                limit = taken // 2
        possible: Flags = found == POSSIBLE
        return possible

    def _base(self, given: I32) -> I8 | None:
        """A model with all given literals; None where there is none."""
        mask = self._matching(given)
        if not mask.any():
            return self._search(given.tolist())
        word = int(np.flatnonzero(mask)[0])
        bits = int(mask[word])
        bit = np.uint64((bits & -bits).bit_length() - 1)
        return ((self._pool.bits[:, word] >> bit) & np.uint64(1)).astype(np.int8)

    def _search(self, literals: Sequence[int]) -> I8 | None:
        """A new model with all of the literals, kept; None where there is none."""
        if not solve(self._solver, [_signed(literal) for literal in literals], self.check):
            return None
        model = np.array(self._solver.get_model(), np.int64)
        row = np.zeros(self._count, np.int8)
        row[model[model > 0] - 1] = 1
        keep(self._pool, row)
        return row

    def _matching(self, given: I32) -> U64:
        """The models of the pool with all given literals, as bits."""
        rows = self._pool.bits[given >> 1] ^ np.where(given & 1, ALL_BITS, np.uint64(0))[:, None]
        mask: U64 = np.bitwise_and.reduce(rows, axis=0, initial=ALL_BITS) & self._pool.filled
        return mask


def _signed(literal: int) -> int:
    """A literal as solvers write it."""
    return -(literal >> 1) - 1 if literal & 1 else (literal >> 1) + 1


def _occurrences(literals: I32, spans: I32, clauses: int, count: int) -> Occurrences:
    size = int(spans[clauses - 1, 1])
    order = np.argsort(literals[:size], kind="stable")
    start = np.zeros(2 * count + 1, np.int32)
    np.cumsum(np.bincount(literals[:size], minlength=2 * count), out=start[1:])
    owner = np.repeat(np.arange(clauses, dtype=np.int32), spans[:clauses, 1] - spans[:clauses, 0])
    return Occurrences(start, owner[order])
