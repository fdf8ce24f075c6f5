"""One compile and a restriction for each country and date, beside a compile for each of them.

`python bench/countries.py` takes rule sets over countries and dates. The separate compiles are measured on drawn pairs
and multiplied; each must count what its restriction counts. Seconds are those of the processor. Names of files: only
those are measured.
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
from bench.record import keep, recall  # noqa: E402
from usine.kernel import CompiledRange, Holds, Is, Model, compile, count, restrict  # noqa: E402
from usine.ranges.readers.sniffing import read_model  # noqa: E402

FILES = (
    "auto4_s2_c20_d20.txt",
    "auto5_s2_c15_d15.txt",
    "auto0_s2_c10_d10.txt.xz",
    "auto0_s2_c20_d20.txt.xz",
    "auto5_s2_c60_d01.txt.xz",
)
DRAWN = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", default=FILES)
    args = parser.parse_args()
    print(
        "| rule set | offers | one compile, s | a restriction, ms | all, s | a compile each, s | all, s | ratio |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    folder = find_ranges("automotive-cn")
    compile(Model(read_model(folder / FILES[0]).variables[:1]))  # loads the loops before anything is timed
    found = recall("countries").get("files", {})
    for name in args.files:
        found[name] = row = measure(read_model(folder / name))
        print(
            f"| {name} | {row['offers']} | {row['compile']:.2f} | {1000 * row['restrict']:.1f} | {row['one']:.2f} "
            f"| {row['each']:.2f} | {row['many']:.1f} | {row['many'] / row['one']:.0f} x |",
            flush=True,
        )
    keep("countries", {"files": found})


def measure(model: Model) -> dict[str, Any]:
    """The figures of a rule set; its offers are the pairs of a country and a date in which something is sold."""
    seconds, compiled = timed(model)
    countries = [{v.name: "1"} for v in model.variables if v.name.endswith("_c")] or [{}]
    dates = [{v.name: "1"} for v in model.variables if v.name.endswith("_d")] or [{}]
    pairs = [date | country for date in dates for country in countries]
    offers = [pair for pair in pairs if count(compiled, pair)]
    restrictions, counts = [], []
    for pair in offers:
        start = time.process_time()
        part = restrict(compiled, {name: (value,) for name, value in pair.items()})
        restrictions.append(time.process_time() - start)
        counts.append(count(part, {}))
    each = []
    for at in random.Random(2).sample(range(len(offers)), min(DRAWN, len(offers))):
        chosen = tuple(Holds(Is(name, frozenset({value})), "offer") for name, value in offers[at].items())
        own_seconds, own = timed(replace(model, constraints=(*model.constraints, *chosen)))
        each.append(own_seconds)
        if count(own, {}) != counts[at]:
            raise SystemExit(
                f"{offers[at]}: the restriction has other configurations than a compile of its own."
            )
    own_median = statistics.median(each)
    return {
        "offers": len(offers),
        "compile": seconds,
        "restrict": statistics.median(restrictions),
        "one": seconds + sum(restrictions),
        "each": own_median,
        "many": own_median * len(offers),
    }


def timed(model: Model) -> tuple[float, CompiledRange]:
    """Seconds of the processor, and what was compiled."""
    start = time.process_time()
    compiled = compile(model)
    return time.process_time() - start, compiled


if __name__ == "__main__":
    main()
