"""From clauses to a circuit: prepare, order, search, reduce, smooth; within seconds and bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.drive import search
from usine.kernel.decomposition.emit import emit, empty
from usine.kernel.decomposition.outputs import Outputs, outputs
from usine.kernel.decomposition.prepare import Clause, Prepared, prepare
from usine.kernel.decomposition.setup import ranks, set_up
from usine.kernel.errors import TooLarge

Progress = Callable[[str], None]
GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Clauses:
    """A rule set in clauses (DIMACS literals, flat; `start` has one entry more than clauses) and its decisions.

    Every model makes exactly one literal of every decision true; no variable is in two decisions. Variables in no
    decision are functions of the others.
    """

    literals: NDArray[np.int32]
    start: NDArray[np.int32]
    variable_count: int
    decisions: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Decomposed:
    """The circuit over `decisions` (their places in the input); `determined`: (decision, value index by its value)."""

    circuit: Circuit
    decisions: tuple[int, ...]
    determined: Mapping[int, tuple[int, tuple[int, ...]]]


@dataclass(frozen=True)
class Budget:
    """What a compilation may take; its result does not depend on it."""

    seconds: float = 60.0
    bytes: int = 3 * GIGABYTE


def decompose(rules: Clauses, budget: Budget | None = None, progress: Progress | None = None) -> Decomposed:
    """Compile a rule set. Raises TooLarge where the budget is gone; `progress` may raise to stop it."""
    budget = budget or Budget()
    tick = _ticker(budget, progress)
    prepared = prepare(_tuples(rules), rules.variable_count, tick)
    if not prepared.satisfiable:
        return Decomposed(empty(rules.decisions), tuple(range(len(rules.decisions))), {})
    plan = outputs(rules.decisions, prepared.same)
    core, number = _numbered(prepared)
    state = search(set_up(core, len(number), ranks(core, len(number))[0]), budget.bytes, tick)
    tick("circuit")
    return Decomposed(emit(state, plan, number), plan.kept, plan.determined)


def _ticker(budget: Budget, progress: Progress | None) -> Progress:
    end = time.monotonic() + budget.seconds

    def tick(what: str) -> None:
        if time.monotonic() > end:
            raise TooLarge(f"These rules did not compile as a circuit within {budget.seconds:g} s.")
        if progress:
            progress(what)

    return tick


def _tuples(rules: Clauses) -> list[Clause]:
    literals, start = rules.literals.tolist(), rules.start.tolist()
    return [tuple(literals[a:b]) for a, b in zip(start, start[1:], strict=False)]


def _numbered(prepared: Prepared) -> tuple[list[Clause], dict[int, int]]:
    """The clauses in the search's literals, and the search's number of each variable kept."""
    number = {v: n for n, v in enumerate(sorted({abs(x) for clause in prepared.clauses for x in clause}))}
    return [tuple(2 * number[abs(x)] + (x < 0) for x in clause) for clause in prepared.clauses], number
