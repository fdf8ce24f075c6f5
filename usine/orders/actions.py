"""Verbs: book, cancel, change a lead's state, erase contact data. Each records its fact in its transaction."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.core import signing
from django.db import IntegrityError, transaction

from usine.accounts.contracts import Actor
from usine.commons import jobs
from usine.commons.facts import record_fact
from usine.dealers.contracts import Dealer, Slot
from usine.orders import queries, rules
from usine.orders.contracts import (
    CancellationTooLate,
    Consent,
    Contact,
    Lead,
    LeadState,
    LinkInvalid,
    SlotTaken,
)
from usine.orders.models import TestDriveBooking

VISITOR = "visitor"
_SALT = "orders.cancel"


def book_test_drive(
    dealer: Dealer,
    *,
    slot: Slot,
    vehicle: str,
    language: str,
    contact: Contact,
    consent: Consent,
    submission_key: str,
    now: datetime,
    configuration_code: str = "",
    offer_key: str = "",
) -> Lead:
    """Store the booking, its fact and the job of its mail together.

    `submission_key` makes a double submit the same booking. Raises SlotTaken when somebody was faster, when the
    dealer does not receive then, or when the slot is less than `rules.LEAD_TIME` away.
    """
    if not slot.is_free or not rules.is_bookable(slot.starts_at, now=now):
        raise SlotTaken(
            f"{dealer.name} does not receive at {slot.starts_at:%Y-%m-%d %H:%M}: choose another time."
        )
    try:
        with transaction.atomic():
            row = TestDriveBooking.objects.create(
                submission_key=submission_key,
                market=dealer.market,
                language=language,
                vehicle=vehicle,
                configuration_code=configuration_code,
                offer_key=offer_key,
                dealer_id=dealer.id,
                dealer_name=dealer.name,
                dealer_timezone=dealer.timezone,
                starts_at=slot.starts_at,
                first_name=contact.first_name.strip(),
                last_name=contact.last_name.strip(),
                email=contact.email.strip(),
                phone=contact.phone.strip(),
                consent_version=consent.version,
                consent_text=consent.text,
                newsletter=consent.newsletter,
                created_at=now,
            )
            record_fact(
                "TestDriveBooked",
                by=VISITOR,
                market=row.market,
                subject=_subject(row),
                vehicle=vehicle,
                language=language,
                dealer_id=dealer.id,
                starts_at=slot.starts_at.isoformat(),
                configuration_code=configuration_code,
                offer_key=offer_key,
            )
            jobs.enqueue("orders.confirm", by=VISITOR, booking_id=row.pk)
    except IntegrityError:
        first = TestDriveBooking.objects.filter(submission_key=submission_key).first()
        if first is not None:
            return queries.to_lead(first)
        raise SlotTaken(f"Somebody has just taken this time at {dealer.name}: choose another.") from None
    return queries.to_lead(row)


def make_cancel_token(booking_id: int) -> str:
    """What the link of the mail carries; only this installation can make it."""
    return signing.dumps(booking_id, salt=_SALT)


def get_booking(token: str) -> Lead:
    """The booking that a cancellation link names. Raises LinkInvalid."""
    return queries.to_lead(_open_link(token))


def cancel_test_drive(token: str, *, now: datetime) -> Lead:
    """Free the slot; cancelling twice is cancelling once. Raises LinkInvalid, CancellationTooLate."""
    with transaction.atomic():
        row = _open_link(token, lock=True)
        if row.cancelled_at is None:
            if not rules.may_cancel(row.starts_at, timezone=row.dealer_timezone, now=now):
                raise CancellationTooLate(
                    f"A drive can be cancelled until the eve: please call {row.dealer_name}."
                )
            row.cancelled_at = now
            row.save(update_fields=["cancelled_at"])
            record_fact("TestDriveCancelled", by=VISITOR, market=row.market, subject=_subject(row))
    return queries.to_lead(row)


def _open_link(token: str, *, lock: bool = False) -> TestDriveBooking:
    try:
        booking_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise LinkInvalid("This cancellation link is not complete: open it again from the mail.") from None
    rows = TestDriveBooking.objects.select_for_update() if lock else TestDriveBooking.objects
    row = rows.filter(pk=booking_id).first()
    if row is None:
        raise LinkInvalid("This booking no longer exists.")
    return row


def change_state(lead_id: int, *, state: LeadState, by: Actor) -> Lead:
    """Move a lead of one's own markets; recorded with who did it. Raises LeadNotFound for any other."""
    with transaction.atomic():
        row = queries.get_row(lead_id, actor=by, lock=True)
        before = row.state
        if before != state:
            row.state = state.value
            row.save(update_fields=["state"])
            record_fact(
                "LeadStateChanged",
                by=by.name,
                market=row.market,
                subject=_subject(row),
                before=before,
                after=state.value,
            )
    return queries.to_lead(row)


def purge_contacts(*, now: datetime, by: str = "system") -> int:
    """Erase the contact data of drives of more than three months ago; returns how many people."""
    limit = datetime.combine(rules.erased_before(now.date()), time.min, tzinfo=UTC)
    with transaction.atomic():
        count = TestDriveBooking.objects.filter(erased_at__isnull=True, starts_at__lt=limit).update(
            first_name="", last_name="", email="", phone="", erased_at=now
        )
        if count:
            record_fact("ContactsErased", by=by, count=count, before=limit.date().isoformat())
    return count


def _subject(row: TestDriveBooking) -> str:
    return f"lead:{row.pk}"
