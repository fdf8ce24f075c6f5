"""The door of `offers`."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.offers import actions, queries
from usine.offers.actions import describe_offer, draft_offer, find_terms, keep_offer
from usine.offers.contracts import Offer, OfferExpired, OfferPlan, OfferSummary
from usine.offers.queries import get_offer
from usine.offers.rules import itemise, label, split_price

__all__ = [
    "describe_offer",
    "draft_offer",
    "find_offer",
    "find_terms",
    "get_current_offer",
    "get_offer",
    "get_offer_on_sale",
    "get_today",
    "itemise",
    "keep_offer",
    "label",
    "list_offered",
    "list_offers",
    "make_offer",
    "plan_offer",
    "split_price",
]


def get_today() -> date:
    """The day on which offers are made and shown: USINE_TODAY, or the calendar's."""
    today: date | None = settings.TODAY
    return today or timezone.localdate()


def make_offer(vehicle: str, *, market: str, on: date, by: Actor) -> Offer:
    """Make and keep a market's offer from the current range, as sold from a day; the same content is kept once.

    Raises RangeNotFound, MarketNotFound, PricesMissing (no price list on that day, or options without an amount),
    NothingSold (the rules leave no vehicle there on that day).
    """
    return actions.make_offer(vehicle, market=market, on=on, by=by)


def plan_offer(vehicle: str, *, market: str, on: date) -> OfferPlan:
    """What a market's offer is made from on a day: today's range, or that of its last offer while it says the same.

    Raises RangeNotFound, MarketNotFound, PricesMissing.
    """
    return actions.plan_offer(vehicle, market=market, on=on)


def get_current_offer(vehicle: str, *, market: str, on: date | None = None) -> Offer:
    """The offer of a market made last among those valid on a day (default today).

    Raises OfferNotFound; OfferExpired, which is one, when there are offers but none for that day.
    """
    return get_offer(queries.find_current_key(vehicle, market=market, on=on or get_today()))


def get_offer_on_sale(key: str, *, on: date | None = None) -> Offer:
    """The offer with this key, for a page that sells from it (default today).

    Raises OfferNotFound; OfferExpired after the last day of its prices.
    """
    offer = get_offer(key)
    if offer.valid_until is not None and (on or get_today()) > offer.valid_until:
        raise OfferExpired(
            f"The prices of {offer.vehicle} in {offer.market} held until {offer.valid_until}: "
            "come back when the new ones are published."
        )
    return offer


def find_offer(start: str) -> Offer:
    """The only offer whose key starts so (six signs at least). Raises OfferNotFound."""
    return get_offer(queries.find_key(start))


def list_offers(*, vehicle: str = "", market: str = "", limit: int = 200) -> tuple[OfferSummary, ...]:
    """The offers made last, newest first, of a vehicle and of a market when they are given."""
    return queries.list_offers(vehicle=vehicle, market=market, limit=limit)


def list_offered() -> tuple[tuple[str, str], ...]:
    """Every vehicle with each market that it has an offer in, in the order of their codes."""
    return queries.list_offered()
