"""From clauses to a circuit: prepare, order, search, reduce, smooth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from usine.kernel.budget import Budget, Clock
from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.drive import found, search
from usine.kernel.decomposition.emit import emit
from usine.kernel.decomposition.outputs import outputs
from usine.kernel.decomposition.prepare import Clause, prepare
from usine.kernel.decomposition.trace import Trace, Unlike, leave, name_variables, start_afresh, start_again
from usine.kernel.reduction import empty


@dataclass(frozen=True)
class Clauses:
    """A rule set in clauses (DIMACS literals, flat; `start` has one entry more than clauses) and its decisions.

    Every model makes exactly one literal of every decision true. Variables in no decision are functions of the others.
    The last `hidden` decisions keep slots of their own and determine no other decision. What a variable is called in
    the next rule set too: `names`, or `parts`, by literal: it is true exactly where one of its parts is, all of them
    over smaller variables.
    """

    literals: NDArray[np.int32]
    start: NDArray[np.int32]
    variable_count: int
    decisions: tuple[tuple[int, ...], ...]
    hidden: int = 0
    names: Mapping[int, str] = field(default_factory=dict)
    parts: Mapping[int, Clause] = field(default_factory=dict)


@dataclass(frozen=True)
class Decomposed:
    """The circuit over `decisions` (their places in the input); `determined`: (decision, value index by its value).

    `reused` components were known to an earlier search.
    """

    circuit: Circuit
    decisions: tuple[int, ...]
    determined: Mapping[int, tuple[int, tuple[int, ...]]]
    trace: Trace | None = None
    reused: int = 0


def decompose(
    rules: Clauses, budget: Budget, clock: Clock, *, keep: bool = False, known: Trace | None = None
) -> Decomposed:
    """Compile a rule set, from what is `known` of nearly the same one; `keep` a trace.

    Raises TooLarge; of these, Unlike where what is known is of no use, as for contradictory rules.
    """
    prepared = prepare(_tuples(rules), rules.variable_count, clock.tick)
    if known and not prepared.satisfiable:
        raise Unlike
    if not prepared.satisfiable:
        return Decomposed(empty(_slot_start(rules)), tuple(range(len(rules.decisions))), {})
    plan = outputs(rules.decisions, rules.hidden, prepared.same)
    names = name_variables(rules.variable_count, rules.names, rules.parts) if keep or known else []
    start = start_again(prepared.clauses, names, known) if known else start_afresh(prepared.clauses)
    if known:
        clock.tick(f"{start.reused} components known")
    state = search(start.state, budget, clock.tick)
    nodes, trace = found(state), leave(state, names, start.number) if keep else None
    del state
    clock.tick("circuit")
    circuit = emit(nodes, plan, start.number)
    return Decomposed(circuit, plan.kept, plan.determined, trace, start.reused)


def _slot_start(rules: Clauses) -> NDArray[np.int32]:
    return np.cumsum([0, *map(len, rules.decisions)], dtype=np.int32)


def _tuples(rules: Clauses) -> list[Clause]:
    literals, start = rules.literals.tolist(), rules.start.tolist()
    return [tuple(literals[a:b]) for a, b in pairwise(start)]
