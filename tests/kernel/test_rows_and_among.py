"""Rows kept as numbers are checked and digested as rows of values are; "between so many" nests within formulas."""

from __future__ import annotations

import numpy as np
import pytest

from usine.kernel import (
    Among,
    Count,
    Explainer,
    Holds,
    Implies,
    Is,
    Model,
    ModelInvalid,
    Not,
    Rows,
    Table,
    Variable,
    check_model,
    compile,
    count,
    model_key,
)
from usine.kernel.reference import count as slow_count

DOMAIN = ("a", "b", "c")
PAIR = (Variable("x", DOMAIN), Variable("y", DOMAIN))
SWITCHES = tuple(Variable(name, ("0", "1")) for name in "pqrs")
P, Q, R, S = (Is(name, frozenset({"1"})) for name in "pqrs")


def table_of(numbers, columns=(DOMAIN, DOMAIN)):
    return Model(PAIR, (Table(("x", "y"), Rows(columns, np.array(numbers, np.int32)), "t"),))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (table_of([[0, 3]]), "numbers a value of y that its column does not have"),
        (table_of([[-1, 0]]), "numbers a value of x that its column does not have"),
        (table_of([[0], [1]]), "rows of 2 values for 2 variables"),
        (table_of([[0, 1]], (DOMAIN, ("a", "z"))), "names the value z of y"),
        (table_of([[0]], (DOMAIN,)), "rows of 1 values for 2 variables"),
    ],
)
def test_rows_of_numbers_that_do_not_fit_are_refused(model, sentence):
    with pytest.raises(ModelInvalid, match=sentence):
        check_model(model)


def test_rows_of_numbers_mean_their_values():
    model = table_of([[0, 1], [2, 0], [2, 0]], (DOMAIN, ("c", "a", "unused")))

    check_model(table_of([[0, 1], [2, 0]], (DOMAIN, ("c", "a"))))
    with pytest.raises(ModelInvalid, match="unused"):
        check_model(table_of([[0, 2]], (DOMAIN, ("c", "a", "unused"))))
    assert tuple(model.constraints[0].rows) == (("a", "a"), ("c", "c"), ("c", "c"))
    assert count(compile(model), {}) == slow_count(model, {}) == 2


def test_the_key_follows_the_numbers_and_the_columns():
    keys = {
        model_key(table_of([[0, 1]])),
        model_key(table_of([[1, 0]])),
        model_key(table_of([[0, 1], [0, 1]])),
        model_key(table_of([[0, 1]], (DOMAIN, ("a", "c", "b")))),
    }

    assert len(keys) == 4
    assert model_key(table_of([[0, 1]])) == model_key(table_of(np.array([[0, 1]], np.int64)))


@pytest.mark.parametrize(
    ("formula", "configurations"),
    [
        (Among((P, Q, R), 1, 1), 6),
        (Not(Among((P, Q), 1, 1)), 8),
        (Among((P, Q), -5, 10**12), 16),
        (Among((P, Q), 3, 10**12), 0),
        (Among((), 0, 0), 16),
        (Among((P, P, Q), 2, 2), 4),
        (Among((P, Not(Among((Q, R), 1, 2))), 2, 2), 2),
    ],
)
def test_between_so_many_within_a_formula(formula, configurations):
    model = Model(SWITCHES, (Holds(formula, "only"),))

    assert slow_count(model, {}) == count(compile(model), {}) == configurations
    assert Explainer(model).explain({"p": "1"}) == (() if configurations else ("only",))


def test_a_sum_in_a_consequence_is_explained_by_its_rule():
    model = Model(
        SWITCHES,
        (Implies(P, Among((Q, R, S), 1, 1), "one of q, r, s"), Count((Q, R), 1, 2, "some"), Holds(S, "s")),
    )

    assert set(Explainer(model).explain({"p": "1"})) == {"one of q, r, s", "some", "s"}


def test_an_unknown_name_within_a_sum_is_refused():
    with pytest.raises(ModelInvalid, match="names the variable z"):
        check_model(Model(SWITCHES, (Holds(Among((P, Is("z", frozenset({"1"}))), 1, 1)),)))


@pytest.mark.parametrize(
    ("at_least", "at_most", "expected"),
    [(1, 10**15, 3), (-(10**15), 10**15, 4), (10**15, 10**15, 0), (-(10**15), -1, 0), (2, 1, 0)],
)
def test_bounds_beyond_the_number_of_formulas_cost_nothing(at_least, at_most, expected):
    on = tuple(Is(name, frozenset({"1"})) for name in "ab")
    variables = tuple(Variable(name, ("0", "1")) for name in "ab")
    for rule in (Count(on, at_least, at_most), Holds(Among(on, at_least, at_most))):
        assert count(compile(Model(variables, (rule,))), {}) == expected
