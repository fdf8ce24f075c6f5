"""Hash-consed multi-valued decision diagrams: the working memory of the compiler.

A node is a number; 0 is false, 1 is true; any other has a level (its variable's place in the order) and one child
for each value. Two equal nodes are one number, and a node whose children are all the same is that child: the
diagram of a function is unique for an order (Srinivasan, Kam, Malik, Brayton, "Algorithms for discrete function
manipulation", ICCAD 1990).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from usine.kernel.errors import TooLarge

FALSE, TRUE = 0, 1
STEPS_A_NODE = 30  # over a whole compile
MEMO_A_NODE = 4  # in one join: what it remembers takes memory


class Diagrams:
    """A store of nodes over an order of variables with the given domain sizes.

    Raises TooLarge when a new node would exceed `budget`, or when the work exceeds some steps a node of that budget.
    """

    def __init__(self, sizes: Sequence[int], *, budget: int):
        self.sizes = tuple(sizes)
        self.budget = budget
        bottom = len(self.sizes)
        self.level: list[int] = [bottom, bottom]
        self.children: list[tuple[int, ...]] = [(), ()]
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._memo: dict[tuple[int, int], int] = {}
        self._steps_left = STEPS_A_NODE * budget
        self._memo_limit = MEMO_A_NODE * budget

    def node(self, level: int, children: tuple[int, ...]) -> int:
        """The node with these children, made if it is new."""
        first = children[0]
        if children.count(first) == len(children):
            return first
        key = (level, children)
        found = self._unique.get(key)
        if found is None:
            found = len(self.level)
            if found > self.budget:
                raise TooLarge(f"The diagram needs more than {self.budget} nodes in this order of variables.")
            self._unique[key] = found
            self.level.append(level)
            self.children.append(children)
        return found

    def atom(self, level: int, values: Iterable[int]) -> int:
        """True when the variable at `level` takes one of `values` (indices)."""
        kept = set(values)
        return self.node(level, tuple(TRUE if v in kept else FALSE for v in range(self.sizes[level])))

    def conjoin(self, a: int, b: int) -> int:
        """a and b."""
        return self._join(a, b, FALSE, TRUE)

    def disjoin(self, a: int, b: int) -> int:
        """a or b."""
        return self._join(a, b, TRUE, FALSE)

    def _join(self, a: int, b: int, absorbing: int, neutral: int) -> int:
        self._memo = {}
        self._memo_limit = min(self._steps_left, MEMO_A_NODE * self.budget)
        made = self._apply(a, b, absorbing, neutral)
        self._steps_left -= len(self._memo)
        return made

    def _apply(self, a: int, b: int, absorbing: int, neutral: int) -> int:
        if a in (b, absorbing) or b == neutral:
            return a
        if a == neutral or b == absorbing:
            return b
        key = (a, b) if a < b else (b, a)
        found = self._memo.get(key)
        if found is not None:
            return found
        level_a, level_b = self.level[a], self.level[b]
        apply = self._apply
        if level_a == level_b:
            pairs = zip(self.children[a], self.children[b], strict=True)
            made = self.node(level_a, tuple([apply(x, y, absorbing, neutral) for x, y in pairs]))
        elif level_a < level_b:
            made = self.node(level_a, tuple([apply(x, b, absorbing, neutral) for x in self.children[a]]))
        else:
            made = self.node(level_b, tuple([apply(a, y, absorbing, neutral) for y in self.children[b]]))
        self._memo[key] = made
        if len(self._memo) > self._memo_limit:
            raise TooLarge(f"Joining the rules takes too many steps for {self.budget} nodes.")
        return made

    def negate(self, a: int) -> int:
        """not a."""
        memo = {FALSE: TRUE, TRUE: FALSE}

        def visit(node: int) -> int:
            found = memo.get(node)
            if found is None:
                found = memo[node] = self.node(
                    self.level[node], tuple([visit(c) for c in self.children[node]])
                )
            return found

        return visit(a)

    def rows(self, levels: Sequence[int], rows: Iterable[Sequence[int]]) -> int:
        """True on the given rows of values; `levels` ascend, rows are in the order of `levels`."""
        return self._trie(levels, sorted({tuple(row) for row in rows}), 0)

    def _trie(self, levels: Sequence[int], rows: list[tuple[int, ...]], depth: int) -> int:
        if not rows:
            return FALSE
        if depth == len(levels):
            return TRUE
        level = levels[depth]
        children = [FALSE] * self.sizes[level]
        start = 0
        while start < len(rows):
            value = rows[start][depth]
            end = start + 1
            while end < len(rows) and rows[end][depth] == value:
                end += 1
            children[value] = self._trie(levels, rows[start:end], depth + 1)
            start = end
        return self.node(level, tuple(children))

    def between(self, diagrams: Sequence[int], at_least: int, at_most: int) -> int:
        """True when between `at_least` and `at_most` of the diagrams hold."""
        exactly = [TRUE] + [FALSE] * max(at_most, 0)
        for diagram in diagrams:
            opposite = self.negate(diagram)
            for count in range(len(exactly) - 1, 0, -1):
                without = self.conjoin(exactly[count], opposite)
                exactly[count] = self.disjoin(without, self.conjoin(exactly[count - 1], diagram))
            exactly[0] = self.conjoin(exactly[0], opposite)
        total = FALSE
        for count in range(max(at_least, 0), at_most + 1):
            if count < len(exactly):
                total = self.disjoin(total, exactly[count])
        return total
