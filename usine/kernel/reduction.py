"""Condition a circuit: bar slots, drop what leads nowhere, merge equal nodes. One pass up, one pass down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit, Ints
from usine.kernel.diagram_loops import Word, hash_pair
from usine.kernel.jit import jit

Flags = NDArray[np.bool_]


def condition(circuit: Circuit, keep: Flags) -> Circuit:
    """The configurations of the circuit that use only slots to keep; the same laws hold again."""
    if circuit.is_empty:
        return circuit
    live, same = _merge(*circuit.arrays, keep)
    if same[0] < 0:
        return empty(circuit.slot_start)
    return Circuit(circuit.slot_start, *_write(*circuit.arrays, live, same))


def empty(slot_start: Ints) -> Circuit:
    """No configuration."""
    zero, none = np.zeros(1, np.int32), np.zeros(0, np.int32)
    return Circuit(slot_start, zero, zero, none, zero, none)


@jit
def _hash(
    edges: Ints, count: int, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, same: Ints
) -> Word:
    code: Word = np.int64(count)
    for k in range(count):
        e = edges[k]
        for i in range(edge_slots[e], edge_slots[e + 1]):
            code = hash_pair(code, slots[i])
        for i in range(edge_children[e], edge_children[e + 1]):
            code = hash_pair(code, -1 - same[children[i]])
    return code


@jit
def _equal(
    a: int, b: int, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, same: Ints
) -> bool:
    """Whether two live edges fix the same slots and lead to the same nodes."""
    if edge_slots[a + 1] - edge_slots[a] != edge_slots[b + 1] - edge_slots[b]:
        return False
    if edge_children[a + 1] - edge_children[a] != edge_children[b + 1] - edge_children[b]:
        return False
    for i in range(edge_slots[a + 1] - edge_slots[a]):
        if slots[edge_slots[a] + i] != slots[edge_slots[b] + i]:
            return False
    for i in range(edge_children[a + 1] - edge_children[a]):
        if same[children[edge_children[a] + i]] != same[children[edge_children[b] + i]]:
            return False
    return True


@jit
def _merge(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, keep: Flags
) -> tuple[Flags, Ints]:
    """Which edges live, and for each node the largest node that it equals (-1 for a dead one)."""
    nodes = len(node_edges) - 1
    live = np.zeros(len(edge_slots) - 1, np.bool_)
    same = np.full(nodes, -1, np.int32)
    size = 4
    while size < 2 * nodes:
        size *= 2
    table = np.full(size, -1, np.int32)
    mine, other = np.empty(len(live), np.int32), np.empty(len(live), np.int32)
    for n in range(nodes - 1, -1, -1):
        count = 0
        for e in range(node_edges[n], node_edges[n + 1]):
            live[e] = True
            for i in range(edge_slots[e], edge_slots[e + 1]):
                live[e] = live[e] and keep[slots[i]]
            for i in range(edge_children[e], edge_children[e + 1]):
                live[e] = live[e] and same[children[i]] >= 0
            if live[e]:
                mine[count] = e
                count += 1
        if count == 0:
            continue
        place = _hash(mine, count, edge_slots, slots, edge_children, children, same) & (size - 1)
        while table[place] >= 0:
            m, others, equal = table[place], 0, True
            for e in range(node_edges[m], node_edges[m + 1]):
                if live[e]:
                    other[others] = e
                    others += 1
            if others == count:
                for k in range(count):
                    if not _equal(mine[k], other[k], edge_slots, slots, edge_children, children, same):
                        equal = False
                        break
                if equal:
                    break
            place = (place + 1) & (size - 1)
        if table[place] < 0:
            table[place] = n
        same[n] = table[place]
    return live, same


@jit
def _write(
    node_edges: Ints,
    edge_slots: Ints,
    slots: Ints,
    edge_children: Ints,
    children: Ints,
    live: Flags,
    same: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """The arrays of what the root reaches, numbered again in the same order."""
    nodes = len(node_edges) - 1
    number = np.full(nodes, -1, np.int32)
    number[same[0]] = 0
    made, edges, fixed, leading = 0, 0, 0, 0
    for n in range(nodes):
        if number[n] < 0:
            continue
        number[n] = made
        made += 1
        for e in range(node_edges[n], node_edges[n + 1]):
            if live[e]:
                edges += 1
                fixed += edge_slots[e + 1] - edge_slots[e]
                leading += edge_children[e + 1] - edge_children[e]
                for i in range(edge_children[e], edge_children[e + 1]):
                    number[same[children[i]]] = 0
    new_nodes, new_edge_slots = np.zeros(made + 1, np.int32), np.zeros(edges + 1, np.int32)
    new_edge_children = np.zeros(edges + 1, np.int32)
    new_slots, new_children = np.empty(fixed, np.int32), np.empty(leading, np.int32)
    at, fixed, leading = 0, 0, 0
    for n in range(nodes):
        if number[n] < 0:
            continue
        for e in range(node_edges[n], node_edges[n + 1]):
            if live[e]:
                for i in range(edge_slots[e], edge_slots[e + 1]):
                    new_slots[fixed] = slots[i]
                    fixed += 1
                for i in range(edge_children[e], edge_children[e + 1]):
                    new_children[leading] = number[same[children[i]]]
                    leading += 1
                at += 1
                new_edge_slots[at], new_edge_children[at] = fixed, leading
        new_nodes[number[n] + 1] = at
    return new_nodes, new_edge_slots, new_slots, new_edge_children, new_children
