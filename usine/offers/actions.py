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
from usine.ranges.public import get_current_release


def make_offer(vehicle: str, *, market: str, on: date, by: Actor) -> Offer:
    """Make and keep an offer; the same content is kept once, and made again becomes the one made last."""
    offer = build_offer(get_current_release(vehicle), market=market, on=on)
    with transaction.atomic():
        stored, is_new = StoredOffer.objects.get_or_create(
            key=offer.key,
            defaults={
                "vehicle": vehicle,
                "market": market,
                "currency": offer.currency,
                "range_key": offer.range_key,
                "valid_from": on,
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
