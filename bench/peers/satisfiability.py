"""Valid values by solvers: Glucose (python-sat) and CP-SAT (OR-tools), one call for each value not yet seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from pysat.solvers import Solver

from usine.kernel import Explainer, Model, Table
from usine.kernel.decomposition import encode_clauses
from usine.kernel.encode import encode

Valid = dict[str, set[str]]


class Glucose:
    """Incremental: one solver for the session, every model harvested."""

    name = "Glucose 4 (python-sat)"

    def __init__(self, model: Model, *, decomposed: bool = False):
        """`decomposed`: on the clauses that the kernel decomposes, which are fewer for a rule set without tables."""
        self._items, clauses, self._rules = _decomposed(model) if decomposed else _authored(model)
        literals = np.array(list(self._items.values()))
        self._places, self._signs = np.abs(literals) - 1, literals > 0
        self._solver = Solver(name="glucose4", bootstrap_with=clauses)

    def valid_values(self, choices: dict[str, str]) -> Valid:
        fixed = [*self._rules, *(self._items[item] for item in choices.items())]
        shown = np.zeros(len(self._items), np.bool_)
        for place, literal in enumerate(self._items.values()):
            if not shown[place] and self._solver.solve(assumptions=[*fixed, literal]):
                found = np.array(self._solver.get_model())
                shown |= (found[self._places] > 0) == self._signs
        valid: Valid = {name: set() for name, _ in self._items}
        for (name, value), possible in zip(self._items, shown.tolist(), strict=True):
            if possible:
                valid[name].add(value)
        return valid


Items = dict[tuple[str, str], int]


def _authored(model: Model) -> tuple[Items, list[list[int]], tuple[int, ...]]:
    """A literal for each value, the clauses, the switches of the rules."""
    explainer = Explainer(model)
    items = {
        (v.name, value): explainer.literals({v.name: value})[0] for v in model.variables for value in v.values
    }
    return items, explainer.clauses, explainer.rule_literals


def _decomposed(model: Model) -> tuple[Items, list[list[int]], tuple[int, ...]]:
    encoded = encode(model)
    found = encode_clauses(encoded)
    literals, start = found.literals.tolist(), found.start.tolist()
    items = {
        (name, value): literal
        for name, of_values in zip(encoded.names, found.decisions, strict=True)
        for value, literal in zip(encoded.domains[name], of_values, strict=True)
    }
    return items, [literals[a:b] for a, b in pairwise(start)], ()


class Cpsat:
    """One worker; the model is built once, choices are fixed domains."""

    name = "CP-SAT (OR-tools)"

    def __init__(self, model: Model):
        from ortools.sat.python import cp_model

        self._cp = cp_model
        self._values = {v.name: v.values for v in model.variables}
        self._model = cp_model.CpModel()
        self._variables = {
            name: self._model.new_int_var(0, len(values) - 1, name) for name, values in self._values.items()
        }
        for constraint in model.constraints:
            assert isinstance(constraint, Table)
            rows = [
                [self._values[name].index(value) for name, value in zip(constraint.scope, row, strict=True)]
                for row in constraint.rows
            ]
            self._model.add_allowed_assignments([self._variables[name] for name in constraint.scope], rows)

    def valid_values(self, choices: dict[str, str]) -> Valid:
        valid: Valid = {name: set() for name in self._values}
        for name, values in self._values.items():
            for value in values:
                if value not in valid[name] and choices.get(name, value) == value:
                    for other, shown in self._solve({**choices, name: value}).items():
                        valid[other].add(shown)
        return valid

    def _solve(self, choices: dict[str, str]) -> dict[str, str]:
        """A configuration with the choices; nothing where there is none."""
        model = self._model.clone()
        for other, value in choices.items():
            variable = model.get_int_var_from_proto_index(self._variables[other].index)
            model.add(variable == self._values[other].index(value))
        solver: Any = self._cp.CpSolver()
        solver.parameters.num_workers = 1
        if solver.solve(model) not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return {}
        found = solver.response_proto.solution
        return {n: self._values[n][found[v.index]] for n, v in self._variables.items()}
