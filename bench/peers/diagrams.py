"""Binary decision diagrams of a range of tables: CUDD (through dd) and OxiDD, values written in binary."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

import numpy as np

from usine.kernel import Model, Table


class Bits:
    """Each variable as bits, most significant first, and the constraints as functions of them."""

    def __init__(self, model: Model, order: list[str], engine: Any):
        self.engine = engine
        self.values = {v.name: v.values for v in model.variables}
        self.place = {name: i for i, name in enumerate(order)}
        self.bits: dict[str, list[Any]] = {}
        for name in order:
            width = max((len(self.values[name]) - 1).bit_length(), 1)
            self.bits[name] = [engine.new_variable() for _ in range(width)]
        self.variable_count = sum(len(bits) for bits in self.bits.values())
        domains = [self.any_of(name, range(len(self.values[name]))) for name in order]
        tables = [(self._top(c), self._table(c)) for c in model.constraints if isinstance(c, Table)]
        assert len(tables) == len(model.constraints)
        root = reduce(engine.conjoin, reversed(domains))
        for _, table in sorted(tables, key=lambda pair: -pair[0]):
            root = engine.conjoin(table, root)
        self.root = root

    def is_value(self, name: str, index: int) -> Any:
        """The function that is true where the variable has its value number `index`."""
        bits = self.bits[name]
        literals = [
            bit if index >> (len(bits) - 1 - i) & 1 else self.engine.negate(bit) for i, bit in enumerate(bits)
        ]
        return reduce(self.engine.conjoin, reversed(literals))

    def any_of(self, name: str, indices: Iterable[int]) -> Any:
        return reduce(self.engine.disjoin, [self.is_value(name, i) for i in indices], self.engine.false)

    def _top(self, table: Table) -> int:
        return min(self.place[name] for name in table.scope)

    def _table(self, table: Table) -> Any:
        columns = sorted(range(len(table.scope)), key=lambda c: self.place[table.scope[c]])
        scope = [table.scope[c] for c in columns]
        index = [{value: i for i, value in enumerate(self.values[name])} for name in scope]
        rows = np.array([[index[k][row[c]] for k, c in enumerate(columns)] for row in table.rows])
        rows = rows[np.lexsort(rows.T[::-1])] if len(rows) else rows
        atoms = [[self.is_value(name, i) for i in range(len(self.values[name]))] for name in scope]
        return self._trie(rows, 0, atoms)

    def _trie(self, rows: Any, depth: int, atoms: list[list[Any]]) -> Any:
        """Rows sorted: those that share a value share a branch."""
        if depth == len(atoms):
            return self.engine.true
        result = self.engine.false
        starts = np.flatnonzero(np.diff(rows[:, depth], prepend=-1))
        for first, last in zip(starts, [*starts[1:], len(rows)], strict=True):
            below = self._trie(rows[first:last], depth + 1, atoms)
            branch = self.engine.conjoin(atoms[depth][rows[first, depth]], below)
            result = self.engine.disjoin(result, branch)
        return result


class Cudd:
    """CUDD through dd's wheel."""

    name = "CUDD (dd)"

    def __init__(self) -> None:
        from dd import cudd

        self.manager = cudd.BDD()
        self.manager.configure(reordering=False)
        self.true, self.false = self.manager.true, self.manager.false
        self._count = 0

    def new_variable(self) -> Any:
        self._count += 1
        self.manager.declare(f"b{self._count}")
        return self.manager.var(f"b{self._count}")

    def conjoin(self, a: Any, b: Any) -> Any:
        return a & b

    def disjoin(self, a: Any, b: Any) -> Any:
        return a | b

    def negate(self, a: Any) -> Any:
        return ~a

    def count(self, root: Any) -> float:
        return float(self.manager.count(root, nvars=self._count))

    def nodes(self, root: Any) -> int:
        return len(root)

    def is_false(self, a: Any) -> bool:
        return bool(a == self.false)


class Oxidd:
    """OxiDD with one thread."""

    name = "OxiDD"

    def __init__(self) -> None:
        from oxidd.bdd import BDDManager

        self.manager = BDDManager(20_000_000, 4_000_000, 1)
        self.true, self.false = self.manager.true(), self.manager.false()
        self._count = 0

    def new_variable(self) -> Any:
        self.manager.add_vars(1)
        self._count += 1
        return self.manager.var(self._count - 1)

    def conjoin(self, a: Any, b: Any) -> Any:
        return a & b

    def disjoin(self, a: Any, b: Any) -> Any:
        return a | b

    def negate(self, a: Any) -> Any:
        return ~a

    def count(self, root: Any) -> float:
        return float(root.sat_count_float(self._count))

    def nodes(self, root: Any) -> int:
        return int(root.node_count())

    def is_false(self, a: Any) -> bool:
        return not a.satisfiable()
