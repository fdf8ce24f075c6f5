"""Every published rule set answered by satisfiability, beside a plain incremental solver; each in its own process.

`python bench/satisfiability.py` goes on where it stopped: what is kept for this version of the engine is not measured
again. `--again NAME...` measures the files whose path contains a name. The table is bench/results/satisfiability.md.

A click is an answer with every valid value and the alternatives of what is chosen, while choices are made at random to
the end. Prices are drawn (seed 7), a value each; a forbidden value is wanted for conflicts and restorations. The peer,
Glucose through python-sat, is asked on the clauses that the kernel decomposes, once for each value not yet seen, every
model used.
"""

from __future__ import annotations

import random
import resource
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.each_file import FAMILIES, EachFile  # noqa: E402
from bench.peers.satisfiability import Glucose  # noqa: E402
from bench.record import RESULTS  # noqa: E402
from bench.visitors import add_prices, find_blocked, go_on, timed, timed_and_checked  # noqa: E402
from usine.kernel import (  # noqa: E402
    Budget,
    Model,
    PricedSolved,
    Variable,
    ask,
    cheapest,
    conflict,
    price,
    restore,
    solve,
)
from usine.kernel.solved import VERSION  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

TABLE = RESULTS / "satisfiability.md"
CLICKS, FEW, PEER_CLICKS = 200, 10, 3
READY_SECONDS, PEER_SECONDS, ALL_SECONDS = 300.0, 60, 1200
COLUMNS = {
    "ready": ("ready s", 2),
    "first": ("first ms", 0),
    "click": ("click ms", 1),
    "click p99": ("p99", 1),
    "click worst": ("worst", 0),
    "conflict": ("conflict ms", 1),
    "restore": ("restore ms", 0),
    "cheapest": ("cheapest ms", 0),
    "peer": ("peer click ms", 0),
}


def main() -> None:
    files = EachFile("satisfiability", VERSION, measure, lambda _: ALL_SECONDS, row, write_table)
    files.run(__file__, str(__doc__))


def visit(priced: PricedSolved) -> tuple[list[dict[str, str]], list[float]]:
    """The choices before each click of visitors who choose at random among what is valid; how long answers took.

    Timed as they are made: an engine that learns would answer the same questions faster a second time.
    """
    draw, times = random.Random(11), []
    states: list[dict[str, str]] = [{}]
    while True:
        start = time.perf_counter()
        values = ask(priced, states[-1]).values
        times.append(1000 * (time.perf_counter() - start))
        if len(times) == CLICKS:
            return states, times
        states.append(go_on(draw, states[-1], values))


def measure(path: Path) -> dict[str, Any]:
    """Read, make ready, click, find conflicts, restore, minimise: the figures of one file, in milliseconds."""
    warm_up()
    model, amounts = add_prices(read_model(path))
    started = time.perf_counter()
    solved = solve(model, budget=Budget(seconds=READY_SECONDS))
    found: dict[str, Any] = {"ready": time.perf_counter() - started, "variables": len(model.variables)}
    found |= {"rules": len(model.constraints), "literals": solved.count, "clauses": len(solved.clauses)}
    priced = price(solved, amounts)
    states, times = visit(priced)
    found |= {"first": times[0], "click": statistics.median(times)}
    found |= {"click p99": sorted(times)[int(0.99 * (len(times) - 1))], "click worst": max(times[1:])}
    few = states[:: len(states) // FEW][:FEW]
    blocked = [wanted for state in few if (wanted := find_blocked(priced, state))]
    for what, ask_it, asked in (
        ("conflict", lambda s: conflict(priced, s[0], s[1]), blocked),
        ("restore", lambda s: restore(priced, s[0], s[1]), blocked),
        ("cheapest", lambda s: cheapest(priced, s), few),
    ):
        found[what] = statistics.median(timed(ask_it, asked)) if asked else None
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found | {"peer": ask_peer(model, priced, states[:: len(states) // PEER_CLICKS][:PEER_CLICKS])}


def warm_up() -> None:
    """The loops of this machine are compiled before anything is timed."""
    tiny = price(solve(Model(tuple(Variable(name, ("0", "1")) for name in "ab"))), {})
    ask(tiny, {"a": "0", "b": "1"})


def ask_peer(model: Model, priced: PricedSolved, states: list[dict[str, str]]) -> float | None:
    """The median of a click of the peer, whose answers must be ours; nothing where a minute does not suffice."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    peer = Glucose(Model(model.variables, model.constraints), decomposed=True)
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PEER_SECONDS)
    try:
        return statistics.median(timed_and_checked(peer.valid_values, priced, states))
    except TimeoutError:
        return None
    finally:
        signal.alarm(0)


def write_table(found: dict[str, dict[str, Any]]) -> None:
    """The results as a table for people."""
    lines = [
        "# Rule sets answered by satisfiability",
        "",
        f"Version {VERSION}; one core, each file in its own process. *Ready* is from the model read to the first",
        "question; *first* the first answer with every valid value; *click* the median of such answers (with the",
        "alternatives of what is chosen) while choices are made at random to the end. Medians of conflicts,",
        "restorations and cheapest configurations under drawn prices. The peer is Glucose (python-sat), one call for",
        "each value not yet seen.",
    ]
    for family in FAMILIES:
        rows = {name: line for name, line in sorted(found.items()) if name.startswith(f"{family}/")}
        if not rows:
            continue
        done = sum("click" in line for line in rows.values())
        lines += ["", f"## {family}: {done} of {len(rows)}", ""]
        lines += [
            f"| file | variables | rules | {' | '.join(title for title, _ in COLUMNS.values())} | peak MB |"
        ]
        lines += [f"|---|{'--:|' * (len(COLUMNS) + 3)}"]
        lines += [row(name, line) for name, line in rows.items()]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def row(name: str, line: dict[str, Any]) -> str:
    head = f"| {name.split('/')[1]} | {line.get('variables', '')} | {line.get('rules', '')} "
    if "click" not in line:
        return f"{head}| {line['refused']} {'| ' * (len(COLUMNS) + 1)}|"
    cells = ["-" if line[key] is None else f"{line[key]:.{digits}f}" for key, (_, digits) in COLUMNS.items()]
    return f"{head}| {' | '.join(cells)} | {line['peak']:.0f} |"


if __name__ == "__main__":
    main()
