"""Renault's ranges: compile, click, conflict, way out, k cheapest; the peers on the same data in the same run.

`python bench/renault.py` prints the lines of the table in Markdown. No prices are published, so every value of every
variable gets a price drawn once (seed 7). A click is: all valid values, their price bounds, the exact count; the peers
answer the valid values only.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.peers.diagrams import Bits, Cudd, Oxidd  # noqa: E402
from bench.peers.satisfiability import Cpsat, Glucose  # noqa: E402
from bench.record import keep  # noqa: E402
from bench.visitors import add_prices, find_blocked, sessions, timed, timed_and_checked, told  # noqa: E402
from usine.kernel import (  # noqa: E402
    Model,
    Table,
    ask,
    compile,
    conflict,
    count,
    iterate_cheapest,
    iterate_restorations,
    price,
    restore,
    to_bytes,
)
from usine.kernel.order import candidate_orders  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

CLICKS = 2_000


def main() -> None:
    if sys.argv[1:2] == ["compile"]:
        compile_one(Path(sys.argv[2]))
        return
    files = sorted(find_ranges("renault").glob("*.xml*")) + sorted(find_ranges("renaultmod").glob("*.xml*"))
    compile_one(files[-3])  # the loops of this machine are compiled before anything is timed
    print("| file | read + compile, s | nodes | edges | configurations | artefact, kB | process, MB |")
    print("|---|---|---|---|---|---|---|")
    found: dict[str, Any] = {"files": {}}
    for file in files:
        out = subprocess.run(
            [sys.executable, __file__, "compile", str(file)], capture_output=True, text=True, check=True
        )
        print(out.stdout.strip(), flush=True)
        name, seconds, nodes, edges, configurations, kilobytes, peak = out.stdout.strip(" |\n").split(" | ")
        found["files"][name] = {
            "seconds": float(seconds),
            "nodes": int(nodes),
            "edges": int(edges),
            "count": configurations,
            "artefact_kb": int(kilobytes),
            "peak_mb": int(peak),
        }
    total = sum(row["seconds"] for row in found["files"].values())
    print(f"\nAll {len(files)}: {total:.2f} s.\n")
    big = next(file for file in files if file.name.startswith("big_contraintes.xml"))
    found["questions"] = questions(big)
    keep("renault", found)


def compile_one(path: Path) -> None:
    """From the file to the artefact, in this process; the loops are taken from Numba's cache."""
    tiny = compile(Model(read_model(path).variables[:1]))
    to_bytes(tiny)
    start = time.perf_counter()
    compiled = compile(read_model(path))
    artefact = to_bytes(compiled)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"| {path.name} | {seconds:.2f} | {compiled.node_count} | {compiled.edge_count} | {count(compiled, {})} "
        f"| {len(artefact) // 1000} | {peak} |"
    )


def questions(path: Path) -> dict[str, Any]:
    """Print a line a question; give the figures, in milliseconds, each with its peers'."""
    model = read_model(path)
    priced_model, amounts = add_prices(model)
    compiled = compile(priced_model)
    priced = price(compiled, amounts)
    states = sessions(priced, CLICKS)
    print("| question on big | median, ms | p99, ms | peer | peer, ms | ratio |")
    print("|---|---|---|---|---|---|")
    click = timed(lambda state: ask(priced, state).count, states)
    figures: dict[str, Any] = {"click": told(click), "peers": {}}
    few = states[:: max(len(states) // 3, 1)][:3]
    for peer, asked in ((Glucose(model), few), (Cpsat(model), few[1:2])):
        clicks = timed_and_checked(peer.valid_values, priced, asked)
        figures["peers"][peer.name] = {"click": statistics.median(clicks)}
        row("click", click, peer.name, clicks)
    for engine in (Oxidd(), Cudd()):
        start = time.perf_counter()
        bits = Bits(model, plain_order(model), engine)
        seconds = time.perf_counter() - start
        assert abs(engine.count(bits.root) / count(compiled, {}) - 1) < 1e-9
        print(
            f"| compile, {engine.nodes(bits.root)} nodes | | | {engine.name} | {1000 * seconds:.0f} | |",
            flush=True,
        )
        figures["peers"][engine.name] = {"compile": 1000 * seconds}
        if isinstance(engine, Oxidd):
            clicks = timed_and_checked(lambda s, b=bits: naive_click(b, s), priced, few)
            row("click", click, "OxiDD, AND with each value", clicks)
            figures["peers"][engine.name]["click"] = statistics.median(clicks)
    blocked = [found for state in states if (found := find_blocked(priced, state))][:400]
    asked_of: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
        "minimal conflict": (lambda s: conflict(priced, s[0], s[1]), blocked),
        "cheapest restoration": (lambda s: restore(priced, s[0], s[1]), blocked),
        "three restorations": (lambda s: list(islice(iterate_restorations(priced, s[0], s[1]), 3)), blocked),
        "k = 10 cheapest": (lambda s: list(islice(iterate_cheapest(priced, s), 10)), states[:400]),
    }
    for what, (function, given) in asked_of.items():
        times = timed(function, given)
        row(what, times)
        figures[what] = told(times)
    return figures


def plain_order(model: Model) -> list[str]:
    """Maximum-cardinality search, reversed: the order in which the peers' diagrams stay smallest on this range."""
    place = {v.name: i for i, v in enumerate(model.variables)}
    scopes = [tuple(place[name] for name in c.scope) for c in model.constraints if isinstance(c, Table)]
    return [model.variables[v].name for v in candidate_orders(len(place), scopes)[3]]


def naive_click(bits: Bits, state: dict[str, str]) -> dict[str, set[str]]:
    engine = bits.engine
    here = bits.root
    for name, value in state.items():
        here = engine.conjoin(here, bits.is_value(name, bits.values[name].index(value)))
    return {
        name: {
            value
            for i, value in enumerate(values)
            if not engine.is_false(engine.conjoin(here, bits.is_value(name, i)))
        }
        for name, values in bits.values.items()
    }


def row(what: str, mine: list[float], peer: str = "", theirs: list[float] | None = None) -> None:
    median, worst = statistics.median(mine), mine[int(0.99 * (len(mine) - 1))]
    beside = (
        f"{statistics.median(theirs):.1f} | {statistics.median(theirs) / median:.0f} x" if theirs else " | "
    )
    print(f"| {what} ({len(mine)}) | {median:.3f} | {worst:.3f} | {peer} | {beside} |", flush=True)


if __name__ == "__main__":
    main()
