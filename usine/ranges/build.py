"""From the files of a range to what the kernel compiles and what people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from usine.kernel import Constraint, Formula, Implies, Is, Model, Variable
from usine.markets.public import MarketNotFound, find_currency_digits, get_market
from usine.ranges.conditions import ConditionInvalid, did_you_mean, parse_condition
from usine.ranges.constraints import make_constraint, read_date
from usine.ranges.contracts import (
    OFF,
    ON,
    OTHER,
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
from usine.ranges.source import Entry, Source
from usine.ranges.texts import merge_texts

MARKET_KEYS = ("only-in-market", "not-in-market", "in-market")
YES = frozenset({ON})
SHARED_TERMS = ("tax", "from", "until")
"""What a price list that is like another takes from it, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """What a market's column of amounts is in; `tax_rate` is None where the market's own rate holds.

    A list `like` another takes that one's amounts times `factor`, rounded to whole multiples of `step_minor` minor
    units, wherever its own column says nothing.
    """

    currency: str
    digits: int
    tax_included: bool
    tax_rate: Fraction | None
    valid_from: date | None
    valid_until: date | None
    like: str = ""
    factor: Fraction = Fraction(1)
    step_minor: int = 1


class Builder:
    """Builds the parts of a release from a source; every fault is collected, `finish` raises them together."""

    def __init__(self, source: Source):
        self.source, self.faults = merge_texts(source)
        self.languages: tuple[str, ...] = tuple(self.source.head["languages"])
        self.lists = self._price_lists()
        self.steps = self._steps()
        self.features = self._features()
        self._check_packs()
        self.domains = {name: tuple(v.name for v in f.values) for name, f in self.features.items()}
        self.starts = self._starts()
        self.markets = self._markets()
        self.rules: dict[str, Rule] = {}
        self.constraints = (*self._pack_constraints(), *self._rule_constraints())

    def finish(self) -> None:
        """Raise RangeInvalid with every fault found so far, when there is one."""
        if self.faults:
            raise RangeInvalid(tuple(sorted(self.faults, key=lambda f: (f.file, f.line, f.message))))

    def fault(self, message: str, file: str = "range.yaml", line: int = 1, rule: str = "") -> None:
        """Note what is wrong, and where."""
        self.faults.append(Fault(message, file, line, rule))

    def catalogue(self) -> Catalogue:
        """What people read."""
        head = self.source.head
        return Catalogue(head["vehicle"], self._text(head["label"]), self.steps, self.features, self.rules)

    def model(self, terms: tuple[Any, ...]) -> Model:
        """What the kernel compiles; market and period are variables like the features."""
        variables = [Variable(name, values) for name, values in self.domains.items()]
        variables.append(Variable("market", (*self.markets, OTHER)))
        variables.append(Variable("period", self.periods))
        return Model(tuple(variables), self.constraints, terms)

    @property
    def periods(self) -> tuple[str, ...]:
        """The stretches between the days that rules name."""
        return tuple(f"p{i}" for i in range(len(self.starts) + 1))

    # range.yaml

    def _price_lists(self) -> dict[str, PriceList]:
        entries = self.source.head.get("price_lists", {})
        return {market: self._price_list(market, entry, entries) for market, entry in entries.items()}

    def _price_list(self, market: str, entry: Mapping[str, Any], entries: Mapping[str, Any]) -> PriceList:
        line = self.source.head_file.find_line(("price_lists", market))

        def fault(message: str) -> None:
            self.fault(message, line=line, rule=market)

        like = entry.get("like", "")
        if like and "like" in entries.get(like, {"like": ""}):
            fault(f"The price list is like {like}, which has no price list with amounts of its own.")
        entry = {name: entries.get(like, {}).get(name) for name in SHARED_TERMS} | dict(entry)
        currency, digits = entry["currency"], find_currency_digits(entry["currency"])
        first, last = read_date(entry.get("from")), read_date(entry.get("until"))
        own = self._find_currency(market, first, line)
        if digits is None:
            fault(f"“{currency}” is not a currency of ISO 4217.")
            digits = 2
        elif first and own not in ("", currency):
            fault(f"{market} is priced in {currency}, but pays in {own}.")
        if first and last and first > last:
            fault("“from” is later than “until”.")
        step = Fraction(str(entry.get("round", Fraction(1, 10**digits)))) * 10**digits
        if step.denominator != 1:
            fault(f"“round” has more decimals than {currency} has.")
        rate = entry.get("tax_rate")
        return PriceList(
            currency=currency,
            digits=digits,
            tax_included=(entry.get("tax") or "included") == "included",
            tax_rate=None if rate is None else Fraction(str(rate)) / 100,
            valid_from=first,
            valid_until=last,
            like=like,
            factor=Fraction(str(entry.get("factor", 1))),
            step_minor=max(1, int(step)),
        )

    def _find_currency(self, market: str, on: date | None, line: int) -> str:
        """The currency of a market on a day; empty, with a fault, for a market that does not exist."""
        try:
            return get_market(market, on=on).currency
        except MarketNotFound:
            self.fault(f"There is no market {market}.", line=line)
            return ""

    def _steps(self) -> tuple[Step, ...]:
        steps: dict[str, Step] = {}
        for number, step in enumerate(self.source.head["steps"]):
            if step["name"] in steps:
                line = self.source.head_file.find_line(("steps", number))
                self.fault(f"The step “{step['name']}” is already there.", line=line)
            steps[step["name"]] = Step(step["name"], self._text(step.get("label", step["name"])))
        return tuple(steps.values())

    # features

    def _features(self) -> dict[str, Feature]:
        steps = tuple(step.name for step in self.steps)
        found: dict[str, Feature] = {}
        places: dict[str, str] = {}
        unknown: set[tuple[str, str]] = set()
        for entry in self.source.features:
            file, line, name, content = entry
            if name in found:
                self.fault(f"The feature “{name}” is already declared in {places[name]}.", file, line, name)
                continue
            step = content.get("step", "")
            if step not in steps and (file, step) not in unknown:
                unknown.add((file, step))
                hint = did_you_mean(step, steps)
                self.fault(f"The step “{step}” is not one of range.yaml{hint}.", file, line, name)
            places[name] = f"{file}:{line}"
            found[name] = self._feature(entry, step)
        return found

    def _feature(self, entry: Entry, step: str) -> Feature:
        file, line, name, content = entry
        label = self._text(content["label"], file, line, name)
        note = self._text(content.get("note", {}), file, line, name)
        group = self._text(content.get("group", {}), file, line, name)
        if "values" not in content:
            on = FeatureValue(ON, label, note, content.get("attributes", {}))
            parts = tuple(content.get("includes", ()))
            off = FeatureValue(OFF, {"en": "no"})
            return Feature(name, FeatureKind.SWITCH, step, label, (off, on), note, parts, group)
        values = tuple(
            FeatureValue(
                value,
                self._text(about["label"], file, line, f"{name} = {value}"),
                self._text(about.get("note", {}), file, line, f"{name} = {value}"),
                about.get("attributes", {}),
            )
            for value, about in content["values"].items()
        )
        return Feature(name, FeatureKind.CHOICE, step, label, values, note, group=group)

    def _text(self, text: Any, file: str = "range.yaml", line: int = 1, where: str = "") -> Text:
        if not isinstance(text, Mapping):
            return dict.fromkeys(self.languages, str(text))
        unknown = [language for language in text if language not in self.languages]
        if unknown:
            self.fault(
                f"The language “{unknown[0]}” is not one of range.yaml's languages.", file, line, where
            )
        return dict(text)

    def _check_packs(self) -> None:
        """Every part is another switch, and no pack brings itself; a circle is told once."""
        circle: set[str] = set()
        for entry in self.source.features:
            for part in entry.content.get("includes", ()):
                feature = self.features.get(part)
                if feature is None:
                    hint = did_you_mean(part, self.features)
                    message = f"The pack includes “{part}”, which does not exist{hint}."
                elif feature.kind is not FeatureKind.SWITCH:
                    message = f"The pack includes “{part}”, which has values: write a rule instead."
                elif entry.name in self._brought_by(part) and entry.name not in circle:
                    circle |= self._brought_by(part)
                    message = f"The pack includes “{part}”, which brings this pack itself."
                else:
                    continue
                self.fault(message, entry.file, entry.line, entry.name)

    def _brought_by(self, pack: str) -> set[str]:
        """A switch and all that it brings, directly or by other packs."""
        found, waiting = set(), [pack]
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.features:
                found.add(name)
                waiting.extend(self.features[name].parts)
        return found

    # markets and periods

    def _starts(self) -> tuple[date, ...]:
        """The days on which a period begins: a rule's first day, or the day after its last."""
        dates: set[date] = set()
        for file, line, name, rule in self.source.rules:
            first, last = read_date(rule.get("from")), read_date(rule.get("until"))
            if first and last and first > last:
                self.fault("“from” is later than “until”.", file, line, name)
            dates.update(day for day in (first, last and last + timedelta(days=1)) if day)
        return tuple(sorted(dates))

    def _markets(self) -> tuple[str, ...]:
        """The markets that some rule names; every other one, priced or not, is “other” to the kernel."""
        named: set[str] = set()
        for file, line, name, rule in self.source.rules:
            for market in (market for key in MARKET_KEYS for market in rule.get(key, ())):
                if market not in named:
                    named.add(market)
                    try:
                        get_market(market)
                    except MarketNotFound:
                        self.fault(f"There is no market {market}.", file, line, name)
        return tuple(sorted(named))

    # rules

    def _pack_constraints(self) -> Iterator[Constraint]:
        for file, line, name, content in self.source.features:
            for part in content.get("includes", ()):
                rule = f"{name} includes {part}"
                if part in self.features and rule not in self.rules:
                    text = make_sentence("included-in", (Is(part, YES), Is(name, YES)), self.features)
                    self.rules[rule] = Rule(rule, "includes", text, file, line)
                    yield Implies(Is(name, YES), Is(part, YES), rule)

    def _rule_constraints(self) -> Iterator[Constraint]:
        for file, line, name, content in self.source.rules:
            if name in self.rules:
                first = self.rules[name]
                self.fault(
                    f"There is already a rule of this name, in {first.file}:{first.line}.", file, line, name
                )
                continue
            try:
                made = make_constraint(name, content, parse=self._parse, on_sale=self._list_periods)
            except ConditionInvalid as error:
                self.fault(f"{str(error)[:1].upper()}{str(error)[1:]}.", file, line, name)
                continue
            text = self._text(content.get("text", {}), file, line, name)
            if "en" not in text:
                text = {**make_sentence(made.pattern, made.said, self.features), **text}
            self.rules[name] = Rule(name, made.kind, text, file, line)
            yield made.constraint

    def _list_periods(self, first: date | None, last: date | None) -> frozenset[str]:
        """The periods from a first to a last day, both included."""
        begins = (None, *self.starts)
        return frozenset(
            period
            for period, begin in zip(self.periods, begins, strict=True)
            if (first is None or (begin is not None and begin >= first))
            and (last is None or begin is None or begin <= last)
        )

    def _parse(self, text: str) -> Formula:
        return parse_condition(text, self.domains)
