"""From a folder to a release: read, check, compile."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from usine.kernel import CompiledRange, Explainer, KernelError, Model, compile, model_key
from usine.ranges.build import Builder
from usine.ranges.contracts import Fault, RangeInvalid, RangeRelease, Rule
from usine.ranges.pricing import build_prices
from usine.ranges.source import read_source


def build_release(folder: Path, *, compiled: CompiledRange | None = None) -> RangeRelease:
    """The release of a folder; `compiled` spares the compilation when the artefact was kept.

    Raises RangeInvalid with every fault found (file, line, rule), or with the smallest set of rules that contradict.
    """
    source = read_source(folder)
    builder = Builder(source)
    terms, price_rows = build_prices(builder)
    builder.finish()
    catalogue = builder.catalogue()
    model = builder.model(terms)
    if compiled is None:
        compiled = _compile(model)
    if compiled.is_empty:
        raise RangeInvalid(_contradiction(model, builder.rules))
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


@lru_cache(maxsize=4)
def _compile(model: Model) -> CompiledRange:
    """Compiling is deterministic, so the last few results serve whoever releases the same range again."""
    try:
        return compile(model)
    except KernelError as error:
        raise RangeInvalid((Fault(str(error), "range.yaml", 1),)) from error


def _contradiction(model: Model, rules: dict[str, Rule]) -> tuple[Fault, ...]:
    explainer = Explainer(model)
    try:
        names = explainer.explain({})
    finally:
        explainer.close()
    listed = ", ".join(f"{name} ({rules[name].file}:{rules[name].line})" for name in names)
    first = rules[names[0]]
    message = f"No vehicle satisfies these {len(names)} rules together: {listed}."
    return (Fault(message, first.file, first.line, first.name),)
