"""From clauses to a circuit: prepare, order, search, reduce, smooth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from usine.kernel.budget import Budget, Clock
from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.drive import search
from usine.kernel.decomposition.emit import emit
from usine.kernel.decomposition.outputs import outputs
from usine.kernel.decomposition.prepare import Clause, Prepared, prepare
from usine.kernel.decomposition.setup import ranks, set_up
from usine.kernel.reduction import empty


@dataclass(frozen=True)
class Clauses:
    """A rule set in clauses (DIMACS literals, flat; `start` has one entry more than clauses) and its decisions.

    Every model makes exactly one literal of every decision true. Variables in no decision are functions of the others.
    The last `hidden` decisions keep slots of their own and determine no other decision.
    """

    literals: NDArray[np.int32]
    start: NDArray[np.int32]
    variable_count: int
    decisions: tuple[tuple[int, ...], ...]
    hidden: int = 0


@dataclass(frozen=True)
class Decomposed:
    """The circuit over `decisions` (their places in the input); `determined`: (decision, value index by its value)."""

    circuit: Circuit
    decisions: tuple[int, ...]
    determined: Mapping[int, tuple[int, tuple[int, ...]]]


def decompose(rules: Clauses, budget: Budget, clock: Clock) -> Decomposed:
    """Compile a rule set. Raises TooLarge where the budget is gone."""
    prepared = prepare(_tuples(rules), rules.variable_count, clock.tick)
    if not prepared.satisfiable:
        return Decomposed(empty(_slot_start(rules)), tuple(range(len(rules.decisions))), {})
    plan = outputs(rules.decisions, rules.hidden, prepared.same)
    core, number = _numbered(prepared)
    found = search(set_up(core, len(number), ranks(core, len(number))[0]), budget, clock.tick)
    clock.tick("circuit")
    return Decomposed(emit(found, plan, number), plan.kept, plan.determined)


def _slot_start(rules: Clauses) -> NDArray[np.int32]:
    return np.cumsum([0, *map(len, rules.decisions)], dtype=np.int32)


def _tuples(rules: Clauses) -> list[Clause]:
    literals, start = rules.literals.tolist(), rules.start.tolist()
    return [tuple(literals[a:b]) for a, b in pairwise(start)]


def _numbered(prepared: Prepared) -> tuple[list[Clause], dict[int, int]]:
    """The clauses in the search's literals, and the search's number of each variable kept."""
    number = {v: n for n, v in enumerate(sorted({abs(x) for clause in prepared.clauses for x in clause}))}
    return [tuple(2 * number[abs(x)] + (x < 0) for x in clause) for clause in prepared.clauses], number
