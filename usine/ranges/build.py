"""From the files of a range to what the kernel compiles and what people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from usine.kernel import And, Constraint, Count, Formula, Implies, Is, Model, Not, Variable
from usine.ranges.conditions import ConditionInvalid, did_you_mean, parse_condition
from usine.ranges.contracts import (
    Catalogue,
    Fault,
    Feature,
    FeatureKind,
    FeatureValue,
    RangeInvalid,
    Rule,
    Step,
    Text,
)
from usine.ranges.sentences import make_sentence
from usine.ranges.source import Source

OTHER = "other"
KINDS = (
    "requires",
    "excludes",
    "included-in",
    "only-with",
    "only-in-market",
    "not-in-market",
    "from",
    "until",
)
ALLOWED = {*KINDS, "if", "in-market", "feature", "at-most", "at-least", "of", "text"}
MARKET_KEYS = ("only-in-market", "not-in-market", "in-market")


class Builder:
    """Builds the parts of a release from a source; every fault is collected, `finish` raises them together."""

    def __init__(self, source: Source):
        self.source = source
        self.faults: list[Fault] = []
        self.languages: tuple[str, ...] = tuple(source.head.get("languages") or ("en",))
        self.lists: dict[str, dict[str, Any]] = {
            str(k): v for k, v in (source.head.get("price_lists") or {}).items()
        }
        self.features = self._features()
        self.domains = {name: tuple(v.name for v in f.values) for name, f in self.features.items()}
        self.starts = self._starts()
        self.markets = self._markets()
        self.rules: dict[str, Rule] = {}
        self.constraints = (*self._pack_constraints(), *self._rule_constraints())

    def finish(self) -> None:
        if self.faults:
            raise RangeInvalid(tuple(sorted(self.faults, key=lambda f: (f.file, f.line, f.message))))

    def fault(self, message: str, file: str = "range.yaml", line: int = 1, rule: str = "") -> None:
        self.faults.append(Fault(message, file, line, rule))

    def catalogue(self) -> Catalogue:
        head = self.source.head
        steps = tuple(Step(s["name"], self._text(s.get("label", s["name"]))) for s in head.get("steps") or ())
        return Catalogue(head["vehicle"], self._text(head.get("label", "")), steps, self.features, self.rules)

    def model(self, terms: tuple[Any, ...]) -> Model:
        variables = [Variable(name, values) for name, values in self.domains.items()]
        variables.append(Variable("market", (*self.markets, OTHER)))
        variables.append(Variable("period", self.periods))
        return Model(tuple(variables), self.constraints, terms)

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(f"p{i}" for i in range(len(self.starts) + 1))

    # features

    def _features(self) -> dict[str, Feature]:
        steps = {s["name"] for s in self.source.head.get("steps") or ()}
        found: dict[str, Feature] = {}
        for file, line, name, entry in self.source.features:
            if name in found or name in ("market", "period"):
                self.fault(f"The feature “{name}” is already declared.", file, line)
                continue
            step = entry.get("step", "")
            if step not in steps and entry.get("kind") != "context":
                self.fault(
                    f"The step “{step}” is not one of range.yaml{did_you_mean(step, tuple(steps))}.",
                    file,
                    line,
                )
            found[name] = self._feature(file, line, name, step, entry)
        names = tuple(found)
        for file, line, name, entry in self.source.features:
            for part in entry.get("includes") or ():
                if part not in found:
                    self.fault(
                        f"The pack includes “{part}”, which does not exist{did_you_mean(part, names)}.",
                        file,
                        line,
                        name,
                    )
        return found

    def _feature(self, file: str, line: int, name: str, step: str, entry: dict[str, Any]) -> Feature:
        label, note = (
            self._text(entry.get("label", ""), file, line, name),
            self._text(entry.get("note") or {}),
        )
        if "values" not in entry:
            values = (
                FeatureValue("no", {"en": "no"}),
                FeatureValue("yes", label, note, entry.get("attributes") or {}),
            )
            return Feature(
                name, FeatureKind.SWITCH, step, label, values, note, tuple(entry.get("includes") or ())
            )
        kind = FeatureKind.CONTEXT if entry.get("kind") == "context" else FeatureKind.CHOICE
        made = []
        for value, content in (entry["values"] or {}).items():
            content = content or {}
            text = self._text(content.get("label", ""), file, line, f"{name} = {value}")
            made.append(
                FeatureValue(
                    str(value), text, self._text(content.get("note") or {}), content.get("attributes") or {}
                )
            )
        if not made:
            self.fault(f"The feature “{name}” has no values.", file, line)
        return Feature(name, kind, step, label, tuple(made), note)

    def _text(self, text: Any, file: str = "range.yaml", line: int = 1, where: str = "") -> Text:
        if isinstance(text, Mapping):
            if text and "en" not in text:
                self.fault("A text must be there in English (en).", file, line, where)
            unknown = [language for language in text if language not in self.languages]
            if unknown:
                self.fault(
                    f"The language “{unknown[0]}” is not one of range.yaml's languages.", file, line, where
                )
            return {str(k): str(v) for k, v in text.items()}
        if text == "" and where:
            self.fault("A label is missing.", file, line, where)
        return dict.fromkeys(self.languages, str(text))

    # markets and periods

    def _starts(self) -> tuple[date, ...]:
        dates: set[date] = set()
        for file, line, name, rule in self.source.rules:
            for key in ("from", "until"):
                if key in rule and not isinstance(rule[key], date):
                    self.fault(f"“{key}” must be a date such as 2027-04-01.", file, line, name)
            if isinstance(rule.get("from"), date):
                dates.add(rule["from"])
            if isinstance(rule.get("until"), date):
                dates.add(rule["until"] + timedelta(days=1))
        return tuple(sorted(dates))

    def _markets(self) -> tuple[str, ...]:
        named = {
            str(m) for _, _, _, rule in self.source.rules for key in MARKET_KEYS for m in rule.get(key) or ()
        }
        return tuple(sorted(named | set(self.lists)))

    # rules

    def _pack_constraints(self) -> list[Constraint]:
        made: list[Constraint] = []
        yes = frozenset({"yes"})
        for file, line, name, entry in self.source.features:
            for part in entry.get("includes") or ():
                rule = f"{name} includes {part}"
                made.append(Implies(Is(name, yes), Is(part, yes), rule))
                if part in self.features and name in self.features:
                    text = make_sentence("included-in", (Is(part, yes), Is(name, yes)), self.features)
                    self.rules[rule] = Rule(rule, "includes", text, file, line)
        return made

    def _rule_constraints(self) -> list[Constraint]:
        made: list[Constraint] = []
        for file, line, name, rule in self.source.rules:
            if name in self.rules:
                self.fault("There is already a rule of this name.", file, line, name)
                continue
            unknown = [key for key in rule if key not in ALLOWED]
            if unknown:
                hint = did_you_mean(unknown[0], tuple(sorted(ALLOWED)))
                self.fault(f"“{unknown[0]}” is not a part of a rule{hint}.", file, line, name)
                continue
            try:
                constraint, kind, pattern, said = self._constraint(name, rule)
            except ConditionInvalid as error:
                self.fault(f"{str(error)[:1].upper()}{str(error)[1:]}.", file, line, name)
                continue
            made.append(constraint)
            text = self._text(rule["text"], file, line, name) if "text" in rule else {}
            self.rules[name] = Rule(
                name, kind, text or make_sentence(pattern, said, self.features), file, line
            )
        return made

    def _constraint(
        self, name: str, rule: dict[str, Any]
    ) -> tuple[Constraint, str, str, tuple[Formula, ...]]:
        """The constraint, its kind, and what a generated sentence would say of which formulas."""
        if "of" in rule:
            parts = tuple(self._formula(text) for text in rule["of"])
            kind = "at-least" if "at-least" in rule else "at-most"
            low, high = int(rule.get("at-least", 0)), int(rule.get("at-most", len(parts)))
            return Count(parts, low, high, name), kind, kind, (And(parts),)
        if "if" in rule or "in-market" in rule:
            return self._conditional(name, rule)
        if "feature" not in rule:
            raise ConditionInvalid("the rule needs “if”, “in-market”, “feature” or “of”")
        formula = self._formula(rule["feature"])
        kind = next((key for key in KINDS[2:] if key in rule), "")
        if kind == "included-in":
            condition = self._formula(rule[kind])
            return Implies(condition, formula, name), kind, kind, (formula, condition)
        if kind == "only-with":
            condition = self._formula(rule[kind])
            return Implies(formula, condition, name), kind, "requires", (formula, condition)
        if kind in ("only-in-market", "not-in-market"):
            named: Formula = Is("market", frozenset(str(m) for m in rule[kind]))
            return (
                Implies(formula, named if kind == "only-in-market" else Not(named), name),
                kind,
                "market",
                (formula,),
            )
        if not kind:
            raise ConditionInvalid(f"the rule says nothing of its feature: add one of {', '.join(KINDS[2:])}")
        return Implies(formula, Is("period", self._on_sale(rule)), name), "dates", "date", (formula,)

    def _conditional(
        self, name: str, rule: dict[str, Any]
    ) -> tuple[Constraint, str, str, tuple[Formula, ...]]:
        kind = next((key for key in ("requires", "excludes") if key in rule), "")
        if not kind:
            raise ConditionInvalid("the rule needs “requires” or “excludes”")
        target = self._formula(rule[kind])
        parts: list[Formula] = [self._formula(rule["if"])] if "if" in rule else []
        said = (*parts, target) if parts else (target if kind == "requires" else Not(target),)
        if "in-market" in rule:
            parts.append(Is("market", frozenset(str(m) for m in rule["in-market"])))
        consequence = target if kind == "requires" else Not(target)
        pattern = kind if "if" in rule else "country"
        return Implies(And(tuple(parts)), consequence, name), kind, pattern, said

    def _on_sale(self, rule: dict[str, Any]) -> frozenset[str]:
        """The periods between the rule's dates, both included."""
        first, last = rule.get("from"), rule.get("until")
        begins = (None, *self.starts)
        return frozenset(
            period
            for period, begin in zip(self.periods, begins, strict=True)
            if (first is None or (begin is not None and begin >= first))
            and (last is None or begin is None or begin <= last)
        )

    def _formula(self, text: Any) -> Formula:
        return parse_condition(str(text), self.domains)
