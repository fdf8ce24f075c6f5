"""What a range is to the kernel: finite-domain variables, constraints, additive integer prices.

Everything here is a frozen value. Names of variables and values are plain strings; a price is an integer
in whatever unit the caller counts in (the kernel knows no currency).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Variable:
    """A decision with a finite, ordered, non-empty domain of distinct values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """Atom: the variable takes one of the given values."""

    variable: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the operand is not."""

    operand: Formula


@dataclass(frozen=True, slots=True)
class And:
    """True when every operand is; the empty conjunction is true."""

    operands: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True when some operand is; the empty disjunction is false."""

    operands: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Among:
    """True when between `at_least` and `at_most` (inclusive) of the operands are.

    An operand that stands there several times counts as often: a small weight in a sum. "Exactly one of a, b" is
    the exclusive or; its negation says that a and b are equivalent, without writing either twice.
    """

    operands: tuple[Formula, ...]
    at_least: int
    at_most: int


Formula = Is | Not | And | Or | Among


class Rows(Sequence[tuple[str, ...]]):
    """Rows of values kept as numbers: what a reader hands over for a large table. Behaves as a tuple of tuples.

    `columns[c]` are the values that the numbers of column c stand for; `numbers` has one row a row, one column a
    column, and is not to be changed.
    """

    __slots__ = ("columns", "numbers")

    def __init__(self, columns: Sequence[Sequence[str]], numbers: NDArray[np.integer]):
        self.columns = tuple(tuple(column) for column in columns)
        self.numbers = numbers
        numbers.setflags(write=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> tuple[str, ...] | Rows:
        if isinstance(index, slice):
            return Rows(self.columns, self.numbers[index])
        return tuple(self.columns[c][number] for c, number in enumerate(self.numbers[index].tolist()))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        columns = [[names[number] for number in column] for names, column in self._by_column()]
        return zip(*columns, strict=True) if columns else iter([()] * len(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def digest(self) -> str:
        """A digest of the values of the columns and of the numbers, hexadecimal; fast for any number of rows."""
        found = hashlib.sha256(json.dumps([self.columns, self.numbers.shape]).encode())
        found.update(np.ascontiguousarray(self.numbers, dtype="<i4").tobytes())
        return found.hexdigest()

    def _by_column(self) -> Iterator[tuple[tuple[str, ...], list[int]]]:
        return zip(self.columns, self.numbers.T.tolist(), strict=True)


@dataclass(frozen=True, slots=True)
class Table:
    """The values of `scope` form one of `rows` (supports)."""

    scope: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Implies:
    """Where the condition holds, the consequence does."""

    condition: Formula
    consequence: Formula
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Excludes:
    """At most one of the formulas holds."""

    formulas: tuple[Formula, ...]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Between `at_least` and `at_most` (inclusive) of the formulas hold."""

    formulas: tuple[Formula, ...]
    at_least: int
    at_most: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Holds:
    """The formula holds."""

    formula: Formula
    rule: str = ""


Constraint = Table | Implies | Excludes | Count | Holds
"""`rule` names the authored rule that a constraint comes from; several constraints may share one."""


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """One additive part of the total price, looked up by the values of `scope`.

    Only the combinations in `rows` may carry a price; every other combination costs nothing. The amounts
    are given later (`Prices`), so that one compiled range serves every price list.
    """

    name: str
    scope: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A vehicle range: what may be chosen, what constrains it, what its price depends on."""

    variables: tuple[Variable, ...]
    constraints: tuple[Constraint, ...] = ()
    price_terms: tuple[PriceTerm, ...] = ()


Choices = Mapping[str, str]
"""Variable name to chosen value; a partial configuration."""

Prices = Mapping[str, Mapping[tuple[str, ...], int]]
"""Price term name to (values of its scope) to amount; a row without an amount costs 0."""
