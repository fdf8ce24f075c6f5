"""Several answers at a time against the oracle: k cheapest, wishes, budgets, ways out, pages, samples, counts."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice
from random import Random

import pytest
from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import (
    Configurations,
    Holds,
    Impossible,
    Is,
    Model,
    ModelInvalid,
    PriceTerm,
    TooLarge,
    Variable,
    cheapest,
    compile,
    count_values,
    fulfil,
    iterate_cheapest,
    iterate_restorations,
    optimise,
    price,
    reference,
    restore,
    solve,
)

both = pytest.mark.parametrize("make", [compile, solve])  # compiled; answered by satisfiability


def _frozen(values):
    return tuple(sorted(values.items()))


@both
@given(worlds())
def test_every_configuration_comes_once_cheapest_first(make, world):
    model, prices, choices = world
    priced = price(make(model), prices)
    found = list(iterate_cheapest(priced, choices))
    expected = [
        (reference.total_price(model, prices, c), c) for c in reference.configurations(model, choices)
    ]
    assert [c.price for c in found] == sorted(total for total, _ in expected)
    assert {(c.price, _frozen(c.values)) for c in found} == {(total, _frozen(c)) for total, c in expected}
    if found:
        assert found[0] == cheapest(priced, choices)


@given(worlds())
def test_pages_hold_every_configuration_once(world):
    model, _, choices = world
    configurations = Configurations(compile(model), choices)
    expected = Counter(_frozen(c) for c in reference.configurations(model, choices))
    pages = [configurations.page(start, 3) for start in range(0, configurations.total + 3, 3)]
    assert Counter(_frozen(c) for page in pages for c in page) == expected
    assert pages[-1] == []
    for outside in (-1, configurations.total):
        with pytest.raises(IndexError, match="not among them"):
            configurations.at(outside)


def test_samples_are_uniform():
    """Chi square over 12 configurations that a walk by edges alone would not draw evenly."""
    a, b, c = (Variable(n, ("0", "1", "2")) for n in "abc")
    model = Model((a, b, c), (Holds(Is("a", frozenset({"0", "1"}))),))
    chosen = {"a": "0"}
    configurations = Configurations(compile(model), {})
    drawn = Counter(_frozen(x) for x in islice(configurations.sample(Random(5)), 9000))
    assert len(drawn) == configurations.total == 18
    expected = 9000 / 18
    assert (
        sum((n - expected) ** 2 / expected for n in drawn.values()) < 40.8
    )  # 17 degrees of freedom, p = 0.001
    assert Configurations(compile(model), chosen).total == 9
    assert list(Configurations(compile(model), {"a": "2"}).sample(Random(1))) == []


@given(worlds())
def test_values_are_counted(world):
    model, _, choices = world
    counts = count_values(compile(model), choices)
    for variable in model.variables:
        others = {name: value for name, value in choices.items() if name != variable.name}
        seen = Counter(c[variable.name] for c in reference.configurations(model, others))
        assert counts[variable.name] == {value: seen[value] for value in variable.values}


@both
@given(worlds())
def test_wishes_are_weighed_against_the_price(make, world):
    model, prices, choices = world
    wishes = {(v.name, v.values[-1]): 3 * i for i, v in enumerate(model.variables)}
    priced = price(make(model), prices)
    totals = [
        reference.total_price(model, prices, c) + sum(w for (n, v), w in wishes.items() if c[n] != v)
        for c in reference.configurations(model, choices)
    ]
    if not totals:
        with pytest.raises(Impossible):
            fulfil(priced, choices, wishes)
        return
    found = fulfil(priced, choices, wishes)
    assert found.price == reference.total_price(model, prices, found.values)
    unmet = sum(w for (n, v), w in wishes.items() if found.values[n] != v)
    assert found.price + unmet == min(totals)


def test_wishes_worth_less_than_nothing_are_refused():
    priced = price(compile(Model((Variable("a", ("0", "1")),))), {})
    with pytest.raises(ModelInvalid, match="worth between 0"):
        fulfil(priced, {}, {("a", "0"): -1})


@given(worlds())
def test_the_best_figure_within_a_budget(world):
    model, prices, choices = world
    compiled = compile(model)
    priced = price(compiled, prices)
    masses = {t.name: {row: 7 * i - 5 for i, row in enumerate(t.rows)} for t in model.price_terms}
    figure = price(compiled, masses)
    known = [
        (reference.total_price(model, masses, c), reference.total_price(model, prices, c))
        for c in reference.configurations(model, choices)
    ]
    for budget in sorted({total for _, total in known})[:3] or [0]:
        within = [mass for mass, total in known if total <= budget]
        if not within:
            with pytest.raises(Impossible):
                optimise(priced, choices, figure, budget=budget)
            continue
        found = optimise(priced, choices, figure, budget=budget)
        assert found.price <= budget
        assert reference.total_price(model, masses, found.values) == min(within)


@both
@given(worlds())
def test_ways_out_come_in_order_and_none_is_missing(make, world):
    model, prices, choices = world
    variable = model.variables[0]
    wanted = (variable.name, variable.values[-1])
    priced = price(make(model), prices)
    found = list(iterate_restorations(priced, choices, wanted))
    own = {name: value for name, value in choices.items() if name != variable.name}
    possible = [
        frozenset(given_up)
        for size in range(len(own) + 1)
        for given_up in combinations(own, size)
        if reference.count(
            model, {**{n: v for n, v in own.items() if n not in given_up}, wanted[0]: wanted[1]}
        )
    ]
    smallest = [s for s in possible if not any(other < s for other in possible)]
    assert sorted(sorted(r.given_up) for r in found) == sorted(sorted(s) for s in smallest)
    costs = [(len(r.given_up), r.completion.price) for r in found]
    assert costs == sorted(costs)
    if found:
        assert found[0] == restore(priced, choices, wanted)


def knapsack(amounts: list[int]):
    """Switches, each with a price of its own that is also its worth: every subset is a configuration."""
    names = [f"item{i:02}" for i in range(len(amounts))]
    model = Model(
        tuple(Variable(name, ("no", "yes")) for name in names),
        (),
        tuple(PriceTerm(name, (name,), (("yes",),)) for name in names),
    )
    compiled = compile(model)
    prices = {name: {("yes",): amount} for name, amount in zip(names, amounts, strict=True)}
    worths = {name: {("yes",): -amount} for name, amount in zip(names, amounts, strict=True)}
    return price(compiled, prices), price(compiled, worths)


def test_a_knapsack_is_filled_without_walking_through_every_subset():
    """2^40 subsets, few sums: what reaches the same rest at the same sum is followed once."""
    priced, worth = knapsack([3 + i % 7 for i in range(40)])
    assert optimise(priced, {}, worth, budget=101, steps=20_000).price == 101


def test_a_search_that_would_not_end_is_refused():
    """Even amounts and an odd budget: no subset reaches it, and every one might."""
    priced, worth = knapsack([2 * (10**9 + 7**i % 10**9) for i in range(1, 41)])
    with pytest.raises(TooLarge, match="within the budget was not found"):
        optimise(priced, {}, worth, budget=20 * (10**9) + 1, steps=20_000)
