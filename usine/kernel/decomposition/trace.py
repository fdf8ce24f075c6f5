"""What a search leaves for the next one over nearly the same clauses, and how that one starts from it.

A component is what its variables and touched clauses say: the clauses within its variables, and what is left of the
touched ones. Its node is right for new clauses too where none within its variables appeared or disappeared and none of
its touched ones disappeared; so are the nodes below it. Names only decide which variables are taken for the same: what
is right does not depend on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from usine.kernel.decomposition.prepare import Clause
from usine.kernel.decomposition.ragged import Ragged
from usine.kernel.decomposition.recall import (
    are_keys_whole,
    are_nodes_whole,
    copy_nodes,
    mark_below,
    renew,
)
from usine.kernel.decomposition.setup import ranks, set_up
from usine.kernel.decomposition.state import (
    EDGE_LITERALS,
    EDGES,
    ENTRIES,
    KEY_BYTES,
    LINKS,
    NODE,
    NODES,
    ORIGINAL,
    State,
)
from usine.kernel.errors import TooLarge

Ints = NDArray[np.int32]


class Unlike(TooLarge):
    """An earlier search is of no use for these clauses: search from nothing."""


@dataclass(frozen=True, eq=False)
class Trace:
    """A finished search: its variables' names, its clauses in its literals, its cache, its nodes (the last: the root).

    `spans` are the first and last places of the clauses in `literals`; `nodes`, `edges`, `edge_literals`, `links`,
    `keys` and `entries` are those of its state.
    """

    names: Sequence[bytes]
    spans: Ints
    literals: Ints
    rank: NDArray[np.float64]
    nodes: Ints
    edges: Ints
    edge_literals: Ints
    links: Ints
    keys: NDArray[np.uint8]
    entries: NDArray[np.int64]

    @property
    def clauses(self) -> list[Clause]:
        """The clauses, in the search's literals."""
        literals = self.literals.tolist()
        return [tuple(literals[a:b]) for a, b in self.spans.tolist()]

    def is_whole(self) -> bool:
        """Whether no number leads outside its array, and children stand before their parents: loops check nothing."""
        names, ends = len(self.names), self.spans
        shapes = len(self.rank) == names and len(self.nodes) > 0
        clauses = (
            (ends >= 0).all() and (ends[:, 0] <= ends[:, 1]).all() and (ends <= len(self.literals)).all()
        )
        return bool(
            shapes
            and clauses
            and all(_within(literals, 2 * names) for literals in (self.literals, self.edge_literals))
            and are_nodes_whole(self.nodes, self.edges, self.links, len(self.edge_literals))
            and are_keys_whole(self.keys, self.entries, names, len(self.spans), len(self.nodes))
        )

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, field.name).nbytes for field in fields(self)[1:])


@dataclass(frozen=True)
class Start:
    """A search before its first step; `number`: its number of each variable kept; components that it knows already."""

    state: State
    number: dict[int, int]
    reused: int = 0


def _within(numbers: Ints, end: int) -> bool:
    return bool((numbers >= 0).all() and (numbers < end).all())


def name_variables(count: int, names: Mapping[int, str], parts: Mapping[int, Clause]) -> list[bytes]:
    """A name for each variable, by number: the same wherever it means the same. `names` and `parts` as in Clauses."""
    said = [b""]
    for v in range(1, count + 1):
        literal = -v if -v in parts else v
        if literal in parts:
            own = [(b"+" if x > 0 else b"-") + said[abs(x)] for x in parts[literal]]
            text = b"".join((b"+" if literal > 0 else b"-", *sorted(own)))
        else:
            text = names.get(v, f"#{v}").encode()
        said.append(hashlib.blake2b(text, digest_size=16).digest())
    return said


def leave(state: State, names: Sequence[bytes], number: Mapping[int, int]) -> Trace:
    """The trace of a finished search."""
    r = state.registers
    return Trace(
        [names[v] for v in number],
        state.clauses[: r[ORIGINAL]].copy(),
        state.fixed_literals,
        state.rank,
        state.nodes[: r[NODES]].copy(),
        state.edges[: r[EDGES]].copy(),
        state.edge_literals[: r[EDGE_LITERALS]].copy(),
        state.links[: r[LINKS]].copy(),
        state.keys[: r[KEY_BYTES]].copy(),
        state.entries[: r[ENTRIES]].copy(),
    )


def start_afresh(clauses: list[Clause]) -> Start:
    """A search over clauses (literals as in DIMACS) that starts from nothing."""
    number = {v: n for n, v in enumerate(_variables(clauses))}
    own = sorted((_numbered(clause, number) for clause in clauses), key=len)
    return Start(set_up(own, len(number), ranks(own, len(number))[0]), number)


def start_again(clauses: list[Clause], names: Sequence[bytes], trace: Trace) -> Start:
    """A search that starts from an earlier one: variables and clauses known to that come first, in its order.

    Raises Unlike where less than half of the clauses come back, or no component does.
    """
    place = {name: n for n, name in enumerate(trace.names)}
    variables = _variables(clauses)
    known = sorted((place[names[v]], v) for v in variables if names[v] in place)
    number = {v: n for n, (_, v) in enumerate(known)}
    number |= {v: len(known) + n for n, v in enumerate(v for v in variables if v not in number)}
    moved = np.full(len(trace.names), -1, np.int32)
    moved[[old for old, _ in known]] = np.arange(len(known))
    new = {tuple(sorted(clause)): clause for clause in (_numbered(c, number) for c in clauses)}
    kept: list[Clause] = []
    changed: list[list[int]] = []
    clause_moved = np.full(len(trace.spans), -1, np.int32)
    for at, clause in enumerate(trace.clauses):
        now = tuple(2 * int(moved[x >> 1]) + (x & 1) for x in clause)
        if new.pop(tuple(sorted(now)), None):
            clause_moved[at] = len(kept)
            kept.append(now)
        else:
            changed.append([x >> 1 for x in clause])
    if 2 * len(kept) < len(trace.spans):
        raise Unlike
    added = sorted(new.values(), key=len)
    for clause in added:
        if all(x >> 1 < len(known) for x in clause):
            changed.append([known[x >> 1][0] for x in clause])
    rank = _rank_again(added, len(number), moved, trace.rank)
    state = set_up([*kept, *added], len(number), rank)
    state = _recall(state, trace, moved, clause_moved, Ragged.of(changed))
    reused = int(state.registers[ENTRIES])
    if not reused:
        raise Unlike
    return Start(state, number, reused)


def _variables(clauses: Collection[Clause]) -> list[int]:
    return sorted({abs(x) for clause in clauses for x in clause})


def _numbered(clause: Clause, number: Mapping[int, int]) -> Clause:
    return tuple(2 * number[abs(x)] + (x < 0) for x in clause)


def _rank_again(
    added: list[Clause], count: int, moved: Ints, rank: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The ranks of before; a new variable has the highest of its neighbours in new clauses."""
    found = np.zeros(count)
    old = moved >= 0
    found[moved[old]] = rank[old]
    for clause in added:
        highest = max(found[x >> 1] for x in clause)
        for x in clause:
            if x >> 1 >= old.sum():
                found[x >> 1] = max(found[x >> 1], highest)
    return found


def _recall(state: State, trace: Trace, moved: Ints, clause_moved: Ints, changed: Ragged) -> State:
    """The state with what is still right of what the last search's circuit was made of."""
    keys = np.zeros(len(trace.keys) + len(state.keys), np.uint8)
    entries = np.zeros((len(trace.entries) + len(state.entries), trace.entries.shape[1]), np.int64)
    places = len(state.table)
    while places < 4 * len(trace.entries):
        places *= 2
    table = np.full(places, -1, np.int32)
    wanted = np.zeros(len(trace.nodes), np.bool_)
    wanted[-1] = True
    mark_below(trace.nodes, trace.edges, trace.links, wanted)
    count, end = renew(
        trace.keys, trace.entries, wanted, moved, clause_moved, *changed.arrays, keys, entries, table
    )
    wanted[:] = False
    wanted[entries[:count, NODE]] = True
    mark_below(trace.nodes, trace.edges, trace.links, wanted)
    number, *copies = copy_nodes(trace.nodes, trace.edges, trace.edge_literals, trace.links, wanted, moved)
    entries[:count, NODE] = number[entries[:count, NODE]]
    state.registers[[NODES, EDGES, EDGE_LITERALS, LINKS]] = [len(copy) for copy in copies]
    state.registers[[ENTRIES, KEY_BYTES]] = count, end
    nodes, edges, edge_literals, links = (
        np.concatenate((copy, room))
        for copy, room in zip(
            copies, (state.nodes, state.edges, state.edge_literals, state.links), strict=True
        )
    )
    return state._replace(
        keys=keys,
        entries=entries,
        table=table,
        nodes=nodes,
        edges=edges,
        edge_literals=edge_literals,
        links=links,
    )
