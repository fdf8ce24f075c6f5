"""From a range release to an offer: the same release, market, day and tax rate give the same offer."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction

from usine.kernel import price
from usine.markets.contracts import TaxDisplay
from usine.markets.public import get_market
from usine.offers.contracts import Offer, PricesMissing
from usine.offers.rules import check_complete, collect_amounts, restrict_to_market
from usine.offers.taxes import convert
from usine.ranges.contracts import RangeRelease


def build_offer(release: RangeRelease, *, market: str, on: date, tax_rate: Fraction | None = None) -> Offer:
    """The offer of a market from a day; `tax_rate` is that of an offer made before, else the rate in force.

    Raises MarketNotFound, PricesMissing, NothingSold.
    """
    about = get_market(market, on=on)
    sheet = collect_amounts(release, market=market, on=on)
    if sheet.currency != about.currency:
        raise PricesMissing(
            f"{release.vehicle} has no prices for {market} in {about.currency} on {on}: "
            f"its price list in range.yaml is in {sheet.currency}."
        )
    sold = restrict_to_market(release, market=market, on=on)
    check_complete(release, sold, sheet.amounts, market=market, currency=sheet.currency)
    rate = next(rate for rate in (tax_rate, sheet.tax_rate, about.tax_rate) if rate is not None)
    tax_included = about.tax_display is TaxDisplay.INCLUDED
    amounts = convert(sheet.amounts, rate=rate, was_included=sheet.tax_included, tax_included=tax_included)
    priced = price(sold, amounts)
    content = f"{release.key} {market} {sheet.currency} {on.isoformat()} {rate} {tax_included} {priced.key}"
    return Offer(
        key=hashlib.sha256(content.encode()).hexdigest(),
        vehicle=release.vehicle,
        market=market,
        currency=sheet.currency,
        tax_rate=rate,
        tax_included=tax_included,
        valid_from=on,
        valid_until=sheet.valid_until,
        range_key=release.key,
        catalogue=release.catalogue,
        priced=priced,
        amounts=amounts,
    )
