"""Values that cross the door of `testdrive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from usine.commons.errors import UsineError

ROUTES = ("coast", "city", "motorway")
WEATHERS = ("day", "dusk", "rain")
MODES = ("eco", "normal", "sport")
SIGHTS = (
    "lighthouse",
    "pines",
    "village",
    "cliffs",
    "quay",
    "square",
    "park",
    "viaduct",
    "wood",
    "bridges",
)
MOMENTS = ("sight", "fastest", "recovered", "gentlest", "halted", "lap")
"""The kinds that a summary tells; faults stay with whoever made them."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something of a drive worth telling. `value` is in m/s, Wh or m by kind; `name` says which sight."""

    kind: str
    time_s: float
    value: float
    name: str


@dataclass(frozen=True, slots=True)
class DriveSummary:
    """What a browser tells of a finished drive, checked."""

    route: str
    weather: str
    mode: str
    is_guided: bool
    distance_m: float
    seconds: float
    used: float  # kWh or litres
    unit: str  # "kWh" or "l"
    eco: int  # 0 to 100
    top_m_s: float
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class FinishedDrive:
    """A drive that was kept, under the code of its page."""

    code: str
    vehicle: str
    locale: str  # its path, "nl-be"
    offer_key: str
    choices: Mapping[str, str]
    summary: DriveSummary
    finished_at: datetime


class DriveNotFound(UsineError):
    code = "drive_not_found"
    http_status = 404


class DriveInvalid(UsineError):
    """The summary cannot be right: it is not kept, and is not to be sent again."""

    code = "drive_invalid"
    http_status = 422
