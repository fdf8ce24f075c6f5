"""What the search works on: flat arrays that Python enlarges between two runs of the loop.

A literal is `2 * variable` (true) or `2 * variable + 1` (false), variables from 0. `registers` holds the counters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
I8 = NDArray[np.int8]

# Registers: lengths in use of the growing arrays, and the search's own counters.
TRAIL, HEAD, LEVELS, CLAUSES, LITERALS, WORK = 0, 1, 2, 3, 4, 5
EDGES, EDGE_LITERALS, LINKS, NODES, KEY_BYTES, ENTRIES = 6, 7, 8, 9, 10, 11
FRAMES, PENDING, MEMBERS, TOUCHED, STAMP, POINTER = 12, 13, 14, 15, 16, 17
ORIGINAL, ORIGINAL_LITERALS, LIMIT, ROOT, BUMP = 18, 19, 20, 21, 22
REGISTERS = 24

# Columns of a frame: one component being explored.
FIRST, LAST, STATE, EDGE_A, EDGE_B, ENTRY, PENDING_BASE, MEMBERS_BASE, TOUCHED_BASE, BRANCH, BASE = range(11)
FRAME = 11

# Columns of a component that waits: its variables, its touched clauses.
COMPONENT = 4

# Columns of an entry of the cache; no node: not known yet.
HASH, KEY_START, KEY_END, NODE = range(4)
ENTRY_COLUMNS = 4


class State(NamedTuple):
    """The arrays of one search, in one place; the loop changes their contents only."""

    registers: I64
    value: I8  # by literal: 1 true, -1 false, 0 open
    level: I32
    reason: I32
    trail: I32
    level_start: I32
    model: I8  # by variable: 1 or 0, a model of every component that waits
    seen: I8
    learnt: I32
    literals: I32  # of all clauses; the two watched ones first
    clauses: I32  # first and last place in `literals`
    watch_head: I32  # by literal
    watch_next: I32  # by clause and side
    fixed_literals: I32  # of the given clauses, in their given order
    occurrence_start: I32  # by variable: its long clauses
    occurrences: I32
    partner_start: I32  # by variable: literals pairs (own, other) of its clauses of two literals
    partners: I32
    rank: NDArray[np.float64]
    activity: NDArray[np.float64]
    degree: I32
    variable_mark: I64
    clause_mark: I64
    queue: I32
    frame_of: I32  # by component of the split at hand: its row in `pending`
    frames: I64
    pending: I64
    members: I32
    touched: I32
    edges: I32  # first literal, last literal, first link
    edge_literals: I32
    links: I32  # node, next link of the edge
    nodes: I32  # edge a, edge b; -1: none
    keys: NDArray[np.uint8]
    entries: I64
    table: I32


def inner(function: Function) -> Function:
    """Compile a part of a loop: called from compiled code only, so without the costly way in from Python."""
    options: Any = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(Function, numba.njit(**options)(function))
