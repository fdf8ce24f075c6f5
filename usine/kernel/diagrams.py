"""Hash-consed multi-valued decision diagrams: the working memory of the compiler.

A node is a number; 0 is false, 1 is true; any other has a level (its variable's place in the order) and one child
for each value. Two equal nodes are one number, and a node whose children are all the same is that child: the
diagram of a function is unique for an order (Srinivasan, Kam, Malik, Brayton, "Algorithms for discrete function
manipulation", ICCAD 1990). The loops are compiled (`diagram_loops`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from usine.kernel import diagram_loops as loops
from usine.kernel.circuit import Circuit
from usine.kernel.diagram_loops import FALSE, TRUE, Ints
from usine.kernel.errors import TooLarge
from usine.kernel.reduction import empty
from usine.kernel.tables import distinct

STEPS_A_NODE = 30  # over a whole compile
FIRST_NODES = 1 << 12


class Diagrams:
    """A store of nodes over an order of variables with the given domain sizes.

    Raises TooLarge when a new node would exceed `budget`, or when the work exceeds some steps a node of that budget.
    """

    def __init__(self, sizes: Sequence[int], *, budget: int):
        self.slot_start = np.concatenate(([0], np.cumsum(np.array(sizes, np.int64)))).astype(np.int32)
        self.budget = budget
        self.steps_left = STEPS_A_NODE * budget
        self.count = 2
        self.level: Ints = np.full(FIRST_NODES, len(sizes), np.int32)
        self.first = np.zeros(FIRST_NODES + 1, np.int64)
        self.kids: Ints = np.empty(4 * FIRST_NODES, np.int32)
        self._table: Ints = np.full(4 * FIRST_NODES, -1, np.int32)

    def atom(self, level: int, values: Iterable[int]) -> int:
        """True when the variable at `level` takes one of `values` (indices)."""
        kept = np.array(sorted(set(values)), np.int32)
        return self.rows((level,), kept[:, None])

    def conjoin(self, a: int, b: int) -> int:
        """a and b."""
        return self._join(a, b, FALSE)

    def disjoin(self, a: int, b: int) -> int:
        """a or b."""
        return self._join(a, b, TRUE)

    def negate(self, a: int) -> int:
        """not a."""
        made = loops.negate(self.level, self.first, self.kids, self._table, self.count, a)
        self.level, self.first, self.kids, self._table, self.count, node = made
        self._check_budget()
        return node

    def rows(self, levels: Sequence[int], rows: Ints) -> int:
        """True on the given rows of values; `levels` ascend, columns are in the order of `levels`."""
        if not len(rows):
            return FALSE
        sizes = np.diff(self.slot_start)[list(levels)].tolist()
        made = loops.build_rows(
            self.level, self.first, self.kids, self._table, self.count, self.slot_start,
            np.array(levels, np.int32), distinct(rows, sizes),
        )  # fmt: skip
        self.level, self.first, self.kids, self._table, self.count, node = made
        self._check_budget()
        return node

    def between(self, diagrams: Sequence[int], at_least: int, at_most: int) -> int:
        """True when between `at_least` and `at_most` of the diagrams hold."""
        exactly = [TRUE] + [FALSE] * max(min(at_most, len(diagrams)), 0)
        for diagram in diagrams:
            opposite = self.negate(diagram)
            for count in range(len(exactly) - 1, 0, -1):
                without = self.conjoin(exactly[count], opposite)
                exactly[count] = self.disjoin(without, self.conjoin(exactly[count - 1], diagram))
            exactly[0] = self.conjoin(exactly[0], opposite)
        total = FALSE
        for node in exactly[max(at_least, 0) : max(at_most + 1, 0)]:
            total = self.disjoin(total, node)
        return total

    def lay_out(self, root: int) -> Circuit:
        """The circuit of what is true at the root: a node that skips levels gets a copy on each level that it skips."""
        if root == FALSE:
            return empty(self.slot_start)
        arrays = loops.lay_out(self.level, self.first, self.kids, self.count, self.slot_start, root)
        node_edges, slots, edge_children, children = arrays
        return Circuit(
            self.slot_start,
            node_edges,
            np.arange(len(slots) + 1, dtype=np.int32),
            slots,
            edge_children,
            children,
        )

    def _join(self, a: int, b: int, absorbing: int) -> int:
        made = loops.join(
            self.level, self.first, self.kids, self._table, self.count, self.slot_start, a, b, absorbing,
            self.budget, self.steps_left,
        )  # fmt: skip
        self.level, self.first, self.kids, self._table, self.count, self.steps_left, node = made
        if node == loops.STEPS_SPENT:
            raise TooLarge(f"Joining the rules takes too many steps for {self.budget} nodes.")
        self._check_budget()
        return node

    def _check_budget(self) -> None:
        if self.count > self.budget or self.first[self.count] > loops.CELLS_A_NODE * self.budget:
            raise TooLarge(f"The diagram needs more than {self.budget} nodes in this order of variables.")
