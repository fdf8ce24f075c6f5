"""What a configurator knows of an offer under some choices: a car, the alternatives, the ways out.

The browser has a twin of this file, configurator/local/cars.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from usine.kernel import (
    Bounds,
    Choices,
    PricedRange,
    Restoration,
    ask,
    cheapest,
    conflict,
    is_possible,
    price,
    restore,
    restrict,
)
from usine.offers.contracts import Offer
from usine.offers.public import get_offer, itemise

COMPANY = "company"
"""The audience of a value that only companies are offered."""


@dataclass(frozen=True, slots=True)
class Car:
    """A whole car: what was chosen, the cheapest completion of it, and what else is valid at which total price.

    `bounds[feature][value]` is there for each valid value; for a chosen feature, when that one choice is let go.
    Amounts are minor units of the offer's currency.
    """

    offer: Offer
    choices: Mapping[str, str]
    values: Mapping[str, str]
    price_minor: int
    bounds: Mapping[str, Mapping[str, Bounds]]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what a step from a car to another changes. Without a change of value, only the amount changes."""

    feature: str
    before: str
    after: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class WayOut:
    """How an impossible value becomes possible: own choices in its way, the nearest car that has it."""

    in_the_way: tuple[str, ...]
    given_up: tuple[str, ...]
    choices: Mapping[str, str]
    changes: tuple[Change, ...]  # adds up to amount_minor
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Repair:
    """Choices made for another offer, brought to this one: those that it does not sell, those given up."""

    choices: Mapping[str, str]
    unknown: tuple[str, ...]
    given_up: tuple[str, ...]


def list_sold(offer: Offer) -> Mapping[str, Mapping[str, Bounds]]:
    """Every value that some car of the offer has, by feature."""
    return _list_sold(offer.priced)


@lru_cache(maxsize=256)
def _list_sold(priced: PricedRange) -> Mapping[str, Mapping[str, Bounds]]:
    return ask(priced, {}).values


def is_for_companies(offer: Offer, feature: str, value: str) -> bool:
    """Whether only companies are offered this value: by itself, or because only their cars have it."""
    return value in _list_for_companies(offer.key)[feature]


@lru_cache(maxsize=256)
def _list_for_companies(offer_key: str) -> Mapping[str, frozenset[str]]:
    """The values that only companies' cars have, by variable: asked at every click, so kept."""
    private = _list_sold(_leave_companies_out(offer_key))
    return {
        name: frozenset(values) - frozenset(private[name])
        for name, values in list_sold(get_offer(offer_key)).items()
    }


def find_part(offer: Offer, choices: Mapping[str, str]) -> PricedRange:
    """The part of an offer that goes with some choices: without the cars for companies, until one is asked for.

    So nobody's cheapest car becomes a company's by the way.
    """
    if any(is_for_companies(offer, name, value) for name, value in choices.items()):
        return offer.priced
    return _leave_companies_out(offer.key)


def find_private_part(offer: Offer) -> PricedRange:
    """What is offered to private people; the whole offer where it has nothing for companies, or nothing else."""
    return _leave_companies_out(offer.key)


@lru_cache(maxsize=64)
def _leave_companies_out(offer_key: str) -> PricedRange:
    offer = get_offer(offer_key)
    private = {
        feature.name: {value.name for value in feature.values if value.attributes.get("audience") != COMPANY}
        for feature in offer.catalogue.features.values()
        if any(value.attributes.get("audience") == COMPANY for value in feature.values)
    }
    part = restrict(offer.priced.compiled, private) if private else offer.priced.compiled
    return offer.priced if part.is_empty or not private else price(part, offer.amounts)


def find_context(offer: Offer) -> dict[str, str]:
    """What market and date fix: the variables of the range that are no features."""
    return {
        name: next(iter(values))
        for name, values in list_sold(offer).items()
        if name not in offer.catalogue.features
    }


def repair(offer: Offer, given: Mapping[str, str]) -> Repair:
    """The nearest valid choices: unknown or unsold ones are dropped, then the fewest given up, then the cheapest."""
    sold = list_sold(offer)
    known = {
        name: value
        for name, value in given.items()
        if name in offer.catalogue.features and value in sold.get(name, {})
    }
    unknown = tuple(name for name in given if name not in known)
    kept: Mapping[str, str] = known
    while not is_possible(part := find_part(offer, kept), kept):  # giving up may leave the cars for companies
        kept = restore(part, kept).choices
    return Repair(kept, unknown, tuple(name for name in known if name not in kept))


def build_car(offer: Offer, choices: Choices) -> Car:
    """The cheapest car with the choices. Raises Impossible when they contradict: see `repair`."""
    part = find_part(offer, choices)
    completion = cheapest(part, choices)
    bounds = dict(ask(part, choices).values.items())
    own = [name for name, value in choices.items() if is_for_companies(offer, name, value)]
    if not own and part is not offer.priced:
        answered = ask(offer.priced, choices).values
        for name, own_values in _list_for_companies(offer.key).items():
            if own_values:
                more = {v: found for v, found in answered[name].items() if v in own_values}
                bounds[name] = {**bounds[name], **more}
    elif len(own) == 1:  # without this one choice, it is a car for private people again
        bounds[own[0]] = _list_bounds_without(offer, choices, own[0], bounds[own[0]])
    return Car(offer, dict(choices), completion.values, completion.price, bounds)


def _list_bounds_without(
    offer: Offer, choices: Choices, feature: str, bounds: Mapping[str, Bounds]
) -> dict[str, Bounds]:
    rest = {name: value for name, value in choices.items() if name != feature}
    part = find_part(offer, rest)
    private = ask(part, rest).values[feature] if is_possible(part, rest) else {}
    return {v: found for v, found in bounds.items() if is_for_companies(offer, feature, v)} | dict(private)


def choose(car: Car, picked: Mapping[str, str]) -> Mapping[str, str]:
    """The choices after new ones, taken one after the other; what stands in their way is given up."""
    choices = car.choices
    for name, value in picked.items():
        if value in list_sold(car.offer).get(name, {}):
            choices = _take(car.offer, choices, (name, value)).choices
    return choices


def _take(offer: Offer, choices: Choices, wanted: tuple[str, str]) -> Restoration:
    part = find_part(offer, {**choices, wanted[0]: wanted[1]})
    found = restore(part, choices, wanted)
    after = find_part(offer, found.choices)
    return found if after is part else restore(after, found.choices, wanted)


def find_way_out(car: Car, feature: str, value: str) -> WayOut:
    """What stands in the way of a value, and the nearest car that has it: fewest choices given up, then price."""
    found = _take(car.offer, car.choices, (feature, value))
    return WayOut(
        in_the_way=conflict(
            find_part(car.offer, {**car.choices, feature: value}), car.choices, (feature, value)
        ),
        given_up=tuple(name for name in car.choices if name not in found.choices),
        choices=found.choices,
        changes=tuple(list_changes(car.offer, car.values, found.completion.values)),
        amount_minor=found.completion.price - car.price_minor,
    )


def list_changes(offer: Offer, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """What differs between two cars of an offer, features first changed first; the amounts add up to the difference.

    The price of a term that bears no feature's name (the car itself) goes to the first of its features that changed.
    """
    amounts = _amounts_by_term(offer, after)
    for term, amount in _amounts_by_term(offer, before).items():
        amounts[term] = amounts.get(term, 0) - amount
    changed = [name for name in offer.catalogue.features if before[name] != after[name]]
    due = {name: amounts.pop(name, 0) for name in changed}
    for term in [term for term in amounts if term not in offer.catalogue.features]:
        scope = offer.priced.compiled.terms[term][0]
        bearer = next((name for name in scope if name in due), None)
        if bearer:
            due[bearer] += amounts.pop(term)
    for name in changed:
        yield Change(name, before[name], after[name], due[name])
    for term, amount in amounts.items():
        if amount and term in offer.catalogue.features:
            yield Change(term, before[term], after[term], amount)


def _amounts_by_term(offer: Offer, values: Mapping[str, str]) -> dict[str, int]:
    return {line.term: line.amount_minor for line in itemise(offer, values)}
