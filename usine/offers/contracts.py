"""Values that cross the door of `offers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from usine.commons.errors import UsineError
from usine.kernel import PricedRange, Prices
from usine.ranges.contracts import Catalogue


@dataclass(frozen=True, slots=True)
class Offer:
    """A range as one market sells it from a date: restricted, priced in its currency, immutable.

    Amounts in `priced` are minor units of `currency`, as the market displays them (tax included or not).
    `priced` is already restricted to the market and the period: their variables take one value. `amounts` is the
    market's price list: price term, then values of its scope, to amount.
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
class PriceLine:
    """One line of an itemised price: the term, the choices that it comes from, the amount in minor units."""

    term: str
    choices: tuple[tuple[str, str], ...]
    amount_minor: int


class PricesMissing(UsineError):
    code = "prices_missing"
    http_status = 422


class OfferNotFound(UsineError):
    code = "offer_not_found"
    http_status = 404
