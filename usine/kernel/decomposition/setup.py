"""The first state of a search: arrays filled from the prepared clauses."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.clauses import watch_all
from usine.kernel.decomposition.order import tree_depths
from usine.kernel.decomposition.prepare import Clause
from usine.kernel.decomposition.state import (
    BASE,
    CLAUSES,
    EDGE_A,
    EDGE_B,
    ENTRY,
    ENTRY_COLUMNS,
    FIRST,
    FRAME,
    FRAMES,
    LAST,
    LITERALS,
    MEMBERS,
    ORIGINAL,
    ORIGINAL_LITERALS,
    REGISTERS,
    STATE,
    State,
)

CHECK = 3
SPARE = 1 << 12


def graph(clauses: list[Clause], count: int) -> NDArray[np.uint64]:
    """Which variables meet in a clause, as rows of bits."""
    near = np.zeros((count, (count + 63) // 64), np.uint64)
    words = near.view(np.uint8)
    for clause in clauses:
        row = np.zeros(near.shape[1] * 8, np.uint8)
        members = [literal >> 1 for literal in clause]
        for variable in members:
            row[variable >> 3] |= 1 << (variable & 7)
        words[members] |= row
    everyone = np.arange(count)
    words[everyone, everyone >> 3] &= ~(1 << (everyone & 7)).astype(np.uint8)
    return near


def ranks(clauses: list[Clause], count: int) -> tuple[NDArray[np.float64], int]:
    """How much each variable should be branched on early; and the width found."""
    if count == 0:
        return np.zeros(0), 0
    depth, width = tree_depths(graph(clauses, count))
    deepest = max(1, int(depth.max(initial=1)))
    weight = 100.0 * math.exp(min(20.0, count / max(1, width))) / count
    return np.maximum(10.0, weight) * count * (1.0 - depth / (deepest + 1)) / 10.0, width


def set_up(clauses: list[Clause], count: int, rank: NDArray[np.float64]) -> State:
    """The state before the first step: one frame that is about to check the whole for satisfiability."""
    size = sum(map(len, clauses))
    total = len(clauses)
    literals = np.zeros(size + 40 * count + SPARE, np.int32)
    literals[:size] = [literal for clause in clauses for literal in clause]
    ends = np.cumsum([len(clause) for clause in clauses]) if clauses else np.zeros(0, np.int64)
    spans = np.zeros((total + SPARE, 2), np.int32)
    spans[1:total, 0], spans[:total, 1] = ends[:-1], ends
    occurrence_start, occurrences = _lists(
        [[c >> 1 for c in clause] if len(clause) > 2 else [] for clause in clauses], count
    )
    partner_start, partners = _partners(clauses, count)
    registers = np.zeros(REGISTERS, np.int64)
    registers[[CLAUSES, LITERALS, ORIGINAL, ORIGINAL_LITERALS, FRAMES, MEMBERS]] = (
        total,
        size,
        total,
        size,
        1,
        count,
    )
    frames = np.full((count + 3, FRAME), -1, np.int64)
    frames[0, [FIRST, LAST, STATE, EDGE_A, EDGE_B, ENTRY, BASE]] = 0, count, CHECK, -1, -1, -1, -1
    members = np.zeros(4 * count + SPARE, np.int32)
    members[:count] = np.arange(count)
    state = State(
        registers=registers,
        value=np.zeros(2 * count, np.int8),
        level=np.zeros(count, np.int32),
        reason=np.full(count, -1, np.int32),
        trail=np.zeros(count + 1, np.int32),
        level_start=np.zeros(count + 2, np.int32),
        model=np.zeros(count, np.int8),
        seen=np.zeros(count, np.int8),
        learnt=np.zeros(count + 2, np.int32),
        literals=literals,
        clauses=spans,
        watch_head=np.full(2 * count, -1, np.int32),
        watch_next=np.full(2 * (total + SPARE), -1, np.int32),
        fixed_literals=literals[:size].copy(),
        occurrence_start=occurrence_start,
        occurrences=occurrences,
        partner_start=partner_start,
        partners=partners,
        rank=rank,
        activity=np.zeros(count),
        degree=np.zeros(count, np.int32),
        variable_mark=np.zeros(count, np.int64),
        clause_mark=np.zeros(total, np.int64),
        queue=np.zeros(2 * count + 2, np.int32),
        frame_of=np.zeros(count + 1, np.int32),
        frames=frames,
        pending=np.zeros((2 * count + 64, 4), np.int64),
        members=members,
        touched=np.zeros(4 * total + SPARE, np.int32),
        edges=np.zeros((SPARE, 3), np.int32),
        edge_literals=np.zeros(16 * count + SPARE, np.int32),
        links=np.zeros((SPARE, 2), np.int32),
        nodes=np.zeros((SPARE, 2), np.int32),
        keys=np.zeros(16 * (count + total) + SPARE, np.uint8),
        entries=np.zeros((SPARE, ENTRY_COLUMNS), np.int64),
        table=np.full(4 * SPARE, -1, np.int32),
    )
    watch_all(state)
    return state


def _lists(rows: list[list[int]], count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each variable the numbers of the rows with it, flat."""
    found: list[list[int]] = [[] for _ in range(count)]
    for number, row in enumerate(rows):
        for variable in row:
            found[variable].append(number)
    return _flat(found)


def _partners(clauses: list[Clause], count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each variable the pairs (own literal, other literal) of its clauses of two literals."""
    found: list[list[int]] = [[] for _ in range(count)]
    for clause in clauses:
        if len(clause) == 2:
            one, other = clause
            found[one >> 1] += (one, other)
            found[other >> 1] += (other, one)
    start, flat = _flat(found)
    return (start // 2).astype(np.int32), flat


def _flat(rows: list[list[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    start = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(row) for row in rows], out=start[1:])
    return start, np.array([x for row in rows for x in row], np.int32)
