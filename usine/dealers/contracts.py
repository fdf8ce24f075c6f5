"""Values that cross the door of `dealers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from usine.commons.errors import UsineError


@dataclass(frozen=True, slots=True)
class Dealer:
    """A point of sale. `timezone` is an IANA name; coordinates in degrees (WGS 84)."""

    id: int
    market: str
    name: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    timezone: str
    latitude: float
    longitude: float
    note: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a dealer can receive; `is_free` is what the dealer's own calendar says."""

    starts_at: datetime  # aware, in the dealer's time zone
    is_free: bool


class DealerNotFound(UsineError):
    code = "dealer_not_found"
    http_status = 404


class DealersInvalid(UsineError):
    """A file of points of sale is wrong: one line a fault, with file and line."""

    code = "dealers_invalid"
    http_status = 422
