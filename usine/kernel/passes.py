"""The linear passes: from the terminal up and from the root down, a level at a time, vectorised.

Each pass costs one visit an edge. Up, a node's figure is made from its edges; down, from the edges that lead to it.
Sums are kept modulo several primes and put together by the Chinese remainder theorem, so that counts of any size
stay exact in 64-bit arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from usine.kernel.compiled import CompiledRange, Flags, Ints

INFINITY = np.int64(2**61)
"""Above every price: prices are checked to sum to less."""


@dataclass(frozen=True)
class Level:
    """Slices of one level, and its incoming edges sorted by target."""

    nodes: slice
    edges: slice
    first_edge: Ints  # of each node, counted within the level's edges
    by_target: Ints  # the level's edges, sorted by target
    first_by_target: Ints  # where each target of the next level starts in by_target


def levels_of(compiled: CompiledRange) -> tuple[Level, ...]:
    """The slices of every level; computed once for a compiled range and kept with it."""
    kept: tuple[Level, ...] | None = compiled.__dict__.get("_levels")
    if kept is None:
        kept = compiled.__dict__["_levels"] = tuple(_slice_levels(compiled))
    return kept


def _slice_levels(compiled: CompiledRange) -> list[Level]:
    levels = []
    for i in range(len(compiled.levels)):
        nodes = slice(int(compiled.node_start[i]), int(compiled.node_start[i + 1]))
        edges = slice(int(compiled.edge_start[nodes.start]), int(compiled.edge_start[nodes.stop]))
        targets = compiled.edge_target[edges]
        by_target = np.argsort(targets, kind="stable")
        first = np.flatnonzero(np.diff(targets[by_target], prepend=-1))
        levels.append(
            Level(nodes, edges, compiled.edge_start[nodes] - edges.start, by_target, first.astype(np.int64))
        )
    return levels


def feasible(compiled: CompiledRange, allowed: Flags) -> bool:
    """Whether some configuration keeps to the allowed slots."""
    if compiled.is_empty:
        return False
    kept = allowed[compiled.edge_slot]
    reached = np.ones(compiled.node_count + 1, dtype=np.bool_)
    for level in reversed(levels_of(compiled)):
        through = reached[compiled.edge_target[level.edges]]
        through &= kept[level.edges]
        reached[level.nodes] = np.logical_or.reduceat(through, level.first_edge)
    return bool(reached[0])


def least_up(compiled: CompiledRange, slot_cost: Ints) -> Ints:
    """The least cost from each node to the terminal; `slot_cost` may have several rows, INFINITY bars a slot."""
    edge_cost = slot_cost.take(compiled.edge_slot, axis=-1)
    up = np.zeros((*slot_cost.shape[:-1], compiled.node_count + 1), dtype=np.int64)
    for level in reversed(levels_of(compiled)):
        cost = up.take(compiled.edge_target[level.edges], axis=-1)
        cost += edge_cost[..., level.edges]
        least = np.minimum.reduceat(cost, level.first_edge, axis=-1)
        np.minimum(least, INFINITY, out=up[..., level.nodes])
    return up


def least_down(compiled: CompiledRange, slot_cost: Ints) -> Ints:
    """The least cost from the root to each node."""
    levels = levels_of(compiled)
    source, slot = _by_target(compiled)
    edge_cost = slot_cost.take(slot, axis=-1)
    down = np.zeros((*slot_cost.shape[:-1], compiled.node_count + 1), dtype=np.int64)
    for i, level in enumerate(levels):
        cost = down.take(source[level.edges], axis=-1)
        cost += edge_cost[..., level.edges]
        least = np.minimum.reduceat(cost, level.first_by_target, axis=-1)
        target = levels[i + 1].nodes if i + 1 < len(levels) else slice(compiled.node_count, None)
        np.minimum(least, INFINITY, out=down[..., target])
    return down


def _by_target(compiled: CompiledRange) -> tuple[Ints, Ints]:
    """Source and slot of the edges, those of each level sorted by target; computed once."""
    kept: tuple[Ints, Ints] | None = compiled.__dict__.get("_by_target")
    if kept is None:
        levels = levels_of(compiled)
        order = np.concatenate(
            [level.by_target + level.edges.start for level in levels] or [np.zeros(0, np.int64)]
        )
        kept = compiled.edge_source[order], compiled.edge_slot[order]
        compiled.__dict__["_by_target"] = kept
    return kept


def count_paths(compiled: CompiledRange, allowed: Flags) -> int:
    """How many configurations keep to the allowed slots; exact."""
    if compiled.is_empty:
        return 0
    return _count(compiled, allowed, _total(compiled))


def _total(compiled: CompiledRange) -> int:
    """All configurations, counted once: no node is on more, so it bounds every sum of a later count."""
    kept: int | None = compiled.__dict__.get("_total")
    if kept is None:
        everything = np.ones(int(compiled.slot_start[-1]), dtype=np.bool_)
        kept = compiled.__dict__["_total"] = _count(compiled, everything, prod(compiled.level_sizes))
    return kept


def _count(compiled: CompiledRange, allowed: Flags, bound: int) -> int:
    """The count, known not to exceed `bound`: in plain integers where 62 bits hold it, else modulo primes."""
    kept = allowed[compiled.edge_slot]
    if bound < 2**62:
        sums = np.ones(compiled.node_count + 1, dtype=np.int64)
        for level in reversed(levels_of(compiled)):
            through = sums[compiled.edge_target[level.edges]]
            through *= kept[level.edges]
            sums[level.nodes] = np.add.reduceat(through, level.first_edge)
        return int(sums[0])
    primes = _primes(bound.bit_length())
    modulus = np.array(primes, dtype=np.int64)[:, None]
    up = np.ones((len(primes), compiled.node_count + 1), dtype=np.int64)
    for level in reversed(levels_of(compiled)):
        residues = up[:, compiled.edge_target[level.edges]]
        residues *= kept[level.edges]
        up[:, level.nodes] = np.add.reduceat(residues, level.first_edge, axis=1) % modulus
    return _recombine([int(r) for r in up[:, 0]], primes)


@lru_cache(maxsize=256)
def _primes(bits: int) -> tuple[int, ...]:
    """Enough primes just below 2**31 for their product to exceed 2**bits."""
    found: list[int] = []
    candidate = 2**31 - 1
    while len(found) * 30 <= bits:
        if _is_prime(candidate):
            found.append(candidate)
        candidate -= 2
    return tuple(found)


def _is_prime(n: int) -> bool:
    """Miller and Rabin with bases that decide every number below 3,215,031,751."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _recombine(residues: list[int], primes: tuple[int, ...]) -> int:
    value, modulus = 0, 1
    for residue, prime in zip(residues, primes, strict=True):
        value += modulus * ((residue - value) * pow(modulus, -1, prime) % prime)
        modulus *= prime
    return value
