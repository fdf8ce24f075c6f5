"""What the benchmarks ask with: drawn prices, visitors who choose at random, the time of each question."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from usine.kernel import Choices, Model, PricedRange, PricedSolved, PriceTerm, ask


def add_prices(model: Model) -> tuple[Model, dict[str, dict[tuple[str, ...], int]]]:
    """One term a variable, drawn amounts."""
    draw = random.Random(7)
    terms = tuple(
        PriceTerm(v.name, (v.name,), tuple((value,) for value in v.values)) for v in model.variables
    )
    amounts = {t.name: {row: 100 * draw.randint(0, 50) for row in t.rows} for t in terms}
    return Model(model.variables, model.constraints, terms), amounts


def go_on(draw: random.Random, choices: Choices, valid: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The choices with one more, drawn among what is valid; none where all is decided: the next visitor comes."""
    left = [name for name in valid if name not in choices and len(valid[name]) > 1]
    if not left:
        return {}
    name = draw.choice(left)
    return {**choices, name: draw.choice(list(valid[name]))}


def sessions(priced: PricedRange, clicks: int) -> list[dict[str, str]]:
    """The choices before each click of visitors who choose at random among what is valid, to the end."""
    draw = random.Random(11)
    states: list[dict[str, str]] = [{}]
    while len(states) < clicks:
        states.append(go_on(draw, states[-1], ask(priced, states[-1]).values))
    return states


def find_blocked(
    priced: PricedRange | PricedSolved, state: dict[str, str]
) -> tuple[dict[str, str], tuple[str, str]] | None:
    """A value that the choices exclude though the range has it: what a forbidden click asks for."""
    valid, ever = ask(priced, state).values, ask(priced, {}).values
    found = [(n, v) for n in ever if n not in state for v in ever[n] if v not in valid[n]]
    return (state, random.Random(len(state)).choice(found)) if found else None


def timed(function: Callable[[Any], Any], states: list[Any]) -> list[float]:
    """Milliseconds of each call, the first being made once before."""
    function(states[0])
    times = []
    for state in states:
        start = time.perf_counter()
        function(state)
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def timed_and_checked(
    valid_values: Callable[[dict[str, str]], dict[str, set[str]]],
    priced: PricedRange | PricedSolved,
    states: list[dict[str, str]],
) -> list[float]:
    """Milliseconds of each call of a peer, whose answers must be ours."""
    times = []
    for state in states:
        start = time.perf_counter()
        theirs = valid_values(state)
        times.append(1000 * (time.perf_counter() - start))
        mine = ask(priced, state).values
        if any(set(mine[name]) != theirs[name] for name in theirs if name not in state):
            raise SystemExit(f"A peer disagrees under {state}.")
    return sorted(times)


def told(times: list[float]) -> dict[str, float]:
    return {"median": statistics.median(times), "p99": times[int(0.99 * (len(times) - 1))]}
