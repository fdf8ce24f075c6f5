"""Loops that keep what is still right of an earlier search's cache and nodes, in the numbers of a new one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.keys import find_place, hash_key, put, put_signed, take, take_signed
from usine.kernel.decomposition.state import HASH, I32, I64, KEY_END, KEY_START, NODE, inner
from usine.kernel.jit import jit

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@jit
def are_nodes_whole(nodes: I32, edges: I32, links: I32, literals: int) -> bool:
    """Whether places are within their arrays, edges of one side of one node, and children before their parents."""
    used_edges, used_links = np.zeros(len(edges), np.bool_), np.zeros(len(links), np.bool_)
    for node in range(len(nodes)):
        for side in range(2):
            edge = nodes[node, side]
            if edge < -1 or edge >= len(edges):
                return False
            if edge < 0:
                continue
            if used_edges[edge] or not 0 <= edges[edge, 0] <= edges[edge, 1] <= literals:
                return False
            used_edges[edge] = True
            link = edges[edge, 2]
            while link != -1:
                if link < 0 or link >= len(links) or used_links[link] or not 0 <= links[link, 0] < node:
                    return False
                used_links[link] = True
                link = links[link, 1]
    return True


@jit
def are_keys_whole(keys: Bytes, entries: I64, names: int, clauses: int, nodes: int) -> bool:
    """Whether every entry has a node, and a key that ends where it says, of variables and clauses that there are."""
    for entry in range(len(entries)):
        at, end = entries[entry, KEY_START], entries[entry, KEY_END]
        if not 0 <= at < end <= len(keys) or not 0 <= entries[entry, NODE] < nodes or keys[end - 1] >= 128:
            return False
        long = 0  # a number of more than five bytes is none
        for place in range(at, end):
            long = long + 1 if keys[place] >= 128 else 0
            if long > 4:
                return False
        size, at = take(keys, at)
        variable, clause = -1, 0
        for _ in range(size):
            if at >= end:
                return False
            step, at = take(keys, at)
            variable += step + 1
            if variable >= names:
                return False
        while at < end:
            step, at = take_signed(keys, at)
            clause += step
            if not 0 <= clause < clauses:
                return False
    return True


@jit
def mark_below(nodes: I32, edges: I32, links: I32, wanted: Flags) -> None:
    """Mark all nodes below the marked ones; children have smaller numbers than their parents."""
    for node in range(len(nodes) - 1, -1, -1):
        for side in range(2):
            if wanted[node] and nodes[node, side] >= 0:
                link = edges[nodes[node, side], 2]
                while link >= 0:
                    wanted[links[link, 0]] = True
                    link = links[link, 1]


@inner
def _is_right(
    keys: Bytes, at: int, end: int, clause_moved: I32, start: I32, changed: I32, mark: I64, stamp: int
) -> bool:
    """Whether a component is as it was: no changed clause within its variables, all its touched clauses still there."""
    size, at = take(keys, at)
    variable = -1
    for _ in range(size):
        step, at = take(keys, at)
        variable += step + 1
        mark[variable] = stamp
    clause = 0
    while at < end:
        step, at = take_signed(keys, at)
        clause += step
        if clause_moved[clause] < 0:
            return False
    for row in range(len(start) - 1):
        within = True
        for index in range(start[row], start[row + 1]):
            if mark[changed[index]] != stamp:
                within = False
                break
        if within:
            return False
    return True


@inner
def _copy_key(keys: Bytes, at: int, end: int, moved: I32, clause_moved: I32, new: Bytes, to: int) -> int:
    """Write a key in new numbers; returns where it ends. It never becomes longer: numbers only move together."""
    size, at = take(keys, at)
    to = put(new, to, size)
    variable, before = -1, -1
    for _ in range(size):
        step, at = take(keys, at)
        variable += step + 1
        to = put(new, to, moved[variable] - before - 1)
        before = moved[variable]
    clause, before = 0, 0
    while at < end:
        step, at = take_signed(keys, at)
        clause += step
        to = put_signed(new, to, clause_moved[clause] - before)
        before = clause_moved[clause]
    return to


@jit
def renew(
    keys: Bytes,
    entries: I64,
    wanted: Flags,
    moved: I32,
    clause_moved: I32,
    changed_start: I32,
    changed: I32,
    new_keys: Bytes,
    new_entries: I64,
    table: I32,
) -> tuple[int, int]:
    """Fill the new cache with the entries of wanted nodes that are still right: (how many, bytes of their keys).

    `moved` and `clause_moved` give the new number of each old variable and clause, in the same order, -1 for one that
    is gone; `changed` the old variables of each clause that appeared or disappeared.
    """
    mark = np.full(len(moved), -1, np.int64)
    count, end = 0, 0
    for entry in range(len(entries)):
        first, last = entries[entry, KEY_START], entries[entry, KEY_END]
        if not wanted[entries[entry, NODE]]:
            continue
        if not _is_right(keys, first, last, clause_moved, changed_start, changed, mark, entry):
            continue
        start = end
        end = _copy_key(keys, first, last, moved, clause_moved, new_keys, start)
        code = hash_key(new_keys, start, end)
        table[find_place(new_keys, new_entries, table, code, start, end)] = count
        new_entries[count, HASH], new_entries[count, NODE] = code, entries[entry, NODE]
        new_entries[count, KEY_START], new_entries[count, KEY_END] = start, end
        count += 1
    return count, end


@jit
def copy_nodes(
    nodes: I32, edges: I32, literals: I32, links: I32, wanted: Flags, moved: I32
) -> tuple[I32, I32, I32, I32, I32]:
    """The wanted nodes alone, numbered again: (new numbers, nodes, edges, literals, links)."""
    number = np.full(len(nodes), -1, np.int32)
    new_nodes, new_edges = np.empty_like(nodes), np.empty_like(edges)
    new_literals, new_links = np.empty_like(literals), np.empty_like(links)
    made, made_edges, end, linked = 0, 0, 0, 0
    for node in range(len(nodes)):
        if not wanted[node]:
            continue
        for side in range(2):
            edge = nodes[node, side]
            new_nodes[made, side] = made_edges if edge >= 0 else -1
            if edge < 0:
                continue
            new_edges[made_edges, 0] = end
            for index in range(edges[edge, 0], edges[edge, 1]):
                new_literals[end] = 2 * moved[literals[index] >> 1] + (literals[index] & 1)
                end += 1
            new_edges[made_edges, 1], new_edges[made_edges, 2] = end, -1
            link = edges[edge, 2]
            while link >= 0:
                new_links[linked, 0], new_links[linked, 1] = number[links[link, 0]], new_edges[made_edges, 2]
                new_edges[made_edges, 2] = linked
                linked += 1
                link = links[link, 1]
            made_edges += 1
        number[node] = made
        made += 1
    return number, new_nodes[:made], new_edges[:made_edges], new_literals[:end], new_links[:linked]
