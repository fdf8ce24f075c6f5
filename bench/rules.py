"""Rule sets beside their peers: compile beside PySDD, click beside Glucose, on three published ones.

`python bench/rules.py` takes the smallest and a middling rule set of Mercedes, and the features of Automotive 01. All
published rule sets, without peers: bench/decomposition.py.
"""

from __future__ import annotations

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
from bench.visitors import sessions, timed, timed_and_checked  # noqa: E402
from usine.kernel import Model, ask, compile, count, price  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

FILES = ("mercedes/C169_FV.cnf", "mercedes/C171_FR.cnf", "automotive-fm/automotive01.dimacs.xz")
PEER_SECONDS = 12.0
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
    states = sessions(priced, CLICKS)
    click = statistics.median(timed(lambda state: ask(priced, state), states))
    glucose = Glucose(model, decomposed=True)
    asked = states[:: CLICKS // PEER_CLICKS]
    theirs = statistics.median(timed_and_checked(glucose.valid_values, priced, asked))
    beside = f"{peer[0]:.1f}" if peer else f"stopped after {PEER_SECONDS:.0f}"
    print(
        f"| {name} | {seconds:.2f} | {beside} | {click:.2f} | {theirs:.0f} | {theirs / click:.0f} x |",
        flush=True,
    )
    return {"compile": seconds, "pysdd": peer[0] if peer else None, "click": click, "glucose": theirs}


if __name__ == "__main__":
    main()
