"""`usine range diff`: which configurations appeared and which vanished, and what stands against them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from usine.commons.errors import UsineError
from usine.kernel import (
    CompiledRange,
    Difference,
    Explainer,
    Impossible,
    KernelError,
    Model,
    compare,
    compare_models,
    count,
    find_contradiction,
    list_examples,
)
from usine.ranges.figures import to_json, to_text


class ComparisonRefused(UsineError):
    code = "comparison_refused"


@dataclass(frozen=True)
class Side:
    """One of the two ranges; its model is known unless it was read compiled."""

    compiled: CompiledRange
    model: Model | None


def show_difference(before: Side, after: Side, *, examples: int, as_json: bool) -> int:
    """Print the difference; 0 when the ranges are equivalent, 1 when they differ, as `diff` does."""
    try:
        difference = _compare(before, after)
    except KernelError as error:
        hint = "" if before.model and after.model else " Two ranges with their rules are compared by those."
        raise ComparisonRefused(f"{error}{hint}") from error
    facts: dict[str, Any] = {
        "equivalent": difference.is_equivalent,
        "before": count(before.compiled, {}),
        "after": count(after.compiled, {}),
        "kept": count(difference.kept, {}),
        "vanished": count(difference.vanished, {}),
        "appeared": count(difference.appeared, {}),
        "only_before": list(difference.only_before),
        "only_after": list(difference.only_after),
        "examples": {
            "vanished": list(_find_examples(difference.vanished, after, examples)),
            "appeared": list(_find_examples(difference.appeared, before, examples)),
        },
    }
    if as_json:
        sys.stdout.write(to_json(facts) + "\n")
    else:
        sys.stdout.writelines(_as_text(facts))
    return 0 if difference.is_equivalent else 1


def _compare(before: Side, after: Side) -> Difference:
    """By the rules where both are known, over the same variables, and no diagrams: those may not be small."""
    is_alike = before.compiled.domains.keys() == after.compiled.domains.keys()
    is_decomposed = "decomposition" in (before.compiled.form, after.compiled.form)
    if before.model and after.model and is_alike and is_decomposed:
        return compare_models(before.model, after.model)
    return compare(before.compiled, after.compiled)


def _find_examples(part: CompiledRange, other: Side, limit: int) -> Iterator[dict[str, Any]]:
    """Configurations of a part, and what of each the other range does not allow; one for each such reason."""
    seen = set()
    for configuration in list_examples(part, limit):
        known = {
            name: value
            for name, value in configuration.items()
            if value in other.compiled.domains.get(name, ())
        }
        reason = {name: value for name, value in configuration.items() if name not in known}
        if not reason:
            reason = {name: known[name] for name in _find_contradiction(other.compiled, known)}
        key = tuple(reason.items())
        if key in seen:
            continue
        seen.add(key)
        yield {
            "configuration": configuration,
            "not_together": reason,
            "rules": _find_rules(other, reason),
            "configurations": count(part, reason),
        }


def _find_contradiction(compiled: CompiledRange, values: Mapping[str, str]) -> tuple[str, ...]:
    try:
        return find_contradiction(compiled, values)
    except Impossible:
        return ()  # a range without configurations needs no reason


def _find_rules(side: Side, reason: Mapping[str, str]) -> list[str]:
    if side.model is None or any(v not in side.compiled.domains.get(n, ()) for n, v in reason.items()):
        return []
    try:
        return list(Explainer(side.model).explain(reason))
    except Impossible:
        return []  # tables without a name


def _as_text(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["equivalent"]:
        yield f"The two ranges are equivalent: the same {to_text(facts['before'])} configurations.\n"
        return
    for name in ("before", "after", "kept", "vanished", "appeared"):
        yield f"{name:<16}{to_text(facts[name])}\n"
    for name in ("only_before", "only_after"):
        if facts[name]:
            yield f"{name:<16}{', '.join(facts[name])} (left out of the comparison)\n"
    for what, examples in facts["examples"].items():
        for example in examples:
            values = ", ".join(f"{n} = {v}" for n, v in example["not_together"].items()) or "everything"
            rules = f" (rules: {', '.join(example['rules'])})" if example["rules"] else ""
            yield f"{what}: {values}{rules}: {to_text(example['configurations'])} configurations\n"
