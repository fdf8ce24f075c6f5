"""Small worlds that Hypothesis makes: a model, prices and choices, few enough configurations to enumerate.

Beside them rule sets drawn from a seed, large enough to be decomposed.
"""

from __future__ import annotations

import random
from functools import lru_cache, partial

from hypothesis import strategies as st

from usine.kernel import (
    Among,
    And,
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
)

NAMES = ("a", "b", "c", "d", "e")


# Made once each: a strategy that depends on what was drawn is checked anew every time, which costs more than the draw.
to = lru_cache(maxsize=None)(partial(st.integers, 0))
chance = st.booleans()


@st.composite
def worlds(draw):
    """(model, prices, choices)."""
    variables = tuple(
        Variable(name, tuple(f"{name}{i}" for i in range(1 + draw(to(3)))))
        for name in NAMES[: 1 + draw(to(4))]
    )
    constraints = tuple(draw_constraint(draw, variables) for _ in range(draw(to(4))))
    terms = tuple(draw_term(draw, variables, f"t{i}") for i in range(draw(to(3))))
    model = Model(variables, constraints, terms)
    prices = {term.name: {row: draw(to(100)) - 50 for row in term.rows if draw(chance)} for term in terms}
    choices = {v.name: pick(draw, v.values) for v in variables if draw(chance)}
    return model, prices, choices


@st.composite
def constraints_of(draw, variables):
    return draw_constraint(draw, variables)


def pick(draw, options):
    return options[draw(to(len(options) - 1))]


def draw_atom(draw, variables):
    """A variable among any of its values: none and all as well."""
    variable = pick(draw, variables)
    mask = draw(to(2 ** len(variable.values) - 1))
    return Is(variable.name, frozenset(v for i, v in enumerate(variable.values) if mask >> i & 1))


def draw_formula(draw, variables, depth=2):
    kind = draw(to(5)) if depth else 0
    if kind <= 1:
        return draw_atom(draw, variables)
    if kind == 2:
        return Not(draw_formula(draw, variables, depth - 1))
    parts = draw_formulas(draw, variables, 3, depth - 1)
    if kind == 5:
        low = draw(to(3)) - 1
        return Among(parts, low, low + draw(to(4)) - 1)
    return And(parts) if kind == 3 else Or(parts)


def draw_formulas(draw, variables, most, depth=2):
    return tuple(draw_formula(draw, variables, depth) for _ in range(draw(to(most))))


def draw_table(draw, variables, rule):
    """Up to eight rows over one to three variables."""
    scope = tuple({v.name: v for v in (pick(draw, variables) for _ in range(1 + draw(to(2))))}.values())
    rows = dict.fromkeys(tuple(pick(draw, v.values) for v in scope) for _ in range(draw(to(8))))
    return Table(tuple(v.name for v in scope), tuple(rows), rule)


def draw_function(draw, variables, rule):
    """A table that makes one variable a function of another: what the compiler takes out."""
    source, target = pick(draw, variables), pick(draw, variables)
    if source.name == target.name:
        return Table((source.name,), tuple((value,) for value in source.values), rule)
    kept = [value for value in source.values if draw(to(4))]
    rows = tuple((value, pick(draw, target.values)) for value in kept)
    return Table((source.name, target.name), rows, rule)


def draw_constraint(draw, variables):
    rule, kind = f"r{1 + draw(to(3))}", draw(to(5))
    if kind == 0:
        return Implies(draw_formula(draw, variables), draw_formula(draw, variables), rule)
    if kind == 1:
        return Excludes(draw_formulas(draw, variables, 3), rule)
    if kind == 2:
        low = draw(to(2))
        return Count(draw_formulas(draw, variables, 4), low, low + draw(to(4 - low)), rule)
    if kind == 3:
        return Holds(draw_formula(draw, variables), rule)
    return (draw_function if kind == 4 else draw_table)(draw, variables, rule)


def draw_term(draw, variables, name):
    table = draw_table(draw, variables, "")
    return PriceTerm(name, table.scope, table.rows)


def on(i):
    """The switch of a rule set is on."""
    return Is(f"s{i}", frozenset({"1"}))


def rule_set(seed: int = 1, switches: int = 300, rules: int = 420) -> Model:
    """Implications and clauses of three among neighbours: decomposed, in hundreds of components."""
    rng = random.Random(seed)
    constraints = []
    for number in range(rules):
        first = rng.randrange(switches - 12)
        parts = [on(first + step) for step in rng.sample(range(12), 3)]
        constraints.append(Holds(Or((Not(parts[0]), parts[1], Not(parts[2]))), f"r{number}"))
    return Model(tuple(Variable(f"s{i}", ("0", "1")) for i in range(switches)), tuple(constraints))
