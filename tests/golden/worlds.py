"""The small ranges of the golden vectors, drawn from fixed seeds: the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from usine.kernel import (
    Among,
    And,
    CompiledRange,
    Count,
    Excludes,
    Holds,
    Implies,
    Is,
    Model,
    Not,
    Or,
    PriceTerm,
    Table,
    Variable,
    compile,
    model_key,
)
from usine.kernel.budget import Budget, Clock
from usine.kernel.compiler import compile_by_decomposition
from usine.kernel.encode import encode

RULES = ("battery", "cable", "roof", "towing")


Amounts = dict[str, dict[tuple[str, ...], int]]


@dataclass(frozen=True)
class World:
    """A range, two price lists, wishes with their worths, and the choices asked about; `is_small` where the reference
    engine can enumerate it."""

    name: str
    model: Model
    compiled: CompiledRange
    prices: Amounts
    figure: Amounts
    wishes: dict[tuple[str, str], int]
    choices: tuple[dict[str, str], ...]
    is_small: bool = True


def decompose(model: Model) -> CompiledRange:
    """Compile to a circuit that need not be a diagram, also where a diagram would be small."""
    budget = Budget()
    compiled = compile_by_decomposition(encode(model), budget, Clock(budget, None))
    return replace(compiled, key=model_key(model))


FAMILIES = {
    "diagrams": lambda: (draw_world(f"diagram {seed}", seed, compile) for seed in range(8)),
    "decompositions": lambda: (draw_world(f"decomposition {seed}", seed, decompose) for seed in range(100, 108)),
    "determined": lambda: (draw_world(f"determined {seed}", seed, compile, functions=3) for seed in range(200, 204)),
    "contradicting": lambda: (draw_contradicting(make) for make in (compile, decompose)),
    "large": lambda: (draw_large(make) for make in (compile, decompose)),
}  # fmt: skip
"""The files in this folder and the worlds in each."""


def worlds_of(family: str) -> Iterator[World]:
    yield from FAMILIES[family]()


def draw_world(name: str, seed: int, make, functions: int = 0) -> World:
    draw = random.Random(seed)
    names = ("engine", "trim", "colour", "7", "häkchen")[: draw.randint(3, 5)]
    variables = tuple(Variable(n, tuple(f"{n}-{i}" for i in range(draw.randint(2, 4)))) for n in names)
    drawn = [partial(_function, draw, variables)] * functions
    drawn += [partial(_constraint, draw, variables)] * draw.randint(2, 5)
    terms = tuple(_term(draw, variables, f"term{i}") for i in range(draw.randint(1, 4)))
    model = Model(variables, tuple(one(draw.choice(RULES)) for one in drawn), terms)
    prices, figure = _amounts(draw, terms), _amounts(draw, terms)
    wishes = {(v.name, draw.choice(v.values)): draw.randint(0, 500) for v in variables[1:]}
    choices = tuple(_choices(draw, variables) for _ in range(4))
    return World(name, model, make(model), prices, figure, wishes, choices)


def draw_contradicting(make) -> World:
    """No configuration at all."""
    variables = (Variable("a", ("a0", "a1")), Variable("b", ("b0", "b1")))
    rules = (
        Holds(Is("a", frozenset({"a0"})), "roof"),
        Implies(Is("a", frozenset({"a0"})), Is("b", frozenset({"b1"})), "cable"),
        Holds(Is("b", frozenset({"b0"})), "towing"),
    )
    model = Model(variables, rules)
    return World(
        f"contradicting, {make.__name__}d", model, make(model), {}, {}, {}, ({}, {"a": "a0"}, {"b": "b1"})
    )


def draw_large(make) -> World:
    """More than 2**53 configurations: most variables are free, a few are bound."""
    draw = random.Random(300)
    variables = tuple(Variable(f"v{i}", tuple("wxyz"[: 2 + i % 3])) for i in range(60))
    constraints = tuple(
        Implies(
            Is(variables[i].name, frozenset("w")),
            Or((Is(variables[i + 1].name, frozenset("x")), Is(variables[i + 3].name, frozenset("w")))),
            RULES[i % 4],
        )
        for i in range(0, 30, 3)
    )
    terms = tuple(PriceTerm(v.name, (v.name,), tuple((value,) for value in v.values)) for v in variables[::6])
    prices = {t.name: {row: draw.randint(0, 99_999) for row in t.rows} for t in terms}
    model = Model(variables, constraints, terms)
    some = {v.name: draw.choice(v.values) for v in variables[::5]}
    name = f"large, {make.__name__}d"
    return World(name, model, make(model), prices, {}, {("v5", "z"): 700}, ({}, some), is_small=False)


def _amounts(draw: random.Random, terms: tuple[PriceTerm, ...]) -> Amounts:
    return {t.name: {row: draw.randint(-99, 999) for row in t.rows if draw.random() < 0.8} for t in terms}


def _choices(draw: random.Random, variables: tuple[Variable, ...]) -> dict[str, str]:
    chosen = draw.sample(variables, draw.randint(0, len(variables)))
    return {v.name: draw.choice(v.values) for v in chosen}


def _atom(draw: random.Random, variables: tuple[Variable, ...]) -> Is:
    variable = draw.choice(variables)
    return Is(
        variable.name, frozenset(draw.sample(variable.values, draw.randint(1, len(variable.values) - 1)))
    )


def _formula(draw: random.Random, variables: tuple[Variable, ...], depth: int = 2):
    kind = draw.randrange(6) if depth else 0
    if kind < 2:
        return _atom(draw, variables)
    if kind == 2:
        return Not(_formula(draw, variables, depth - 1))
    parts = tuple(_formula(draw, variables, depth - 1) for _ in range(draw.randint(1, 3)))
    if kind == 5:
        low = draw.randint(0, 1)
        return Among(parts, low, low + draw.randint(0, 1))
    return And(parts) if kind == 3 else Or(parts)


def _constraint(draw: random.Random, variables: tuple[Variable, ...], rule: str):
    kind = draw.randrange(5)
    if kind < 2:
        return Implies(_formula(draw, variables), _formula(draw, variables), rule)
    formulas = tuple(_formula(draw, variables, 1) for _ in range(draw.randint(2, 3)))
    if kind == 2:
        return Excludes(formulas, rule)
    if kind == 3:
        return Count(formulas, draw.randint(0, 1), 2, rule)
    scope = draw.sample(variables, 2)
    rows = [(a, b) for a in scope[0].values for b in scope[1].values if draw.random() < 0.7]
    return Table(tuple(v.name for v in scope), tuple(rows), rule if draw.random() < 0.5 else "")


def _function(draw: random.Random, variables: tuple[Variable, ...], rule: str) -> Table:
    """A table that makes one variable a function of another: what the compiler takes out."""
    source, target = draw.sample(variables, 2)
    rows = tuple((value, draw.choice(target.values)) for value in source.values)
    return Table((source.name, target.name), rows, rule)


def _term(draw: random.Random, variables: tuple[Variable, ...], name: str) -> PriceTerm:
    scope = draw.sample(variables, draw.randint(1, 2))
    rows = [()]
    for variable in scope:
        rows = [(*row, value) for row in rows for value in variable.values]
    kept = draw.sample(rows, draw.randint(1, len(rows)))
    return PriceTerm(name, tuple(v.name for v in scope), tuple(kept))
