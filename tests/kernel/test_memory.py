"""A model compiled with what an earlier compilation left: the same configurations as without, and some work spared."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.worlds import constraints_of, on, rule_set, worlds
from usine.kernel import (
    ArtefactCorrupted,
    Budget,
    Configurations,
    Holds,
    Implies,
    Memory,
    Model,
    Not,
    Rows,
    Table,
    TooLarge,
    Variable,
    compile,
    count,
    count_values,
    model_key,
    reference,
    to_bytes,
)
from usine.kernel.artefact import pack, unpack
from usine.kernel.budget import Clock
from usine.kernel.compiler import compile_by_decomposition
from usine.kernel.decomposition.trace import Unlike
from usine.kernel.encode import encode
from usine.kernel.memory import ARRAYS, MAGIC, VERSION


@st.composite
def changes(draw):
    """A model, and the same with something added, dropped or altered."""
    model, _, _ = draw(worlds())
    kind = draw(st.sampled_from(["add rule", "drop rule", "alter rule", "value", "variable", "row", "term"]))
    constraints = list(model.constraints)
    if kind == "add rule" or not constraints:
        at = draw(st.integers(0, len(constraints)))
        constraints.insert(at, draw(constraints_of(model.variables)))
    elif kind in ("drop rule", "alter rule"):
        at = draw(st.integers(0, len(constraints) - 1))
        constraints[at : at + 1] = [draw(constraints_of(model.variables))] if kind == "alter rule" else []
    elif kind == "value":
        at = draw(st.integers(0, len(model.variables) - 1))
        own = model.variables[at]
        wider = replace(own, values=(*own.values, f"{own.name}-new"))
        return model, replace(model, variables=(*model.variables[:at], wider, *model.variables[at + 1 :]))
    elif kind == "variable":
        return model, replace(model, variables=(Variable("new", ("0", "1")), *model.variables))
    elif kind == "term":
        return model, replace(model, price_terms=model.price_terms[1:])
    else:
        for at, constraint in enumerate(constraints):
            if isinstance(constraint, Table) and constraint.rows:
                gone = draw(st.integers(0, len(constraint.rows) - 1))
                rows = (*constraint.rows[:gone], *constraint.rows[gone + 1 :])
                constraints[at] = replace(constraint, rows=rows)
                break
    return model, replace(model, constraints=tuple(constraints))


def all_configurations(compiled):
    pages = Configurations(compiled, {})
    return sorted(tuple(sorted(values.items())) for values in pages.page(0, 2000))


def expected(model):
    return sorted(tuple(sorted(values.items())) for values in reference.configurations(model, {}))


@given(changes())
def test_compiled_again_as_the_reference_and_as_without_a_memory(change):
    before, after = change
    memory = Memory()
    compile(before, memory=memory)
    again = compile(after, memory=memory)
    again.circuit.check()
    assert all_configurations(again) == expected(after) == all_configurations(compile(after))


@given(changes(), st.booleans())
def test_decomposed_again_as_the_reference(change, through_a_file):
    before, after = change
    memory = Memory()
    decomposed(before, memory)
    if through_a_file:
        memory = Memory.from_bytes(memory.to_bytes())
    again = decomposed(after, memory)
    again.circuit.check()
    assert all_configurations(again) == expected(after)
    assert all_configurations(decomposed(before, memory)) == expected(before)


def decomposed(model, memory):
    """Decomposed from what is known, or from nothing where that is of no use."""
    encoded, budget = encode(model), Budget()
    try:
        return compile_by_decomposition(encoded, budget, Clock(budget), memory, memory.known.trace)
    except Unlike:
        return compile_by_decomposition(encoded, budget, Clock(budget), memory)


def test_a_small_change_reuses_most_of_what_was_known():
    model, memory = rule_set(), Memory()
    compile(model, memory=memory)
    assert (memory.reused, memory.offered) == (0, 0)
    changed = replace(model, constraints=model.constraints[1:])
    again = compile(changed, memory=memory)
    assert 0.5 * memory.offered < memory.reused < memory.offered
    assert count_values(again, {}) == count_values(compile(changed), {})


def test_a_chain_of_changes_stays_right():
    """Each compilation starts from what the one before left, a dozen times."""
    rng, model, memory = random.Random(7), rule_set(2), Memory()
    other = rule_set(3).constraints
    reused = 0
    for _ in range(12):
        constraints = list(model.constraints)
        if rng.random() < 0.5:
            constraints.append(rng.choice(other))
        del constraints[rng.randrange(len(constraints))]
        model = replace(model, constraints=tuple(constraints))
        found = compile(model, memory=memory)
        reused += memory.reused
        assert count(found, {}) == count(compile(model), {})
    assert reused


def test_rules_in_another_order_and_renamed_are_the_same_rules():
    model, memory = rule_set(), Memory()
    compile(model, memory=memory)
    shuffled = random.Random(1).sample(model.constraints, len(model.constraints))
    renamed = replace(model, constraints=tuple(replace(c, rule=f"x{c.rule}") for c in shuffled))
    compile(renamed, memory=memory)
    assert memory.reused == memory.offered > 0


def test_what_touches_everything_reuses_nothing_and_is_as_without_a_memory():
    memory = Memory()
    compile(rule_set(1), memory=memory)
    other = rule_set(99)
    found = compile(other, memory=memory)
    assert memory.reused == 0 < memory.offered
    assert to_bytes(found) == to_bytes(compile(other))


def test_another_range_and_contradictory_rules_are_compiled_as_without_a_memory():
    """The key is that of the model then, so the bytes must be those of the model too."""
    memory = Memory()
    model = rule_set()
    contradictory = replace(
        model, constraints=(*model.constraints, Holds(on(0), "yes"), Holds(Not(on(0)), "no"))
    )
    small = rule_set(5, 20, 10)
    for other in (small, contradictory, Model(small.variables)):
        compile(model, memory=memory)
        found = compile(other, memory=memory)
        assert memory.reused == 0
        assert to_bytes(found) == to_bytes(compile(other))


def test_the_same_model_and_memory_give_the_same_bytes_and_a_key_of_their_own():
    model, memory = rule_set(), Memory()
    first = compile(model, memory=memory)
    assert to_bytes(first) == to_bytes(compile(model))
    kept = memory.to_bytes()
    changed = replace(model, constraints=model.constraints[:-1])
    one, other = (compile(changed, memory=Memory.from_bytes(kept)) for _ in range(2))
    assert to_bytes(one) == to_bytes(other)
    assert one.key != model_key(changed)
    assert memory.to_bytes() == kept


def test_the_order_that_won_is_tried_first():
    """Of a diagram the order is remembered: a table of another content is drawn in it, a new variable besides."""
    names = [f"v{i}" for i in range(8)]
    rows = tuple((a, b) for a in "abc" for b in "abc" if a != b)
    model = Model(
        tuple(Variable(name, ("a", "b", "c")) for name in names),
        tuple(Table((one, other), rows) for one, other in pairwise(names)),
    )
    memory = Memory()
    first = compile(model, memory=memory)
    assert first.circuit.is_diagram and memory.known.order == first.decisions
    more = replace(
        model,
        variables=(*model.variables, Variable("new", ("x", "y"))),
        constraints=(*model.constraints, Table(("new", "v3"), (("x", "a"), ("y", "b"), ("y", "c")))),
    )
    again = compile(more, memory=memory)
    assert memory.reused == 1
    assert [name for name in again.decisions if name != "new"] == list(first.decisions)
    assert count(again, {}) == count(compile(more), {}) == 3 * 2**7


def test_contradictory_rules_leave_the_memory_as_it_is():
    model, memory = rule_set(), Memory()
    compile(model, memory=memory)
    known = memory.known
    wrong = replace(model, constraints=(*model.constraints, Holds(on(0), "yes"), Holds(Not(on(0)), "no")))
    assert compile(wrong, memory=memory).is_empty
    assert memory.known is known


def test_a_refused_range_leaves_the_memory_as_it_is():
    model, memory = rule_set(), Memory()
    compile(model, memory=memory)
    known = memory.known
    with pytest.raises(TooLarge):
        compile(rule_set(4, rules=300), memory=memory, budget=Budget(nodes=2))
    assert memory.known is known


def test_a_memory_larger_than_its_limit_is_not_kept():
    memory = Memory(limit=1000)
    compile(rule_set(), memory=memory)
    assert memory.known.trace is None


def test_altered_truncated_and_foreign_memories_are_refused():
    memory = Memory()
    compile(rule_set(), memory=memory)
    whole = memory.to_bytes()
    for place in (0, 9, 20, len(whole) // 2, len(whole) - 1):
        altered = bytearray(whole)
        altered[place] ^= 1
        with pytest.raises(ArtefactCorrupted):
            Memory.from_bytes(bytes(altered))
    for wrong in (b"", whole[:100], whole[:-1], to_bytes(compile(rule_set(1, 20, 10)))):
        with pytest.raises(ArtefactCorrupted):
            Memory.from_bytes(wrong)


def test_well_signed_memories_with_other_numbers_are_refused():
    memory = Memory()
    compile(rule_set(), memory=memory)
    header, arrays = unpack(memory.to_bytes(), MAGIC, VERSION)
    kept = {key: header[key] for key in ("names", "order", "nodes")}
    for wrong, numbers in (
        (kept, arrays[:-1]),
        (kept, [arrays[0][:-1], *arrays[1:]]),
        (kept | {"names": ["no hexadecimal"]}, arrays),
        (kept | {"nodes": "many"}, arrays),
        (kept | {"nodes": True}, arrays),
        (kept | {"nodes": float("inf")}, arrays),
        (kept | {"order": "abc"}, arrays),
        (kept | {"order": [["a"]]}, arrays),
        ({"order": [], "names": []}, arrays),
    ):
        with pytest.raises(ArtefactCorrupted, match="compile the range again"):
            Memory.from_bytes(pack(MAGIC, VERSION, wrong, [np.array(array) for array in numbers]))


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("seed", range(3))
def test_numbers_that_lead_outside_are_refused_or_harmless(name, seed):
    """One number of one array altered, and signed again: no loop leaves its arrays when it is compiled from."""
    model = rule_set(switches=260, rules=300)
    memory = Memory()
    compile(model, memory=memory)
    header, arrays = unpack(memory.to_bytes(), MAGIC, VERSION)
    numbers = [np.array(array) for array in arrays]
    draw = random.Random(seed)
    own = numbers[list(ARRAYS).index(name)]
    own[draw.randrange(len(own))] = draw.choice([2**31 - 1, 10**6, -1, -2, 0, 1])
    kept = {key: header[key] for key in ("names", "order", "nodes")}
    try:
        known = Memory.from_bytes(pack(MAGIC, VERSION, kept, numbers))
    except ArtefactCorrupted:
        return
    compile(replace(model, constraints=model.constraints[:-3]), memory=known)


def test_tables_with_a_row_less_are_decomposed_again():
    """A literal a row: rows are known by their values, so that the others are the same in the new rules."""
    values = tuple("abcdefgh")
    variables = tuple(Variable(f"v{i}", values) for i in range(7))
    rng = random.Random(3)
    rows = list(product(range(8), repeat=3))
    numbers = [rng.sample(rows, 200) for _ in range(5)]

    def model(tables):
        scopes = [(f"v{i}", f"v{i + 1}", f"v{i + 2}") for i in range(5)]
        kept = (Rows([values] * 3, np.array(table)) for table in tables)
        return Model(variables, tuple(Table(*pair) for pair in zip(scopes, kept, strict=True)))

    memory = Memory()
    decomposed(model(numbers), memory)
    fewer = model([*numbers[:4], numbers[4][1:]])
    again = decomposed(fewer, memory)
    assert memory.reused
    assert count(again, {}) == count(compile(fewer), {})


def test_an_implication_added_and_dropped_again():
    model, memory = rule_set(), Memory()
    compile(model, memory=memory)
    more = replace(model, constraints=(Implies(on(10), on(20), "new"), *model.constraints))
    assert count(compile(more, memory=memory), {}) == count(compile(more), {})
    assert count(compile(model, memory=memory), {}) == count(compile(model), {})
