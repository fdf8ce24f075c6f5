"""Compile all loops once for this machine, so that no page waits for it: the kernel's (the demo, a diagram, clauses),
those that read mentions and find their copies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from usine.kernel import (
    Budget,
    Memory,
    Model,
    Table,
    Variable,
    ask,
    cheapest,
    compile,
    conflict,
    count,
    price,
    restrict,
    solve,
)
from usine.ranges.release import build_release
from usine.reputation.texts.copies import StoryIndex, sign
from usine.reputation.understanding.reading import load_models

DEMO = Path(__file__).resolve().parents[1] / "demo" / "ranges"
PATIENT = Budget(seconds=1800)


def main() -> None:
    memory = Memory()
    ranges = sorted(DEMO.iterdir())
    for folder in ranges:
        build_release(folder, memory=memory, budget=PATIENT)  # these wait for the loops
    StoryIndex().find(sign("the index of copies has a loop of its own"), datetime.now(UTC))
    whole = [build_release(folder, memory=memory).compiled for folder in ranges]
    table = Table(("a", "b"), (("0", "0"), ("0", "1"), ("1", "1")), "r")
    model = Model((Variable("a", ("0", "1")), Variable("b", ("0", "1"))), (table,))
    ask(price(solve(model), {}), {"a": "0", "b": "1"})
    diagram = compile(model)
    for compiled in (*whole, diagram):
        name, values = next(iter(compiled.domains.items()))
        part = restrict(compiled, {name: values})
        priced = price(part, {})
        count(part, {name: next(iter(ask(priced, {}).values[name]))})
        cheapest(priced, {})
        conflict(part, {}, (name, next(iter(ask(priced, {}).values[name]))))
    models, _digest = load_models()
    models.score(models.describe(["a car"], ["en"]))


if __name__ == "__main__":
    main()
