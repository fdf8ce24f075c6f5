"""Verbs on offers."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.offers.building import build_offer
from usine.offers.contracts import Offer
from usine.offers.models import StoredOffer
from usine.offers.queries import get_offer
from usine.ranges.public import get_current_release


def make_offer(vehicle: str, *, market: str, on: date, by: Actor) -> Offer:
    """Make and keep an offer; made again it becomes the one made last.

    While the market's last offer says the same as one from this day would, it goes on: its day stays, so that a site
    published again for a word does not date its prices anew.
    """
    offer = build_offer(get_current_release(vehicle), market=market, on=on)
    offer = _find_same(offer) or offer
    with transaction.atomic():
        stored, is_new = StoredOffer.objects.get_or_create(
            key=offer.key,
            defaults={
                "vehicle": vehicle,
                "market": market,
                "currency": offer.currency,
                "range_key": offer.range_key,
                "valid_from": offer.valid_from,
                "valid_until": offer.valid_until,
                "tax_rate": str(offer.tax_rate),
                "made_at": timezone.now(),
                "by": by.name,
            },
        )
        if is_new:
            record_fact(
                "OfferMade", by=by.name, market=market, subject=vehicle, key=offer.key, on=on.isoformat()
            )
        else:
            StoredOffer.objects.filter(pk=stored.pk).update(made_at=timezone.now())
    return offer


def _find_same(offer: Offer) -> Offer | None:
    """The market's last offer, when nothing but its earlier day tells it from this one."""
    made = StoredOffer.objects.filter(vehicle=offer.vehicle, market=offer.market)
    last = made.order_by("-made_at", "-id").first()
    if last is None or last.range_key != offer.range_key or last.valid_from > offer.valid_from:
        return None
    earlier = get_offer(last.key)
    return earlier if _content(earlier) == _content(offer) else None


def _content(offer: Offer) -> tuple[object, ...]:
    """What a buyer is told, the day apart."""
    return (offer.currency, offer.tax_rate, offer.tax_included, offer.valid_until, offer.priced.key)
