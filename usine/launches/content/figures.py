"""What a site's numbers are: asked of the market's offer, never typed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from usine.kernel import Answer, ask, is_possible
from usine.markets.public import find_co2_class
from usine.offers.contracts import Offer
from usine.ranges.contracts import OFF, ON, FeatureKind, FeatureValue

TRIM, POWERTRAIN, COLOUR = "trim", "powertrain", "colour"


class Standing(StrEnum):
    """How a version has a piece of equipment."""

    STANDARD = "standard"
    SOMETIMES = "sometimes"  # standard with some of its powertrains
    OPTION = "option"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Equipment:
    """`amount_minor` is the least that it adds to the cheapest car; `pack` is the pack that it cannot do without.

    `is_from` tells that the amount depends on the powertrain.
    """

    standing: Standing
    amount_minor: int = 0
    pack: str = ""
    is_from: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """The cheapest car of a trim: its powertrain and its price in minor units."""

    trim: str
    powertrain: str
    amount_minor: int


@dataclass
class Figures:
    """The questions that a site asks of one offer; each is asked of the kernel once."""

    offer: Offer
    _answers: dict[tuple[tuple[str, str], ...], Answer] = field(default_factory=dict, repr=False)
    _equipment: dict[tuple[str, str, str], Equipment] = field(default_factory=dict, repr=False)

    def _ask(self, **choices: str) -> Answer:
        key = tuple(sorted(choices.items()))
        if key not in self._answers:
            self._answers[key] = ask(self.offer.priced, choices)
        return self._answers[key]

    def list_trims(self) -> tuple[str, ...]:
        """The trims that the market sells, in the order of the range."""
        return self.list_values(TRIM)

    def list_values(self, feature: str, *, trim: str = "") -> tuple[str, ...]:
        """The values of a feature that the market sells, with a trim or with any, in the order of the range."""
        sold = self._ask(**{TRIM: trim} if trim else {}).values[feature]
        return tuple(v.name for v in self.offer.catalogue.features[feature].values if v.name in sold)

    def list_powertrains(self) -> tuple[str, ...]:
        """The powertrains that the market sells, cheapest first."""
        sold = self._ask().values[POWERTRAIN]
        return tuple(sorted(self.list_values(POWERTRAIN), key=lambda name: sold[name].minimum))

    def is_sold(self, feature: str, value: str) -> bool:
        """Whether some car of the offer has this value; False for what the range does not know."""
        return value in self._ask().values.get(feature, {})

    def find_entry(self, trim: str) -> Entry | None:
        """The cheapest car of a trim, None when the market does not sell it."""
        if trim not in self.list_trims():
            return None
        sold = self._ask(**{TRIM: trim}).values[POWERTRAIN]
        name = min(self.list_values(POWERTRAIN, trim=trim), key=lambda name: sold[name].minimum)
        return Entry(trim, name, sold[name].minimum)

    def find_price(self, trim: str, powertrain: str) -> int | None:
        """The entry price in minor units of a trim with a powertrain; None when they are not sold together."""
        bounds = self._ask(**{TRIM: trim}).values[POWERTRAIN].get(powertrain)
        return bounds.minimum if bounds else None

    def list_prices(self) -> tuple[int, ...]:
        """The entry prices of every trim with every powertrain, lowest first, in minor units."""
        grid = (self.find_price(trim, name) for trim in self.list_trims() for name in self.list_powertrains())
        return tuple(sorted(amount for amount in grid if amount is not None))

    def list_included(self, feature: str, *, trim: str) -> tuple[str, ...]:
        """The values of a feature that the entry price of a trim includes, in the order of the range."""
        answer = self._ask(**{TRIM: trim})
        sold = answer.values[feature]
        return tuple(
            name for name in self.list_values(feature, trim=trim) if sold[name].minimum == answer.minimum
        )

    def find_equipment(self, feature: str, value: str = ON, *, trim: str) -> Equipment:
        """How a trim has a piece of equipment, over all the powertrains that it is sold with."""
        asked = (feature, value, trim)
        if asked not in self._equipment:
            self._equipment[asked] = self._ask_equipment(feature, value, trim)
        return self._equipment[asked]

    def _ask_equipment(self, feature: str, value: str, trim: str) -> Equipment:
        extras, always = [], []
        for powertrain in self.list_values(POWERTRAIN, trim=trim):
            answer = self._ask(**{TRIM: trim, POWERTRAIN: powertrain})
            possible = answer.values[feature]
            always.append(set(possible) == {value})
            if value in possible:
                extras.append(possible[value].minimum - answer.minimum)
        if not extras:
            return Equipment(Standing.ABSENT)
        if any(always):
            return Equipment(Standing.STANDARD if all(always) else Standing.SOMETIMES)
        pack = self._find_pack(feature, value, trim)
        return Equipment(Standing.OPTION, min(extras), pack, len(set(extras)) > 1)

    def _find_pack(self, feature: str, value: str, trim: str) -> str:
        """The first pack without which the trim cannot have this equipment; empty when it comes alone too."""
        for pack in self.offer.catalogue.features.values():
            if pack.kind is not FeatureKind.SWITCH or not pack.parts or pack.name == feature:
                continue
            without = {TRIM: trim, feature: value, pack.name: OFF}
            if not is_possible(self.offer.priced, without):
                return pack.name
        return ""

    def list_sold_powertrains(self) -> Iterator[FeatureValue]:
        """The powertrains that the market sells, with their attributes."""
        sold = self.list_powertrains()
        return (v for v in self.offer.catalogue.features[POWERTRAIN].values if v.name in sold)

    def list_attribute(self, name: str) -> tuple[Decimal, ...]:
        """An attribute of the powertrains that have it and are sold here, lowest first."""
        found = (v.attributes[name] for v in self.list_sold_powertrains() if name in v.attributes)
        return tuple(sorted(Decimal(str(value)) for value in found))

    def find_co2_class(self, co2_g_per_km: Decimal | int) -> str:
        """The letter of the market's law for an emission; empty where the law has no such classes."""
        return find_co2_class(co2_g_per_km, market=self.offer.market)
