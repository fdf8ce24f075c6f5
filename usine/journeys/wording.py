"""An offer and its cars in a visitor's words: labels, amounts, pictures.

The browser has a twin of this file, configurator/local/wording.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from usine.commons.assets import get_asset
from usine.journeys.cars import Change
from usine.markets.contracts import Locale
from usine.markets.public import format_date, format_money, format_number, get_market, market_name
from usine.offers.contracts import Offer, PriceLine
from usine.offers.public import itemise, label
from usine.ranges.contracts import OFF, ON, Feature, FeatureKind, Text, read_text
from usine.studio.public import picture_address


@dataclass(frozen=True, slots=True)
class Words:
    """How one offer speaks in one locale."""

    offer: Offer
    locale: Locale

    def text(self, text: Text) -> str:
        """A text of the range in the visitor's language, English when it lacks it."""
        return read_text(text, self.locale.language)

    def money(self, amount_minor: int, *, signed: bool = False) -> str:
        return format_money(amount_minor, currency=self.offer.currency, locale=self.locale, signed=signed)

    def bare_money(self, amount_minor: int) -> str:
        """A signed difference without its currency, for where many stand side by side under one mention of it."""
        digits = get_market(self.locale.market).currency_digits
        value = Decimal(amount_minor).scaleb(-digits)
        whole = value == value.to_integral_value()
        return format_number(value, locale=self.locale, digits=0 if whole else digits, signed=True)

    def value(self, feature: str, value: str) -> str:
        return label(self.offer, feature, value, language=self.locale.language)

    def feature(self, name: str) -> Feature:
        return self.offer.catalogue.features[name]

    def title(self, values: Mapping[str, str]) -> str:
        """“Name Version”: the vehicle and its trim."""
        return f"{self.text(self.offer.catalogue.label)} {self.value('trim', values['trim'])}"

    def picture_alt(self, values: Mapping[str, str], colour: str) -> str:
        """What the car's picture in a colour shows."""
        return _("%(car)s in %(colour)s, seen from the front at an angle") % {
            "car": self.title(values),
            "colour": self.value("colour", colour),
        }

    def change(self, change: Change) -> str:
        """“Added: Pack Hiver”, “Roof: glass”, “New price: Rear camera”; no word agrees with a label."""
        feature = self.feature(change.feature)
        name = self.text(feature.label)
        if change.before == change.after:
            return _("New price: %(name)s") % {"name": self.value(change.feature, change.after)}
        if feature.kind is FeatureKind.SWITCH:
            pattern = _("Added: %(name)s") if change.after == ON else _("Removed: %(name)s")
            return pattern % {"name": name}
        return _("%(feature)s: %(value)s") % {
            "feature": name,
            "value": self.value(change.feature, change.after),
        }

    def line(self, line: PriceLine, values: Mapping[str, str]) -> str:
        """The name of a line of an itemised price; the car's own line names trim and powertrain."""
        if line.term not in self.offer.catalogue.features:
            return f"{self.title(values)}, {self.value('powertrain', values['powertrain'])}"
        feature = self.feature(line.term)
        if feature.kind is FeatureKind.SWITCH:
            return self.text(feature.label)
        return f"{self.text(feature.label)} {self.value(line.term, values[line.term])}"

    def lines(self, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """The itemised price, the car itself first."""
        lines = sorted(
            itemise(self.offer, values), key=lambda line: line.term in self.offer.catalogue.features
        )
        return tuple((self.line(line, values), self.money(line.amount_minor)) for line in lines)

    def standard(self, values: Mapping[str, str]) -> Iterator[str]:
        """The equipment that the car has without a price of its own."""
        paid = {line.term for line in itemise(self.offer, values)}
        for feature in self.offer.catalogue.features.values():
            if (
                feature.kind is FeatureKind.SWITCH
                and feature.name not in paid
                and values[feature.name] != OFF
            ):
                yield self.text(feature.label)


def find_picture(offer: Offer, colour: str) -> str:
    """The address of the car's picture in a colour."""
    name = offer.catalogue.features["colour"].get_value(colour).attributes["picture"]
    return get_asset(f"assets/cars/{name}.avif").url


def find_car_picture(offer: Offer, values: Mapping[str, str], *, shared: bool = False) -> str:
    """The address of a whole car's picture; that of its colour where nobody photographed what can be chosen."""
    return picture_address(offer.vehicle, values, shared=shared) or find_picture(offer, values["colour"])


def tell_prices(offer: Offer, locale: Locale) -> dict[str, str]:
    """Which price list a page reads from, and until when it holds; empty where that is open."""
    country = market_name(locale.market, language=locale.language)
    since = format_date(offer.valid_from, locale=locale)
    until = format_date(offer.valid_until, locale=locale) if offer.valid_until else ""
    return {
        "price_list": _("Price list for %(country)s of %(date)s.") % {"country": country, "date": since},
        "prices_until": _("Prices valid until %(date)s.") % {"date": until} if until else "",
    }


def print_code(code: str) -> str:
    """7K4MR2P as people read it: 7K4-MR2P."""
    return f"{code[:3]}-{code[3:]}"
