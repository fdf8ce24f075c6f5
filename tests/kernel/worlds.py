"""Small worlds that Hypothesis makes: a model, prices and choices, few enough configurations to enumerate.

Beside them rule sets drawn from a seed, large enough to be decomposed.
"""

from __future__ import annotations

import random

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


@st.composite
def worlds(draw):
    """(model, prices, choices)."""
    variables = tuple(
        Variable(name, tuple(f"{name}{i}" for i in range(draw(st.integers(1, 4)))))
        for name in NAMES[: draw(st.integers(1, 5))]
    )
    constraints = tuple(draw(st.lists(constraints_of(variables), max_size=4)))
    terms = tuple(draw(term_of(variables, f"t{i}")) for i in range(draw(st.integers(0, 3))))
    model = Model(variables, constraints, terms)
    prices = {
        term.name: {row: draw(st.integers(-50, 50)) for row in term.rows if draw(st.booleans())}
        for term in terms
    }
    choices = {v.name: draw(st.sampled_from(v.values)) for v in variables if draw(st.booleans())}
    return model, prices, choices


def atoms_of(variables):
    return st.sampled_from(variables).flatmap(
        lambda v: st.sets(st.sampled_from(v.values)).map(lambda values: Is(v.name, frozenset(values)))
    )


def formulas_of(variables):
    return st.recursive(
        atoms_of(variables),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
            st.builds(
                lambda parts, low, more: Among(tuple(parts), low, low + more),
                st.lists(inner, max_size=3),
                st.integers(-1, 2),
                st.integers(-1, 3),
            ),
        ),
        max_leaves=4,
    )


@st.composite
def tables_of(draw, variables, rule):
    scope = draw(st.lists(st.sampled_from(variables), min_size=1, max_size=3, unique=True))
    row = st.tuples(*(st.sampled_from(v.values) for v in scope))
    rows = draw(st.lists(row, max_size=8, unique=True))
    return Table(tuple(v.name for v in scope), tuple(rows), rule)


@st.composite
def functions_of(draw, variables, rule):
    """A table that makes one variable a function of another: what the compiler takes out."""
    source, target = draw(st.sampled_from(variables)), draw(st.sampled_from(variables))
    if source.name == target.name:
        return Table((source.name,), tuple((value,) for value in source.values), rule)
    kept = [value for value in source.values if draw(st.integers(0, 4))]
    rows = tuple((value, draw(st.sampled_from(target.values))) for value in kept)
    return Table((source.name, target.name), rows, rule)


@st.composite
def constraints_of(draw, variables):
    rule = draw(st.sampled_from(["r1", "r2", "r3", "r4"]))
    formula = formulas_of(variables)
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return Implies(draw(formula), draw(formula), rule)
    if kind == 1:
        return Excludes(tuple(draw(st.lists(formula, max_size=3))), rule)
    if kind == 2:
        low = draw(st.integers(0, 2))
        return Count(tuple(draw(st.lists(formula, max_size=4))), low, draw(st.integers(low, 4)), rule)
    if kind == 3:
        return Holds(draw(formula), rule)
    return draw(functions_of(variables, rule) if kind == 4 else tables_of(variables, rule))


@st.composite
def term_of(draw, variables, name):
    table = draw(tables_of(variables, ""))
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
