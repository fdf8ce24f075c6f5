"""Signed addresses at which somebody without an account reads a market's site before it is public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import Forbidden, NotFound, UsineError
from usine.commons.facts import record_fact
from usine.launches.models import GuestLink
from usine.launches.sources.masters import get_launch
from usine.markets.public import get_market
from usine.offers.contracts import OfferNotFound
from usine.offers.public import get_current_offer, get_today, make_offer

SALT = "usine.launches.workflow.guests"
DAYS = (1, 7, 30)
"""For how many days an address may be open."""


class LinkClosed(UsineError):
    """The address is not known, was revoked, or has expired: whoever holds it learns no more than that."""

    code = "link_closed"
    http_status = 404


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open address: what it shows, until when (UTC), whom it is for."""

    id: int
    vehicle: str
    market: str
    until: datetime
    note: str
    by: str
    address: str


def invite(
    vehicle: str, *, market: str, days: int, by: Actor, note: str = "", now: datetime | None = None
) -> Invitation:
    """Make an address that is open for some days (one of DAYS); a market without an offer gets today's to show.

    Raises Forbidden, LaunchNotFound, NotFound, what make_offer raises.
    """
    _check(by, market)
    get_launch(vehicle)
    if days not in DAYS:
        raise NotFound(
            _("An address is open for %(days)s days: choose one of these.")
            % {"days": ", ".join(map(str, DAYS))}
        )
    now = now or timezone.now()
    try:
        get_current_offer(vehicle, market=market)
    except OfferNotFound:
        make_offer(vehicle, market=market, on=get_today(), by=by)
    with transaction.atomic():
        row = GuestLink.objects.create(
            vehicle=vehicle,
            market=market,
            until=now + timedelta(days=days),
            note=note[:200],
            made_at=now,
            by=by.name,
        )
        record_fact("GuestInvited", by=by.name, market=market, subject=vehicle, link=row.pk, days=days)
    return _as_invitation(row)


def revoke(vehicle: str, link_id: int, *, market: str, by: Actor) -> None:
    """Close an address at once. Raises Forbidden, NotFound."""
    _check(by, market)
    with transaction.atomic():
        open_ones = GuestLink.objects.filter(
            pk=link_id, vehicle=vehicle, market=market, revoked_at__isnull=True
        )
        if not open_ones.update(revoked_at=timezone.now()):
            raise NotFound(
                _("There is no open address %(link)s for %(market)s: reload the page.")
                % {"link": link_id, "market": market}
            )
        record_fact("GuestRevoked", by=by.name, market=market, subject=vehicle, link=link_id)


def list_invitations(vehicle: str, market: str, *, now: datetime | None = None) -> list[Invitation]:
    """The open addresses of a market, the newest first. One query."""
    rows = GuestLink.objects.filter(
        vehicle=vehicle, market=market, revoked_at__isnull=True, until__gt=now or timezone.now()
    )
    return [_as_invitation(row) for row in rows.order_by("-id")]


def read_invitation(token: str, *, now: datetime | None = None) -> Invitation:
    """What an address shows. Raises LinkClosed when it is not ours, was revoked, or has expired."""
    closed = LinkClosed("This preview is closed: ask who sent you its address for another one.")
    try:
        link_id = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise closed from error
    row = GuestLink.objects.filter(
        pk=link_id, revoked_at__isnull=True, until__gt=now or timezone.now()
    ).first()
    if row is None:
        raise closed
    return _as_invitation(row)


def record_opening(invitation: Invitation, page: str) -> None:
    """Somebody read a page; nothing of who it was is kept."""
    with transaction.atomic():
        record_fact(
            "StagingOpened",
            by="guest",
            market=invitation.market,
            subject=invitation.vehicle,
            link=invitation.id,
            page=page,
        )


def _as_invitation(row: GuestLink) -> Invitation:
    locale = get_market(row.market).locales[0]
    token = signing.dumps(row.pk, salt=SALT)
    address = reverse("staging", args=[token, locale.path, row.vehicle])
    return Invitation(row.pk, row.vehicle, row.market, row.until, row.note, row.by, address)


def _check(by: Actor, market: str) -> None:
    if not by.may_see(market):
        raise Forbidden(
            _("%(by)s invites no guests to %(market)s: ask its market manager.")
            % {"by": by.name, "market": market}
        )
