"""Values that cross the door of `dealers`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from usine.commons.errors import UsineError

Hours = Sequence[Sequence[Sequence[str]]]
"""For each day of the week from Monday: pairs of opening and closing times, "09:00"."""


@dataclass(frozen=True, slots=True)
class Dealer:
    """A point of sale. `timezone` is an IANA name; coordinates in degrees (WGS 84).

    `also` are other names of its town, in any script; `serves` are the towns beside it: what people may search it by.
    """

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
    code: str = ""
    also: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    hours: Hours = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a dealer can receive; `is_free` is what the dealer's own calendar says."""

    starts_at: datetime  # aware, in the dealer's time zone
    is_free: bool


class Match(StrEnum):
    """Why a point of sale stands where it does in an answer."""

    TOWN = "town"  # its town, or a word of its name, is the one searched
    SERVED = "served"  # it serves the town searched, from beside it
    POSTCODE = "postcode"  # its very postcode
    AREA = "area"  # a postcode that begins alike
    DISTANCE = "distance"  # so far from the first one
    NONE = "none"  # nothing was searched, or nothing found


@dataclass(frozen=True, slots=True)
class Hit:
    """A point of sale in an answer. `place` is its town as it was searched ("Gand"); `km` in a straight line."""

    dealer: Dealer
    match: Match
    place: str
    km: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Every point of sale of a market, the best answer to a search first; `found` of them answer it."""

    near: str
    hits: tuple[Hit, ...]
    found: int


class DealerNotFound(UsineError):
    code = "dealer_not_found"
    http_status = 404


class DealersInvalid(UsineError):
    """A file of points of sale is wrong: one line a fault, with file and line."""

    code = "dealers_invalid"
    http_status = 422
