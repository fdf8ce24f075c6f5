"""Formulas of XCSP3 (intension), such as `or(le(x,3),eq(add(y,z),5))`: tabulated where their variables have few
combinations of values, else taken apart at their logical operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from usine.kernel import Among, And, Constraint, Formula, Holds, Is, Not, Or, Table, Variable
from usine.ranges.readers.content import Content
from usine.ranges.readers.domains import Domains
from usine.ranges.readers.tables import Tables
from usine.ranges.readers.xcsp3_operators import Numbers, Undefined, apply, is_known
from usine.ranges.readers.xcsp3_variables import Variables

TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\[\]\s]*\])*|[+-]?\d{1,16}|\S", re.ASCII)
MAX_DEPTH = 60
MAX_TOKENS = 100_000
MAX_COMBINATIONS = 100_000
MAX_ALTERNATIVES = 2_000
MAX_WORK = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with its operands; a variable or a number has none."""

    operator: str
    operands: tuple[Call, ...] = ()
    size: int = 1


LOGICAL = {"and", "or", "not", "imp", "iff", "xor"}


class Formulas:
    """Reads formulas over declared variables."""

    def __init__(self, content: Content, domains: Domains, tables: Tables, variables: Variables):
        self._content = content
        self._domains = domains
        self._tables = tables
        self._variables = variables
        self._work = MAX_WORK

    def read(self, text: str, rule: str, line: int) -> Iterator[Constraint]:
        """The constraints that a formula makes; none where it always holds. Raises RangeInvalid at the line."""
        try:
            call = parse_call(text)
            scope = self._scope(call)
            if _combinations(scope) <= MAX_COMBINATIONS:
                yield from self._tabulate(call, scope, rule, line)
            else:
                yield Holds(self._formula(call), rule)
        except Undefined as error:
            raise self._content.invalid(str(error), line) from error

    def _tabulate(self, call: Call, scope: list[Variable], rule: str, line: int) -> Iterator[Constraint]:
        rows = self._solve(call, scope)
        if scope:
            yield Table(tuple(v.name for v in scope), self._tables.of_indices(scope, rows, line), rule)
        elif not len(rows):
            yield Holds(Or(()), rule)

    def _scope(self, call: Call) -> list[Variable]:
        """The variables of a formula in the order of their first appearance."""
        found: dict[str, Variable] = {}
        stack = [call]
        while stack:
            node = stack.pop()
            stack.extend(reversed(node.operands))
            if not node.operands and node.operator in self._variables.declared:
                found[node.operator] = self._variables.declared[node.operator]
        return list(found.values())

    def _solve(self, call: Call, scope: list[Variable]) -> np.ndarray:
        """The rows of value indices for which the formula holds."""
        sizes = tuple(len(v.values) for v in scope)
        self._work -= call.size * prod(sizes)
        if self._work < 0:
            raise Undefined("The formulas up to here have too many combinations of values: write tables.")
        axes = {
            v.name: self._domains.get_numbers(v.values).reshape(
                [-1 if i == place else 1 for i in range(len(sizes))]
            )
            for place, v in enumerate(scope)
        }
        found = np.broadcast_to(self._evaluate(call, axes) != 0, sizes)
        return np.argwhere(found).astype(np.int32).reshape(np.count_nonzero(found), len(scope))

    def _evaluate(self, call: Call, axes: dict[str, Numbers]) -> Numbers:
        name, count = call.operator, len(call.operands)
        if not count and name != "set":
            return axes[name] if name in axes else self._number(name)
        if name in ("in", "notin") and count == 2 and call.operands[1].operator == "set":
            members = [self._evaluate(member, axes) for member in call.operands[1].operands]
            value = self._evaluate(call.operands[0], axes)
            inside: Numbers = np.zeros(value.shape, np.bool_)
            for member in members:
                inside = inside | (value == member)
            found: Numbers = inside == (name == "in")
            return found.astype(np.int64)
        values = [self._evaluate(operand, axes) for operand in call.operands]
        return apply(name, values)

    def _number(self, word: str) -> Numbers:
        if word.lstrip("+-").isdecimal():
            return np.array(int(word), np.int64)
        if word in ("true", "false"):
            return np.array(int(word == "true"), np.int64)
        raise Undefined(f"There is no variable {word[:80]}: declare it, or correct its name.")

    def _formula(self, call: Call) -> Formula:
        """A formula too wide to be tabulated: its logical operators are kept, their operands are tabulated."""
        scope = self._scope(call)
        if call.operator not in LOGICAL or not call.operands:
            return self._alternatives(call, scope)
        parts = tuple(self._formula(operand) for operand in call.operands)
        count = len(parts)
        if call.operator == "and":
            return And(parts)
        if call.operator == "or":
            return Or(parts)
        if call.operator == "not" and count == 1:
            return Not(parts[0])
        if call.operator == "imp" and count == 2:
            return Or((Not(parts[0]), parts[1]))
        if call.operator == "iff":
            return Not(Among(parts, 1, count - 1))
        if call.operator == "xor" and count == 2:
            return Among(parts, 1, 1)
        raise Undefined(
            f"“{call.operator}” over {count} operands is not read in a formula of this size: split it."
        )

    def _alternatives(self, call: Call, scope: list[Variable]) -> Formula:
        """What the operand allows, value by value."""
        if _combinations(scope) > MAX_COMBINATIONS:
            raise Undefined(
                f"The formula compares variables with more than {MAX_COMBINATIONS} combinations of values: split it."
            )
        rows = self._solve(call, scope).tolist()
        grouped: dict[tuple[int, ...], set[str]] = {}
        for row in rows:
            grouped.setdefault(tuple(row[:-1]), set()).add(scope[-1].values[row[-1]])
        if len(grouped) > MAX_ALTERNATIVES:
            raise Undefined(
                f"A part of the formula has more than {MAX_ALTERNATIVES} cases: write it as a table."
            )
        if not scope:
            return And(()) if rows else Or(())
        cases = []
        for first, last in grouped.items():
            atoms = [Is(v.name, frozenset({v.values[i]})) for v, i in zip(scope, first, strict=False)]
            cases.append(And((*atoms, Is(scope[-1].name, frozenset(last)))))
        return Or(tuple(cases))


def parse_call(text: str) -> Call:
    """`le(add(x,1),y)` as operators and operands. Raises Undefined."""
    tokens = TOKEN.findall(text)
    if len(tokens) > MAX_TOKENS:
        raise Undefined(f"The formula has more than {MAX_TOKENS} words and signs: split it.")
    open_: list[tuple[str, list[Call]]] = [("", [])]
    place, wants_operand = 0, True
    while place < len(tokens):
        token, following = tokens[place], tokens[place + 1] if place + 1 < len(tokens) else ""
        if wants_operand and following == "(" and token[0].isalpha():
            if len(open_) > MAX_DEPTH:
                raise Undefined(f"The formula is nested more than {MAX_DEPTH} deep: split it.")
            open_.append((token, []))
            place += 2
            if place < len(tokens) and tokens[place] == ")" and token == "set":
                wants_operand = False
            continue
        if wants_operand and token[0] not in "(),":
            open_[-1][1].append(Call(token))
            wants_operand = False
        elif not wants_operand and token == "," and len(open_) > 1:
            wants_operand = True
        elif not wants_operand and token == ")" and len(open_) > 1:
            operator, operands = open_.pop()
            open_[-1][1].append(
                _check(Call(operator, tuple(operands), 1 + sum(operand.size for operand in operands)))
            )
        else:
            raise Undefined(f"“{token[:40]}” is out of place in this formula: correct it.")
        place += 1
    if len(open_) > 1 or len(open_[0][1]) != 1:
        raise Undefined("The formula ends too early: complete it.")
    return open_[0][1][0]


def _check(call: Call) -> Call:
    name, count = call.operator, len(call.operands)
    within = count == 2 and call.operands[1].operator == "set"
    known = within if name in ("in", "notin") else is_known(name, count)
    if not known:
        raise Undefined(
            f"The operator “{name[:40]}” with {count} operands is not read: write a table instead."
        )
    return call


def _combinations(scope: list[Variable]) -> int:
    return prod(len(v.values) for v in scope)
