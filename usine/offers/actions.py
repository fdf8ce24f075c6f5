"""Verbs on offers: plan, draft, keep. Planning and keeping ask the database, drafting only the kernel."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.markets.public import get_market
from usine.offers.building import build_offer
from usine.offers.contracts import Offer, OfferPlan, OfferRecord
from usine.offers.models import StoredOffer
from usine.offers.rules import digest_terms
from usine.ranges.contracts import RangeRelease
from usine.ranges.public import get_current_release, get_release

MOST_TERMS = 2_000
_terms: dict[tuple[str, str, date], str] = {}
"""Terms that were asked for: a release never changes, and every page of the desk asks for those of every market."""


def make_offer(vehicle: str, *, market: str, on: date, by: Actor) -> Offer:
    """Make and keep an offer; made again it becomes the one made last."""
    plan = plan_offer(vehicle, market=market, on=on)
    offer = draft_offer(plan)
    keep_offer(describe_offer(offer, plan.terms), by=by)
    return offer


def plan_offer(vehicle: str, *, market: str, on: date) -> OfferPlan:
    """What an offer is made from today.

    While the market's last offer says the same as one from this day would, it goes on: its day stays, so that a site
    published again for a word does not date its prices anew.
    """
    release = get_current_release(vehicle)
    terms = find_terms(release, market=market, on=on)
    made = StoredOffer.objects.filter(vehicle=vehicle, market=market)
    last = made.order_by("-made_at", "-id").first()
    if last is None or last.terms != terms or last.valid_from > on:
        return OfferPlan(vehicle, market, release.key, on, None, terms)
    rate = Fraction(last.tax_rate) if last.tax_rate else None
    return OfferPlan(vehicle, market, last.range_key, last.valid_from, rate, terms)


def find_terms(release: RangeRelease, *, market: str, on: date) -> str:
    """What a market's offer of a day would say, in one digest. Raises MarketNotFound, PricesMissing."""
    asked = (release.key, market, on)
    if asked not in _terms:
        if len(_terms) > MOST_TERMS:
            _terms.clear()
        _terms[asked] = digest_terms(release, get_market(market, on=on), on=on)
    return _terms[asked]


def draft_offer(plan: OfferPlan) -> Offer:
    """The offer of a plan; nothing is stored, and nothing read once its range release is in memory."""
    return build_offer(get_release(plan.range_key), market=plan.market, on=plan.on, tax_rate=plan.tax_rate)


def describe_offer(offer: Offer, terms: str) -> OfferRecord:
    """What is stored of an offer: from it, the same offer can be built again."""
    return OfferRecord(
        key=offer.key,
        vehicle=offer.vehicle,
        market=offer.market,
        currency=offer.currency,
        range_key=offer.range_key,
        terms=terms,
        valid_from=offer.valid_from,
        valid_until=offer.valid_until,
        tax_rate=str(offer.tax_rate),
    )


def keep_offer(record: OfferRecord, *, by: Actor) -> None:
    """Store an offer, or make the one that is there already the one made last."""
    values = asdict(record)
    key = values.pop("key")
    with transaction.atomic():
        stored, is_new = StoredOffer.objects.get_or_create(
            key=key, defaults={**values, "made_at": timezone.now(), "by": by.name}
        )
        if is_new:
            record_fact(
                "OfferMade",
                by=by.name,
                market=record.market,
                subject=record.vehicle,
                key=key,
                on=record.valid_from.isoformat(),
            )
        else:
            StoredOffer.objects.filter(pk=stored.pk).update(made_at=timezone.now(), terms=record.terms)
