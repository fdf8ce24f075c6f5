"""A model compiled by decomposition answers as the reference does, whatever its constraints and price terms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import (
    Among,
    Budget,
    Configurations,
    Count,
    Holds,
    Impossible,
    Is,
    Model,
    Not,
    Or,
    Table,
    TooLarge,
    Variable,
    ask,
    cheapest,
    compare,
    compile,
    count,
    from_bytes,
    iterate_cheapest,
    price,
    reference,
    restore,
    restrict,
    to_bytes,
)
from usine.kernel.budget import Clock
from usine.kernel.compiler import compile_by_decomposition, model_key
from usine.kernel.decomposition.encoding import encode_clauses
from usine.kernel.encode import encode


def decomposed(model):
    compiled = compile_by_decomposition(encode(model), Budget(), Clock(Budget()))
    compiled.circuit.check()
    return replace(compiled, key=model_key(model))


@given(worlds())
def test_counts_and_bounds_and_alternatives(world):
    model, prices, choices = world
    compiled = decomposed(model)
    assert count(compiled, {}) == reference.count(model, {})
    assert count(compiled, choices) == reference.count(model, choices)
    priced = price(compiled, prices)
    if not reference.count(model, choices):
        with pytest.raises(Impossible):
            ask(priced, choices)
        return
    answer = ask(priced, choices)
    expected = reference.bounds(model, prices, choices)
    assert {name: dict(values) for name, values in answer.values.items()} == expected


@given(worlds())
def test_the_cheapest_and_the_nearest_way_out(world):
    model, prices, choices = world
    priced = price(decomposed(model), prices)
    if reference.count(model, choices):
        found = cheapest(priced, choices)
        assert all(reference.satisfies(constraint, found.values) for constraint in model.constraints)
        assert found.values == {**found.values, **choices}
        assert found.price == reference.total_price(model, prices, found.values)
        assert found.price == min(
            reference.total_price(model, prices, values)
            for values in reference.configurations(model, choices)
        )
    cost = reference.restoration_cost(model, prices, choices, None)
    if cost:
        out = restore(priced, choices)
        assert (len(out.given_up), out.completion.price) == cost


@given(worlds())
def test_restricted_as_the_reference(world):
    model, _, choices = world
    part = restrict(decomposed(model), {name: (value,) for name, value in choices.items()})
    part.circuit.check()
    assert count(part, {}) == reference.count(model, choices)


@given(worlds())
def test_every_configuration_once_and_the_same_as_in_a_diagram(world):
    model, prices, choices = world
    compiled = from_bytes(to_bytes(decomposed(model)))
    expected = [tuple(sorted(values.items())) for values in reference.configurations(model, choices)]
    pages = Configurations(compiled, choices)
    assert sorted(tuple(sorted(values.items())) for values in pages.page(0, 1000)) == sorted(expected)
    cheapest_first = [found.values for found in iterate_cheapest(price(compiled, prices), choices)]
    assert sorted(tuple(sorted(values.items())) for values in cheapest_first) == sorted(expected)
    if expected:
        assert compare(compiled, compile(model)).is_equivalent


def switches(how_many):
    return tuple(Variable(f"s{i}", ("0", "1")) for i in range(how_many))


def on(i):
    return Is(f"s{i}", frozenset({"1"}))


def test_one_of_hundreds_and_so_many_of_some():
    """Large groups are split, sums counted up: the exact numbers come back."""
    model = Model(
        switches(300),
        (
            Count(tuple(on(i) for i in range(200)), 1, 1, "one"),
            Count(tuple(on(i) for i in range(200, 240)), 3, 4, "some"),
            Holds(Among(tuple(on(i) for i in range(240, 300)), 58, 60), "most"),
        ),
    )
    compiled = compile(model)
    assert not compiled.circuit.is_diagram
    assert count(compiled, {}) == 200 * (9880 + 91390) * (1 + 60 + 1770)


def test_a_hundred_switches_are_a_diagram_where_that_is_small():
    chain = tuple(Holds(Or((Not(on(i)), on(i + 1))), f"r{i}") for i in range(99))
    compiled = compile(Model(switches(100), chain))
    assert compiled.circuit.is_diagram
    assert count(compiled, {}) == 101


def test_tables_that_no_small_diagram_holds_are_decomposed():
    """Pairs crossed so that every order of the variables must remember most of them."""
    values = tuple("abcdefgh")
    variables = tuple(Variable(f"v{i}{j}", values) for i in range(5) for j in range(5))
    some = tuple((a, b) for i, a in enumerate(values) for b in values[i // 2 :])
    tables = [Table((f"v{i}{j}", f"v{i}{j + 1}"), some, "row") for i in range(5) for j in range(4)]
    tables += [Table((f"v{i}{j}", f"v{i + 1}{j}"), some, "column") for i in range(4) for j in range(5)]
    compiled = compile(Model(variables, tuple(tables)))
    assert count(compiled, {})


def test_rules_that_need_too_many_clauses_are_refused():
    """Values that exclude each other are several clauses each, however few the rules."""
    values = tuple(map(str, range(400)))
    encoded = encode(Model(tuple(Variable(f"v{i}", values) for i in range(50))))
    budget = Budget(bytes=8 << 20)
    with pytest.raises(TooLarge, match="need more than 8 MB as clauses"):
        compile_by_decomposition(encoded, budget, Clock(budget))


def test_writing_clauses_may_be_stopped_at_any_variable():
    told = []

    def stop(clauses):
        told.append(clauses)
        if len(told) == 5:
            raise KeyboardInterrupt

    model = Model(tuple(Variable(f"v{i}", ("a", "b", "c")) for i in range(9)))
    with pytest.raises(KeyboardInterrupt):
        encode_clauses(encode(model), stop)
    assert told == sorted(told)
