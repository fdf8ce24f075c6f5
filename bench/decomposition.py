"""Compile every published rule set, each in a process of its own with limits of time and memory.

`python bench/decomposition.py` goes on where it stopped: what is in bench/results/decomposition.json for this
version of the compiler is not measured again. `--again NAME...` measures the files whose path contains a name.
The table is bench/results/decomposition.md.
"""

from __future__ import annotations

import random
import re
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.each_file import FAMILIES, EachFile  # noqa: E402
from bench.record import RESULTS  # noqa: E402
from bench.visitors import go_on  # noqa: E402
from usine.kernel import Budget, CompiledRange, KernelError, ask, compile, count, price  # noqa: E402
from usine.kernel.compiler import VERSION  # noqa: E402
from usine.ranges.readers.sniffing import read  # noqa: E402

TABLE = RESULTS / "decomposition.md"
SECONDS = {"automotive-fm": 180.0}
USUAL_SECONDS = 60.0
GIGABYTE = 1 << 30
ADDRESSES = 8 * GIGABYTE  # of the process: a stop behind the compiler's own budget
CLICKS = 20


def main() -> None:
    files = EachFile("decomposition", VERSION, measure, lambda path: 3 * limit(path) + 60, tell, write_table)
    files.run(__file__, str(__doc__))


def limit(path: Path) -> float:
    """The seconds that a file may take to compile."""
    return SECONDS.get(path.parent.name, USUAL_SECONDS)


def measure(path: Path) -> dict[str, Any]:
    """Read, compile, count, click: the figures of one file, in this process."""
    sys.set_int_max_str_digits(0)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    started = time.perf_counter()
    model = read(path).model
    found: dict[str, Any] = {
        "variables": len(model.variables),
        "rules": len(model.constraints),
        "read": time.perf_counter() - started,
    }
    started = time.perf_counter()
    try:
        compiled = compile(model, budget=Budget(seconds=limit(path)))
    except (KernelError, MemoryError) as error:
        found |= {"refused": str(error) or "out of memory"}
    else:
        found |= {"compile": time.perf_counter() - started, "form": compiled.form}
        found |= {"nodes": compiled.node_count, "edges": compiled.edge_count}
        number = str(count(compiled, {}))
        found |= {"count": number[:12] if len(number) > 12 else number, "digits": len(number)}
        found |= {"click": click(compiled)}
    return found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def click(compiled: CompiledRange) -> float:
    """The median of what an answer with every value takes while choices are made at random, in milliseconds."""
    if compiled.is_empty:
        return 0.0
    rng, priced, times = random.Random(1), price(compiled, {}), []
    choices: dict[str, str] = {}
    ask(priced, {})  # loads the compiled loops
    for _ in range(CLICKS):
        started = time.perf_counter()
        answer = ask(priced, choices)
        times.append(1000 * (time.perf_counter() - started))
        choices = go_on(rng, choices, answer.values)
        if not choices:
            break
    return statistics.median(times)


def published_count(path: Path) -> str:
    """The number of models that the README beside a file gives for it: all digits or the leading ones; or nothing."""
    stem = re.split(r"\.(?:dimacs|uvl)", path.name)[0]
    for line in (path.parent / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == stem and len(cells) > 3 and "ms" not in cells[3]:
            said = re.match(r"(?:\S*\s+\(.*starting )?(\d+)", cells[3])
            return said[1] if said else ""
    return ""


def write_table(results: dict[str, dict[str, Any]]) -> None:
    """The results as a table for people."""
    lines = [
        "# Rule sets compiled",
        "",
        f"Compiler version {VERSION}; one core, each file in its own process; {USUAL_SECONDS:.0f} s "
        f"(feature models {SECONDS['automotive-fm']:.0f} s) and 4 GB at most. *Compile* is from the model read to the",
        "circuit; *click* the median of an answer with every valid value while choices are made at random; a count is",
        "checked (✓) against the published one where there is one.",
    ]
    for family in FAMILIES:
        rows = {name: row for name, row in sorted(results.items()) if name.startswith(f"{family}/")}
        if not rows:
            continue
        done = sum("compile" in row for row in rows.values())
        lines += ["", f"## {family}: {done} of {len(rows)}", ""]
        lines += [
            "| file | variables | rules | compile s | form | nodes | edges | count | digits | click ms | peak MB |"
        ]
        lines += ["|---|--:|--:|--:|---|--:|--:|---|--:|--:|--:|"]
        lines += [tell(name, row) for name, row in rows.items()]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def tell(name: str, row: dict[str, Any]) -> str:
    """A file's line of the table."""
    family, name = name.split("/")
    published = published_count(find_ranges(family) / name)
    size = f"| {name} | {row.get('variables', '')} | {row.get('rules', '')} "
    peak = f"| {row['peak']:.0f} |" if "peak" in row else "| |"
    if "compile" not in row:
        return f"{size}| {row['refused']} | | | | | | {peak}"
    mark = ""
    if published:
        least = min(len(published), len(row["count"]))
        mark = " ✓" if row["count"][:least] == published[:least] else f" ✗ {published}"
    return (
        f"{size}| {row['compile']:.2f} | {row['form']} | {row['nodes']} | {row['edges']} | {row['count']}{mark} "
        f"| {row['digits']} | {row['click']:.2f} {peak}"
    )


if __name__ == "__main__":
    main()
