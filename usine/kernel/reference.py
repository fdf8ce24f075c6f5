"""The slow, obvious engine: enumerate every configuration. The oracle of the fast one; only for small ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from usine.kernel.model import (
    Among,
    And,
    Choices,
    Constraint,
    Count,
    Excludes,
    Formula,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Prices,
    Table,
)

Configuration = dict[str, str]


def holds(formula: Formula, values: Mapping[str, str]) -> bool:
    """Whether a formula is true in a configuration."""
    if isinstance(formula, Is):
        return values[formula.variable] in formula.values
    if isinstance(formula, Not):
        return not holds(formula.operand, values)
    parts = [holds(operand, values) for operand in formula.operands]
    if isinstance(formula, Among):
        return formula.at_least <= sum(parts) <= formula.at_most
    return all(parts) if isinstance(formula, And) else any(parts)


def satisfies(constraint: Constraint, values: Mapping[str, str]) -> bool:
    """Whether a configuration respects a constraint."""
    if isinstance(constraint, Table):
        return tuple(values[name] for name in constraint.scope) in constraint.rows
    if isinstance(constraint, Implies):
        return not holds(constraint.condition, values) or holds(constraint.consequence, values)
    if isinstance(constraint, Holds):
        return holds(constraint.formula, values)
    true = sum(holds(formula, values) for formula in constraint.formulas)
    if isinstance(constraint, Excludes):
        return true <= 1
    assert isinstance(constraint, Count)
    return constraint.at_least <= true <= constraint.at_most


def configurations(model: Model, choices: Choices | None = None) -> Iterator[Configuration]:
    """Every valid configuration that keeps the choices."""
    names = [v.name for v in model.variables]
    fixed = choices or {}
    domains = [[fixed[v.name]] if v.name in fixed else list(v.values) for v in model.variables]
    for row in product(*domains):
        values = dict(zip(names, row, strict=True))
        if all(satisfies(constraint, values) for constraint in model.constraints):
            yield values


def total_price(model: Model, prices: Prices, values: Mapping[str, str]) -> int:
    """The sum of the terms, looked up by the values of their scopes."""
    return sum(
        prices.get(term.name, {}).get(tuple(values[name] for name in term.scope), 0)
        for term in model.price_terms
    )


def count(model: Model, choices: Choices) -> int:
    """How many configurations keep the choices."""
    return sum(1 for _ in configurations(model, choices))


def bounds(model: Model, prices: Prices, choices: Choices) -> dict[str, dict[str, tuple[int, int]]]:
    """`Answer.values` of the fast engine: for each variable, with its own choice let go, each value's price bounds."""
    answer: dict[str, dict[str, tuple[int, int]]] = {}
    for variable in model.variables:
        others = {name: value for name, value in choices.items() if name != variable.name}
        found: dict[str, list[int]] = {}
        for values in configurations(model, others):
            found.setdefault(values[variable.name], []).append(total_price(model, prices, values))
        answer[variable.name] = {value: (min(found[value]), max(found[value])) for value in found}
    return answer


def restoration_cost(
    model: Model, prices: Prices, choices: Choices, wanted: tuple[str, str] | None
) -> tuple[int, int] | None:
    """The least (choices given up, price) of a configuration with the wanted value; None when there is none."""
    own = {name: value for name, value in choices.items() if not wanted or name != wanted[0]}
    fixed = dict([wanted]) if wanted else {}
    costs = (
        (sum(values[name] != value for name, value in own.items()), total_price(model, prices, values))
        for values in configurations(model, fixed)
    )
    return min(costs, default=None)


def minimal_explanations(model: Model, choices: Choices) -> list[frozenset[str]]:
    """The sets of named rules that contradict the choices, none of which contains another, smallest first."""
    rules = sorted({c.rule for c in model.constraints if c.rule})
    found: list[frozenset[str]] = []
    for size in range(len(rules) + 1):
        for kept in map(frozenset, combinations(rules, size)):
            constraints = tuple(c for c in model.constraints if not c.rule or c.rule in kept)
            contradicted = count(Model(model.variables, constraints), choices) == 0
            if contradicted and not any(smaller <= kept for smaller in found):
                found.append(kept)
    return found
