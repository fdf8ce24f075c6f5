"""Ranges that are not compiled: hard clauses, few models kept, many threads, limits; and which engine answers."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysat.solvers import Solver

from tests.kernel.worlds import worlds
from usine.kernel import (
    Budget,
    CompiledRange,
    Holds,
    Impossible,
    Is,
    Model,
    Not,
    Or,
    PriceTerm,
    SolvedRange,
    TooLarge,
    UnknownValue,
    UnknownVariable,
    Variable,
    ask,
    cheapest,
    compile,
    is_possible,
    open_range,
    price,
    reference,
    restrict,
    solve,
    witnesses,
)

YES = frozenset({"yes"})


def switches(count):
    return tuple(Variable(f"v{i}", ("no", "yes")) for i in range(count))


def model_of(clauses, count, terms=()):
    """Switches v0, v1, ... under clauses of DIMACS literals."""
    atoms = [Is(f"v{i}", YES) for i in range(count)]
    holds = (
        Holds(Or(tuple(atoms[x - 1] if x > 0 else Not(atoms[-x - 1]) for x in clause)), f"r{i}")
        for i, clause in enumerate(clauses)
    )
    return Model(switches(count), tuple(holds), terms)


def random_clauses(rng, count, number):
    return [[rng.choice((-1, 1)) * v for v in rng.sample(range(1, count + 1), 3)] for _ in range(number)]


def pigeons(count):
    """So many pigeons in one hole fewer, as clauses: impossible, and too hard for any search that learns clauses."""
    holes = count - 1
    sits = [[p * holes + h + 1 for h in range(holes)] for p in range(count)]
    apart = [[-sits[p][h], -sits[q][h]] for h in range(holes) for p in range(count) for q in range(p)]
    return [*sits, *apart]


def valid_by_plain_solver(clauses, count, choices):
    """Each value asked of a plain solver; None where the choices contradict."""
    fixed = [(i + 1) * (1 if choices[f"v{i}"] == "yes" else -1) for i in range(count) if f"v{i}" in choices]
    with Solver(name="minisat22", bootstrap_with=clauses) as solver:
        if not solver.solve(assumptions=fixed):
            return None
        found = {}
        for i in range(count):
            others = [x for x in fixed if abs(x) != i + 1]
            ways = (("no", -i - 1), ("yes", i + 1))
            found[f"v{i}"] = {v for v, x in ways if solver.solve(assumptions=[*others, x])}
        return found


def valid(answer):
    return {name: set(values) for name, values in answer.values.items()}


@given(st.randoms(use_true_random=False), st.floats(2.0, 4.6), st.integers(10, 45))
def test_hard_clauses_are_answered_as_a_plain_solver_does(rng, density, count):
    """Near 4.2 clauses a switch propagation proves little: packs fail and each value needs a search."""
    clauses = random_clauses(rng, count, int(density * count))
    priced = price(solve(model_of(clauses, count)), {})
    choices = {}
    for _ in range(6):
        expected = valid_by_plain_solver(clauses, count, choices)
        if expected is None:
            with pytest.raises(Impossible):
                ask(priced, choices)
            return
        assert valid(ask(priced, choices)) == expected
        name = rng.choice(sorted(expected))
        choices[name] = rng.choice(("no", "yes"))


@given(worlds(), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_what_was_asked_before(world, rng):
    model, prices, choices = world
    asked_before = price(solve(model), prices)
    for _ in range(5):
        is_possible(
            asked_before, {v.name: rng.choice(v.values) for v in model.variables if rng.random() < 0.5}
        )
    fresh = price(solve(model), prices)

    if not reference.count(model, choices):
        with pytest.raises(Impossible):
            ask(asked_before, choices)
        return
    assert valid(ask(asked_before, choices)) == valid(ask(fresh, choices))
    assert cheapest(asked_before, choices) == cheapest(fresh, choices)


def test_answers_stay_right_when_more_models_are_met_than_are_kept(monkeypatch):
    """Seventy switches of which one is on, forty times over: more models than one word keeps."""
    monkeypatch.setattr(witnesses, "WORDS", 1)
    exactly_one = [[*range(1, 71)], *([-a, -b] for a in range(1, 71) for b in range(1, a))]
    priced = price(solve(model_of(exactly_one, 70)), {})
    for i in range(70):
        chosen = {f"v{i}": "no"}
        answer = valid(ask(priced, chosen))
        assert all(answer[f"v{j}"] == {"no", "yes"} for j in range(70))
    assert valid(ask(priced, {"v3": "yes"}))["v4"] == {"no"}
    assert valid(ask(priced, {"v3": "yes"}))["v3"] == {"no", "yes"}


def test_threads_share_a_range():
    rng = random.Random(3)
    clauses = random_clauses(rng, 40, 140)
    model = model_of(clauses, 40)
    priced = price(solve(model), {})
    questions = [{f"v{i}": rng.choice(("no", "yes")) for i in rng.sample(range(40), 3)} for _ in range(60)]
    questions = [q for q in questions if is_possible(priced, q)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda q: valid(ask(priced, q)), questions))

    assert len(questions) > 10
    assert answers == [valid_by_plain_solver(clauses, 40, q) for q in questions]


def test_what_fits_its_budget_is_compiled_and_what_does_not_says_why():
    model = model_of(random_clauses(random.Random(1), 25, 60), 25)

    assert isinstance(open_range(model), CompiledRange)
    opened = open_range(model, budget=Budget(nodes=50))
    assert isinstance(opened, SolvedRange)
    assert opened.form == "satisfiability"
    assert "nodes" in opened.why
    assert is_possible(opened, {"v1": "yes"}) == is_possible(compile(model), {"v1": "yes"})


def test_rules_too_intricate_for_any_engine_are_refused_within_the_time():
    with pytest.raises(TooLarge, match="within 1 s"):
        solve(model_of(pigeons(12), 132), budget=Budget(seconds=1))


def test_a_question_too_hard_is_given_up_in_time():
    """Twelve pigeons find room where one of the last two switches is on: either may be off, both not."""
    solved = solve(model_of([[*clause, 133, 134] for clause in pigeons(12)], 134))
    solved = replace(solved, seconds=1.0)
    with pytest.raises(TooLarge, match="not answered within 1 s"):
        is_possible(solved, {"v132": "no", "v133": "no"})


def test_a_price_too_hard_to_bound_is_given_up_in_time():
    """The most satisfied of 1,300 random clauses of two literals over 150 switches: far beyond a second."""
    rng = random.Random(5)
    count, number = 150, 1300
    soft = [[rng.choice((-1, 1)) * v for v in rng.sample(range(1, count + 1), 2)] for _ in range(number)]
    clauses = [[*clause, count + i + 1] for i, clause in enumerate(soft)]
    terms = tuple(PriceTerm(f"t{i}", (f"v{count + i}",), (("yes",),)) for i in range(number))
    solved = replace(solve(model_of(clauses, count + number, terms)), seconds=1.0)
    priced = price(solved, {t.name: {("yes",): 1 + i % 7} for i, t in enumerate(terms)})

    with pytest.raises(TooLarge, match=r"not answered within 1 s"):
        cheapest(priced, {})


def test_unknown_names_are_told():
    solved = solve(model_of([[1, 2]], 2))
    with pytest.raises(UnknownVariable):
        is_possible(solved, {"w": "yes"})
    with pytest.raises(UnknownValue):
        ask(price(solved, {}), {"v0": "maybe"})
    with pytest.raises(UnknownVariable):
        restrict(solved, {"w": ()})


def test_a_range_without_configurations_says_so():
    priced = price(solve(model_of([[1], [-1]], 1)), {})
    with pytest.raises(Impossible, match="no configuration at all"):
        ask(priced, {})
    with pytest.raises(Impossible):
        cheapest(priced, {})
    assert not is_possible(priced, {})
    assert not is_possible(restrict(priced.solved, {"v0": {"yes"}}), {})
