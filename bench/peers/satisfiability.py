"""Valid values by solvers: Glucose (python-sat) and CP-SAT (OR-tools), one call for each value not yet seen."""

from __future__ import annotations

from typing import Any

from pysat.solvers import Solver

from usine.kernel import Explainer, Model, Table

Valid = dict[str, set[str]]


class Glucose:
    """Incremental: one solver for the session, every model harvested."""

    name = "Glucose 4 (python-sat)"

    def __init__(self, model: Model):
        explainer = Explainer(model)
        self._names = [v.name for v in model.variables]
        self._literal = {
            (v.name, value): explainer.literals({v.name: value})[0]
            for v in model.variables
            for value in v.values
        }
        self._rules = explainer.rule_literals
        self._solver = Solver(name="glucose4", bootstrap_with=explainer.clauses)

    def valid_values(self, choices: dict[str, str]) -> Valid:
        fixed = [*self._rules, *(self._literal[item] for item in choices.items())]
        valid: Valid = {name: set() for name in self._names}
        for (name, value), literal in self._literal.items():
            if value not in valid[name] and self._solver.solve(assumptions=[*fixed, literal]):
                model = self._solver.get_model()
                for (other, shown), number in self._literal.items():
                    if (model[abs(number) - 1] > 0) == (number > 0):
                        valid[other].add(shown)
        return valid


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
