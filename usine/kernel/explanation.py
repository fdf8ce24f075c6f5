"""Why not: the smallest set of authored rules that contradict some choices.

A satisfiability solver (Glucose, through python-sat) holds one literal a value and one switch a rule; the smallest
contradicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva, "Smallest MUS
extraction with minimal hitting set dualization", CP 2015). Deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable

from pysat.examples.hitman import Hitman
from pysat.solvers import Solver

from usine.kernel.errors import Impossible, UnknownValue, UnknownVariable
from usine.kernel.model import (
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

MAX_ROUNDS = 400


class Explainer:
    """Explains choices of one model; builds its clauses once. Not safe to share between threads: see `close`."""

    def __init__(self, model: Model):
        self._clauses = _Clauses(model)
        self._solver = Solver(name="glucose4", bootstrap_with=self._clauses.hard)
        self.rules = tuple(self._clauses.switch)

    @property
    def clauses(self) -> list[list[int]]:
        """The model in conjunctive normal form, each named rule behind its switch."""
        return self._clauses.hard

    @property
    def rule_literals(self) -> tuple[int, ...]:
        """The switches, in the order of `rules`: assume them all for the whole range."""
        return tuple(self._clauses.switch.values())

    def literals(self, choices: Choices) -> list[int]:
        """The literals of some choices. Raises UnknownVariable or UnknownValue."""
        return self._clauses.literals(choices)

    def close(self) -> None:
        self._solver.delete()

    def explain(self, choices: Choices) -> tuple[str, ...]:
        """A smallest set of rule names that contradict the choices; empty when nothing is contradicted.

        Raises Impossible when the choices contradict what has no rule name (tables of the range itself).
        """
        fixed = self._clauses.literals(choices)
        switch = self._clauses.switch
        if self._solver.solve(assumptions=[*fixed, *switch.values()]):
            return ()
        if not self._solver.solve(assumptions=fixed):
            raise Impossible("These choices are outside the range, whatever its rules.")
        return self._smallest(fixed)

    def _smallest(self, fixed: list[int]) -> tuple[str, ...]:
        name_of = {literal: name for name, literal in self._clauses.switch.items()}
        with Hitman(solver="glucose4", htype="sorted") as hitting:
            for _ in range(MAX_ROUNDS):
                kept: list[int] = sorted(hitting.get() or ())
                if not self._solver.solve(assumptions=[*fixed, *kept]):
                    return tuple(sorted(name_of[literal] for literal in kept))
                hitting.hit(self._left_out(fixed, kept, sorted(name_of)))
        return self._minimal(fixed, name_of)

    def _left_out(self, fixed: list[int], kept: list[int], switches: list[int]) -> list[int]:
        """The rules that cannot be added, one after the other, to those kept: a correction set."""
        grown, left_out = list(kept), []
        for literal in switches:
            if literal in grown:
                continue
            if self._solver.solve(assumptions=[*fixed, *grown, literal]):
                grown.append(literal)
            else:
                left_out.append(literal)
        return left_out

    def _minimal(self, fixed: list[int], name_of: dict[int, str]) -> tuple[str, ...]:
        """A minimal set, not proved smallest: the fall-back of a search that takes too long."""
        kept = sorted(name_of)
        for literal in sorted(name_of):
            rest = [other for other in kept if other != literal]
            if not self._solver.solve(assumptions=[*fixed, *rest]):
                kept = rest
        return tuple(sorted(name_of[literal] for literal in kept))


def explain(model: Model, choices: Choices) -> tuple[str, ...]:
    """`Explainer(model).explain(choices)` for a single question."""
    explainer = Explainer(model)
    try:
        return explainer.explain(choices)
    finally:
        explainer.close()


class _Clauses:
    """A model as clauses: one literal a value (exactly one true a variable), each rule behind its switch."""

    def __init__(self, model: Model):
        self.hard: list[list[int]] = []
        self.switch: dict[str, int] = {}
        self._literal: dict[str, dict[str, int]] = {}
        self._next = 1
        for variable in model.variables:
            self._literal[variable.name] = {value: self._new() for value in variable.values}
            self._exactly_one(list(self._literal[variable.name].values()))
        for name in sorted({c.rule for c in model.constraints if c.rule}):
            self.switch[name] = self._new()
        for constraint in model.constraints:
            guard = [-self.switch[constraint.rule]] if constraint.rule else []
            for clause in self._constraint(constraint):
                self.hard.append([*guard, *clause])

    def literals(self, choices: Choices) -> list[int]:
        found = []
        for name, value in choices.items():
            if name not in self._literal:
                raise UnknownVariable(f"This range has no variable {name}.")
            if value not in self._literal[name]:
                raise UnknownValue(f"The variable {name} has no value {value}.")
            found.append(self._literal[name][value])
        return found

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
        return self._between(operands, low, high)

    def _table(self, table: Table) -> Iterable[list[int]]:
        rows = [self._new() for _ in table.rows]
        for row, literal in zip(table.rows, rows, strict=True):
            for name, value in zip(table.scope, row, strict=True):
                self.hard.append([-literal, self._literal[name][value]])
        return [rows]

    def _between(self, operands: list[int], low: int, high: int) -> Iterable[list[int]]:
        """`at[j]`: at least j of the operands so far hold; defined both ways, so that it serves both bounds."""
        width = max(low, high + 1, 0)
        true = self._new()
        self.hard.append([true])
        at = [true] + [-true] * width
        for operand in operands:
            following = [true]
            for j in range(1, width + 1):
                reached = self._new()
                self.hard += [[-reached, at[j], at[j - 1]], [-reached, at[j], operand]]
                self.hard += [[reached, -at[j]], [reached, -at[j - 1], -operand]]
                following.append(reached)
            at = following
        clauses = [[at[low]]] if low > 0 else []
        if high < 0:
            clauses.append([])
        elif high + 1 <= width:
            clauses.append([-at[high + 1]])
        return clauses

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
        return -self._any([-part for part in parts]) if isinstance(formula, And) else self._any(parts)

    def _any(self, parts: list[int]) -> int:
        literal = self._new()
        self.hard.append([-literal, *parts])
        self.hard.extend([literal, -part] for part in parts)
        return literal
