"""Tables of numbers as constraints: rows become indices into domains, shared where scopes have the same domains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from usine.kernel import And, Constraint, Count, Is, Rows, Table, Variable
from usine.ranges.readers.content import Content
from usine.ranges.readers.domains import Domains, Longs

Ints = NDArray[np.int32]
MAX_CELLS = 40_000_000  # of all tables of a file
MAX_EXPANDED = 1_000_000  # rows that stars and intervals stand for
MAX_OPPOSITE = 100_000  # rows of the table that stands for one of forbidden rows
MAX_FORBIDDEN = 100_000  # forbidden rows where that table would be larger


class Tables:
    """Makes the tables of a file, within a budget of cells that all share."""

    def __init__(self, content: Content, domains: Domains):
        self._content = content
        self._domains = domains
        self._left = MAX_CELLS
        self._rows: dict[tuple[int, ...], Rows] = {}
        self._kept: list[Longs] = []  # whose identities the keys of `_rows` are

    def make(
        self,
        scope: Sequence[Variable],
        numbers: Longs,
        rule: str,
        line: int,
        *,
        allowed: bool,
        drop: bool = False,
    ) -> Constraint:
        """The scope takes one of the rows of numbers, or none of them where they are not `allowed`.

        A row with a number outside its variable's domain says nothing and is left out where `drop`; elsewhere it is
        a mistake. Raises RangeInvalid at the line.
        """
        key = (id(numbers), *(id(variable.values) for variable in scope))
        rows = self._rows.get(key)
        if rows is None:
            rows = self._rows[key] = self.of_indices(
                scope, self._index(scope, numbers, line, drop=drop), line
            )
            self._kept.append(numbers)
        names = tuple(variable.name for variable in scope)
        return Table(names, rows, rule) if allowed else self.forbid(scope, rows.numbers, rule, line)

    def of_indices(self, scope: Sequence[Variable], indices: Ints, line: int) -> Rows:
        """Rows of indices into the domains of the scope. Raises RangeInvalid where all tables hold too much."""
        self._left -= indices.size
        if self._left < 0:
            raise self._content.invalid(
                f"The tables hold more than {MAX_CELLS} values up to here: write smaller ones.", line
            )
        return Rows([variable.values for variable in scope], indices)

    def forbid(
        self, scope: Sequence[Variable], indices: NDArray[np.integer], rule: str, line: int
    ) -> Constraint:
        """None of the rows: the table of the others where that is small, else a formula."""
        sizes = tuple(len(variable.values) for variable in scope)
        names = tuple(variable.name for variable in scope)
        if prod(sizes) <= MAX_OPPOSITE:
            free = np.ones(sizes, np.bool_)
            free[tuple(indices.T)] = False
            return Table(names, self.of_indices(scope, np.argwhere(free).astype(np.int32), line), rule)
        if len(indices) > MAX_FORBIDDEN:
            raise self._content.invalid(
                f"This table forbids more than {MAX_FORBIDDEN} rows: write the allowed ones instead.", line
            )
        self._left -= 10 * indices.size  # a formula weighs more than a row
        atoms = [[Is(v.name, frozenset({value})) for value in v.values] for v in scope]
        forbidden = tuple(
            And(tuple(atoms[column][number] for column, number in enumerate(row))) for row in indices.tolist()
        )
        return Count(forbidden, 0, 0, rule)

    def expand(self, rows: Sequence[Sequence[Sequence[int]]], width: int, line: int) -> Longs:
        """All combinations of rows whose cells are choices of numbers."""
        if sum(prod(len(cell) for cell in row) for row in rows) > MAX_EXPANDED:
            raise self._content.invalid(
                f"Stars and intervals stand for more than {MAX_EXPANDED} rows here: split the table.", line
            )
        made = [combination for row in rows for combination in product(*row)]
        return np.array(made, np.int64).reshape(len(made), width)

    def _index(self, scope: Sequence[Variable], numbers: Longs, line: int, *, drop: bool) -> Ints:
        """The place of each number in its column's domain."""
        rows = np.empty(numbers.shape, np.int32)
        known = np.ones(len(numbers), np.bool_)
        for column, variable in enumerate(scope):
            domain = self._domains.get_numbers(variable.values)
            order = np.argsort(domain, kind="stable")
            place = np.searchsorted(domain, numbers[:, column], sorter=order)
            found = order[np.minimum(place, len(domain) - 1)]
            fits = domain[found] == numbers[:, column]
            if not drop and not fits.all():
                value = numbers[np.flatnonzero(~fits)[0], column]
                raise self._content.invalid(
                    f"A row of this table has the value {value} for {variable.name}, which its domain lacks:"
                    " correct the row or the domain.",
                    line,
                )
            known &= fits
            rows[:, column] = found
        return rows if known.all() else np.ascontiguousarray(rows[known])
