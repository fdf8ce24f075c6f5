"""What each part of a circuit decides, and what must be added to edges so that all of a node decide the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Ints
from usine.kernel.decomposition.state import inner
from usine.kernel.jit import jit

Bits = NDArray[np.uint64]
INLINE = 1  # slots that an edge keeps itself where nothing else is added to it


@jit
def domains(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, unit_of: Ints,
    words: int,
) -> Bits:  # fmt: skip
    """The units below each node, as rows of bits; children have larger numbers than their parents."""
    count = len(node_edges) - 1
    found = np.zeros((count, words), np.uint64)
    for node in range(count - 1, -1, -1):
        for edge in range(node_edges[node], node_edges[node + 1]):
            _add_domain(found[node], edge, edge_slots, slots, edge_children, children, unit_of, found)
    return found


@inner
def _add_domain(
    row: Bits, edge: int, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, unit_of: Ints,
    found: Bits,
) -> None:  # fmt: skip
    """Add the units of an edge to a row of bits."""
    for place in range(edge_slots[edge], edge_slots[edge + 1]):
        unit = unit_of[slots[place]]
        row[unit >> 6] |= np.uint64(1) << np.uint64(unit & 63)
    for place in range(edge_children[edge], edge_children[edge + 1]):
        for word in range(len(row)):
            row[word] |= found[children[place], word]


@jit
def additions(
    node_edges: Ints, edge_slots: Ints, slots: Ints, edge_children: Ints, children: Ints, unit_of: Ints,
    found: Bits,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """What each edge fixes and lacks, equal sets once: (the set of each edge, or -1; starts of sets; their elements).

    The elements of a set are slots, then the units that the edge lacks, numbered on from the slots. An edge that
    lacks nothing and fixes few slots has none.
    """
    edges, words = len(edge_slots) - 1, found.shape[1]
    set_of = np.full(edges, -1, np.int32)
    start, elements = np.zeros(edges + 1, np.int32), np.zeros(4096, np.int32)
    places = 4
    while places < 2 * edges:
        places *= 2
    table, codes = np.full(places, -1, np.int32), np.zeros(edges, np.uint64)
    row = np.zeros(words, np.uint64)
    made = 0
    for node in range(len(node_edges) - 1):
        for edge in range(node_edges[node], node_edges[node + 1]):
            row[:] = 0
            _add_domain(row, edge, edge_slots, slots, edge_children, children, unit_of, found)
            end = start[made]
            most = end + edge_slots[edge + 1] - edge_slots[edge] + 64 * words
            if most > len(elements):
                longer = np.zeros(2 * most, np.int32)
                longer[:end] = elements[:end]
                elements = longer
            for place in range(edge_slots[edge], edge_slots[edge + 1]):
                elements[end] = slots[place]
                end += 1
            for word in range(words):
                lack = found[node, word] & ~row[word]
                unit = len(unit_of) + 64 * word
                while lack:
                    if lack & np.uint64(1):
                        elements[end] = unit
                        end += 1
                    lack >>= np.uint64(1)
                    unit += 1
            length = end - start[made]
            if length == 0 or (length <= INLINE and elements[start[made]] < len(unit_of)):
                continue
            code = np.uint64(length)
            for place in range(start[made], end):
                code = (code ^ np.uint64(elements[place])) * np.uint64(0x9E3779B97F4A7C15)
                code ^= code >> np.uint64(29)
            spot = np.int64(code & np.uint64(places - 1))
            while table[spot] >= 0 and not (
                codes[table[spot]] == code and _same(elements, start, table[spot], start[made], end)
            ):
                spot = (spot + 1) & (places - 1)
            if table[spot] < 0:
                table[spot] = made
                codes[made] = code
                made += 1
                start[made] = end
            set_of[edge] = table[spot]
    return set_of, start[: made + 1], elements[: start[made]]


@inner
def _same(elements: Ints, start: Ints, old: int, first: int, last: int) -> bool:
    """Whether a set kept is the elements between two places."""
    if start[old + 1] - start[old] != last - first:
        return False
    shift, same = start[old] - first, True
    for place in range(first, last):
        same = same and elements[place + shift] == elements[place]
    return same
