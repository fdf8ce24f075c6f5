"""Reads of offers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from django.db.models import Q, QuerySet

from usine.offers.building import build_offer
from usine.offers.contracts import Offer, OfferExpired, OfferNotFound, OfferSummary
from usine.offers.models import StoredOffer
from usine.ranges.public import get_release

SHORTEST_KEY = 6


@lru_cache(maxsize=256)
def get_offer(key: str) -> Offer:
    """The offer with this key as it was made, kept in memory once built."""
    stored = StoredOffer.objects.filter(key=key).first()
    if stored is None:
        raise OfferNotFound(f"There is no offer {key}.")
    rate = Fraction(stored.tax_rate) if stored.tax_rate else None
    release = get_release(stored.range_key)
    return build_offer(release, market=stored.market, on=stored.valid_from, tax_rate=rate)


def find_current_key(vehicle: str, *, market: str, on: date) -> str:
    """The key of the offer made last among those valid on a day."""
    made = StoredOffer.objects.filter(vehicle=vehicle, market=market)
    begun = made.filter(valid_from__lte=on)
    valid = _newest_first(begun.filter(Q(valid_until=None) | Q(valid_until__gte=on))).first()
    if valid is not None:
        return valid.key
    ended = begun.order_by("-valid_until").first()
    if ended is not None:
        raise OfferExpired(
            f"The offer of {vehicle} in {market} ended on {ended.valid_until}: "
            "release a range with later prices and make an offer from it."
        )
    coming = made.order_by("valid_from").first()
    if coming is not None:
        raise OfferExpired(f"The offer of {vehicle} in {market} begins on {coming.valid_from} only.")
    raise OfferNotFound(f"{vehicle} has no offer in {market}: make one first.")


def find_key(start: str) -> str:
    """The whole key of the only offer whose key starts so."""
    keys = [] if len(start) < SHORTEST_KEY else list(StoredOffer.objects.filter(key__startswith=start)[:2])
    if len(keys) != 1:
        found = "Several offers have" if keys else "No offer has"
        raise OfferNotFound(
            f"{found} a key that starts with {start}: give at least {SHORTEST_KEY} signs of one "
            "that usine offers list shows."
        )
    return keys[0].key


def list_offers(*, vehicle: str, market: str, limit: int) -> tuple[OfferSummary, ...]:
    """The offers made last, newest first."""
    wanted = {name: value for name, value in (("vehicle", vehicle), ("market", market)) if value}
    return tuple(
        OfferSummary(
            key=stored.key,
            vehicle=stored.vehicle,
            market=stored.market,
            currency=stored.currency,
            valid_from=stored.valid_from,
            valid_until=stored.valid_until,
            range_key=stored.range_key,
            made_at=stored.made_at,
            by=stored.by,
        )
        for stored in _newest_first(StoredOffer.objects.filter(**wanted))[:limit]
    )


def _newest_first(offers: QuerySet[StoredOffer]) -> QuerySet[StoredOffer]:
    return offers.order_by("-made_at", "-id")


def list_offered() -> tuple[tuple[str, str], ...]:
    """Vehicle and market of every offer, once each."""
    return tuple(
        StoredOffer.objects.order_by("vehicle", "market").values_list("vehicle", "market").distinct()
    )
