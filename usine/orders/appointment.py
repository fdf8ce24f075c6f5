"""A booked drive in the visitor's words: when, where, with which car. One text for the pages and the mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from usine.dealers.contracts import Dealer, DealerNotFound
from usine.dealers.public import get_dealer
from usine.markets.contracts import Locale
from usine.orders import rules, words
from usine.orders.calendar import make_event
from usine.orders.car import DriveCar, find_car
from usine.orders.contracts import Lead


@dataclass(frozen=True, slots=True)
class Appointment:
    """`dealer` is None once its point of sale is gone: its name stays in the lead."""

    day: str
    time: str
    dealer: Dealer | None
    opening: list[tuple[str, str]]
    car: DriveCar | None
    may_cancel: bool
    is_past: bool


def describe(lead: Lead, *, locale: Locale, now: datetime) -> Appointment:
    """In the language that is active."""
    dealer = find_dealer(lead)
    zone = dealer.timezone if dealer else str(lead.starts_at.tzinfo)
    return Appointment(
        day=words.say_day(lead.starts_at.date(), locale),
        time=words.say_time(lead.starts_at, locale),
        dealer=dealer,
        opening=words.say_opening(dealer.hours, locale) if dealer else [],
        car=find_car(lead.configuration_code, offer_key=lead.offer_key, locale=locale),
        may_cancel=rules.may_cancel(lead.starts_at, timezone=zone, now=now),
        is_past=lead.starts_at <= now,
    )


def find_dealer(lead: Lead) -> Dealer | None:
    """The point of sale of a lead, while it exists."""
    try:
        return get_dealer(lead.dealer_id)
    except DealerNotFound:
        return None


def make_calendar(lead: Lead) -> str:
    """The appointment as an iCalendar text, in the language that is active."""
    dealer = find_dealer(lead)
    place = f"{dealer.name}, {dealer.street}, {dealer.postcode} {dealer.city}" if dealer else lead.dealer_name
    return make_event(
        uid=f"test-drive-{lead.id}@{settings.DOMAIN}",
        starts_at=lead.starts_at,
        made_at=lead.created_at,
        summary=_("Test drive, %(brand)s") % {"brand": settings.BRAND},
        place=place,
        is_cancelled=lead.is_cancelled,
    )
