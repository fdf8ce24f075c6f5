"""The configurator's page as its template reads it: steps, parts and groups of rows in the visitor's words.

The browser has a twin of this file, configurator/local/pages.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from usine.journeys.cars import Car, list_sold
from usine.journeys.rows import Row, make_choice_rows, make_switch_row
from usine.journeys.wording import Words
from usine.ranges.contracts import ON, Feature, FeatureKind, Step

LAYOUTS = (("hex", "trunks"), ("spokes", "wheels"), ("upper_hex", "swatches"))
"""A part whose values all have the fact is drawn in that layout; any other is a list of choices."""
FIRST_WORDS = re.compile(r"[,،、]")
SEARCH_FROM = 20
"""A step with so many rows gets a field to search among them."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is chosen together: the values of a feature, or options. `asides` are the rows for companies."""

    name: str
    title: str
    layout: str  # "choices", "trunks", "wheels" or "swatches"
    control: str  # "radio" or "checkbox"
    rows: tuple[Row, ...]
    asides: tuple[Row, ...] = ()

    @property
    def is_calm(self) -> bool:
        """Whether so many rows are impossible that each tells its reason in a low voice."""
        return sum(row.blocked is not None for row in self.rows) > 1

    @property
    def has_blocked(self) -> bool:
        return any(row.blocked for row in self.rows)

    @property
    def aside_is_open(self) -> bool:
        return any(row.is_current for row in self.asides)


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of a long step under a heading that folds."""

    name: str
    title: str
    now: str
    is_open: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    name: str
    title: str
    now: str  # what is chosen, in a word
    parts: tuple[Part, ...]
    groups: tuple[Group, ...]
    searched: int  # how many rows its search field looks through; 0 for no field


def show_steps(car: Car, words: Words, *, touched: Iterable[str] = ()) -> tuple[StepView, ...]:
    """Every step with what can be chosen there; features with one value only are not shown.

    The groups of the features `touched` last are open, and those that hold a choice of the visitor.
    """
    sold = list_sold(car.offer)
    by_step: dict[str, list[Feature]] = {}
    for feature in car.offer.catalogue.features.values():
        if feature.kind is not FeatureKind.CONTEXT and len(sold[feature.name]) > 1:
            by_step.setdefault(feature.step, []).append(feature)
    return tuple(
        _show_step(car, words, step, by_step[step.name], frozenset(touched))
        for step in car.offer.catalogue.steps
        if step.name in by_step
    )


def _show_step(
    car: Car, words: Words, step: Step, features: list[Feature], touched: frozenset[str]
) -> StepView:
    title = words.text(step.label)
    loose = [feature for feature in features if not feature.group]
    parts = list(_make_parts(car, words, loose, name=step.name, title=title))
    groups = [
        _make_group(car, words, f"{step.name}-{number}", heading, members, touched)
        for number, (heading, members) in enumerate(_by_group(words, features).items(), 1)
    ]
    if groups:  # what is for companies stands with the other groups, last
        parts, aside = _split_asides(parts)
        if aside:
            is_open = any(row.is_current or row.feature in touched for part in aside for row in part.rows)
            groups.append(Group(f"{step.name}-companies", _("For companies"), "", is_open, tuple(aside)))
    rows = sum(len(part.rows) for group in groups for part in group.parts)
    return StepView(
        step.name,
        title,
        _tell_now(car, words, features),
        tuple(parts),
        tuple(groups),
        rows if rows >= SEARCH_FROM else 0,
    )


def _by_group(words: Words, features: Iterable[Feature]) -> dict[str, list[Feature]]:
    found: dict[str, list[Feature]] = {}
    for feature in features:
        if feature.group:
            found.setdefault(words.text(feature.group), []).append(feature)
    return found


def _make_group(
    car: Car, words: Words, name: str, heading: str, features: list[Feature], touched: frozenset[str]
) -> Group:
    parts = tuple(_make_parts(car, words, features, name=name, title=heading))
    chosen = [feature.name for feature in features if _is_added(car, feature)]
    now = ", ".join(_name_added(car, words, car.offer.catalogue.features[name]) for name in chosen)
    is_open = bool(chosen) or any(feature.name in touched for feature in features)
    return Group(name, heading, now, is_open, parts)


def _make_parts(car: Car, words: Words, features: list[Feature], *, name: str, title: str) -> Iterator[Part]:
    """A part for each choice of one; one part for all the options."""
    for feature in features:
        if feature.kind is FeatureKind.CHOICE:
            rows = tuple(make_choice_rows(car, words, feature))
            yield _set_aside(
                Part(feature.name, words.text(feature.label), find_layout(feature), "radio", rows)
            )
    switches = [feature for feature in features if feature.kind is FeatureKind.SWITCH]
    if switches:
        rows = tuple(make_switch_row(car, words, feature) for feature in switches)
        yield _set_aside(Part(name, title, "choices", "checkbox", rows))


def _set_aside(part: Part) -> Part:
    return replace(
        part,
        rows=tuple(row for row in part.rows if not row.is_for_companies),
        asides=tuple(row for row in part.rows if row.is_for_companies),
    )


def _split_asides(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """The parts without their asides, and the asides as parts of their own."""
    aside = [replace(part, rows=part.asides, asides=()) for part in parts if part.asides]
    return [replace(part, asides=()) for part in parts if part.rows], aside


def find_layout(feature: Feature) -> str:
    """How the values of a choice of one are drawn."""
    for fact, layout in LAYOUTS:
        if all(fact in value.attributes for value in feature.values):
            return layout
    return "choices"


def _is_added(car: Car, feature: Feature) -> bool:
    """Whether the visitor asked for more than what this feature is without being asked."""
    if feature.kind is FeatureKind.SWITCH:
        return car.choices.get(feature.name) == ON
    return feature.name in car.choices and car.choices[feature.name] != feature.values[0].name


def _name_added(car: Car, words: Words, feature: Feature) -> str:
    if feature.kind is FeatureKind.SWITCH:
        return words.text(feature.label)
    return words.value(feature.name, car.values[feature.name])


def _tell_now(car: Car, words: Words, features: list[Feature]) -> str:
    """What is chosen in a step: the value of its first choice up to a comma, or the option, or how many of them."""
    ungrouped = [f for f in features if f.kind is FeatureKind.CHOICE and not f.group]
    if ungrouped:
        name = ungrouped[0].name
        return FIRST_WORDS.split(words.value(name, car.values[name]))[0]
    added = [feature for feature in features if _is_added(car, feature)]
    if len(added) == 1:
        return _name_added(car, words, added[0])
    return _("%(count)s of %(total)s") % {"count": len(added), "total": len(features)}
