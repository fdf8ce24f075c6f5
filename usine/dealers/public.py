"""The door of `dealers`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.dealers.contracts import Answer, Dealer, DealerNotFound, DealersInvalid, Slot
from usine.dealers.models import PointOfSale
from usine.dealers.rules import find_hours_fault, list_starts
from usine.dealers.search import search
from usine.markets.public import MarketNotFound, get_market

__all__ = ["get_dealer", "list_dealers", "list_slots", "load_dealers", "search_dealers"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TEXTS = ("market", "name", "street", "postcode", "city", "email", "phone", "timezone")


def load_dealers(path: Path, *, by: Actor) -> int:
    """Load a file of points of sale whole or not at all; returns how many. Known codes are updated, none is removed.

    Raises DealersInvalid, with the line of every fault.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError:
        raise DealersInvalid(f"{path.name} is not written in UTF-8: save it as UTF-8 CSV.") from None
    faults = [
        f"{path.name}:{line}: {fault}" for line, row in enumerate(rows, 2) for fault in _find_faults(row)
    ]
    if faults:
        raise DealersInvalid("\n".join(faults))
    with transaction.atomic():
        for row in rows:
            values: dict[str, Any] = {name: (row.get(name) or "").strip() for name in (*TEXTS, "note")}
            values |= {name: _read_names(row.get(name) or "") for name in ("also", "serves")}
            values |= {name: float(row[name]) for name in ("latitude", "longitude")}
            values["hours"] = [[part.split("-") for part in (row.get(day) or "").split()] for day in DAYS]
            PointOfSale.objects.update_or_create(code=row["code"], defaults=values)
        record_fact("DealersLoaded", by=by.name, subject=path.name, count=len(rows))
    return len(rows)


def list_dealers(market: str = "") -> tuple[Dealer, ...]:
    """The points of sale of a market, or of all, by postcode."""
    rows = PointOfSale.objects.filter(market=market) if market else PointOfSale.objects.all()
    return tuple(_as_value(kept) for kept in rows)


def search_dealers(market: str, near: str) -> Answer:
    """Every point of sale of a market, those near a town or a postcode first. One query, however many there are."""
    return search(list_dealers(market), near)


def get_dealer(dealer_id: int) -> Dealer:
    """Raises DealerNotFound."""
    return _as_value(_get(dealer_id))


def list_slots(dealer_id: int, *, start: date, days: int) -> tuple[Slot, ...]:
    """When a dealer can receive, over some days from a day; what is booked is known to `orders`.

    Raises DealerNotFound.
    """
    kept = _get(dealer_id)
    starts = list_starts(kept.hours, timezone=kept.timezone, start=start, days=days)
    return tuple(Slot(starts_at=at, is_free=True) for at in starts)


def _find_faults(row: dict[str, str]) -> Iterator[str]:
    for name in ("code", *TEXTS, "latitude", "longitude"):
        if not (row.get(name) or "").strip():
            yield f"the column {name} is empty."
            return
    try:
        get_market(row["market"])
    except MarketNotFound as error:
        yield str(error)
    if row["timezone"] not in available_timezones():
        yield f"{row['timezone']} is no time zone: write an IANA name such as Europe/Brussels."
    try:
        if not (-90 <= float(row["latitude"]) <= 90 and -180 <= float(row["longitude"]) <= 180):
            yield "latitude or longitude is off the globe: write degrees."
    except ValueError:
        yield "latitude or longitude is no number: write degrees with a point."
    yield from filter(None, (find_hours_fault(row.get(day) or "") for day in DAYS))


def _read_names(text: str) -> list[str]:
    """Names as a cell writes them: "Gand|Ghent"."""
    return [name.strip() for name in text.split("|") if name.strip()]


def _get(dealer_id: int) -> PointOfSale:
    kept = PointOfSale.objects.filter(pk=dealer_id).first()
    if kept is None:
        raise DealerNotFound(f"There is no point of sale {dealer_id}: choose one from the list.")
    return kept


def _as_value(kept: PointOfSale) -> Dealer:
    return Dealer(
        id=kept.pk,
        market=kept.market,
        name=kept.name,
        street=kept.street,
        postcode=kept.postcode,
        city=kept.city,
        email=kept.email,
        phone=kept.phone,
        timezone=kept.timezone,
        latitude=kept.latitude,
        longitude=kept.longitude,
        note=kept.note,
        code=kept.code,
        also=tuple(kept.also),
        serves=tuple(kept.serves),
        hours=kept.hours,
    )
