"""Runs the search in slices: room for its arrays, the budget, progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from usine.kernel.budget import Budget
from usine.kernel.decomposition.clauses import forget
from usine.kernel.decomposition.keys import fill_table
from usine.kernel.decomposition.search import DONE, run
from usine.kernel.decomposition.state import (
    CLAUSES,
    EDGE_LITERALS,
    EDGES,
    ENTRIES,
    KEY_BYTES,
    LINKS,
    LITERALS,
    MEMBERS,
    NODES,
    ORIGINAL,
    ORIGINAL_LITERALS,
    PENDING,
    ROOT,
    TOUCHED,
    State,
)
from usine.kernel.errors import TooLarge

SLICE = 3_000_000  # units of work, some fifty milliseconds
LEARNT = 4_000  # learnt clauses before the longer half is dropped
GROWING = (
    (EDGES, ("edges",), "one"),
    (EDGE_LITERALS, ("edge_literals",), "variables"),
    (LINKS, ("links",), "one"),
    (NODES, ("nodes",), "one"),
    (KEY_BYTES, ("keys",), "key"),
    (ENTRIES, ("entries",), "one"),
    (MEMBERS, ("members",), "variables"),
    (TOUCHED, ("touched",), "clauses"),
    (PENDING, ("pending",), "variables"),
)


class Found(NamedTuple):
    """What a search leaves: `nodes` (edge a, edge b or -1), `edges` (first and last place in `literals`, first link).

    A link is a node and the next link of the edge, or -1.
    """

    nodes: NDArray[np.int32]
    edges: NDArray[np.int32]
    literals: NDArray[np.int32]
    links: NDArray[np.int32]
    root: int


def search(state: State, budget: Budget, tick: Callable[[str], None]) -> State:
    """Search to the end; `tick` may raise. Raises TooLarge where the budget is gone."""
    allowed = LEARNT
    done = False
    while not done:
        done = run(state, SLICE) == DONE
        r = state.registers
        tick(f"{r[NODES]:,} nodes")
        if r[NODES] > budget.nodes:
            raise TooLarge(
                f"No circuit within {budget.nodes} nodes was found for these rules: simplify them."
            )
        if r[CLAUSES] - r[ORIGINAL] > allowed:
            forget(state, r[ORIGINAL], r[ORIGINAL_LITERALS], 3)
            allowed += LEARNT // 10
        state = roomy(state, budget.bytes)
    return state


def found(state: State) -> Found:
    """The nodes of a search that came to its end."""
    r = state.registers
    return Found(
        state.nodes[: r[NODES]].copy(),
        state.edges[: r[EDGES]].copy(),
        state.edge_literals[: r[EDGE_LITERALS]].copy(),
        state.links[: r[LINKS]].copy(),
        int(r[ROOT]),
    )


def roomy(state: State, byte_budget: int) -> State:
    """The state with every array that is nearly full twice as long."""
    r, new = state.registers, {}
    variables, clauses = len(state.level), len(state.clause_mark)
    spare = {
        "one": 2,
        "variables": variables + 2,
        "clauses": clauses + 2,
        "key": 5 * (variables + clauses) + 16,
    }
    for register, names, kind in GROWING:
        for name in names:
            array = getattr(state, name)
            if r[register] + spare[kind] >= len(array):
                new[name] = _longer(array, 0)
    if r[LITERALS] + 2 * variables + 8 > len(state.literals):
        new["literals"] = _longer(state.literals, 0)
    if r[CLAUSES] + 4 > len(state.clauses):
        new["clauses"] = _longer(state.clauses, 0)
        new["watch_next"] = _longer(state.watch_next, -1)
    if 2 * (r[ENTRIES] + 2) >= len(state.table):
        new["table"] = _rehashed(state)
    if new:
        state = state._replace(**new)
        if sum(array.nbytes for array in state) > byte_budget:
            raise TooLarge(f"These rules need more than {byte_budget >> 20} MB to compile as a circuit.")
    return state


def _longer(array: np.ndarray, filler: int) -> np.ndarray:
    """A copy twice as long."""
    grown = np.full((2 * len(array), *array.shape[1:]), filler, array.dtype)
    grown[: len(array)] = array
    return grown


def _rehashed(state: State) -> np.ndarray:
    """The table of entries, four times as long."""
    table = np.full(4 * len(state.table), -1, np.int32)
    fill_table(table, state.entries, int(state.registers[ENTRIES]))
    return table
