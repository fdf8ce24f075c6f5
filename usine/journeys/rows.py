"""A row of the configurator: one value in the visitor's words, or why it is impossible and how it becomes possible.

The browser has a twin of this file, configurator/local/rows.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usine.journeys.cars import Car, WayOut, find_context, find_way_out, is_for_companies, list_sold
from usine.journeys.energy import Energy, Facts, describe_energy
from usine.journeys.wording import Words
from usine.offers.public import itemise
from usine.ranges.contracts import OFF, ON, Feature
from usine.ranges.public import explain_choices, get_release


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a value is impossible now, and the button that makes it possible."""

    reason: str
    want: str  # what the button asks for, `roof.glass`
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
    amount: str  # with its currency
    bare_amount: str  # without it, where many stand side by side
    is_current: bool
    is_for_companies: bool
    blocked: Blocked | None
    facts: Facts
    energy: Energy | None = None


def make_choice_rows(car: Car, words: Words, feature: Feature) -> Iterator[Row]:
    """A row for each value of a choice of one that the market sells."""
    for value in feature.values:
        if value.name not in list_sold(car.offer)[feature.name]:
            continue
        is_current = car.values[feature.name] == value.name
        bounds = car.bounds[feature.name].get(value.name)
        blocked = None
        difference = 0
        if not is_current and bounds:
            difference = bounds.minimum - car.price_minor
        elif not is_current:
            way_out = find_way_out(car, feature.name, value.name)
            blocked = _explain_blocked(car, words, feature.name, value.name, way_out)
            difference = way_out.amount_minor
        yield Row(
            feature=feature.name,
            value=value.name,
            input_id=f"{feature.name}-{value.name}",
            name=words.text(value.label),
            note=words.text(value.note),
            amount=_("current choice") if is_current else words.money(difference, signed=True),
            bare_amount="" if is_current else words.bare_money(difference),
            is_current=is_current,
            is_for_companies=is_for_companies(car.offer, feature.name, value.name),
            blocked=blocked,
            facts=value.attributes,
            energy=describe_energy(value.attributes, locale=words.locale),
        )


def make_switch_row(car: Car, words: Words, feature: Feature) -> Row:
    """The row of an option; one that the car cannot do without is on, with its reason and the way out."""
    is_on = car.values[feature.name] == ON
    opposite = OFF if is_on else ON
    other = car.bounds[feature.name].get(opposite)
    blocked = None
    if other:
        difference = car.price_minor - other.minimum if is_on else other.minimum - car.price_minor
        amount = words.money(difference, signed=not is_on)
    else:
        way_out = find_way_out(car, feature.name, opposite)
        blocked = _explain_blocked(car, words, feature.name, opposite, way_out)
        own = sum(line.amount_minor for line in itemise(car.offer, car.values) if line.term == feature.name)
        paid = words.money(own) if own else _("included")
        amount = paid if is_on else words.money(way_out.amount_minor, signed=True)
    return Row(
        feature=feature.name,
        value=ON,
        input_id=feature.name,
        name=words.text(feature.label),
        note=words.text(feature.note),
        amount=amount,
        bare_amount="",
        is_current=is_on,
        is_for_companies=is_for_companies(car.offer, feature.name, ON),
        blocked=blocked,
        facts=feature.get_value(ON).attributes,
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
    amount = words.money(way_out.amount_minor, signed=True)
    return Blocked(
        reason=" ".join(words.text(rule.text) for rule in rules),
        want=f"{feature}.{value}",
        button=_label_button(value, amount, len(shown) - 1),
        ledger=tuple(
            (words.change(change), words.money(change.amount_minor, signed=True)) for change in shown
        ),
        total=amount,
    )


def _label_button(value: str, amount: str, others: int) -> str:
    if value == OFF:
        return _("Do without: %(amount)s") % {"amount": amount}
    if not others:
        return _("Make it possible: %(amount)s") % {"amount": amount}
    pattern = ngettext(
        "Make it possible: %(amount)s, %(count)s other change",
        "Make it possible: %(amount)s, %(count)s other changes",
        others,
    )
    return pattern % {"amount": amount, "count": others}
