"""Every query of both engines agrees with the slow, obvious one, on thousands of small worlds."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import (
    Impossible,
    Model,
    Uncounted,
    ask,
    cheapest,
    compile,
    conflict,
    count,
    from_bytes,
    is_possible,
    price,
    reference,
    restore,
    restrict,
    solve,
    to_bytes,
)

both = pytest.mark.parametrize("make", [compile, solve])  # compiled; answered by satisfiability


@both
@given(worlds())
def test_counts(make, world):
    model, _, choices = world
    compiled = make(model)

    if reference.count(model, {}) > 1_000 and make is solve:
        with pytest.raises(Uncounted, match="more than 1000"):
            count(compiled, {})
        return
    assert count(compiled, {}) == reference.count(model, {})
    assert count(compiled, choices) == reference.count(model, choices)
    assert is_possible(compiled, choices) == (reference.count(model, choices) > 0)


@both
@given(worlds())
def test_valid_values_and_price_bounds(make, world):
    model, prices, choices = world
    priced = price(make(model), prices)

    if not reference.count(model, choices):
        with pytest.raises(Impossible):
            ask(priced, choices)
        return
    answer = ask(priced, choices)
    assert {
        n: {v: tuple(b) for v, b in values.items()} for n, values in answer.values.items()
    } == reference.bounds(model, prices, choices)
    totals = [reference.total_price(model, prices, c) for c in reference.configurations(model, choices)]
    assert (answer.minimum, answer.maximum, answer.count) == (min(totals), max(totals), len(totals))


@both
@given(worlds())
def test_cheapest_completion(make, world):
    model, prices, choices = world
    priced = price(make(model), prices)
    totals = [reference.total_price(model, prices, c) for c in reference.configurations(model, choices)]

    if not totals:
        with pytest.raises(Impossible):
            cheapest(priced, choices)
        return
    found = cheapest(priced, choices)
    assert found.price == min(totals) == reference.total_price(model, prices, found.values)
    assert dict(found.values) in list(reference.configurations(model, choices))


@both
@given(worlds())
def test_restorations_are_optimal(make, world):
    model, prices, choices = world
    priced = price(make(model), prices)
    last = model.variables[-1]
    for wanted in (None, *((last.name, value) for value in last.values)):
        best = reference.restoration_cost(model, prices, choices, wanted)
        if best is None:
            with pytest.raises(Impossible):
                restore(priced, choices, wanted)
            continue
        found = restore(priced, choices, wanted)
        assert (len(found.given_up), found.completion.price) == best
        assert all(found.completion.values[name] == value for name, value in found.choices.items())
        assert set(found.choices) | set(found.given_up) == set(choices) | ({wanted[0]} if wanted else set())


@both
@given(worlds())
def test_a_locked_choice_is_never_given_up(make, world):
    model, prices, choices = world
    priced = price(make(model), prices)
    if not choices:
        return
    locked = sorted(choices)[0]
    if not reference.count(model, {locked: choices[locked]}):
        with pytest.raises(Impossible):
            restore(priced, choices, locked={locked})
        return
    assert locked not in restore(priced, choices, locked={locked}).given_up


@both
@given(worlds())
def test_conflicts_contradict_and_no_part_can_be_left_out(make, world):
    model, _, choices = world
    compiled = make(model)
    last = model.variables[-1]
    for value in last.values:
        own = {name: chosen for name, chosen in choices.items() if name != last.name}
        if not reference.count(model, {last.name: value}):
            with pytest.raises(Impossible):
                conflict(compiled, choices, (last.name, value))
            continue
        found = conflict(compiled, choices, (last.name, value))
        if reference.count(model, {**own, last.name: value}):
            assert found == ()
            continue
        assert not reference.count(model, {last.name: value, **{name: own[name] for name in found}})
        for left_out in found:
            rest = {name: own[name] for name in found if name != left_out}
            assert reference.count(model, {last.name: value, **rest})


@both
@given(worlds())
def test_a_restricted_range_is_the_range_under_a_choice(make, world):
    model, prices, choices = world
    compiled = make(model)
    part = restrict(compiled, {name: {value} for name, value in choices.items()})

    assert count(part, {}) == reference.count(model, choices)
    if make is compile:
        assert part.edge_count <= compiled.edge_count
    if count(part, {}):
        assert ask(price(part, prices), {}).minimum == ask(price(compiled, prices), choices).minimum


@given(worlds())
def test_an_artefact_read_back_is_the_same_range(world):
    model, _, choices = world
    compiled = compile(model)
    again = from_bytes(to_bytes(compiled))

    assert to_bytes(again) == to_bytes(compiled)
    assert count(again, choices) == count(compiled, choices)


@given(worlds())
def test_adding_a_rule_never_adds_configurations(world):
    model, _, choices = world
    for kept in range(len(model.constraints)):
        looser = Model(model.variables, model.constraints[:kept])
        tighter = Model(model.variables, model.constraints[: kept + 1])
        assert count(compile(tighter), choices) <= count(compile(looser), choices)


@given(worlds())
def test_counts_over_the_values_of_a_variable_sum_to_the_total(world):
    model, _, choices = world
    compiled = compile(model)
    for variable in model.variables:
        if variable.name not in choices:
            parts = [count(compiled, {**choices, variable.name: value}) for value in variable.values]
            assert sum(parts) == count(compiled, choices)
