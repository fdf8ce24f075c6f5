"""The circuit of a finished search: its nodes merged, then made smooth.

What an edge fixes and what it lacks come back on many edges (of 260,000 edges of a Mercedes rule set, 7,300 differ in
it): each such set is a node of its own, and sets share the parts that 64 neighbouring elements make.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from usine.kernel.circuit import Circuit
from usine.kernel.decomposition.drive import Found
from usine.kernel.decomposition.outputs import Outputs
from usine.kernel.decomposition.ragged import Ragged, stacked, starts
from usine.kernel.decomposition.smooth import additions, domains
from usine.kernel.reduction import condition

Flags = NDArray[np.bool_]
PART = 3  # elements of 64 neighbours that make a node


def emit(found: Found, plan: Outputs, number: dict[int, int]) -> Circuit:
    """The smooth circuit; `number`: the search's number of a kept variable."""
    slot_count = plan.slot_start[-1]
    bare = condition(_bare(found, plan, number), np.ones(slot_count, np.bool_))
    unit_of = np.repeat(np.array(plan.unit_of, np.int32), np.diff(bare.slot_start))
    units = len(plan.choices)
    below = domains(*bare.arrays, unit_of, units // 64 + 1)
    below[0] = np.packbits(np.arange(64 * below.shape[1]) < units, bitorder="little").view(np.uint64)
    set_of, start, elements = additions(*bare.arrays, unit_of, below)
    decides: Flags = np.logical_or.reduce(below != 0, axis=1)
    return _smooth(bare, decides, set_of, Ragged(start.astype(np.int64), elements), plan)


def _bare(found: Found, plan: Outputs, number: dict[int, int]) -> Circuit:
    """The search's nodes with slots instead of literals, below a root that fixes what is fixed."""
    literals = [sign * v for v in number for sign in (1, -1)]
    of_literal = Ragged.of(plan.slots_of.get(literal, []) for literal in literals)
    sides = found.nodes[::-1]
    edges = sides[sides >= 0]
    fixed = Ragged.cut(found.edges[edges, 0], found.edges[edges, 1], found.literals).through(of_literal)
    below = _followed(found.edges[edges, 2], found.links)
    count = len(found.nodes)
    root = Ragged.of([[count - found.root]])
    return Circuit(
        np.array(plan.slot_start, np.int32),
        starts([1, *(sides >= 0).sum(axis=1).tolist()]).astype(np.int32),
        *stacked([Ragged.of([plan.fixed]), fixed]).arrays,
        *stacked([root, Ragged(below.start, (count - below.items).astype(np.int32))]).arrays,
    )


def _followed(heads: NDArray[np.int32], links: NDArray[np.int32]) -> Ragged:
    """The nodes of each list that starts at a link (-1: an empty one); a link is a node and the next link."""
    rows, nodes = [], []
    row, link = np.flatnonzero(heads >= 0), heads[heads >= 0]
    while len(link):
        rows.append(row)
        nodes.append(links[link, 0])
        link = links[link, 1]
        row, link = row[link >= 0], link[link >= 0]
    if not rows:
        return Ragged(np.zeros(len(heads) + 1, np.int64), np.zeros(0, np.int32))
    every = np.concatenate(rows)
    order = np.argsort(every, kind="stable")
    return Ragged(starts(np.bincount(every, minlength=len(heads))), np.concatenate(nodes)[order])


def _smooth(bare: Circuit, decides: Flags, set_of: NDArray[np.int32], sets: Ragged, plan: Outputs) -> Circuit:
    """The circuit with a node for each set (`set_of`: by edge), then for each part of sets, then for each unit.

    Children that decide nothing (`decides`: by node) are left out: they hold auxiliary variables only.
    """
    slot_count = bare.slot_count
    loose, parts_of, parts = _parts(sets)
    units = np.unique(np.concatenate((loose.items, parts.items)))
    units = units[units >= slot_count]
    ends = np.cumsum([bare.node_count, len(loose), len(parts)])
    node_of = np.zeros(slot_count + len(plan.choices), np.int32)
    node_of[units] = ends[2] + np.arange(len(units))
    choices = [plan.choices[unit] for unit in (units - slot_count).tolist()]
    of_choice = Ragged.of(choice for unit in choices for choice in unit)
    has_set = set_of >= 0
    kept = Ragged(bare.edge_slots, bare.slots).keep(np.repeat(~has_set, np.diff(bare.edge_slots)))
    leading = Ragged(bare.edge_children, bare.children).keep(decides[bare.children])
    set_node = Ragged(starts(has_set.astype(np.int32)), (ends[0] + set_of[has_set]).astype(np.int32))
    part_node = Ragged(parts_of.start, (ends[1] + parts_of.items).astype(np.int32))
    fixed = [ragged.keep(ragged.items < slot_count) for ragged in (loose, parts)]
    open_ = [ragged.keep(ragged.items >= slot_count) for ragged in (loose, parts)]
    below = [Ragged(ragged.start, node_of[ragged.items]) for ragged in open_]
    children = [
        leading.beside(set_node),
        below[0].beside(part_node),
        below[1],
        of_choice.keep(of_choice.items < 0),
    ]
    one_each = [1] * (len(loose) + len(parts))
    return Circuit(
        bare.slot_start,
        starts([*np.diff(bare.node_edges).tolist(), *one_each, *map(len, choices)]).astype(np.int32),
        *stacked([kept, *fixed, of_choice]).arrays,
        *stacked(children).arrays,
    )


def _parts(sets: Ragged) -> tuple[Ragged, Ragged, Ragged]:
    """Sets in parts: (elements that are in no part, the parts of each set, the elements of each part)."""
    row = sets.row_of
    order = np.lexsort((sets.items, row))
    items = sets.items[order]
    word = items >> 6
    first = np.flatnonzero(np.concatenate(([True], (np.diff(row) != 0) | (np.diff(word) != 0)))[: len(items)])
    last = np.append(first[1:], len(items))
    large = last - first >= PART
    in_part = np.repeat(large, last - first)
    loose = Ragged(sets.start, items).keep(~in_part)
    first, last = first[large], last[large]
    if not len(first):
        return loose, Ragged(np.zeros(len(sets) + 1, np.int64), loose.items[:0]), Ragged.of([])
    bits = np.bitwise_or.reduceat(np.where(in_part, np.uint64(1) << (items & 63).astype(np.uint64), 0), first)
    _, example, part = np.unique(
        np.stack((word[first].astype(np.uint64), bits), axis=1),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    of_set = Ragged(starts(np.bincount(row[first], minlength=len(sets))), part.reshape(-1).astype(np.int32))
    return loose, of_set, Ragged.cut(first[example], last[example], items)
