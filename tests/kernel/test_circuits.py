"""Circuits whose edges have several children answer as the diagram of the same range does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.kernel.worlds import worlds
from usine.kernel import (
    Impossible,
    Model,
    Variable,
    ask,
    cheapest,
    compile,
    count,
    is_possible,
    price,
    reference,
    restore,
    restrict,
)
from usine.kernel.circuit import Circuit
from usine.kernel.errors import ArtefactCorrupted


def _side_by_side(compiled):
    """The same range twice, as one circuit: its root has one edge with both as children."""
    one, slots = compiled.circuit, compiled.circuit.slot_count
    arrays = {
        "slot_start": np.concatenate((one.slot_start, one.slot_start[1:] + slots)),
        "node_edges": np.concatenate(
            ([0, 1], one.node_edges[1:] + 1, one.node_edges[1:] + 1 + one.edge_count)
        ),
        "edge_slots": np.concatenate(([0, 0], one.edge_slots[1:], one.edge_slots[1:] + len(one.slots))),
        "slots": np.concatenate((one.slots, one.slots + slots)),
        "edge_children": np.concatenate(
            ([0, 2], one.edge_children[1:] + 2, one.edge_children[1:] + 2 + len(one.children))
        ),
        "children": np.concatenate(
            ([1, 1 + one.node_count], one.children + 1, one.children + 1 + one.node_count)
        ),
    }
    twins = tuple(replace(v, name=f"{v.name}'") for v in compiled.variables)
    return replace(
        compiled,
        variables=(*compiled.variables, *twins),
        decisions=(*compiled.decisions, *(f"{name}'" for name in compiled.decisions)),
        determined={
            **compiled.determined,
            **{f"{n}'": (f"{k}'", image) for n, (k, image) in compiled.determined.items()},
        },
        circuit=Circuit(**{name: array.astype(np.int32) for name, array in arrays.items()}),
    )


@given(worlds())
def test_two_ranges_side_by_side(world):
    model, prices, choices = world
    compiled = compile(model)
    if compiled.is_empty:
        return
    both = _side_by_side(compiled)
    both.circuit.check()
    assert not both.circuit.is_diagram
    one, two = price(compiled, prices), price(both, prices)
    assert count(both, choices) == count(compiled, choices) * count(compiled, {})
    assert is_possible(both, choices) == is_possible(compiled, choices)
    twice = {**choices, **{f"{name}'": value for name, value in choices.items()}}
    assert count(both, twice) == count(compiled, choices) ** 2
    if not is_possible(compiled, choices):
        with pytest.raises(Impossible):
            ask(two, choices)
        assert restore(two, choices).given_up == restore(one, choices).given_up
        return
    mine, theirs = ask(two, choices), ask(one, choices)
    free = ask(price(compiled, {}), {})
    for name, values in theirs.values.items():
        assert mine.values[name] == values
        assert mine.values[f"{name}'"].keys() == free.values[name].keys()
    assert cheapest(two, choices).price == cheapest(one, choices).price
    both_chosen = ask(two, twice)
    for name, values in theirs.values.items():
        assert both_chosen.values[name] == values


@given(worlds())
def test_a_restricted_circuit_counts_what_the_reference_counts(world):
    model, _, choices = world
    compiled = compile(model)
    if compiled.is_empty:
        return
    part = restrict(_side_by_side(compiled), {name: (value,) for name, value in choices.items()})
    expected = reference.count(model, choices) * reference.count(model, {})
    assert count(part, {}) == expected
    part.circuit.check()


def test_numbers_that_lead_outside_are_refused():
    circuit = compile(Model((Variable("a", ("0", "1")), Variable("b", ("0", "1"))))).circuit
    for name in ("slots", "children", "node_edges"):
        altered = getattr(circuit, name).copy()
        altered[-1] = 99
        with pytest.raises(ArtefactCorrupted, match=name if name != "node_edges" else "starts"):
            replace(circuit, **{name: altered}).check()


def test_answers_come_in_the_order_of_the_range_whatever_was_read_before():
    model = Model(tuple(Variable(name, ("0", "1")) for name in "abc"))
    values = ask(price(compile(model), {}), {}).values
    for name in "cab":
        assert dict(values[name]) == {"0": (0, 0), "1": (0, 0)}
    assert [name for name, _ in values.items()] == list(values) == ["a", "b", "c"]
