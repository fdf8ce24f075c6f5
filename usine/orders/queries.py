"""Reads. Every read of the staff starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from usine.accounts.contracts import Actor, Role
from usine.orders.contracts import Consent, Contact, Lead, LeadNotFound, LeadPage, LeadState
from usine.orders.models import TestDriveBooking

CANCELLED = "cancelled"
"""What a list may ask for beside the states: the drives that their visitors cancelled."""


def list_leads(
    actor: Actor, *, page: int = 1, size: int = 50, market: str = "", state: str = "", search: str = ""
) -> LeadPage:
    """A page (from 1) of the leads of the actor's markets, newest first; a page too far is the last one."""
    rows = _find(actor, market=market, state=state, search=search)
    total = rows.count()
    page_count = max(1, -(-total // size))
    page = min(max(page, 1), page_count)
    leads = tuple(to_lead(row) for row in rows[(page - 1) * size : page * size])
    return LeadPage(leads, page, page_count, total)


def iterate_leads(actor: Actor, *, market: str = "", state: str = "", search: str = "") -> Iterator[Lead]:
    """Every lead that the same filters would list, for an export."""
    return (to_lead(row) for row in _find(actor, market=market, state=state, search=search).iterator(500))


def get_lead(lead_id: int, *, actor: Actor) -> Lead:
    """Raises LeadNotFound, the same for a lead that does not exist and for one of another market."""
    return to_lead(get_row(lead_id, actor=actor))


def count_by_state(actor: Actor) -> dict[LeadState, int]:
    """How many leads stand in each state; a cancelled one waits for nobody and stands in none."""
    rows = _visible(actor).filter(cancelled_at__isnull=True).order_by()
    counts = dict(rows.values_list("state").annotate(Count("id")))
    return {state: counts.get(state.value, 0) for state in LeadState}


def list_waiting(actor: Actor, *, size: int) -> tuple[Lead, ...]:
    """The new leads that somebody has to answer, the soonest drive first; without the cancelled and the erased."""
    rows = _find(actor, market="", state=LeadState.NEW, search="").filter(erased_at__isnull=True)
    return tuple(to_lead(row) for row in rows.order_by("starts_at", "id")[:size])


def list_drives(actor: Actor, *, after: datetime, days: int) -> tuple[Lead, ...]:
    """The drives that visitors will come to, from a moment on, the soonest first."""
    rows = _visible(actor).filter(cancelled_at__isnull=True, starts_at__gte=after)
    rows = rows.filter(starts_at__lt=after + timedelta(days=days))
    return tuple(to_lead(row) for row in rows.order_by("starts_at", "id"))


def list_taken(dealer_id: int, *, after: datetime) -> frozenset[datetime]:
    """The slots that bookings hold at a dealer."""
    rows = TestDriveBooking.objects.filter(
        dealer_id=dealer_id, starts_at__gte=after, cancelled_at__isnull=True
    )
    return frozenset(rows.values_list("starts_at", flat=True))


def get_row(lead_id: int, *, actor: Actor, lock: bool = False) -> TestDriveBooking:
    rows = _visible(actor)
    row = (rows.select_for_update() if lock else rows).filter(pk=lead_id).first()
    if row is None:
        raise LeadNotFound(f"There is no lead {lead_id} in your markets.")
    return row


def to_lead(row: TestDriveBooking) -> Lead:
    return Lead(
        id=row.pk,
        market=row.market,
        language=row.language,
        vehicle=row.vehicle,
        configuration_code=row.configuration_code,
        offer_key=row.offer_key,
        dealer_id=row.dealer_id,
        dealer_name=row.dealer_name,
        starts_at=row.starts_at.astimezone(ZoneInfo(row.dealer_timezone)),
        contact=Contact(row.first_name, row.last_name, row.email, row.phone),
        consent=Consent(row.consent_version, row.consent_text, row.newsletter),
        state=LeadState(row.state),
        created_at=row.created_at,
        is_cancelled=row.cancelled_at is not None,
        is_erased=row.erased_at is not None,
    )


def _visible(actor: Actor) -> QuerySet[TestDriveBooking]:
    rows = TestDriveBooking.objects.order_by("-id")
    return rows if actor.role is Role.CENTRAL else rows.filter(market__in=actor.markets)


def _find(actor: Actor, *, market: str, state: str, search: str) -> QuerySet[TestDriveBooking]:
    rows = _visible(actor)
    if market:
        rows = rows.filter(market=market)
    if state == CANCELLED:
        rows = rows.filter(cancelled_at__isnull=False)
    elif state:
        rows = rows.filter(state=state, cancelled_at__isnull=True)
    for word in search.split()[:6]:
        rows = rows.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
            | Q(dealer_name__icontains=word)
            | Q(configuration_code__iexact=word.replace("-", ""))
        )
    return rows
