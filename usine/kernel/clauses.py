"""A model in conjunctive normal form, for a satisfiability solver: a literal a value, a switch a rule."""

from __future__ import annotations

from collections.abc import Sequence

from usine.kernel.encode import number_rows
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
from usine.kernel.table_clauses import write_table
from usine.kernel.validate import formulas_of

Clause = list[int]
PAIRWISE = 5  # literals of which no two may hold, written pair by pair


class Clauses:
    """A model as clauses: a literal a value (exactly one true a variable), each rule behind its switch.

    The values of a variable of two are a literal and its negation. `hard` are the clauses, `switch` maps a rule to its
    literal, `asserted` to its constraints, each with the clauses that say it. Without switches every rule holds.
    """

    def __init__(self, model: Model, *, with_switches: bool = True):
        self.hard: list[Clause] = []
        self.switch: dict[str, int] = {}
        self.asserted: dict[str, list[tuple[Constraint, list[Clause]]]] = {}
        self._gates: dict[tuple[int, ...], int] = {}
        self._last = 0
        self._true = self._new()
        self.hard.append([self._true])
        self._literal = {
            v.name: dict(zip(v.values, self._values(len(v.values)), strict=True)) for v in model.variables
        }
        self._index = {v.name: {value: i for i, value in enumerate(v.values)} for v in model.variables}
        for name in sorted({c.rule for c in model.constraints if c.rule and with_switches}):
            self.switch[name] = self._new()
        for constraint in model.constraints:
            guard = [-self.switch[constraint.rule]] if constraint.rule in self.switch else []
            clauses = self._constraint(constraint)
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

    @property
    def count(self) -> int:
        """How many variables there are so far."""
        return self._last

    def literals_of(self, variable: str) -> list[int]:
        """The literals of a variable's values, in their order."""
        return list(self._literal[variable].values())

    def break_rule(self, rule: str) -> tuple[int, list[Clause]]:
        """A new literal that, when true, makes one of the rule's constraints fail; and the clauses that say so."""
        broken: list[int] = []
        said: list[Clause] = []
        for constraint, clauses in self.asserted[rule]:
            if isinstance(constraint, Table):
                broken.append(self._new())
                said += [[-broken[-1], *clause] for clause in self._table(constraint, said, avoided=True)]
                continue
            for clause in clauses:
                broken.append(self._new())
                said += [[-broken[-1], -literal] for literal in clause]
        either = self._new()
        return either, [[-either, *broken], *said]

    def _new(self) -> int:
        self._last += 1
        return self._last

    def _values(self, size: int) -> list[int]:
        """The literals of a variable's values, of which exactly one is true."""
        if size <= 2:
            variable = self._new() if size == 2 else self._true
            return [variable, -variable][:size]
        literals = [self._new() for _ in range(size)]
        self.hard.append(literals)
        if size <= PAIRWISE:
            self.hard += [[-a, -b] for i, a in enumerate(literals) for b in literals[:i]]
            return literals
        previous = 0
        for literal in literals:  # sequential at-most-one (Sinz, CP 2005): linear in the domain
            carried = self._new()
            self.hard.append([-literal, carried])
            if previous:
                self.hard.append([-previous, carried])
                self.hard.append([-previous, -literal])
            previous = carried
        return literals

    def _constraint(self, constraint: Constraint) -> list[Clause]:
        """Clauses that all hold exactly where the constraint is kept."""
        if isinstance(constraint, Table):
            return self._table(constraint, self.hard)
        if isinstance(constraint, Implies):
            return [self._either([(constraint.condition, False), (constraint.consequence, True)])]
        if isinstance(constraint, Holds):
            return self._formula(constraint.formula, True)
        operands = [self._define(formula) for formula in formulas_of(constraint)]
        low, high = (0, 1) if isinstance(constraint, Excludes) else (constraint.at_least, constraint.at_most)
        return [[literal] for literal in self._between(operands, low, high)]

    def _table(self, table: Table, definitions: list[Clause], *, avoided: bool = False) -> list[Clause]:
        """Clauses that all hold where the scope has the values of a row; or, avoided, where it has not."""
        columns = [self.literals_of(name) for name in table.scope]
        rows = number_rows(table.scope, table.rows, self._index)
        written = write_table(columns, rows, self._new, avoided=avoided)
        definitions += written.definitions
        return written.asserted

    def _formula(self, formula: Formula, holds: bool) -> list[Clause]:
        """Clauses that all hold exactly where the formula does (or does not)."""
        if isinstance(formula, Not):
            return self._formula(formula.operand, not holds)
        if isinstance(formula, And) and holds:
            return [clause for operand in formula.operands for clause in self._formula(operand, True)]
        return [self._either([(formula, holds)])]

    def _either(self, parts: Sequence[tuple[Formula, bool]]) -> Clause:
        """A clause that some formula holds, or does not: disjunctions are taken apart, other parts get a literal."""
        clause: dict[int, None] = {}
        waiting = list(reversed(parts))
        while waiting:
            formula, holds = waiting.pop()
            if isinstance(formula, Not):
                waiting.append((formula.operand, not holds))
            elif isinstance(formula, (Is, Among)) or isinstance(formula, And) == holds:
                clause[self._define(formula) * (1 if holds else -1)] = None
            else:
                waiting.extend((operand, holds) for operand in reversed(formula.operands))
        return list(clause)

    def _between(self, operands: list[int], low: int, high: int) -> list[int]:
        """Literals that are all true exactly where between low and high of the operands hold.

        `at[j]`: at least j of the operands so far hold; defined both ways, so that it serves both bounds.
        """
        low, high = max(low, 0), min(high, len(operands))
        if low > high:
            return [-self._true]
        width = high + 1
        at = [self._true] + [-self._true] * width
        for operand in operands:
            following = [self._true]
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
            return self._any([known[value] for value in sorted(formula.values)])
        parts = [self._define(operand) for operand in formula.operands]
        if isinstance(formula, Among):
            parts = self._between(parts, formula.at_least, formula.at_most)
            return -self._any([-part for part in parts])
        return -self._any([-part for part in parts]) if isinstance(formula, And) else self._any(parts)

    def _any(self, parts: Sequence[int]) -> int:
        """A literal that is true exactly where one of these is."""
        key = tuple(sorted(set(parts)))
        if len(key) == 1:
            return key[0]
        literal = self._gates.get(key)
        if literal is None:
            literal = self._gates[key] = self._new()
            self.hard.append([-literal, *key])
            self.hard.extend([literal, -part] for part in key)
        return literal
