"""Rule sets beside their peers: compile beside PySDD, click beside Glucose, on three published ones.

`python bench/rules.py` takes the smallest and a middling rule set of Mercedes, and the features of Automotive 01. All
published rule sets, without peers: bench/decomposition.py.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.peers import sdd  # noqa: E402
from bench.peers.satisfiability import Glucose  # noqa: E402
from bench.record import keep  # noqa: E402
from usine.kernel import Model, PricedRange, ask, compile, count, price  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

FILES = ("mercedes/C169_FV.cnf", "mercedes/C171_FR.cnf", "automotive-fm/automotive01.dimacs.xz")
PEER_SECONDS = 20.0
CLICKS, PEER_CLICKS = 100, 3


def main() -> None:
    print("| rule set | compile, s | PySDD, s | click, median ms | Glucose, ms | ratio |")
    print("|---|---|---|---|---|---|")
    compile(Model(read_model(find(FILES[0])).variables[:1]))  # loads the loops before anything is timed
    found = {name: measure(name) for name in FILES}
    keep("rules", {"files": found})


def find(name: str) -> Path:
    family, file = name.split("/")
    return find_ranges(family) / file


def measure(name: str) -> dict[str, Any]:
    path = find(name)
    start = time.perf_counter()
    model = read_model(path)
    compiled = compile(model)
    seconds = time.perf_counter() - start
    peer = sdd.compile_within(model, PEER_SECONDS)
    if peer is not None and peer[1] != count(compiled, {}):
        raise SystemExit(f"PySDD counts otherwise on {name}.")
    priced = price(compiled, {})
    states = draw_states(priced, CLICKS)
    click = statistics.median(timed(lambda state: ask(priced, state), states))
    glucose = Glucose(model, decomposed=True)
    theirs = statistics.median(
        timed(lambda state: check(glucose, priced, state), states[:: CLICKS // PEER_CLICKS])
    )
    beside = f"{peer[0]:.1f}" if peer else f"stopped after {PEER_SECONDS:.0f}"
    print(
        f"| {name} | {seconds:.2f} | {beside} | {click:.2f} | {theirs:.0f} | {theirs / click:.0f} x |",
        flush=True,
    )
    return {"compile": seconds, "pysdd": peer[0] if peer else None, "click": click, "glucose": theirs}


def draw_states(priced: PricedRange, clicks: int) -> list[dict[str, str]]:
    """The choices before each of a visitor's first clicks, who chooses at random among what is valid."""
    draw = random.Random(11)
    states: list[dict[str, str]] = [{}]
    while len(states) < clicks:
        values = ask(priced, states[-1]).values
        left = [name for name in values if name not in states[-1] and len(values[name]) > 1]
        if not left:
            states.append({})
            continue
        name = draw.choice(left)
        states.append({**states[-1], name: draw.choice(list(values[name]))})
    return states


def check(peer: Glucose, priced: PricedRange, state: dict[str, str]) -> None:
    """The peer's answer, which must be ours."""
    theirs, mine = peer.valid_values(state), ask(priced, state).values
    if any(set(mine[name]) != theirs[name] for name in theirs if name not in state):
        raise SystemExit(f"Glucose disagrees under {state}.")


def timed(function: Any, states: list[dict[str, str]]) -> list[float]:
    """Milliseconds of each call, the first being made once before."""
    function(states[0])
    times = []
    for state in states:
        start = time.perf_counter()
        function(state)
        times.append(1000 * (time.perf_counter() - start))
    return times


if __name__ == "__main__":
    main()
