"""Compile a model: order the variables, join the constraints from the bottom up, freeze the diagram."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from usine.kernel.compiled import CompiledRange
from usine.kernel.diagram_loops import FALSE, TRUE
from usine.kernel.diagrams import Diagrams
from usine.kernel.digest import digest_model
from usine.kernel.encode import Encoded, encode
from usine.kernel.errors import TooLarge
from usine.kernel.model import (
    Among,
    And,
    Constraint,
    Count,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
)
from usine.kernel.order import candidate_orders
from usine.kernel.reduction import condition
from usine.kernel.tables import Grid
from usine.kernel.validate import validate, variables_of

VERSION = 1
BUDGETS = (40_000, 400_000, 2_000_000)
Report = Callable[[str], None]


def compile(
    model: Model, *, progress: Report | None = None, budgets: tuple[int, ...] = BUDGETS
) -> CompiledRange:
    """Compile a model into every configuration that it allows. Deterministic.

    Several orders of variables are tried within the first budget of nodes and the smallest diagram is kept; where
    none fits, the first order that fits the next budget. Raises ModelInvalid, or TooLarge when no order fits the last
    budget.
    """
    validate(model)
    encoded = encode(model)
    scopes = _scopes(encoded)
    pinned = _pinned(encoded)
    orders = candidate_orders(len(encoded.names), scopes, pinned)
    orders += [order for order in candidate_orders(len(encoded.names), scopes) if order not in orders]
    say = progress or (lambda _: None)
    for budget in budgets:
        best: CompiledRange | None = None
        for number, order in enumerate(orders, 1):
            say(f"order {number} of {len(orders)}, {budget} nodes at most")
            try:
                made = _compile_in_order(encoded, order, budget)
            except TooLarge:
                continue
            if best is None or made.edge_count < best.edge_count:
                best = made
            if budget > budgets[0]:
                break  # a large range: the first order that fits
        if best is not None:
            return replace(best, key=model_key(model))
    raise TooLarge(
        f"No order of the variables keeps the diagram within {budgets[-1]} nodes: simplify the rules."
    )


def restrict(compiled: CompiledRange, allowed: Mapping[str, Collection[str]]) -> CompiledRange:
    """The configurations whose variables keep to the `allowed` values; reduced again, with a key of its own."""
    keep = compiled.allowed_slots(allowed)
    wanted = json.dumps({name: sorted(values) for name, values in sorted(allowed.items())})
    key = hashlib.sha256(f"{compiled.key} restricted to {wanted}".encode()).hexdigest()
    return replace(compiled, key=key, circuit=condition(compiled.circuit, keep))


def model_key(model: Model) -> str:
    """A digest of the model's content and of the version of the code that compiles it."""
    return digest_model(model, str(VERSION))


def _scopes(encoded: Encoded) -> list[tuple[int, ...]]:
    place = {name: i for i, name in enumerate(encoded.names)}
    scopes = [grid.scope for grid in (*encoded.grids, *encoded.hidden)]
    scopes += [tuple(place[name] for name in variables_of(c)) for c in encoded.formulas]
    return [scope for scope in scopes if len(scope) > 1]


def _pinned(encoded: Encoded) -> tuple[int, ...]:
    """The variable that determines most others goes on top: it splits the range into versions."""
    keys = Counter(key for key, _ in encoded.determined.values())
    return tuple(encoded.names.index(key) for key, _ in keys.most_common(1))


def _compile_in_order(encoded: Encoded, order: tuple[int, ...], budget: int) -> CompiledRange:
    names = tuple(encoded.names[v] for v in order)
    sizes = tuple(encoded.sizes[v] for v in order)
    diagrams = Diagrams(sizes, budget=budget)
    build = _Builder(diagrams, order, encoded)
    parts = [build.grid(grid) for grid in encoded.grids]
    parts += [build.constraint(c) for c in encoded.formulas]
    parts += [build.hidden(grid) for grid in encoded.hidden]
    root = TRUE
    for part in sorted(parts, key=lambda node: -diagrams.level[node]):
        root = diagrams.conjoin(part, root)
    return _freeze(encoded, diagrams, root, names)


class _Builder:
    """Diagrams of constraints, in the order of levels."""

    def __init__(self, diagrams: Diagrams, order: tuple[int, ...], encoded: Encoded):
        self.diagrams = diagrams
        self.level = {v: i for i, v in enumerate(order)}
        self.number = {name: v for v, name in enumerate(encoded.names)}
        self.sizes = encoded.sizes
        self.index = {
            name: {value: i for i, value in enumerate(values)} for name, values in encoded.domains.items()
        }

    def constraint(self, constraint: Constraint) -> int:
        """The diagram that is true where the constraint is kept."""
        make = self.diagrams
        if isinstance(constraint, Implies):
            opposite = make.negate(self.formula(constraint.condition))
            return make.disjoin(opposite, self.formula(constraint.consequence))
        if isinstance(constraint, Holds):
            return self.formula(constraint.formula)
        assert isinstance(constraint, (Excludes, Count))
        operands = [self.formula(formula) for formula in constraint.formulas]
        if isinstance(constraint, Excludes):
            return make.between(operands, 0, 1)
        return make.between(operands, constraint.at_least, constraint.at_most)

    def grid(self, grid: Grid) -> int:
        """The diagram that is true on the rows."""
        columns = sorted(range(len(grid.scope)), key=lambda c: self.level[grid.scope[c]])
        levels = [self.level[grid.scope[c]] for c in columns]
        return self.diagrams.rows(levels, grid.rows[:, columns])

    def formula(self, formula: Formula) -> int:
        """The diagram that is true where the formula is."""
        make = self.diagrams
        if isinstance(formula, Is):
            values = (self.index[formula.variable][value] for value in formula.values)
            return make.atom(self.level[self.number[formula.variable]], values)
        if isinstance(formula, Not):
            return make.negate(self.formula(formula.operand))
        if isinstance(formula, Among):
            operands = [self.formula(operand) for operand in formula.operands]
            return make.between(operands, formula.at_least, min(formula.at_most, len(operands)))
        conjunction = isinstance(formula, And)
        result = TRUE if conjunction else FALSE
        for operand in formula.operands:
            part = self.formula(operand)
            result = make.conjoin(result, part) if conjunction else make.disjoin(result, part)
        return result

    def hidden(self, grid: Grid) -> int:
        """The hidden variable is the row's number, or the last value where no row applies."""
        make = self.diagrams
        bare = Grid(grid.scope[:-1], grid.rows[:, :-1])
        none = make.atom(self.level[grid.scope[-1]], (self.sizes[grid.scope[-1]] - 1,))
        elsewhere = make.conjoin(make.negate(self.grid(bare)), none)
        return make.disjoin(self.grid(grid), elsewhere)


def _freeze(encoded: Encoded, diagrams: Diagrams, root: int, names: tuple[str, ...]) -> CompiledRange:
    return CompiledRange(
        key="",  # given to the order that is kept
        variables=encoded.model.variables,
        decisions=names,
        circuit=diagrams.lay_out(root),
        determined=encoded.determined,
        terms={term.name: (term.scope, term.rows) for term in encoded.model.price_terms},
    )
