"""Until when nothing of a launch goes live in a market, whoever publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.launches.models import Embargo
from usine.launches.sources.masters import get_launch
from usine.launches.workflow.steps import may_change_embargo, read_local, write_local
from usine.markets.public import get_market


class Embargoed(UsineError):
    """Nothing of this launch goes live yet in the market."""

    code = "embargoed"
    http_status = 409


@dataclass(frozen=True, slots=True)
class EmbargoEnd:
    """When an embargo ends, in UTC and on the clock of its market; who set it."""

    until: datetime
    local: str
    by: str
    note: str


def list_embargoes(vehicle: str, *, now: datetime | None = None) -> dict[str, EmbargoEnd]:
    """The embargoes of a launch that hold at `now` (default the clock), by market. One query."""
    newest = (
        Embargo.objects.filter(vehicle=vehicle).values("market").annotate(newest=Max("id")).values("newest")
    )
    rows = Embargo.objects.filter(pk__in=newest, until__gt=now or timezone.now())
    return {row.market: EmbargoEnd(row.until, row.local, row.by, row.note) for row in rows if row.until}


def check_embargo(held: dict[str, EmbargoEnd], market: str) -> None:
    """Raise Embargoed when the market is among those of list_embargoes."""
    if market in held:
        raise Embargoed(
            _("under embargo until %(local)s, set by %(by)s")
            % {"local": held[market].local, "by": held[market].by}
        )


def set_embargo(vehicle: str, *, market: str, until: str, note: str = "", by: Actor) -> EmbargoEnd | None:
    """Hold a launch back in a market until a date and time on its clock (`2026-12-01T06:00`); empty lifts it.

    A site that is live already stays as it is: only what would go live is held back.
    Raises Forbidden, LaunchNotFound, LocalTimeInvalid.
    """
    get_launch(vehicle)
    zone = get_market(market).time_zone
    at = read_local(until, zone) if until.strip() else None
    with transaction.atomic():
        before = list_embargoes(vehicle).get(market)
        if not may_change_embargo(by, market, before=before.until if before else None, until=at):
            raise Forbidden(
                _("%(by)s does not shorten an embargo in %(market)s: the central team lifts it or moves it.")
                % {"by": by.name, "market": market}
            )
        local = write_local(at, zone) if at else ""
        Embargo.objects.create(
            vehicle=vehicle,
            market=market,
            until=at,
            local=local,
            note=note[:500],
            at=timezone.now(),
            by=by.name,
        )
        record_fact("EmbargoSet", by=by.name, market=market, subject=vehicle, until=local, note=note[:500])
    return EmbargoEnd(at, local, by.name, note) if at else None
