"""A model in conjunctive normal form, for a satisfiability solver: one literal a value, one switch a rule."""

from __future__ import annotations

from collections.abc import Iterable

from usine.kernel.errors import UnknownValue, UnknownVariable
from usine.kernel.model import (
    Among,
    And,
    Choices,
    Constraint,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Table,
)
from usine.kernel.validate import formulas_of


class Clauses:
    """A model as clauses: one literal a value (exactly one true a variable), each rule behind its switch.

    `hard` are the clauses, `switch` maps a rule to its literal, `asserted` to its constraints with their clauses.
    """

    def __init__(self, model: Model):
        self.hard: list[list[int]] = []
        self.switch: dict[str, int] = {}
        self.asserted: dict[str, list[tuple[Constraint, list[list[int]]]]] = {}
        self._literal: dict[str, dict[str, int]] = {}
        self._next = 1
        for variable in model.variables:
            self._literal[variable.name] = {value: self._new() for value in variable.values}
            self._exactly_one(list(self._literal[variable.name].values()))
        for name in sorted({c.rule for c in model.constraints if c.rule}):
            self.switch[name] = self._new()
        for constraint in model.constraints:
            guard = [-self.switch[constraint.rule]] if constraint.rule else []
            clauses = list(self._constraint(constraint))
            self.hard.extend([*guard, *clause] for clause in clauses)
            self.asserted.setdefault(constraint.rule, []).append((constraint, clauses))

    def literals(self, choices: Choices) -> list[int]:
        """The literals of some choices. Raises UnknownVariable or UnknownValue."""
        found = []
        for name, value in choices.items():
            if name not in self._literal:
                raise UnknownVariable(f"This range has no variable {name}.")
            if value not in self._literal[name]:
                raise UnknownValue(f"The variable {name} has no value {value}.")
            found.append(self._literal[name][value])
        return found

    def break_rule(self, rule: str) -> int:
        """A new literal that, when true, makes one of the rule's constraints fail."""
        broken = []
        for constraint, clauses in self.asserted[rule]:
            if isinstance(constraint, Table):
                broken.append(self._new())
                self.hard.extend(
                    [-broken[-1], *(-self._literal[n][v] for n, v in zip(constraint.scope, row, strict=True))]
                    for row in constraint.rows
                )
                continue
            for clause in clauses:
                broken.append(self._new())
                self.hard.extend([-broken[-1], -literal] for literal in clause)
        return self._any(broken)

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

    def _exactly_one(self, literals: list[int]) -> None:
        self.hard.append(literals)
        previous = 0
        for literal in literals:  # sequential at-most-one (Sinz, CP 2005): linear in the domain
            carried = self._new()
            self.hard.append([-literal, carried])
            if previous:
                self.hard.append([-previous, carried])
                self.hard.append([-previous, -literal])
            previous = carried

    def _constraint(self, constraint: Constraint) -> Iterable[list[int]]:
        if isinstance(constraint, Table):
            return self._table(constraint)
        if isinstance(constraint, Implies):
            return [[-self._define(constraint.condition), self._define(constraint.consequence)]]
        if isinstance(constraint, Holds):
            return [[self._define(constraint.formula)]]
        operands = [self._define(formula) for formula in formulas_of(constraint)]
        low, high = (0, 1) if isinstance(constraint, Excludes) else (constraint.at_least, constraint.at_most)
        return [[literal] for literal in self._between(operands, low, high)]

    def _table(self, table: Table) -> Iterable[list[int]]:
        rows = [self._new() for _ in table.rows]
        for row, literal in zip(table.rows, rows, strict=True):
            for name, value in zip(table.scope, row, strict=True):
                self.hard.append([-literal, self._literal[name][value]])
        return [rows]

    def _between(self, operands: list[int], low: int, high: int) -> list[int]:
        """Literals that are all true exactly where between low and high of the operands hold.

        `at[j]`: at least j of the operands so far hold; defined both ways, so that it serves both bounds.
        """
        true = self._new()
        self.hard.append([true])
        low, high = max(low, 0), min(high, len(operands))
        if low > high:
            return [-true]
        width = high + 1
        at = [true] + [-true] * width
        for operand in operands:
            following = [true]
            for j in range(1, width + 1):
                reached = self._new()
                self.hard += [[-reached, at[j], at[j - 1]], [-reached, at[j], operand]]
                self.hard += [[reached, -at[j]], [reached, -at[j - 1], -operand]]
                following.append(reached)
            at = following
        return [at[low], -at[high + 1]]

    def _define(self, formula: Formula) -> int:
        """A literal equivalent to the formula (Tseitin)."""
        if isinstance(formula, Not):
            return -self._define(formula.operand)
        if isinstance(formula, Is):
            known = self._literal[formula.variable]
            parts = [known[value] for value in sorted(formula.values)]
            if len(parts) == 1:
                return parts[0]
            return self._any(parts)
        parts = [self._define(operand) for operand in formula.operands]
        if isinstance(formula, Among):
            parts = self._between(parts, formula.at_least, formula.at_most)
            return -self._any([-part for part in parts])
        return -self._any([-part for part in parts]) if isinstance(formula, And) else self._any(parts)

    def _any(self, parts: list[int]) -> int:
        literal = self._new()
        self.hard.append([-literal, *parts])
        self.hard.extend([literal, -part] for part in parts)
        return literal
