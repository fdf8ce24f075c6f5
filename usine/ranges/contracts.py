"""Values that cross the door of `ranges`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from usine.commons.errors import NotFound, UsineError
from usine.kernel import CompiledRange, Model

Text = Mapping[str, str]
"""Language code to text; English is always there."""

ON, OFF = "yes", "no"
"""The values of a switch."""
OTHER = "other"
"""The value of the variable "market" for those that no rule names."""


def read_text(text: Text, language: str) -> str:
    """The text in a language, or in English; empty when nothing is written."""
    return text.get(language) or text.get("en", "")


class FeatureKind(StrEnum):
    CHOICE = "choice"  # one of several values
    SWITCH = "switch"  # values OFF and ON
    CONTEXT = "context"  # fixed by the market and the date, never shown as a choice


@dataclass(frozen=True, slots=True)
class FeatureValue:
    """`attributes` are the facts of the value: colour `hex`, `power_kw`, `co2_g_per_km`, `picture`, `audience`, ..."""

    name: str
    label: Text
    note: Text = field(default_factory=dict)
    attributes: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """A variable of the range as people see it. `parts` are the switches that a pack includes; `group` is the heading
    that it stands under within its step, empty for none."""

    name: str
    kind: FeatureKind
    step: str
    label: Text
    values: tuple[FeatureValue, ...]
    note: Text = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    group: Text = field(default_factory=dict)

    def get_value(self, name: str) -> FeatureValue:
        """The value of this name; StopIteration when there is none."""
        return next(value for value in self.values if value.name == name)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the configurator: version, engine, colour, roof, wheels, interior, packs, options."""

    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """An authored rule: its sentence for people, and where it was written."""

    name: str
    kind: str
    text: Text
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything of a range that people read."""

    vehicle: str  # slug, used in addresses
    label: Text
    steps: tuple[Step, ...]
    features: Mapping[str, Feature]
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One authored amount: a row of a price term in a market, in minor units of `currency`.

    `tax_rate` is that of the price list, None where the market's own rate holds.
    """

    term: str
    row: tuple[str, ...]
    market: str
    currency: str
    amount_minor: int
    tax_included: bool
    tax_rate: Fraction | None
    valid_from: date | None
    valid_until: date | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RangeRelease:
    """A checked, compiled, immutable version of a range. `key` is derived from its whole content."""

    key: str
    vehicle: str
    version: str
    catalogue: Catalogue
    model: Model
    compiled: CompiledRange
    price_rows: tuple[PriceRow, ...]
    period_starts: tuple[
        date, ...
    ]  # period i runs from period_starts[i]; value "p0" of variable "period" ends at the first
    markets: frozenset[str]  # values of the variable "market"; every other market is its value "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a range file: one sentence, and where."""

    message: str
    file: str = ""
    line: int = 0
    rule: str = ""

    def __str__(self) -> str:
        """`rules/10-colour.yaml:12: sente-no-humus: There is no feature “colur”.`"""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.rule, self.message) if part)


class RangeNotFound(NotFound):
    code = "range_not_found"


class RangeInvalid(UsineError):
    """A range's files are wrong; one line a fault."""

    code = "range_invalid"
    http_status = 422

    def __init__(self, faults: tuple[Fault, ...]):
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
