"""A table in clauses: drawn as a small diagram, so that thousands of rows become a few nodes.

Each node gets a literal that says "the values so far lead here": from a node and a value follows the child. Renault's
largest table, 26,881 rows of 10 values, has 24 nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from usine.kernel.diagram_loops import FALSE, TRUE
from usine.kernel.diagrams import Diagrams
from usine.kernel.tables import Ints

NODES = 4_000_000  # never met: a diagram has at most one node for each prefix of a row
Clause = list[int]


@dataclass
class TableClauses:
    """`definitions` can always be satisfied; the rows are kept (or, negated, avoided) where all `asserted` hold."""

    definitions: list[Clause] = field(default_factory=list)
    asserted: list[Clause] = field(default_factory=list)


def write_table(
    columns: Sequence[Sequence[int]], rows: Ints, new: Callable[[], int], *, avoided: bool = False
) -> TableClauses:
    """The clauses of "the columns take the values of a row", or of the contrary.

    `columns[c]` are the literals of the values of column c, of which exactly one is true; `rows` has their indices;
    `new` gives literals that nothing else uses.
    """
    order = sorted(range(len(columns)), key=lambda c: (-len(columns[c]), c))  # wide ones once, at the top
    literals = [columns[c] for c in order]
    drawn = Diagrams([len(values) for values in literals], budget=NODES)
    root = drawn.rows(range(len(order)), rows[:, order])
    return _Writer(drawn, literals, new).write(drawn.negate(root) if avoided else root)


class _Writer:
    """Writes each node once, children first: they have smaller numbers."""

    def __init__(self, drawn: Diagrams, literals: Sequence[Sequence[int]], new: Callable[[], int]):
        self._drawn = drawn
        self._literals = literals
        self._new = new
        self._literal: dict[int, int] = {}

    def write(self, root: int) -> TableClauses:
        """The root needs no literal: its clauses are what is asserted."""
        found = TableClauses()
        if root == FALSE:
            found.asserted.append([])
        if root in (FALSE, TRUE):
            return found
        for node in self._reached(root)[:-1]:
            below = self._below(node)
            if len(below) == len(below[0]) == 1:  # one value is left: its own literal says so
                self._literal[node] = below[0][0]
            else:
                literal = self._literal[node] = self._new()
                found.definitions += [[-literal, *clause] for clause in below]
        found.asserted += self._below(root)
        return found

    def _reached(self, root: int) -> list[int]:
        seen = {FALSE, TRUE}
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(child for child, _ in self._children(node))
        return sorted(seen)[2:]

    def _children(self, node: int) -> list[tuple[int, int]]:
        """The children, each with the literal of the value that leads there."""
        first = int(self._drawn.first[node])
        literals = self._literals[int(self._drawn.level[node])]
        return list(zip(self._drawn.kids[first : first + len(literals)].tolist(), literals, strict=True))

    def _below(self, node: int) -> list[Clause]:
        """Clauses that send the values at a node to the children, and keep them away from FALSE."""
        towards: dict[int, list[int]] = defaultdict(list)
        for child, literal in self._children(node):
            towards[child].append(literal)
        clauses = []
        for child, values in towards.items():
            if child == TRUE:
                continue
            then = [] if child == FALSE else [self._literal[child]]
            others = [literal for other, part in towards.items() if other != child for literal in part]
            if len(others) + len(then) <= len(values) * (1 + len(then)):
                clauses.append([*others, *then])  # shorter than a clause for each value
            else:
                clauses += [[-literal, *then] for literal in values]
        return clauses
