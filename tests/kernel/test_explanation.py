"""Explanations by authored rules: the smallest, and every minimal one, against all sets of rules tried one by one."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import (
    Excludes,
    Explainer,
    Holds,
    Implies,
    Impossible,
    Is,
    Model,
    Not,
    Table,
    UnknownValue,
    Variable,
    explain,
    explanation,
    reference,
)

SWITCHES = tuple(Variable(name, ("no", "yes")) for name in "abcd")


def on(name):
    return Is(name, frozenset({"yes"}))


@given(worlds())
def test_all_minimal_sets_of_rules_come_once_smallest_first(world):
    model, _, choices = world
    expected = reference.minimal_explanations(model, choices)

    found = list(Explainer(model).iterate_explanations(choices))

    assert sorted(found) == sorted(tuple(sorted(rules)) for rules in expected)
    assert [len(rules) for rules in found] == sorted(len(rules) for rules in expected)
    assert explain(model, choices) == (found[0] if found else ())


@given(worlds())
def test_none_is_missing_either_when_smallest_sets_are_not_looked_for(world):
    model, _, choices = world
    expected = {tuple(sorted(rules)) for rules in reference.minimal_explanations(model, choices)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explanation, "MAX_ROUNDS", 0)
        found = list(Explainer(model).iterate_explanations(choices))

    assert len(found) == len(expected)
    assert set(found) == expected


@given(worlds())
def test_an_answer_does_not_depend_on_what_was_asked_before(world):
    model, _, choices = world
    asked_before = Explainer(model)
    for variable in model.variables:
        for value in variable.values:
            asked_before.explain({**choices, variable.name: value})

    again = list(asked_before.iterate_explanations(choices))

    assert again == list(Explainer(model).iterate_explanations(choices))


def test_very_many_explanations_are_given_one_at_a_time():
    """Twenty steps from "first" to "last", each said by three rules: 3 ** 20 minimal sets, all of twenty rules."""
    names = [f"v{i}" for i in range(21)]
    steps = [Implies(on(a), on(b), f"{a} {way}") for a, b in pairwise(names) for way in "xyz"]
    model = Model(tuple(Variable(name, ("no", "yes")) for name in names), tuple(steps))
    choices = {"v0": "yes", "v20": "no"}

    found = list(islice(Explainer(model).iterate_explanations(choices), 10))

    assert len(set(found)) == 10
    assert {len(rules) for rules in found} == {20}
    for rules in found:
        assert sorted(rule.split()[0] for rule in rules) == sorted(names[:20])


def test_what_no_rule_says_is_never_named():
    table = Table(("a", "b"), (("yes", "yes"), ("no", "no")))
    model = Model(SWITCHES, (table, Implies(on("b"), on("c"), "bc"), Holds(Not(on("d")), "d")))

    assert explain(model, {"a": "yes", "c": "no"}) == ("bc",)
    with pytest.raises(Impossible, match="whatever its rules"):
        explain(model, {"a": "yes", "b": "no"})


def test_nothing_is_explained_where_nothing_is_contradicted():
    model = Model(SWITCHES, (Excludes((on("a"), on("b")), "ab"),))

    assert explain(model, {"a": "yes"}) == ()
    with pytest.raises(UnknownValue):
        explain(model, {"a": "maybe"})


def test_a_table_of_many_rows_takes_few_clauses():
    """All rows of ten switches but one: a table that a literal a row would write in ten thousand clauses."""
    variables = tuple(Variable(f"v{i}", ("no", "yes")) for i in range(10))
    rows = tuple(tuple("yes" if number >> i & 1 else "no" for i in range(10)) for number in range(2**10 - 1))
    model = Model(variables, (Table(tuple(v.name for v in variables), rows, "not all"),))

    explainer = Explainer(model)

    assert len(explainer.clauses) < 50
    assert explainer.explain({v.name: "yes" for v in variables}) == ("not all",)
    assert explainer.explain({v.name: "yes" for v in variables[1:]}) == ()
