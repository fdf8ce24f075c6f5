"""Makes all edges of a node decide the same decisions, and numbers the nodes from the root down."""

from __future__ import annotations

import numpy as np

from usine.kernel.decomposition.order import count_ones
from usine.kernel.jit import jit


@jit
def domains(
    node_edges: np.ndarray,
    edge_slots: np.ndarray,
    slots: np.ndarray,
    edge_children: np.ndarray,
    children: np.ndarray,
    unit_of: np.ndarray,
    words: int,
) -> tuple[np.ndarray, np.ndarray]:
    """The units below each node and each edge, as rows of bits; children come before their parents."""
    count = len(node_edges) - 1
    of_node = np.zeros((count, words), np.uint64)
    of_edge = np.zeros((len(edge_slots) - 1, words), np.uint64)
    for node in range(count):
        for edge in range(node_edges[node], node_edges[node + 1]):
            for place in range(edge_slots[edge], edge_slots[edge + 1]):
                unit = unit_of[slots[place]]
                of_edge[edge, unit >> 6] |= np.uint64(1) << np.uint64(unit & 63)
            for place in range(edge_children[edge], edge_children[edge + 1]):
                for word in range(words):
                    of_edge[edge, word] |= of_node[children[place], word]
            for word in range(words):
                of_node[node, word] |= of_edge[edge, word]
    return of_node, of_edge


@jit
def reachable(node_edges: np.ndarray, edge_children: np.ndarray, children: np.ndarray, root: int) -> np.ndarray:
    """New numbers from the root (1) down, parents first; 0: not below the root."""
    number = np.zeros(len(node_edges), np.int32)
    number[root] = 1
    following = 1
    for node in range(root, -1, -1):
        if number[node] == 0:
            continue
        number[node] = following
        following += 1
        for place in range(edge_children[node_edges[node]], edge_children[node_edges[node + 1]]):
            if number[children[place]] == 0:
                number[children[place]] = -1
    return number


@jit
def gaps(number: np.ndarray, node_edges: np.ndarray, of_node: np.ndarray, of_edge: np.ndarray, whole: np.ndarray, root: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """What edges lack, in blocks of 64 units, equal ones once: (block of each, its bits, and by edge and block).

    The last edge stands for the one above the root, which lacks what is in `whole` and not below the root.
    """
    edges, words = of_edge.shape
    total = 0
    for node in range(len(of_node)):
        if number[node] > 0:
            for edge in range(node_edges[node], node_edges[node + 1]):
                for word in range(words):
                    total += of_edge[edge, word] != of_node[node, word]
    size = 64
    while size < 2 * (total + words + 2):
        size *= 2
    table = np.full(size, -1, np.int32)
    block, bits = np.zeros(total + words + 1, np.int32), np.zeros(total + words + 1, np.uint64)
    lacks = np.zeros(total + words + 1, np.int32)
    lack_start = np.zeros(edges + 2, np.int32)
    found, end = 0, 0
    for node in range(len(of_node) + 1):
        above = node == len(of_node)
        first = edges if above else node_edges[node]
        last = edges + 1 if above else node_edges[node + 1]
        for edge in range(first, last):
            for word in range(words):
                if above:
                    lack = whole[word] & ~of_node[root, word]
                else:
                    lack = of_node[node, word] & ~of_edge[edge, word]
                if lack == 0 or (not above and number[node] <= 0):
                    continue
                code = (lack ^ np.uint64(word)) * np.uint64(0x9E3779B97F4A7C15)
                code ^= code >> np.uint64(29)
                place = np.int64(code & np.uint64(size - 1))
                while table[place] >= 0 and (block[table[place]] != word or bits[table[place]] != lack):
                    place = (place + 1) & (size - 1)
                if table[place] < 0:
                    table[place] = found
                    block[found], bits[found] = word, lack
                    found += 1
                lacks[end] = table[place]
                end += 1
            lack_start[edge + 1] = end
    return block, bits, lack_start, lacks, found


@jit
def written(
    number: np.ndarray,
    node_edges: np.ndarray,
    edge_slots: np.ndarray,
    slots: np.ndarray,
    edge_children: np.ndarray,
    children: np.ndarray,
    block: np.ndarray,
    bits: np.ndarray,
    found: int,
    lack_start: np.ndarray,
    lacks: np.ndarray,
    fixed: np.ndarray,
    choice_start: np.ndarray,
    choice_slots: np.ndarray,
    chosen: np.ndarray,
    root: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The arrays of the circuit: above the root a node with `fixed`, below all the nodes of blocks and units.

    The choices of each unit start at `choice_start`, the slots that a choice fixes at `choice_slots`.
    """
    units = len(choice_start) - 1
    open_ = np.full(units, -1, np.int32)
    used = np.zeros(units, np.int32)
    free = 0
    for index in range(found):
        for position in range(64):
            unit = 64 * block[index] + position
            if bits[index] >> np.uint64(position) & np.uint64(1) and open_[unit] < 0:
                open_[unit], used[free] = free, unit
                free += 1
    old = np.full(number.max() + 1, -1, np.int32)
    edge_total, slot_total, child_total = 1, len(fixed), 1 + len(lacks)
    for node in range(len(node_edges) - 1):
        if number[node] > 0:
            old[number[node]] = node
            edge_total += node_edges[node + 1] - node_edges[node]
            slot_total += edge_slots[node_edges[node + 1]] - edge_slots[node_edges[node]]
            child_total += edge_children[node_edges[node + 1]] - edge_children[node_edges[node]]
    for index in range(found):
        child_total += count_ones(bits[index])
    node_total = len(old) + found + free
    new_edges = np.zeros(node_total + 1, np.int32)
    new_edge_slots = np.zeros(edge_total + found + len(choice_slots) + 1, np.int32)
    new_edge_children = np.zeros(edge_total + found + len(choice_slots) + 1, np.int32)
    new_slots = np.zeros(slot_total + len(chosen), np.int32)
    new_children = np.zeros(child_total, np.int32)
    edge_end, slot_end, child_end = 0, 0, 0
    for node in range(node_total):
        if node < len(old):
            first = len(lack_start) - 2 if node == 0 else node_edges[old[node]]
            last = first + 1 if node == 0 else node_edges[old[node] + 1]
            for edge in range(first, last):
                if node == 0:
                    for place in range(len(fixed)):
                        new_slots[slot_end] = fixed[place]
                        slot_end += 1
                    new_children[child_end] = 1
                    child_end += 1
                else:
                    for place in range(edge_slots[edge], edge_slots[edge + 1]):
                        new_slots[slot_end] = slots[place]
                        slot_end += 1
                    for place in range(edge_children[edge], edge_children[edge + 1]):
                        new_children[child_end] = number[children[place]]
                        child_end += 1
                for place in range(lack_start[edge], lack_start[edge + 1]):
                    new_children[child_end] = len(old) + lacks[place]
                    child_end += 1
                edge_end += 1
                new_edge_slots[edge_end], new_edge_children[edge_end] = slot_end, child_end
        elif node < len(old) + found:
            index = node - len(old)
            for position in range(64):
                if bits[index] >> np.uint64(position) & np.uint64(1):
                    new_children[child_end] = len(old) + found + open_[64 * block[index] + position]
                    child_end += 1
            edge_end += 1
            new_edge_slots[edge_end], new_edge_children[edge_end] = slot_end, child_end
        else:
            unit = used[node - len(old) - found]
            for place in range(choice_start[unit], choice_start[unit + 1]):
                for index in range(choice_slots[place], choice_slots[place + 1]):
                    new_slots[slot_end] = chosen[index]
                    slot_end += 1
                edge_end += 1
                new_edge_slots[edge_end], new_edge_children[edge_end] = slot_end, child_end
        new_edges[node + 1] = edge_end
    return new_edges, new_edge_slots[: edge_end + 1], new_slots[:slot_end], new_edge_children[: edge_end + 1], new_children[:child_end]
