"""The configurator's page as its template reads it: steps, parts, rows in the visitor's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usine.journeys.cars import Car, WayOut, find_context, find_way_out, list_sold
from usine.journeys.wording import Words
from usine.ranges.contracts import OFF, ON, Feature, FeatureKind
from usine.ranges.public import explain_choices, get_release

LAYOUTS = {"colour": "trunks", "wheels": "wheels", "interior": "swatches"}


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a value is impossible now, and the button that makes it possible."""

    reason: str
    button: str
    ledger: tuple[tuple[str, str], ...]
    total: str


@dataclass(frozen=True, slots=True)
class Row:
    feature: str
    value: str
    input_id: str
    name: str
    note: str
    amount: str
    is_current: bool
    blocked: Blocked | None
    facts: Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    layout: str  # "choices", "trunks", "wheels" or "swatches"
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    name: str
    title: str
    now: str  # what is chosen, in a word
    parts: tuple[Part, ...]


def show_steps(car: Car, words: Words) -> tuple[StepView, ...]:
    """Every step with what can be chosen there; features with one value only are not shown."""
    sold = list_sold(car.offer)
    steps = []
    for step in car.offer.catalogue.steps:
        shown = [
            feature
            for feature in car.offer.catalogue.features.values()
            if feature.step == step.name
            and feature.kind is not FeatureKind.CONTEXT
            and len(sold[feature.name]) > 1
        ]
        switches = [feature for feature in shown if feature.kind is FeatureKind.SWITCH]
        parts = [
            Part(
                f.name,
                words.text(f.label),
                LAYOUTS.get(f.name, "choices"),
                tuple(_choice_rows(car, words, f)),
            )
            for f in shown
            if f.kind is FeatureKind.CHOICE
        ]
        if switches:
            rows = tuple(_switch_row(car, words, feature) for feature in switches)
            parts.append(Part(step.name, words.text(step.label), "choices", rows))
        now = words.value(parts[0].name, car.values[parts[0].name]) if parts and parts[0].name in sold else ""
        if switches and len(parts) == 1:
            count = sum(car.values[feature.name] == ON for feature in switches)
            now = _("%(count)s of %(total)s") % {"count": count, "total": len(switches)}
        steps.append(StepView(step.name, words.text(step.label), now, tuple(parts)))
    return tuple(steps)


def _choice_rows(car: Car, words: Words, feature: Feature) -> Iterator[Row]:
    for value in feature.values:
        if value.name not in list_sold(car.offer)[feature.name]:
            continue
        is_current = car.values[feature.name] == value.name
        bounds = car.bounds[feature.name].get(value.name)
        blocked = None
        amount = _("chosen")
        if not is_current and bounds:
            amount = words.money(bounds.minimum - car.price_minor, signed=True)
        elif not is_current:
            way_out = find_way_out(car, feature.name, value.name)
            blocked = _explain_blocked(car, words, feature.name, value.name, way_out)
            amount = words.money(way_out.amount_minor, signed=True)
        prefix = "c" if feature.name == "colour" else feature.name
        yield Row(
            feature=feature.name,
            value=value.name,
            input_id=f"{prefix}-{value.name}",
            name=words.text(value.label),
            note=words.text(value.note),
            amount=amount,
            is_current=is_current,
            blocked=blocked,
            facts=value.attributes,
        )


def _switch_row(car: Car, words: Words, feature: Feature) -> Row:
    is_on = car.values[feature.name] == ON
    other = car.bounds[feature.name].get(OFF if is_on else ON)
    blocked = None
    if other:
        difference = car.price_minor - other.minimum if is_on else other.minimum - car.price_minor
        amount = words.money(difference, signed=not is_on)
    else:
        way_out = find_way_out(car, feature.name, OFF if is_on else ON)
        blocked = _explain_blocked(car, words, feature.name, OFF if is_on else ON, way_out)
        amount = _("included") if is_on else words.money(way_out.amount_minor, signed=True)
    return Row(
        feature=feature.name,
        value=ON,
        input_id=feature.name,
        name=words.text(feature.label),
        note=words.text(feature.note),
        amount=amount,
        is_current=is_on,
        blocked=blocked,
        facts={},
    )


def _explain_blocked(car: Car, words: Words, feature: str, value: str, way_out: WayOut) -> Blocked:
    own = {name: car.choices[name] for name in way_out.in_the_way}
    rules = explain_choices(
        get_release(car.offer.range_key), {**find_context(car.offer), **own, feature: value}
    )
    shown = [
        change
        for change in way_out.changes
        if change.amount_minor or change.feature == feature or change.feature in car.choices
    ]  # what comes along as standard, at no price, is no choice of the visitor's
    others = len(shown) - 1
    amount = words.money(way_out.amount_minor, signed=True)
    button = ngettext(
        "Make it possible: %(amount)s, changes %(count)s more choice",
        "Make it possible: %(amount)s, changes %(count)s more choices",
        others,
    )
    return Blocked(
        reason=" ".join(words.text(rule.text) for rule in rules),
        button=button % {"amount": amount, "count": others},
        ledger=tuple(
            (words.change(change), words.money(change.amount_minor, signed=True)) for change in shown
        ),
        total=amount,
    )


def show_energy(car: Car) -> Mapping[str, str | int | float | bool]:
    """The consumption and CO2 facts of the car's powertrain."""
    return car.offer.catalogue.features["powertrain"].get_value(car.values["powertrain"]).attributes
