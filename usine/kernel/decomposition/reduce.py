"""From what the search found to a circuit: auxiliary variables dropped, equal nodes merged, chains drawn together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.state import inner
from usine.kernel.jit import jit

I32 = NDArray[np.int32]


@inner
def shell_sort(items: np.ndarray, first: int, last: int) -> None:
    """Sort a piece of an array in place."""
    gap = (last - first) // 2
    while gap > 0:
        for index in range(first + gap, last):
            item, place = items[index], index
            while place - gap >= first and items[place - gap] > item:
                items[place] = items[place - gap]
                place -= gap
            items[place] = item
        gap //= 2


@jit
def reduced(
    nodes: np.ndarray,
    edges: np.ndarray,
    edge_literals: np.ndarray,
    links: np.ndarray,
    slot_start: np.ndarray,
    literal_slots: np.ndarray,
    room: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The search's nodes as nodes of a circuit, children before parents.

    `nodes` (edge a, edge b), `edges` (first literal, last literal, first link), `links` (node, next). `slot_start`
    and `literal_slots`: the slots that each literal fixes. Returns (sizes: nodes, edges, slots, children; then the
    arrays of a circuit with children before parents; the new node of each old one). A size of -1: `room` was short.
    """
    count = len(nodes)
    uses = np.zeros(count, np.int32)
    for link in range(len(links)):
        uses[links[link, 0]] += 1
    node_edges = np.zeros(count + 2, np.int32)
    edge_slots = np.zeros(room, np.int32)
    edge_children = np.zeros(room, np.int32)
    slots = np.zeros(room, np.int32)
    children = np.zeros(room, np.int32)
    new_of = np.full(count, -1, np.int32)
    size = 16
    while size < 2 * count + 2:
        size *= 2
    table = np.full(size, -1, np.int32)
    codes = np.zeros(count + 1, np.uint64)
    sizes = np.zeros(4, np.int64)
    total, edge_end, slot_end, child_end = 0, 0, 0, 0
    for node in range(count):
        if edge_end > room - (room >> 2) or slot_end > room - (room >> 2) or child_end > room - (room >> 2):
            sizes[0] = -1
            break
        before_edge, before_slot, before_child = edge_end, slot_end, child_end
        for side in range(2):
            edge = nodes[node, side]
            if edge < 0:
                continue
            first_slot, first_child = slot_end, child_end
            for index in range(edges[edge, 0], edges[edge, 1]):
                literal = edge_literals[index]
                for place in range(slot_start[literal], slot_start[literal + 1]):
                    slots[slot_end] = literal_slots[place]
                    slot_end += 1
            link = edges[edge, 2]
            drawn = links[link, 0] if link >= 0 and links[link, 1] < 0 else -1
            if drawn >= 0 and uses[drawn] > 1:
                drawn = -1
            while link >= 0:
                below = new_of[links[link, 0]]
                inner = node_edges[below]
                if node_edges[below + 1] == inner + 1 and (
                    edge_slots[inner + 1] - edge_slots[inner] + edge_children[inner + 1] - edge_children[inner] <= 2
                    or uses[links[link, 0]] == 1
                ):
                    for place in range(edge_slots[inner], edge_slots[inner + 1]):
                        slots[slot_end] = slots[place]
                        slot_end += 1
                    for place in range(edge_children[inner], edge_children[inner + 1]):
                        children[child_end] = children[place]
                        child_end += 1
                else:
                    children[child_end] = below
                    child_end += 1
                link = links[link, 1]
            if slot_end == first_slot and child_end == first_child + 1 and drawn >= 0:
                # The edges of an only child are drawn up: a decision of many values becomes one node.
                below = children[first_child]
                child_end = first_child
                for inner in range(node_edges[below], node_edges[below + 1]):
                    for place in range(edge_slots[inner], edge_slots[inner + 1]):
                        slots[slot_end] = slots[place]
                        slot_end += 1
                    for place in range(edge_children[inner], edge_children[inner + 1]):
                        children[child_end] = children[place]
                        child_end += 1
                    edge_end += 1
                    edge_slots[edge_end], edge_children[edge_end] = slot_end, child_end
                continue
            shell_sort(slots, first_slot, slot_end)
            shell_sort(children, first_child, child_end)
            edge_end += 1
            edge_slots[edge_end], edge_children[edge_end] = slot_end, child_end
        code = np.uint64(edge_end - before_edge)
        for edge in range(before_edge, edge_end):
            code = (code ^ np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
            for place in range(edge_slots[edge], edge_slots[edge + 1]):
                code = (code ^ np.uint64(slots[place])) * np.uint64(1099511628211)
            for place in range(edge_children[edge], edge_children[edge + 1]):
                code = (code ^ (np.uint64(children[place]) << np.uint64(20))) * np.uint64(0xBF58476D1CE4E5B9)
            code ^= code >> np.uint64(31)
        place = np.int64(code & np.uint64(size - 1))
        found = -1
        while table[place] >= 0 and found < 0:
            other = table[place]
            if codes[other] == code:
                shift = node_edges[other] - before_edge
                same = node_edges[other + 1] - node_edges[other] == edge_end - before_edge
                same_slots = edge_slots[node_edges[other]] - before_slot
                same_children = edge_children[node_edges[other]] - before_child
                for edge in range(before_edge, edge_end):
                    if not same:
                        break
                    same = (
                        edge_slots[edge + 1] + same_slots == edge_slots[edge + 1 + shift]
                        and edge_children[edge + 1] + same_children == edge_children[edge + 1 + shift]
                    )
                for index in range(before_slot, slot_end):
                    same = same and slots[index] == slots[index + same_slots]
                for index in range(before_child, child_end):
                    same = same and children[index] == children[index + same_children]
                if same:
                    found = other
            place = (place + 1) & (size - 1)
        if found >= 0:
            edge_end, slot_end, child_end = before_edge, before_slot, before_child
            new_of[node] = found
            continue
        table[place] = total
        codes[total] = code
        new_of[node] = total
        total += 1
        node_edges[total] = edge_end
    if sizes[0] == 0:
        sizes[0], sizes[1], sizes[2], sizes[3] = total, edge_end, slot_end, child_end
    return sizes, node_edges, edge_slots, slots, edge_children, children, new_of
