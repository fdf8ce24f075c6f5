"""Values that cross the door of `offers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from usine.commons.errors import NotFound, UsineError
from usine.kernel import PricedRange, Prices
from usine.ranges.contracts import Catalogue


@dataclass(frozen=True, slots=True)
class Offer:
    """A range as one market sells it from a date: restricted, priced in its currency, immutable.

    Amounts in `priced` are minor units of `currency`, as the market shows them to private people: `tax_included` says
    whether they include the tax of `tax_rate`, whatever the price list did (`split_price` tells net, tax and gross).
    `priced` is already restricted to the market and the period: their variables take one value. `amounts` is the
    market's price list in the same way: price term, then values of its scope, to amount. `valid_until` is the last day.
    """

    key: str
    vehicle: str
    market: str
    currency: str
    tax_rate: Fraction
    tax_included: bool
    valid_from: date
    valid_until: date | None
    range_key: str
    catalogue: Catalogue
    priced: PricedRange
    amounts: Prices


@dataclass(frozen=True, slots=True)
class OfferSummary:
    """An offer as lists show it, without its range."""

    key: str
    vehicle: str
    market: str
    currency: str
    valid_from: date
    valid_until: date | None
    range_key: str
    made_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """What a market's offer is made from: the range release, the day from which it sells, the tax rate of an offer
    that goes on (None: the rate in force)."""

    vehicle: str
    market: str
    range_key: str
    on: date
    tax_rate: Fraction | None
    terms: str


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """What is stored of an offer; `terms` is the digest of everything that it says, the day apart."""

    key: str
    vehicle: str
    market: str
    currency: str
    range_key: str
    terms: str
    valid_from: date
    valid_until: date | None
    tax_rate: str


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount in its parts, whole minor units: `gross_minor` is what a private person pays, exactly the sum."""

    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of an itemised price: the term, the choices that it comes from, the amount in minor units as the offer
    shows it, and its parts."""

    term: str
    choices: tuple[tuple[str, str], ...]
    amount_minor: int
    taxed: Taxed


class PricesMissing(UsineError):
    code = "prices_missing"
    http_status = 422


class NothingSold(UsineError):
    code = "nothing_sold"
    http_status = 422


class OfferNotFound(NotFound):
    code = "offer_not_found"


class OfferExpired(OfferNotFound):
    """There were offers, but none for the day asked about."""

    code = "offer_expired"
