"""From one authored rule to the constraint that the kernel keeps, and to what its sentence says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from usine.kernel import And, Constraint, Count, Formula, Implies, Is, Not
from usine.ranges.conditions import ConditionInvalid

Parse = Callable[[str], Formula]
OnSale = Callable[[date | None, date | None], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Made:
    """A constraint, its kind, and what a generated sentence would say (`pattern`) of which formulas."""

    constraint: Constraint
    kind: str
    pattern: str
    said: tuple[Formula, ...]


def make_constraint(name: str, rule: dict[str, Any], *, parse: Parse, on_sale: OnSale) -> Made:
    """The constraint of a rule that has one of the shapes of the schema. Raises ConditionInvalid."""
    if "of" in rule:
        return _count(name, rule, parse)
    if "feature" not in rule:
        return _conditional(name, rule, parse)
    feature = parse(rule["feature"])
    if "included-in" in rule:
        condition = parse(rule["included-in"])
        return Made(Implies(condition, feature, name), "included-in", "included-in", (feature, condition))
    if "only-with" in rule:
        condition = parse(rule["only-with"])
        return Made(Implies(feature, condition, name), "only-with", "requires", (feature, condition))
    for kind in ("only-in-market", "not-in-market"):
        if kind in rule:
            named: Formula = Is("market", frozenset(rule[kind]))
            sold = named if kind == "only-in-market" else Not(named)
            return Made(Implies(feature, sold, name), kind, "market", (feature,))
    periods = on_sale(read_date(rule.get("from")), read_date(rule.get("until")))
    return Made(Implies(feature, Is("period", periods), name), "dates", "date", (feature,))


def read_date(text: str | None) -> date | None:
    """A date as the schema lets it be written; None when it is not given."""
    return date.fromisoformat(text) if text else None


def _count(name: str, rule: dict[str, Any], parse: Parse) -> Made:
    parts = tuple(parse(text) for text in rule["of"])
    low, high = rule.get("at-least", 0), rule.get("at-most", len(parts))
    if low > min(high, len(parts)):
        raise ConditionInvalid(f"at least {low} is more than the {min(high, len(parts))} that there may be")
    if low == 0 and high >= len(parts):
        raise ConditionInvalid(f"at most {high} of {len(parts)} forbids nothing: lower the number")
    kind = "at-least" if "at-least" in rule else "at-most"
    return Made(Count(parts, low, high, name), kind, kind, (And(parts),))


def _conditional(name: str, rule: dict[str, Any], parse: Parse) -> Made:
    kind = "requires" if "requires" in rule else "excludes"
    target = parse(rule[kind])
    consequence = target if kind == "requires" else Not(target)
    parts: list[Formula] = [parse(rule["if"])] if "if" in rule else []
    said = (*parts, target) if parts else (consequence,)
    if "in-market" in rule:
        parts.append(Is("market", frozenset(rule["in-market"])))
    pattern = kind if "if" in rule else "country"
    return Made(Implies(And(tuple(parts)), consequence, name), kind, pattern, said)
