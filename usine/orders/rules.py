"""Pure decisions: a contact, the slots that can be booked, until when one may cancel, when data are erased."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from usine.orders.contracts import Contact

RETENTION_MONTHS = 3
CONSENT_VERSION = "test-drive-2"
LEAD_TIME = timedelta(hours=2)
"""A point of sale has at least this long to bring the car to the door: today's later half hours can be booked."""
BOOKABLE_DAYS = 56
DAYS_SHOWN = 7
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9 ().\-/]{6,30}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def find_contact_faults(contact: Contact) -> dict[str, str]:
    """Field to fault: `missing`, `no_at`, `malformed` or `too_long`. Empty when all is well."""
    faults: dict[str, str] = {}
    for field, value, longest in (
        ("first_name", contact.first_name, 80),
        ("last_name", contact.last_name, 80),
        ("email", contact.email, 254),
    ):
        if not value.strip():
            faults[field] = "missing"
        elif len(value) > longest:
            faults[field] = "too_long"
        elif not value.isprintable():
            faults[field] = "malformed"
    if "email" not in faults and not _EMAIL.fullmatch(contact.email):
        faults["email"] = "malformed" if "@" in contact.email else "no_at"
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        faults["phone"] = "malformed"
    return faults


def find_nearest_slot(free: Iterable[datetime], wanted: datetime) -> datetime | None:
    """The free slot closest to the wanted one; the earlier of two as close."""
    return min(free, key=lambda at: (abs(at - wanted), at), default=None)


def is_bookable(starts_at: datetime, *, now: datetime) -> bool:
    """A slot can be booked until LEAD_TIME before it begins, today included."""
    return starts_at >= now + LEAD_TIME


def find_first_day(today: date, wanted: date | None) -> date:
    """The first day of the week that is shown: from today, in steps of a week, never past what can be booked."""
    if wanted is None or wanted <= today:
        return today
    weeks = (wanted - today).days // DAYS_SHOWN
    return today + timedelta(days=DAYS_SHOWN * min(weeks, BOOKABLE_DAYS // DAYS_SHOWN - 1))


def may_cancel(starts_at: datetime, *, timezone: str, now: datetime) -> bool:
    """A visitor cancels until the eve, by the dealer's calendar."""
    zone = ZoneInfo(timezone)
    return now.astimezone(zone).date() < starts_at.astimezone(zone).date()


def erased_before(today: date) -> date:
    """Contact data of drives before this day are erased: three months back, at the last day of a shorter month."""
    month_index = today.year * 12 + today.month - 1 - RETENTION_MONTHS
    year, month = divmod(month_index, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def make_safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
