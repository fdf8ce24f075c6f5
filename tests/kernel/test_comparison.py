"""The difference of two compiled ranges against the sets that the oracle enumerates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.worlds import on, rule_set, worlds
from usine.kernel import (
    Configurations,
    Holds,
    Is,
    Model,
    ModelInvalid,
    Or,
    TooLarge,
    Variable,
    compare,
    compare_models,
    compile,
    count,
    find_contradiction,
    list_examples,
    reference,
)
from usine.kernel.validate import variables_of


def _all(part):
    configurations = Configurations(part, {})
    return {tuple(sorted(c.items())) for c in configurations.page(0, configurations.total)}


def _expected(model, names):
    return {tuple(sorted((n, c[n]) for n in names)) for c in reference.configurations(model)}


@given(worlds(), st.data())
def test_what_appeared_and_vanished_is_exact(world, data):
    model, _, _ = world
    kept = data.draw(
        st.lists(st.sampled_from(model.constraints), unique_by=id) if model.constraints else st.just([])
    )
    changed = Model(model.variables[::-1], tuple(kept), model.price_terms)
    difference = compare(compile(model), compile(changed))
    names = [v.name for v in model.variables]
    before, after = _expected(model, names), _expected(changed, names)
    assert _all(difference.vanished) == before - after
    assert _all(difference.appeared) == after - before
    assert _all(difference.kept) == before & after
    assert difference.is_equivalent == (before == after)
    assert difference.includes_before == (before <= after)
    assert difference.is_within_before == (after <= before)


@given(worlds(), worlds())
def test_models_of_the_same_variables_are_compared_by_their_rules(world, another):
    """Whatever the rules and however the values differ; a rule that both have is found whatever its name."""
    before, other = world[0], another[0]
    own = {v.name: v for v in other.variables}
    names = [v.name for v in before.variables]
    if not set(names) <= own.keys():
        before, other = other, before
        own = {v.name: v for v in other.variables}
        names = [v.name for v in before.variables]
    known = {v.name: set(v.values) for v in before.variables}
    rules = [c for c in other.constraints if set(variables_of(c)) <= set(names)]
    shared = [
        replace(c, rule="x")
        for c in before.constraints
        if all(known[name] <= set(own[name].values) for name in variables_of(c))
    ]
    after = Model(tuple(own[name] for name in names), (*rules, *shared))
    difference = compare_models(before, after)
    one, two = _expected(before, names), _expected(after, names)
    assert _all(difference.vanished) == one - two
    assert _all(difference.appeared) == two - one
    assert _all(difference.kept) == one & two
    assert difference.is_equivalent == (one == two)


def test_rule_sets_without_a_small_diagram_are_compared_by_their_rules():
    """Hundreds of switches: a rule less lets configurations appear, a rule more makes some vanish."""
    before = rule_set()
    rules = before.constraints
    after = replace(before, constraints=(*rules[1:], Holds(Or((on(3), on(200))), "new")))
    difference = compare_models(before, after)
    old, new = (count(compile(model), {}) for model in (before, after))
    kept = count(difference.kept, {})
    assert 0 < old - kept == count(difference.vanished, {})
    assert 0 < new - kept == count(difference.appeared, {})
    assert count(difference.vanished, {"s3": "1"}) == count(difference.vanished, {"s200": "1"}) == 0
    with pytest.raises(TooLarge):
        compare(compile(before), compile(after), budget=20_000)


def test_models_over_other_variables_are_not_compared_by_their_rules():
    one, two = (Model((Variable(name, ("0", "1")),)) for name in "ab")
    with pytest.raises(ModelInvalid, match="other variables"):
        compare_models(one, two)


@given(worlds())
def test_a_variable_of_one_range_alone_is_left_out_and_named(world):
    model, _, _ = world
    wider = Model((*model.variables, Variable("new", ("no", "yes"))), model.constraints)
    difference = compare(compile(model), compile(wider))
    assert difference.only_after == ("new",)
    assert difference.vanished.is_empty
    assert difference.appeared.is_empty
    assert not difference.is_equivalent


def test_a_value_that_one_range_alone_has_makes_configurations_of_its_own():
    one = compile(Model((Variable("a", ("1", "2")), Variable("b", ("x", "y")))))
    two = compile(Model((Variable("a", ("2", "3")), Variable("b", ("x", "y")))))
    difference = compare(one, two)
    assert _all(difference.vanished) == {(("a", "1"), ("b", "x")), (("a", "1"), ("b", "y"))}
    assert _all(difference.appeared) == {(("a", "3"), ("b", "x")), (("a", "3"), ("b", "y"))}
    assert list_examples(difference.appeared, 1) == [{"a": "3", "b": "x"}]
    assert list_examples(difference.appeared, 0) == []


def test_ranges_without_a_common_variable_and_budgets_are_refused():
    one, two = (compile(Model((Variable(name, ("0", "1")),))) for name in "ab")
    with pytest.raises(ModelInvalid, match="no variable in common"):
        compare(one, two)
    with pytest.raises(TooLarge, match="more than 2 nodes"):
        compare(one, one, budget=2)


@given(worlds())
def test_a_contradiction_is_minimal(world):
    model, _, choices = world
    compiled = compile(model)
    if compiled.is_empty:
        return
    found = find_contradiction(compiled, choices)
    if reference.count(model, choices):
        assert found == ()
        return
    assert not reference.count(model, {name: choices[name] for name in found})
    for name in found:
        assert reference.count(model, {other: choices[other] for other in found if other != name})


def test_an_empty_range_has_nothing_in_common():
    a = (Variable("a", ("0", "1")),)
    empty = compile(Model(a, (Holds(Is("a", frozenset()), "none"),)))
    difference = compare(compile(Model(a)), empty)
    assert len(_all(difference.vanished)) == 2
    assert difference.is_within_before
