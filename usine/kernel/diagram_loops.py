"""Loops of the diagram store, compiled. A store is four growing arrays and a hash table over them.

Node n has `level[n]` and the children `kids[first[n]:first[n + 1]]`, one for each value of its level; children have
smaller numbers than their parents. `table` maps the hash of a node to its number (open addressing, -1 is free).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.kernel.jit import jit

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Word = Any  # an integer of the machine, whatever its width

FALSE, TRUE = 0, 1
NODES_SPENT, STEPS_SPENT = -1, -2
CELLS_A_NODE = 40  # children, on average: bounds the memory where domains are wide


@jit
def hash_pair(a: Word, b: Word) -> Word:
    """Mix two numbers into 64 bits (the finaliser of SplitMix64)."""
    mixed = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1))


@jit
def hash_node(level: int, kids: Ints, start: int, size: int) -> Word:
    """The hash of a node that would have these children."""
    code: Word = np.int64(level)
    for i in range(start, start + size):
        code = hash_pair(code, kids[i])
    return code


@jit
def grow(array: Ints, needed: int) -> Ints:
    """The array, or a copy with room for `needed` entries."""
    if needed <= len(array):
        return array
    larger = np.empty(max(needed, 2 * len(array)), np.int32)
    larger[: len(array)] = array
    return larger


@jit
def rehash(level: Ints, first: Longs, kids: Ints, count: int, size: int) -> Ints:
    """A hash table of `size` (a power of two) places over the nodes there are."""
    table = np.full(size, -1, np.int32)
    mask = size - 1
    for node in range(2, count):
        place = hash_node(level[node], kids, first[node], first[node + 1] - first[node]) & mask
        while table[place] >= 0:
            place = (place + 1) & mask
        table[place] = node
    return table


@jit
def reserve(
    level: Ints, first: Longs, kids: Ints, table: Ints, count: int, size: int
) -> tuple[Ints, Longs, Ints, Ints]:
    """Room for one more node of `size` children."""
    if count + 2 > len(level):
        level = grow(level, count + 2)
        longer = np.empty(len(level) + 1, np.int64)
        longer[: len(first)] = first
        first = longer
    kids = grow(kids, first[count] + size)
    if 2 * count > len(table):
        table = rehash(level, first, kids, count, 4 * len(table))
    return level, first, kids, table


@jit
def make(
    level: Ints,
    first: Longs,
    kids: Ints,
    table: Ints,
    count: int,
    at: int,
    scratch: Ints,
    start: int,
    size: int,
) -> Word:
    """The node at level `at` with the children `scratch[start:start + size]`: an old one, or `count` for a new one.

    There must be room (`reserve`).
    """
    same = True
    for i in range(start + 1, start + size):
        if scratch[i] != scratch[start]:
            same = False
            break
    if same:
        return scratch[start]
    mask = len(table) - 1
    place = hash_node(at, scratch, start, size) & mask
    while table[place] >= 0:
        node = table[place]
        if level[node] == at:
            equal = True
            base = first[node]
            for i in range(size):
                if kids[base + i] != scratch[start + i]:
                    equal = False
                    break
            if equal:
                return node
        place = (place + 1) & mask
    table[place] = count
    level[count] = at
    base = first[count]
    for i in range(size):
        kids[base + i] = scratch[start + i]
    first[count + 1] = base + size
    return count


@jit
def join(
    level: Ints, first: Longs, kids: Ints, table: Ints, count: int, slot_start: Ints, a: int, b: int, absorbing: int,
    budget: int, steps: int,
) -> tuple[Ints, Longs, Ints, Ints, int, int, int]:  # fmt: skip
    """Conjoin (`absorbing` FALSE) or disjoin (TRUE) two nodes, without recursion.

    Gives the arrays, the number of nodes, the steps left, and the result: NODES_SPENT or STEPS_SPENT past a budget.
    """
    neutral = 1 - absorbing
    deepest = len(slot_start) - 1
    frame_a, frame_b = np.empty(deepest + 1, np.int32), np.empty(deepest + 1, np.int32)
    frame_level, frame_value = np.empty(deepest + 1, np.int32), np.empty(deepest + 1, np.int32)
    scratch = np.empty(slot_start[deepest] + 1, np.int32)
    memo_size, memo_used = 1 << 10, 0
    memo_key, memo_made = np.full(memo_size, -1, np.int64), np.empty(memo_size, np.int32)
    top, result, calling = -1, -1, True
    while True:
        if calling:
            calling = False
            if a == b or a == absorbing or b == neutral:  # noqa: SIM109 (compiled: no tuple)
                result = a
                continue
            if b == absorbing or a == neutral:
                result = b
                continue
            if a > b:
                a, b = b, a
            key = (np.int64(a) << 32) | np.int64(b)
            place = hash_pair(a, b) & (memo_size - 1)
            while memo_key[place] >= 0 and memo_key[place] != key:
                place = (place + 1) & (memo_size - 1)
            if memo_key[place] == key:
                result = memo_made[place]
                continue
            steps -= 1
            if steps < 0:
                return level, first, kids, table, count, steps, STEPS_SPENT
            top += 1
            frame_a[top], frame_b[top], frame_value[top] = a, b, 0
            frame_level[top] = min(level[a], level[b])
        elif top < 0:
            return level, first, kids, table, count, steps, result
        else:
            at = frame_level[top]
            scratch[slot_start[at] + frame_value[top]] = result
            frame_value[top] += 1
        at, value = frame_level[top], frame_value[top]
        size = slot_start[at + 1] - slot_start[at]
        if value < size:
            a, b = frame_a[top], frame_b[top]
            if level[a] == at:
                a = kids[first[a] + value]
            if level[b] == at:
                b = kids[first[b] + value]
            calling = True
            continue
        level, first, kids, table = reserve(level, first, kids, table, count, size)
        result = make(level, first, kids, table, count, at, scratch, slot_start[at], size)
        if result == count:
            count += 1
            if count > budget or first[count] > CELLS_A_NODE * budget:
                return level, first, kids, table, count, steps, NODES_SPENT
        if 2 * memo_used > memo_size:
            old_key, old_made = memo_key, memo_made
            memo_size *= 4
            memo_key, memo_made = np.full(memo_size, -1, np.int64), np.empty(memo_size, np.int32)
            for i in range(len(old_key)):
                if old_key[i] >= 0:
                    place = hash_pair(old_key[i] >> 32, old_key[i] & 0xFFFFFFFF) & (memo_size - 1)
                    while memo_key[place] >= 0:
                        place = (place + 1) & (memo_size - 1)
                    memo_key[place], memo_made[place] = old_key[i], old_made[i]
        place = hash_pair(frame_a[top], frame_b[top]) & (memo_size - 1)
        while memo_key[place] >= 0:
            place = (place + 1) & (memo_size - 1)
        memo_key[place] = (np.int64(frame_a[top]) << 32) | np.int64(frame_b[top])
        memo_made[place] = result
        memo_used += 1
        top -= 1


@jit
def negate(
    level: Ints, first: Longs, kids: Ints, table: Ints, count: int, node: int
) -> tuple[Ints, Longs, Ints, Ints, int, int]:
    """The opposite of a node: the same diagram with the terminals exchanged."""
    wanted = np.zeros(node + 1, np.bool_)
    wanted[node] = True
    for n in range(node, 1, -1):
        if wanted[n]:
            for i in range(first[n], first[n + 1]):
                wanted[kids[i]] = True
    opposite = np.empty(node + 1, np.int32)
    for n in range(node + 1):
        if n < 2:
            opposite[n] = 1 - n
        elif wanted[n]:
            size = first[n + 1] - first[n]
            scratch = np.empty(size, np.int32)
            for i in range(size):
                scratch[i] = opposite[kids[first[n] + i]]
            level, first, kids, table = reserve(level, first, kids, table, count, size)
            opposite[n] = make(level, first, kids, table, count, level[n], scratch, 0, size)
            if opposite[n] == count:
                count += 1
    return level, first, kids, table, count, opposite[node]


@jit
def build_rows(
    level: Ints, first: Longs, kids: Ints, table: Ints, count: int, slot_start: Ints, levels: Ints, rows: Ints
) -> tuple[Ints, Longs, Ints, Ints, int, int]:
    """The diagram of sorted, distinct rows over ascending levels; there is at least one row.

    A row is finished from the first value that differs from the next row's, so every node is made once (Daciuk,
    Mihov, Watson, Watson, "Incremental construction of minimal acyclic finite-state automata", 2000).
    """
    depth = len(levels)
    scratch = np.zeros(slot_start[len(slot_start) - 1], np.int32)
    result = FALSE
    for r in range(len(rows)):
        shared = 0
        if r + 1 < len(rows):
            while rows[r, shared] == rows[r + 1, shared]:
                shared += 1
        else:
            shared = -1
        made = TRUE
        for d in range(depth - 1, -1, -1):
            at = levels[d]
            scratch[slot_start[at] + rows[r, d]] = made
            if d <= shared:
                break
            size = slot_start[at + 1] - slot_start[at]
            level, first, kids, table = reserve(level, first, kids, table, count, size)
            made = make(level, first, kids, table, count, at, scratch, slot_start[at], size)
            if made == count:
                count += 1
            for i in range(slot_start[at], slot_start[at + 1]):
                scratch[i] = FALSE
        if shared < 0:
            result = made
    return level, first, kids, table, count, result


@jit
def lay_out(
    level: Ints, first: Longs, kids: Ints, count: int, slot_start: Ints, root: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """The true part of a diagram, level by level: `node_edges`, `slots`, `edge_children`, `children` of a circuit.

    Each edge goes to the next level; a node that skips levels is copied on each that it skips.
    """
    levels = len(slot_start) - 1
    place, seen = np.empty(count, np.int32), np.full(count, -1, np.int32)
    frontier, following = np.empty(count, np.int32), np.empty(count, np.int32)
    frontier[0], width = root, 1
    node_edges, slots, children = np.zeros(16, np.int32), np.empty(64, np.int32), np.empty(64, np.int32)
    nodes, edges = 0, 0
    for at in range(levels):
        next_width = 0
        base = nodes + width
        for k in range(width):
            n = frontier[k]
            for value in range(slot_start[at + 1] - slot_start[at]):
                c = kids[first[n] + value] if level[n] == at else n
                if c == FALSE:
                    continue
                if seen[c] != at:
                    seen[c], place[c] = at, next_width
                    following[next_width] = c
                    next_width += 1
                slots, children = grow(slots, edges + 1), grow(children, edges + 1)
                slots[edges], children[edges] = slot_start[at] + value, base + place[c]
                edges += 1
            nodes += 1
            node_edges = grow(node_edges, nodes + 1)
            node_edges[nodes] = edges
        if at == levels - 1:
            last = np.int64(node_edges[nodes - width])  # edges of the last level have no child
            edge_children = np.minimum(np.arange(edges + 1), last).astype(np.int32)
            return node_edges[: nodes + 1].copy(), slots[:edges].copy(), edge_children, children[:last].copy()
        frontier, following, width = following, frontier, next_width
    return node_edges[:1].copy(), slots[:0].copy(), node_edges[:1].copy(), children[:0].copy()
