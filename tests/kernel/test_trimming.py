"""A trimmed range answers as the range does, and says nothing of what no configuration of it has."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from pysat.solvers import Solver

from tests.kernel.worlds import worlds
from usine.kernel import (
    Explainer,
    Model,
    PriceTerm,
    Variable,
    ask,
    cheapest,
    compile,
    conflict,
    count,
    from_bytes,
    is_possible,
    price,
    restore,
    restrict,
    to_bytes,
    trim,
)
from usine.kernel.rule_file import simplify


@st.composite
def sold(draw):
    """A restricted range and its trimmed twin, both priced, with choices and a value to want, all sold."""
    model, prices, choices = draw(worlds())
    allowed = {
        v.name: draw(st.sets(st.sampled_from(v.values), min_size=1))
        for v in model.variables
        if draw(st.booleans())
    }
    whole = restrict(compile(model), allowed)
    assume(not whole.is_empty)
    names = draw(st.sets(st.sampled_from([v.name for v in model.variables])))
    trimmed = from_bytes(to_bytes(trim(whole, names)))
    kept = {name: shorten(whole, trimmed, name, prices.get(name, {})) for name in trimmed.terms}
    return names, price(whole, prices), price(trimmed, kept), choices


def shorten(whole, trimmed, term, amounts):
    """The amounts of a term on its trimmed rows: a variable that is left out of its scope has one value."""
    scope, rows = trimmed.terms[term]
    places = [whole.terms[term][0].index(name) for name in scope]
    fixed = {name: next(iter(values)) for name, values in ask(price(whole, {}), {}).values.items()}
    found = {}
    for row, amount in amounts.items():
        held = zip(whole.terms[term][0], row, strict=True)
        if all(name in scope or fixed[name] == value for name, value in held):
            found[tuple(row[i] for i in places)] = amount
    return {row: amount for row, amount in found.items() if row in rows}


@given(sold(), st.data())
def test_a_trimmed_range_answers_as_before(world, data):
    names, whole, trimmed, choices = world
    domains = trimmed.compiled.domains
    choices = {n: v for n, v in choices.items() if v in domains.get(n, ())}
    everything = ask(whole, {}).values
    assert domains == {n: tuple(values) for n, values in everything.items() if n in domains}
    assert {n for n, values in everything.items() if len(values) > 1} | names <= set(domains)
    assert count(trimmed, choices) == count(whole, choices)
    if is_possible(whole, choices):
        assert {n: dict(v) for n, v in ask(trimmed, choices).values.items()} == {
            n: dict(v) for n, v in ask(whole, choices).values.items() if n in domains
        }
        _assert_same(cheapest(trimmed, choices), cheapest(whole, choices), domains)
    if not domains:
        return
    name = data.draw(st.sampled_from(sorted(domains)))
    wanted = name, data.draw(st.sampled_from(domains[name]))
    assert conflict(trimmed, choices, wanted) == conflict(whole, choices, wanted)
    ways = restore(trimmed, choices, wanted), restore(whole, choices, wanted)
    assert ways[0].choices == ways[1].choices
    _assert_same(ways[0].completion, ways[1].completion, domains)


def _assert_same(one, other, domains):
    assert one.price == other.price
    assert one.values == {n: v for n, v in other.values.items() if n in domains}


def test_what_other_markets_have_is_not_in_the_bytes():
    model = Model(
        (
            Variable("market", ("here", "elsewhere")),
            Variable("hook", ("no", "yes")),
            Variable("paint", ("grey", "gold", "green")),
        ),
        price_terms=(PriceTerm("hook", ("hook",), (("yes",),)), PriceTerm("p", ("paint", "hook"), ())),
    )
    part = restrict(compile(model), {"market": {"here"}, "hook": {"no"}, "paint": {"grey", "green"}})

    header = to_bytes(trim(part, {"paint"}))

    assert b"paint" in header and b"green" in header
    assert not any(word in header for word in (b"market", b"here", b"hook", b"gold"))


def test_an_empty_range_stays_empty():
    part = restrict(compile(Model((Variable("a", ("x",)),))), {"a": set()})
    assert trim(part, set()) is part


@given(worlds(), st.data())
def test_rules_in_a_context_contradict_what_they_contradict_together_with_it(world, data):
    model, _prices, choices = world
    fixed = data.draw(st.sampled_from(model.variables))
    context = {fixed.name: data.draw(st.sampled_from(fixed.values))}
    clauses = Explainer(model).clauses
    switches = list(Explainer(model).rule_literals)
    named = {
        *switches,
        *(Explainer(model).literals({v.name: x})[0] for v in model.variables for x in v.values),
    }
    left = simplify(clauses, Explainer(model).literals(context), named)
    asked = Explainer(model).literals({n: v for n, v in choices.items() if n != fixed.name})
    kept = [switch for switch in switches if data.draw(st.booleans())]
    with Solver(bootstrap_with=clauses) as whole, Solver(bootstrap_with=left) as part:
        together = [*asked, *kept, *Explainer(model).literals(context)]
        assert part.solve([*asked, *kept]) == whole.solve(together)
