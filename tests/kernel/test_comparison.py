"""The difference of two compiled ranges against the sets that the oracle enumerates."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.worlds import worlds
from usine.kernel import (
    Configurations,
    Holds,
    Is,
    Model,
    ModelInvalid,
    TooLarge,
    Variable,
    compare,
    compile,
    find_contradiction,
    list_examples,
    reference,
)

many = settings(max_examples=150, deadline=None)


def _all(part):
    configurations = Configurations(part, {})
    return {tuple(sorted(c.items())) for c in configurations.page(0, configurations.total)}


def _expected(model, names):
    return {tuple(sorted((n, c[n]) for n in names)) for c in reference.configurations(model)}


@many
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


@many
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


@many
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
