"""The door of `offers`."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.kernel import price
from usine.markets.contracts import TaxDisplay
from usine.markets.public import get_market
from usine.offers.contracts import Offer, OfferNotFound
from usine.offers.models import StoredOffer
from usine.offers.rules import check_complete, collect_amounts, itemise, label, restrict_to_market
from usine.ranges.contracts import RangeRelease
from usine.ranges.public import get_current_release, get_release

__all__ = ["get_current_offer", "get_offer", "itemise", "label", "make_offer"]


def make_offer(vehicle: str, *, market: str, on: date, by: Actor) -> Offer:
    """Make and keep a market's offer from the current range, as sold from a day; the same content is kept once.

    Raises RangeNotFound, PricesMissing.
    """
    offer = _build(get_current_release(vehicle), market, on)
    with transaction.atomic():
        _, is_new = StoredOffer.objects.get_or_create(
            key=offer.key,
            defaults={
                "vehicle": vehicle,
                "market": market,
                "currency": offer.currency,
                "range_key": offer.range_key,
                "valid_from": on,
                "made_at": timezone.now(),
                "by": by.name,
            },
        )
        if is_new:
            record_fact(
                "OfferMade", by=by.name, market=market, subject=vehicle, key=offer.key, on=on.isoformat()
            )
    return offer


@lru_cache(maxsize=256)
def get_offer(key: str) -> Offer:
    """The offer with this key, kept in memory once built. Raises OfferNotFound."""
    stored = StoredOffer.objects.filter(key=key).first()
    if stored is None:
        raise OfferNotFound(f"There is no offer {key}.")
    return _build(get_release(stored.range_key), stored.market, stored.valid_from)


def get_current_offer(vehicle: str, *, market: str) -> Offer:
    """The offer of a market made last. Raises OfferNotFound."""
    newest = (
        StoredOffer.objects.filter(vehicle=vehicle, market=market)
        .order_by("-made_at", "-id")
        .only("key")
        .first()
    )
    if newest is None:
        raise OfferNotFound(f"{vehicle} has no offer in {market}: make one first.")
    return get_offer(newest.key)


def _build(release: RangeRelease, market: str, on: date) -> Offer:
    about = get_market(market)
    sold = restrict_to_market(release, market=market, on=on)
    currency, amounts = collect_amounts(release, market=market, on=on)
    check_complete(release, sold, amounts, market=market, currency=currency)
    priced = price(sold, amounts)
    until = [r.valid_until for r in release.price_rows if r.market == market and r.valid_until is not None]
    content = f"{release.key} {market} {currency} {on.isoformat()} {priced.key}"
    return Offer(
        key=hashlib.sha256(content.encode()).hexdigest(),
        vehicle=release.vehicle,
        market=market,
        currency=currency,
        tax_rate=about.tax_rate,
        tax_included=about.tax_display is TaxDisplay.INCLUDED,
        valid_from=on,
        valid_until=min(until, default=None),
        range_key=release.key,
        catalogue=release.catalogue,
        priced=priced,
        amounts=amounts,
    )
