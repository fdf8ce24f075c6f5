"""Recommendation: always valid, exact for what was learnt, and nothing that shows one customer."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.worlds import worlds
from usine.kernel import (
    ArtefactCorrupted,
    ArtefactOutdated,
    Implies,
    Impossible,
    Is,
    Model,
    ModelInvalid,
    Sales,
    UnknownVariable,
    Variable,
    compile,
    count_invalid_sales,
    learn,
    recommender_from_bytes,
    reference,
)
from usine.kernel.artefact import pack, unpack
from usine.kernel.recommendation import MAGIC, VERSION

CARS = Model(
    (
        Variable("trim", ("base", "sport", "luxe")),
        Variable("seats", ("cloth", "leather")),
        Variable("paint", ("white", "red", "gold")),
        Variable("hook", ("no", "yes")),
    ),
    (
        Implies(Is("trim", frozenset({"luxe"})), Is("seats", frozenset({"leather"})), "r1"),
        Implies(Is("trim", frozenset({"base"})), Is("seats", frozenset({"cloth"})), "r2"),
    ),
)
COMMON = (
    [("base", "cloth", "white")] * 40
    + [("luxe", "leather", "red")] * 30
    + [("sport", "leather", "white")] * 20
)


def sales_of(compiled, rows, names=("trim", "seats", "paint")):
    places = [compiled.value_index[name] for name in names]
    numbers = [[place.get(value, -1) for place, value in zip(places, row, strict=True)] for row in rows]
    return Sales(tuple(names), np.array(numbers, dtype=np.int32).reshape(len(rows), len(names)))


def learnt(rows, names=("trim", "seats", "paint"), model=CARS):
    compiled = compile(model)
    return learn(compiled, sales_of(compiled, rows, names), groups=6, groupings=2)


def score_of(recommender, values, group):
    """A configuration with a group, as the model scores it: the oracle of `complete`."""
    groups, chances = recommender.groups, recommender.groups.chances()
    score = -round(-math.log(groups.sizes[group] / groups.sizes.sum()) * 1e6)
    for i, name in enumerate(recommender.variables):
        slot = groups.starts[i] + recommender.compiled.value_index[name][values[name]]
        score -= round(-math.log(chances[group, slot]) * 1e6)
    return score


def by_value(recommender, choices, variable):
    return {entry.value: entry.probability for entry in recommender.likely(choices, variable)}


@st.composite
def histories(draw):
    """A small range with choices, and sales of some of its variables; some values are unknown, some rows invalid."""
    model, _, choices = draw(worlds())
    names = draw(st.lists(st.sampled_from([v.name for v in model.variables]), min_size=1, unique=True))
    domains = {v.name: v.values for v in model.variables}
    row = st.tuples(*(st.sampled_from((*domains[name], "?")) for name in names))
    rows = [
        row
        for row, times in draw(st.lists(st.tuples(row, st.integers(1, 9)), max_size=5))
        for _ in range(times)
    ]
    return model, choices, names, rows


@given(histories())
def test_likely_values_are_the_valid_ones_and_share_one_probability(history):
    model, choices, names, rows = history
    recommender = learnt(rows, names, model)
    kept = [c for c in reference.configurations(model) if choices.items() <= c.items()]
    for variable in model.variables:
        if not kept:
            with pytest.raises(Impossible):
                recommender.likely(choices, variable.name)
            continue
        found = recommender.likely(choices, variable.name)
        others = {k: v for k, v in choices.items() if k != variable.name}
        valid = {c[variable.name] for c in reference.configurations(model) if others.items() <= c.items()}
        assert {entry.value for entry in found} == valid
        assert sum(entry.probability for entry in found) == pytest.approx(1)
        assert all(entry.probability > 0 for entry in found)
        assert all(a.probability >= b.probability for a, b in pairwise(found))


@given(histories())
def test_completion_has_the_best_score_of_all_valid_configurations(history):
    model, choices, names, rows = history
    recommender = learnt(rows, names, model)
    kept = [c for c in reference.configurations(model) if choices.items() <= c.items()]
    if not kept:
        with pytest.raises(Impossible):
            recommender.complete(choices)
        return
    found = recommender.complete(choices)
    assert dict(found.values) in kept
    best = max(score_of(recommender, c, g) for c in kept for g in range(len(recommender.groups.sizes)))
    assert found.score == best


def test_buyers_habits_are_found():
    recommender = learnt(COMMON)
    assert recommender.likely({"trim": "luxe"}, "paint")[0].value == "red"
    assert recommender.likely({"paint": "red"}, "trim")[0].value == "luxe"
    assert recommender.likely({}, "trim")[0][::2] == ("base", 40)
    found = dict(recommender.complete({"trim": "sport"}).values)
    assert (found["seats"], found["paint"]) == ("leather", "white")


def test_only_valid_values_however_often_another_was_sold():
    """Ninety sales of a car that the range no longer offers."""
    recommender = learnt([("luxe", "cloth", "white")] * 90)
    assert [entry.value for entry in recommender.likely({"trim": "luxe"}, "seats")] == ["leather"]
    assert recommender.complete({"trim": "luxe"}).values["seats"] == "leather"
    compiled = compile(CARS)
    assert (
        count_invalid_sales(
            compiled, sales_of(compiled, [("luxe", "cloth", "white"), ("base", "cloth", "red")])
        )
        == 1
    )


def test_equal_values_are_said_to_be_equal_in_the_order_of_the_range():
    recommender = learnt([("base", "cloth", "red")] * 20 + [("base", "cloth", "white")] * 20)
    first, second, third = recommender.likely({}, "paint")
    assert (first.value, second.value) == ("white", "red")
    assert first.probability == second.probability > third.probability > 0
    assert [entry[1:] for entry in recommender.likely({}, "hook")] == [(0.5, 0), (0.5, 0)]


def test_unseen_values_keep_a_chance_and_say_that_nobody_had_them():
    gold = next(entry for entry in learnt(COMMON).likely({"trim": "base"}, "paint") if entry.value == "gold")
    assert gold.support == 0
    assert 0 < gold.probability < 0.05


def test_what_only_one_customer_had_says_nothing_about_that_customer():
    """Who knows that somebody took gold learns nothing else: it is answered as though gold had not been said."""
    recommender = learnt([*COMMON, ("sport", "cloth", "gold")])
    for variable in ("trim", "seats"):
        assert by_value(recommender, {"paint": "gold"}, variable) == pytest.approx(
            by_value(recommender, {}, variable)
        )


def test_a_value_of_fewer_than_five_sales_is_as_though_it_were_unknown():
    for times in (1, 4):
        told = learnt([*COMMON, *[("sport", "cloth", "gold")] * times])
        untold = learnt([*COMMON, *[("sport", "cloth", "?")] * times])
        assert told.to_bytes() == untold.to_bytes()


def test_a_sale_of_rare_values_only_leaves_no_trace():
    names = ("paint", "hook")
    rows = [("white", "no")] * 30 + [("red", "no")] * 30
    without = learnt(rows, names)
    for times in range(1, 5):
        with_them = learnt([*rows, *[("gold", "yes")] * times], names)
        assert [e.support for e in with_them.likely({}, "paint")] == [
            e.support for e in without.likely({}, "paint")
        ]
        assert (with_them.groups.totals == without.groups.totals).all()
        for choices in ({}, {"hook": "yes"}, {"hook": "no"}):
            assert by_value(with_them, choices, "paint") == by_value(without, choices, "paint")


@given(histories())
def test_no_number_kept_tells_of_fewer_than_five_sales(history):
    model, _, names, rows = history
    compiled = compile(model)
    sales = sales_of(compiled, rows, names)
    groups = learn(compiled, sales, groups=6, groupings=2).groups
    for kept in (groups.sizes, groups.counts, groups.totals):
        assert ((kept == 0) | (kept >= 5)).all() and (kept % 5 == 0).all()
    sold = [
        int((sales.numbers[:, c] == i).sum())
        for c, n in enumerate(names)
        for i in range(len(compiled.domains[n]))
    ]
    assert all(
        total == 0 and not column.any()
        for total, column, n in zip(groups.totals, groups.counts.T, sold, strict=True)
        if n < 5
    )


def test_the_same_sales_in_any_order_give_the_same_bytes():
    assert learnt(COMMON).to_bytes() == learnt(COMMON[::-1]).to_bytes()


def test_what_was_learnt_comes_back_from_its_bytes():
    recommender = learnt(COMMON)
    data = recommender.to_bytes()
    again = recommender_from_bytes(data, recommender.compiled)
    assert again.to_bytes() == data
    assert again.likely({"trim": "sport"}, "paint") == recommender.likely({"trim": "sport"}, "paint")
    assert again.complete({"trim": "sport"}) == recommender.complete({"trim": "sport"})
    for altered in (b"", data[:-1], data[:60] + b"x" + data[61:]):
        with pytest.raises(ArtefactCorrupted):
            recommender_from_bytes(altered, recommender.compiled)


def test_well_signed_bytes_with_other_numbers_are_refused():
    """The checksum is right, the numbers are not: as a faulty or hostile writer would leave them."""
    recommender = learnt(COMMON)
    header, (sizes, counts, totals) = unpack(recommender.to_bytes(), MAGIC, VERSION)
    names = {key: header[key] for key in ("variables", "least")}
    for wrong, arrays in (
        (names, (sizes, counts[:-1], totals)),
        (names, (sizes, counts)),
        ({"least": 5}, (sizes, counts, totals)),
        ({"variables": [["trim"]]}, (sizes, counts, totals)),
        ({"variables": 3}, (sizes, counts, totals)),
        (names | {"least": 1}, (sizes, counts, totals)),
        ({"variables": 2 * header["variables"]}, (sizes, np.tile(counts, 2), np.tile(totals, 2))),
        (names, (sizes, counts, totals[:-1])),
        (names, (sizes[:0], counts[:0], totals)),
        (names, (0 * sizes, counts, totals)),
        (names, (sizes, counts - 5, totals)),
        (names, (sizes, counts + 1, totals)),
    ):
        data = pack(MAGIC, VERSION, wrong, [np.array(array) for array in arrays])
        with pytest.raises(ArtefactCorrupted, match="learn again"):
            recommender_from_bytes(data, recommender.compiled)
    with pytest.raises(ArtefactOutdated, match="version 1"):
        recommender_from_bytes(pack(MAGIC, 1, header, []), recommender.compiled)


def test_another_range_is_refused_and_a_restriction_welcome():
    recommender = learnt(COMMON)
    restricted = compile(
        Model(
            CARS.variables,
            (
                *CARS.constraints,
                Implies(Is("hook", frozenset({"no", "yes"})), Is("paint", frozenset({"red"}))),
            ),
        )
    )
    assert [entry.value for entry in recommender.on(restricted).likely({}, "paint")] == ["red"]
    other = compile(Model((Variable("trim", ("base",)), *CARS.variables[1:])))
    for refused in (
        lambda: recommender.on(other),
        lambda: recommender_from_bytes(recommender.to_bytes(), other),
    ):
        with pytest.raises(ModelInvalid, match="trim"):
            refused()


def test_unknown_names_and_numbers_are_refused():
    compiled = compile(CARS)
    with pytest.raises(ModelInvalid, match="wheels"):
        learn(compiled, Sales(("wheels",), np.zeros((1, 1), np.int32)))
    with pytest.raises(ModelInvalid, match="hook"):
        learn(compiled, Sales(("hook",), np.full((1, 1), 2, np.int32)))
    with pytest.raises(UnknownVariable, match="wheels"):
        learnt(COMMON).likely({}, "wheels")
