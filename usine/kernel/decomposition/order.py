"""Where to branch first: depth of each variable in a tree decomposition of the clauses' graph, from its centroid."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.state import inner
from usine.kernel.jit import jit

Floats = NDArray[np.float64]


@inner
def count_ones(word: np.uint64) -> int:
    """Number of bits set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    ones: int = np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))  # type: ignore[assignment]
    return ones


@inner
def _neighbours(near: np.ndarray, vertex: int, found: np.ndarray) -> int:
    """List the bits set of a row; returns how many."""
    size = 0
    for block in range(near.shape[1]):
        word = near[vertex, block]
        position = 64 * block
        while word:
            if word & np.uint64(1):
                found[size] = position
                size += 1
            word >>= np.uint64(1)
            position += 1
    return size


@inner
def _fill(near: np.ndarray, found: np.ndarray, size: int, vertex: int) -> int:
    """Edges that are missing between the neighbours listed in `found`."""
    inside = 0
    for index in range(size):
        other = found[index]
        for block in range(near.shape[1]):
            inside += count_ones(near[other, block] & near[vertex, block])
    return (size * (size - 1) - inside) // 2


@jit
def eliminate(
    near: np.ndarray,
    order: np.ndarray,
    bags: np.ndarray,
    score: np.ndarray,
    done: np.ndarray,
    scratch: np.ndarray,
) -> int:
    """Eliminate vertices, least fill first: `order`, and `bags` (neighbours when eliminated); returns the width.

    `near` holds the graph as rows of bits and is used up.
    """
    count = len(near)
    found, mine = scratch[:count], scratch[count:]
    for vertex in range(count):
        size = _neighbours(near, vertex, found)
        score[vertex] = _fill(near, found, size, vertex) * 1024 + size
    width = 0
    for step in range(count):
        best = -1
        for vertex in range(count):
            if not done[vertex] and (best < 0 or score[vertex] < score[best]):
                best = vertex
        done[best] = True
        order[step] = best
        for block in range(near.shape[1]):
            bags[best, block] = near[best, block]
        size = _neighbours(near, best, mine)
        width = size if size > width else width
        for index in range(size):
            vertex = mine[index]
            for block in range(near.shape[1]):
                near[vertex, block] |= near[best, block]
            near[vertex, best >> 6] &= ~(np.uint64(1) << np.uint64(best & 63))
            near[vertex, vertex >> 6] &= ~(np.uint64(1) << np.uint64(vertex & 63))
        for index in range(size):
            vertex = mine[index]
            degree = _neighbours(near, vertex, found)
            score[vertex] = _fill(near, found, degree, vertex) * 1024 + degree
    return width


def tree_depths(near: NDArray[np.uint64]) -> tuple[NDArray[np.int64], int]:
    """Least depth of a bag with the vertex in the tree rooted at its centroid, by vertex; and the width."""
    count = len(near)
    order, bags = np.zeros(count, np.int64), np.zeros_like(near)
    width = eliminate(near.copy(), order, bags, *(np.zeros(n * count, np.int64) for n in (1, 1, 2)))
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    members = [
        np.flatnonzero(np.unpackbits(bags[v].view(np.uint8), bitorder="little")[:count]) for v in range(count)
    ]
    parent = [int(m[np.argmin(place[m])]) if len(m) else -1 for m in members]
    tree, keeper = _contracted(order.tolist(), parent, [len(m) for m in members])
    root = _centroid(tree, keeper, order.tolist(), parent)
    depth = np.full(count, count, np.int64)
    level, seen = [root], {root}
    away = {root: 0}
    for bag in level:
        for other in tree[bag]:
            if other not in seen:
                seen.add(other)
                away[other] = away[bag] + 1
                level.append(other)
    for vertex in range(count):
        near_depth = away.get(keeper[vertex], 0)
        depth[vertex] = min(depth[vertex], near_depth)
        depth[members[vertex]] = np.minimum(depth[members[vertex]], near_depth)
    return depth, width


def _contracted(order: list[int], parent: list[int], size: list[int]) -> tuple[list[list[int]], list[int]]:
    """The tree of bags, a bag within its child's merged into that: (neighbours by bag, the bag kept for each)."""
    keeper = list(range(len(order)))
    for vertex in order:
        above = parent[vertex]
        if above >= 0 and keeper[above] == above and size[above] == size[vertex] - 1:
            keeper[above] = keeper[vertex]
    tree: list[list[int]] = [[] for _ in order]
    roots = []
    for vertex in order:
        above = parent[vertex]
        if above < 0:
            roots.append(keeper[vertex])
        elif keeper[above] != keeper[vertex]:
            tree[keeper[vertex]].append(keeper[above])
            tree[keeper[above]].append(keeper[vertex])
    for one, other in pairwise(roots):
        if one != other:
            tree[one].append(other)
            tree[other].append(one)
    return tree, keeper


def _centroid(tree: list[list[int]], keeper: list[int], order: list[int], parent: list[int]) -> int:
    """The bag whose removal leaves the smallest largest part, parts weighed by vertices."""
    weight = [0] * len(order)
    for vertex in order:
        weight[keeper[vertex]] += 1
    start = keeper[order[-1]]
    walk, above = [start], {start: -1}
    for bag in walk:
        for other in tree[bag]:
            if other not in above:
                above[other] = bag
                walk.append(other)
    below = list(weight)
    heaviest = [0] * len(order)
    for bag in reversed(walk):
        up = above[bag]
        if up >= 0:
            below[up] += below[bag]
            heaviest[up] = max(heaviest[up], below[bag])
    total = below[start]
    return min(walk, key=lambda bag: max(heaviest[bag], total - below[bag]))
