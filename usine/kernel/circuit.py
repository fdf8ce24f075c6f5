"""The form that every compiled range has: a decision circuit in flat arrays.

A *slot* is a value of a decision; slots are numbered through, decision after decision. A node offers its edges as
alternatives; an edge fixes some slots and leads to some children, all of which must be gone through. Three laws make
every question a pass over the edges (Darwiche, Marquis, "A knowledge compilation map", JAIR 2002; on finite domains):

- decomposable: the slots of an edge and what its children decide are about different decisions;
- deterministic: two edges of a node fix different slots of some same decision, or differ so further down;
- smooth: all edges of a node decide the same set of decisions, and the root decides all of them.

So one choice of an edge at every node that is reached is one configuration, and every configuration is one such choice.
A multi-valued decision diagram is the circuit whose edges have one slot and at most one child.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usine.kernel.errors import ArtefactCorrupted

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Circuit:
    """Flat arrays of int32; node 0 is the root; children have larger numbers than their parents.

    `slot_start[d]` is the first slot of decision d (one entry more at the end); `node_edges[n]` the first edge of node
    n; `edge_slots[e]` the first of its entries in `slots`; `edge_children[e]` the first of its entries in `children`.
    A circuit without nodes has no configuration.
    """

    slot_start: Ints
    node_edges: Ints
    edge_slots: Ints
    slots: Ints
    edge_children: Ints
    children: Ints

    @property
    def slot_count(self) -> int:
        """Values of all decisions."""
        return int(self.slot_start[-1])

    @property
    def node_count(self) -> int:
        """Nodes, the root included."""
        return len(self.node_edges) - 1

    @property
    def edge_count(self) -> int:
        """Edges of all nodes: what a question visits."""
        return len(self.edge_slots) - 1

    @property
    def is_empty(self) -> bool:
        """No configuration at all."""
        return self.node_count == 0

    @cached_property
    def is_diagram(self) -> bool:
        """Whether every edge fixes one slot and has at most one child."""
        return bool((np.diff(self.edge_slots) == 1).all() and (np.diff(self.edge_children) <= 1).all())

    @cached_property
    def child(self) -> Ints:
        """Of a diagram, the child of each edge; the number of nodes stands for none."""
        found = np.full(self.edge_count, self.node_count, np.int32)
        found[np.diff(self.edge_children) == 1] = self.children
        return found

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """What the passes go over: everything but `slot_start`."""
        return self.node_edges, self.edge_slots, self.slots, self.edge_children, self.children

    def check(self) -> None:
        """Raise ArtefactCorrupted where a number leads outside the arrays or a child is not below its parent."""
        for name in ("slot_start", "node_edges", "edge_slots", "edge_children"):
            starts = getattr(self, name)
            if not len(starts) or starts[0] != 0 or (starts[1:] < starts[:-1]).any():
                raise _corrupted(name)
        ends = (
            (self.node_edges, self.edge_count),
            (self.edge_slots, len(self.slots)),
            (self.edge_children, len(self.children)),
        )
        if any(starts[-1] != end for starts, end in ends) or len(self.edge_slots) != len(self.edge_children):
            raise _corrupted("starts")
        if len(self.slots) and not 0 <= self.slots.min() <= self.slots.max() < self.slot_count:
            raise _corrupted("slots")
        if len(self.children):
            parents = np.repeat(np.arange(self.node_count), np.diff(self.edge_children[self.node_edges]))
            if not ((self.children > parents) & (self.children < self.node_count)).all():
                raise _corrupted("children")


ARRAYS = tuple(field.name for field in fields(Circuit))


def _corrupted(what: str) -> ArtefactCorrupted:
    return ArtefactCorrupted(f"This compiled range is altered ({what}): compile the range again.")
