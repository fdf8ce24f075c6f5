"""From a folder to a release: read, check, compile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from usine.kernel import (
    Budget,
    Choices,
    CompiledRange,
    KernelError,
    Memory,
    Model,
    compile,
    explain,
    is_possible,
    model_key,
)
from usine.ranges.build import Builder
from usine.ranges.contracts import OTHER, Fault, RangeInvalid, RangeRelease, Rule
from usine.ranges.pricing import build_prices
from usine.ranges.source import read_source


def build_release(
    folder: Path,
    *,
    compiled: CompiledRange | None = None,
    memory: Memory | None = None,
    budget: Budget | None = None,
) -> RangeRelease:
    """The release of a folder; `compiled` spares the compilation when the artefact was kept, a `memory` part of it.

    `budget` is what the compilation may take (default: the kernel's own).

    Raises RangeInvalid with every fault found (file, line, rule), or with the smallest set of rules that contradict.
    """
    source = read_source(folder)
    builder = Builder(source)
    terms, price_rows = build_prices(builder)
    builder.finish()
    catalogue = builder.catalogue()
    model = builder.model(terms)
    if compiled is None:
        compiled = _compile(model, memory, budget)
    _check_sold(model, compiled, builder)
    content = f"{model_key(model)} {catalogue!r} {price_rows!r}"
    return RangeRelease(
        key=hashlib.sha256(content.encode()).hexdigest(),
        vehicle=catalogue.vehicle,
        version=source.head["version"],
        catalogue=catalogue,
        model=model,
        compiled=compiled,
        price_rows=price_rows,
        period_starts=builder.starts,
        markets=frozenset(builder.markets),
    )


def build_model(folder: Path) -> tuple[Model, Mapping[str, Rule]]:
    """What the kernel is given of a folder, and where its rules are written. Raises RangeInvalid."""
    builder = Builder(read_source(folder))
    terms, _ = build_prices(builder)
    builder.finish()
    return builder.model(terms), builder.rules


def _compile(model: Model, memory: Memory | None, budget: Budget | None) -> CompiledRange:
    try:
        if memory is None and budget is None:
            return _compile_alone(model)
        return compile(model, memory=memory, budget=budget)
    except KernelError as error:
        raise RangeInvalid((Fault(str(error), "range.yaml", 1),)) from error


@lru_cache(maxsize=4)
def _compile_alone(model: Model) -> CompiledRange:
    """Compiling is deterministic, so the last few results serve whoever releases the same range again."""
    return compile(model)


def _check_sold(model: Model, compiled: CompiledRange, builder: Builder) -> None:
    """Raise RangeInvalid when no vehicle can be built at all, or in a market with a price list."""
    if compiled.is_empty:
        raise RangeInvalid((_contradiction(model, builder.rules, {}, "No vehicle"),))
    faults = [
        _contradiction(model, builder.rules, {"market": market}, f"In {market}, no vehicle")
        for market in sorted({market if market in builder.markets else OTHER for market in builder.lists})
        if not is_possible(compiled, {"market": market})
    ]
    if faults:
        raise RangeInvalid(tuple(faults))


def _contradiction(model: Model, rules: Mapping[str, Rule], choices: Choices, subject: str) -> Fault:
    """The smallest set of rules that leave nothing to choose."""
    names = explain(model, choices)
    first = rules[names[0]]
    if len(names) == 1:
        message = f"{subject} satisfies this rule."
    else:
        listed = ", ".join(f"{name} ({rules[name].file}:{rules[name].line})" for name in names)
        message = f"{subject} satisfies these {len(names)} rules together: {listed}."
    return Fault(message, first.file, first.line, first.name)
