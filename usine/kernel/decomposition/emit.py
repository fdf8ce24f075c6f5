"""The circuit of a finished search."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.outputs import Outputs
from usine.kernel.decomposition.reduce import reduced
from usine.kernel.decomposition.smooth import domains, gaps, reachable, written
from usine.kernel.decomposition.state import EDGE_LITERALS, EDGES, LINKS, NODES, State


def emit(state: State, plan: Outputs, number: dict[int, int]) -> Circuit:
    """Nodes merged, smoothed and numbered from the root down; `number`: the search's number of a kept variable."""
    slot_start = np.array(plan.slot_start, np.int32)
    node_edges, edge_slots, slots, edge_children, children, root = _reduced(state, plan, number)
    unit_of = np.repeat(np.array(plan.unit_of, np.int32), np.diff(slot_start))
    words = len(plan.choices) // 64 + 1
    of_node, of_edge = domains(node_edges, edge_slots, slots, edge_children, children, unit_of, words)
    names = reachable(node_edges, edge_children, children, root)
    whole = _bits(set(range(len(plan.choices))) - {int(unit_of[slot]) for slot in plan.fixed}, words)
    block, bits, lack_start, lacks, found = gaps(names, node_edges, of_node, of_edge, whole, root)
    lacks = lacks[: lack_start[-1]]
    choice_start = np.cumsum([0, *map(len, plan.choices)], dtype=np.int32)
    choice_slots, chosen = _flat(choice for unit in plan.choices for choice in unit)
    fixed = np.array(plan.fixed, np.int32)
    arrays = written(
        names, node_edges, edge_slots, slots, edge_children, children,
        block, bits, found, lack_start, lacks, fixed, choice_start, choice_slots, chosen, root,
    )  # fmt: skip
    return Circuit(slot_start, *arrays)


def _reduced(state: State, plan: Outputs, number: dict[int, int]) -> tuple[NDArray[np.int32], ...]:
    """The search's nodes with slots instead of literals, equal ones merged; last the root's number."""
    r = state.registers
    names = {value: key for key, value in number.items()}
    literals = [names[v] * sign for v in range(len(names)) for sign in (1, -1)]
    start, flat = _flat(plan.slots_of.get(literal, []) for literal in literals)
    edges = state.edges[: r[EDGES]]
    fixing = state.edge_literals[: r[EDGE_LITERALS]]
    room = 4 * (len(fixing) * max(1, int(np.diff(start).max(initial=1))) + 2 * int(r[LINKS]) + len(edges)) + 4096
    while True:
        sizes, node_edges, edge_slots, slots, edge_children, children, new_of = reduced(
            state.nodes[: r[NODES]], edges, fixing, state.links[: r[LINKS]], start, flat, room
        )
        if sizes[0] >= 0:
            break
        room *= 2
    total, edge_total, slot_total, child_total = sizes
    return (
        node_edges[: total + 1],
        edge_slots[: edge_total + 1],
        slots[:slot_total],
        edge_children[: edge_total + 1],
        children[:child_total],
        new_of[r[NODES] - 1],
    )


def _bits(members: Iterable[int], words: int) -> NDArray[np.uint64]:
    row = np.zeros(words, np.uint64)
    for member in members:
        row[member >> 6] |= np.uint64(1 << (member & 63))
    return row


def _flat(rows: Iterable[list[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each row starts, and all rows one after another."""
    start, flat = [0], []
    for row in rows:
        flat += row
        start.append(len(flat))
    return np.array(start, np.int32), np.array(flat, np.int32)
