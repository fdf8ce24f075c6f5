"""Compile a range again after a small change: from nothing, and from what the compilation before left.

`python bench/recompile.py` drops or alters one rule at a time, ten changes of each range, drawn once and for all; both
ways must count the same configurations. A rule is altered by naming another variable in it, a table by losing a row.
The table is bench/results/recompile.md. `--changes N` measures fewer, names of files only those.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.record import RESULTS, describe_machine, keep, recall  # noqa: E402
from usine.kernel import (  # noqa: E402
    Budget,
    CompiledRange,
    Constraint,
    Count,
    Excludes,
    Holds,
    Implies,
    Is,
    Memory,
    Model,
    Not,
    Table,
    compile,
    count,
)
from usine.ranges.readers.sniffing import read_model  # noqa: E402
from usine.ranges.release import build_release  # noqa: E402

OREE = "demo/ranges/oree"
FILES = (
    "renault/big_contraintes.xml.xz",
    "automotive-cn/auto5_s2_c15_d15.txt",
    "automotive-cn/auto3_s2_c10_d10.txt",
    "automotive-cn/auto0_s2_c20_d20.txt.xz",
    "mercedes/C171_FR.cnf",
    "mercedes/C211_FW.cnf.xz",
)
SECONDS = Budget(seconds=600)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=10, metavar="N")
    parser.add_argument("files", nargs="*", default=(OREE, *FILES))
    args = parser.parse_args()
    rows = recall("recompile").get("files", {})
    for name in args.files:
        rows[name] = measure(read(name), args.changes)
        print(f"{name}: {rows[name]}", flush=True)
        keep("recompile", {"files": rows})
        (RESULTS / "recompile.md").write_text("\n".join(table(rows)) + "\n", encoding="utf-8")


def read(name: str) -> Model:
    """The model of a file of the data's folder, or of the demo's range."""
    if name == OREE:
        return build_release(PROJECT / name).model
    family, file = name.split("/")
    return read_model(find_ranges(family) / file)


def measure(model: Model, changes: int) -> dict[str, Any]:
    """Medians and extremes over some changes of one model."""
    memory = Memory()
    compile(model, budget=SECONDS, memory=memory)  # also loads the loops
    known = memory.known
    compile(model, budget=SECONDS, memory=memory)
    draw, cold, warm, shares = random.Random(5), [], [], []
    while len(cold) < changes:
        changed = change(model, draw, drop=len(cold) % 2 == 0)
        seconds, expected = timed(changed, None)
        if expected.is_empty:
            continue
        memory.known = known
        again, found = timed(changed, memory)
        if count(found, {}) != count(expected, {}):
            raise SystemExit("Compiled again, it has other configurations.")
        cold.append(seconds)
        warm.append(again)
        shares.append(memory.reused / max(1, memory.offered))
    ratios = [one / other for one, other in zip(cold, warm, strict=True)]
    return {
        "rules": len(model.constraints),
        "form": expected.form,
        "cold": statistics.median(cold),
        "warm": statistics.median(warm),
        "ratio": statistics.median(ratios),
        "worst": min(ratios),
        "best": max(ratios),
        "reused": statistics.median(shares),
        "memory_mb": len(memory.to_bytes()) / 2**20,
    }


def timed(model: Model, memory: Memory | None) -> tuple[float, CompiledRange]:
    """Seconds of the processor, and what was compiled."""
    start = time.process_time()
    compiled = compile(model, budget=SECONDS, memory=memory)
    return time.process_time() - start, compiled


def change(model: Model, draw: random.Random, *, drop: bool) -> Model:
    """The model with one rule less, or with one altered."""
    at = draw.randrange(len(model.constraints))
    before = model.constraints[at]
    kept = () if drop else (alter(before, model, draw),)
    return replace(model, constraints=(*model.constraints[:at], *kept, *model.constraints[at + 1 :]))


def alter(constraint: Constraint, model: Model, draw: random.Random) -> Constraint:
    """The same with a row less, or with one variable replaced by another of as many values."""
    if isinstance(constraint, Table):
        gone = draw.randrange(len(constraint.rows))
        kept = [row for at, row in enumerate(constraint.rows) if at != gone]
        return replace(constraint, rows=tuple(kept))
    domains = {v.name: v.values for v in model.variables}
    alike = draw.sample(model.variables, len(model.variables))
    replaced: dict[str, str] = {}

    def rewrite(formula: Any) -> Any:
        if isinstance(formula, Is):
            own = domains[formula.variable]
            if not replaced:
                wanted = (v.name for v in alike if v.name != formula.variable and len(v.values) == len(own))
                replaced[formula.variable] = next(wanted, formula.variable)
            name = replaced.get(formula.variable, formula.variable)
            return Is(name, frozenset(domains[name][own.index(value)] for value in formula.values))
        if isinstance(formula, Not):
            return Not(rewrite(formula.operand))
        return replace(formula, operands=tuple(map(rewrite, formula.operands)))

    if isinstance(constraint, Implies):
        return replace(constraint, consequence=rewrite(constraint.consequence))
    if isinstance(constraint, Holds):
        return replace(constraint, formula=rewrite(constraint.formula))
    assert isinstance(constraint, (Count, Excludes))
    return replace(constraint, formulas=tuple(map(rewrite, constraint.formulas)))


def table(rows: dict[str, dict[str, Any]]) -> list[str]:
    """The results for people."""
    lines = [
        "# Compiled again after a small change",
        "",
        "One rule dropped or altered, ten times each range; seconds of the processor for a whole compilation, from the",
        "model to the circuit, medians. *Ratio* is the median over the changes, with worst and best. *Reused* is the",
        "share of the components known before (of a diagram: its order). Both ways counted the same configurations.",
        "",
        "| range | rules | form | from nothing, s | from a memory, s | ratio | worst | best | reused | memory, MB |",
        "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {row['rules']} | {row['form']} | {row['cold']:.2f} | {row['warm']:.2f} | {row['ratio']:.1f} "
        f"| {row['worst']:.1f} | {row['best']:.1f} | {row['reused']:.0%} | {row['memory_mb']:.1f} |"
        for name, row in rows.items()
    ]
    return [*lines, "", describe_machine()]


if __name__ == "__main__":
    main()
