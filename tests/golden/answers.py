"""What the golden vectors say about a world: every number comes from the reference engine, which enumerates.

The reference engine knows no order among equals: which of several configurations of the same price comes first is the
fast engine's word, after the reference has confirmed that it is one of them. Of `large` worlds, which cannot be
enumerated, everything is the fast engine's word.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, islice
from typing import Any

from tests.golden.worlds import Amounts, World
from usine.kernel import (
    Completion,
    Explainer,
    Impossible,
    Model,
    PricedRange,
    Restoration,
    ask,
    cheapest,
    conflict,
    count,
    count_values,
    explain,
    fulfil,
    iterate_cheapest,
    iterate_restorations,
    optimise,
    price,
    reference,
    rules_to_bytes,
    to_bytes,
)

Json = Any
FIRST = 6  # of the cheapest configurations


def describe(world: World) -> Json:
    """A world and the answers about it, as JSON."""
    priced = price(world.compiled, world.prices)
    asked = [_answers(world, priced, choices) for choices in world.choices]
    return {
        "name": world.name,
        "artefact": b64encode(to_bytes(world.compiled)).decode(),
        "rules": b64encode(rules_to_bytes(world.model)).decode(),
        "prices": _listed(world.prices),
        "figure": _listed(world.figure),
        "wishes": [[*wanted, worth] for wanted, worth in world.wishes.items()],
        "questions": asked,
    }


def _listed(prices: Amounts) -> Json:
    return [[name, [[list(row), amount] for row, amount in a.items()]] for name, a in prices.items()]


def _answers(world: World, priced: PricedRange, choices: dict[str, str]) -> Json:
    said = {
        "choices": list(choices.items()),
        "count": str(count(priced, choices)),
        "answer": _or_none(lambda: _answer(priced, choices)),
        "counts": {
            n: {v: str(c) for v, c in of.items()} for n, of in count_values(priced.compiled, choices).items()
        },
        "completion": _or_none(lambda: _row(cheapest(priced, choices))),
        "fulfilled": _or_none(lambda: _row(fulfil(priced, choices, world.wishes))),
        "best": _or_none(lambda: _best(world, priced, choices)),
        "cheapest": [_row(found) for found in islice(iterate_cheapest(priced, choices), FIRST)],
        "conflicts": [
            [*wanted, _or_none(lambda w=wanted: list(conflict(priced, choices, w)))]
            for wanted in _wanted(world)
        ],
        "restorations": [
            [wanted and list(wanted), [_way_out(found) for found in _ways_out(world, priced, choices, wanted)]]
            for wanted in (None, *_wanted(world))
        ],
    }  # fmt: skip
    if world.is_small:
        said["explanations"] = smallest_explanations(world.model, choices)
        _confirm(world, priced, choices, said)
    return said


def smallest_explanations(model: Model, choices: dict[str, str]) -> list[list[str]] | None:
    """Every smallest set of rules that contradicts the choices, by trying them; the empty set where nothing is
    contradicted, None where the choices contradict what has no rule name."""
    if reference.count(model, choices):
        return [[]]
    rules = sorted({c.rule for c in model.constraints if c.rule})
    for size in range(len(rules) + 1):
        found = [list(kept) for kept in combinations(rules, size) if not _allows(model, choices, kept)]
        if found:
            return found if size else None
    raise AssertionError("all rules together contradict the choices")


def _allows(model: Model, choices: dict[str, str], kept: tuple[str, ...]) -> bool:
    constraints = tuple(c for c in model.constraints if not c.rule or c.rule in kept)
    return reference.count(replace(model, constraints=constraints), choices) > 0


def _wanted(world: World) -> list[tuple[str, str]]:
    """Values asked for: all of the last two variables, in large worlds the last one."""
    return [
        (v.name, value) for v in world.model.variables[-2 if world.is_small else -1 :] for value in v.values
    ]


def _or_none(question: Callable[[], Json]) -> Json:
    try:
        return question()
    except Impossible:
        return None


def _answer(priced: PricedRange, choices: dict[str, str]) -> Json:
    found = ask(priced, choices)
    values = {n: {v: list(bounds) for v, bounds in of.items()} for n, of in found.values.items()}
    return {"minimum": found.minimum, "maximum": found.maximum, "values": values}


def _row(found: Completion) -> Json:
    return [found.price, list(found.values.values())]


def _best(world: World, priced: PricedRange, choices: dict[str, str]) -> Json:
    """The least figure of the world among the configurations that cost up to halfway between their bounds."""
    bounds = ask(priced, choices)
    budget = (bounds.minimum + bounds.maximum) // 2
    figure = price(world.compiled, world.figure)
    return [budget, *_row(optimise(priced, choices, figure, budget=budget))]


def _ways_out(
    world: World, priced: PricedRange, choices: dict[str, str], wanted: tuple[str, str] | None
) -> Iterator[Restoration]:
    return islice(iterate_restorations(priced, choices, wanted), 100 if world.is_small else 3)


def _way_out(found: Restoration) -> Json:
    return [list(found.given_up), found.completion.price, list(found.completion.values.values())]


def _confirm(world: World, priced: PricedRange, choices: dict[str, str], said: Json) -> None:
    """Every answer is what enumerating says."""
    model, prices = world.model, world.prices
    kept = list(reference.configurations(model, choices))
    totals = sorted(reference.total_price(model, prices, values) for values in kept)
    assert said["count"] == str(len(kept))
    if kept:
        bounds = reference.bounds(model, prices, choices)
        assert said["answer"] == {
            "minimum": totals[0],
            "maximum": totals[-1],
            "values": {n: {v: list(of[v]) for v in world.compiled.domains[n] if v in of} for n, of in bounds.items()},
        }  # fmt: skip
    else:
        assert said["answer"] is said["completion"] is None
    _confirm_chosen_ones(world, kept, said)
    explained = _or_none(lambda: list(explain(model, choices)))
    assert explained in said["explanations"] if said["explanations"] else explained is None
    first = _or_none(lambda: list(Explainer(model).explain_first(choices)))
    assert first == (said["explanations"][0] if said["explanations"] else None)
    for name, of in said["counts"].items():
        others = {n: value for n, value in choices.items() if n != name}
        for value, told in of.items():
            assert told == str(reference.count(model, {**others, name: value}))
    assert [amount for amount, _ in said["cheapest"]] == totals[:FIRST]
    if kept:
        assert said["completion"][0] == totals[0]
    for name, value, found in said["conflicts"]:
        _confirm_conflict(world, choices, (name, value), found)
    for wanted, ways in said["restorations"]:
        _confirm_restorations(world, choices, wanted, ways)


def _confirm_chosen_ones(world: World, kept: list[dict[str, str]], said: Json) -> None:
    """Every whole configuration told keeps the choices, has its price, and is one of the best by what was asked."""
    model, prices = world.model, world.prices

    def cost(values: dict[str, str]) -> int:
        missed = sum(worth for (name, value), worth in world.wishes.items() if values[name] != value)
        return missed + reference.total_price(model, prices, values)

    def figure(values: dict[str, str]) -> int:
        return reference.total_price(model, world.figure, values)

    if not kept:
        assert said["fulfilled"] is said["best"] is None
        return
    budget, amount, best = said["best"]
    for told, row in [*said["cheapest"], said["completion"], said["fulfilled"], (amount, best)]:
        values = dict(zip(world.compiled.domains, row, strict=True))
        assert values in kept and reference.total_price(model, prices, values) == told
    within = [values for values in kept if reference.total_price(model, prices, values) <= budget]
    assert amount <= budget
    assert figure(dict(zip(world.compiled.domains, best, strict=True))) == min(map(figure, within))
    fulfilled = dict(zip(world.compiled.domains, said["fulfilled"][1], strict=True))
    assert cost(fulfilled) == min(map(cost, kept))


def _confirm_conflict(
    world: World, choices: dict[str, str], wanted: tuple[str, str], found: list[str] | None
) -> None:
    """Together the choices exclude the value, and none can be left out."""
    if found is None:
        assert not reference.count(world.model, dict([wanted]))
        return
    others = {n: value for n, value in choices.items() if n != wanted[0]}
    possible = reference.count(world.model, {**others, wanted[0]: wanted[1]})
    assert bool(possible) == (found == [])
    for left_out in found:
        rest = {n: others[n] for n in found if n != left_out}
        assert reference.count(world.model, {**rest, wanted[0]: wanted[1]})
    if found:
        assert not reference.count(world.model, {**{n: others[n] for n in found}, wanted[0]: wanted[1]})


def _confirm_restorations(
    world: World, choices: dict[str, str], wanted: list[str] | None, ways: list[Json]
) -> None:
    """Every minimal way out is there, fewest choices given up first, then cheapest, each with its least price."""
    model, prices = world.model, world.prices
    asked = {**choices, **(dict([wanted]) if wanted else {})}
    soft = [name for name in asked if not wanted or name != wanted[0]]
    expected: dict[frozenset[str], int] = {}
    for size in range(len(soft) + 1):
        for given_up in map(frozenset, combinations(soft, size)):
            if any(earlier <= given_up for earlier in expected):
                continue
            kept = {name: value for name, value in asked.items() if name not in given_up}
            totals = [reference.total_price(model, prices, v) for v in reference.configurations(model, kept)]
            if totals:
                expected[given_up] = min(totals)
    assert {frozenset(given_up): amount for given_up, amount, _ in ways} == expected
    order = [(len(given_up), amount) for given_up, amount, _ in ways]
    assert order == sorted(order)
    for given_up, amount, row in ways:
        values = dict(zip(world.compiled.domains, row, strict=True))
        assert all(values[name] == value for name, value in asked.items() if name not in given_up)
        assert reference.total_price(model, prices, values) == amount
        assert all(reference.satisfies(constraint, values) for constraint in model.constraints)
