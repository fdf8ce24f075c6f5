"""Which summaries of drives can be right: pure, no ORM, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from usine.testdrive.contracts import (
    MODES,
    MOMENTS,
    ROUTES,
    SIGHTS,
    WEATHERS,
    DriveInvalid,
    DriveSummary,
    Moment,
)

MAX_BYTES = 8_000
MAX_MOMENTS = 8
MAX_DISTANCE_M = 50_000
MAX_SECONDS = 7_200
MAX_SPEED_M_S = 80
MAX_VALUE = 100_000
MOST_USED_PER_M = 0.005
"""kWh or litres: 500 for 100 km, far beyond any car; a few metres may cost more than that."""
SPARE_USE = 2.0


def parse_summary(body: bytes) -> DriveSummary:
    """The summary in a request's body. Raises DriveInvalid with what is wrong."""
    if len(body) > MAX_BYTES:
        raise DriveInvalid(f"A drive is told in {MAX_BYTES} bytes at most.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise DriveInvalid("The drive is not JSON.") from None
    if not isinstance(told, dict):
        raise DriveInvalid("The drive is not an object.")
    distance = _read_number(told, "distance_m", most=MAX_DISTANCE_M)
    seconds = _read_number(told, "seconds", most=MAX_SECONDS)
    if distance > seconds * MAX_SPEED_M_S:
        raise DriveInvalid("The drive is faster than its car.")
    spare = distance * MOST_USED_PER_M + SPARE_USE
    return DriveSummary(
        route=_read_word(told, "route", ROUTES),
        weather=_read_word(told, "weather", WEATHERS),
        mode=_read_word(told, "mode", MODES),
        is_guided=_read_flag(told, "is_guided"),
        distance_m=distance,
        seconds=seconds,
        used=_read_number(told, "used", least=-spare, most=spare),
        unit=_read_word(told, "unit", ("kWh", "l")),
        eco=round(_read_number(told, "eco", most=100)),
        top_m_s=_read_number(told, "top_m_s", most=MAX_SPEED_M_S),
        moments=_read_moments(told, seconds),
    )


def _read_moments(told: Mapping[str, Any], seconds: float) -> tuple[Moment, ...]:
    """The moments of a drive of so many seconds."""
    moments = told.get("moments")
    if not isinstance(moments, list) or len(moments) > MAX_MOMENTS:
        raise DriveInvalid(f"A drive has a list of {MAX_MOMENTS} moments at most.")
    if not all(isinstance(one, dict) for one in moments):
        raise DriveInvalid("A moment is not an object.")
    return tuple(
        Moment(
            kind := _read_word(one, "kind", MOMENTS),
            _read_number(one, "time_s", most=seconds + 1),
            _read_number(one, "value", most=MAX_VALUE),
            _read_word(one, "name", SIGHTS) if kind == "sight" else "",
        )
        for one in moments
    )


def _read_word(told: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str:
    word = told.get(key)
    if word not in known:
        raise DriveInvalid(f"{key} is not one of {', '.join(known)}.")
    return str(word)


def _read_flag(told: Mapping[str, Any], key: str) -> bool:
    flag = told.get(key)
    if not isinstance(flag, bool):
        raise DriveInvalid(f"{key} is neither true nor false.")
    return flag


def _read_number(told: Mapping[str, Any], key: str, *, most: float, least: float = 0) -> float:
    number = told.get(key)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if number is not None and is_number and least <= number <= most:  # no NaN is, no infinity
        return float(number)
    raise DriveInvalid(f"{key} is not a number from {least:g} to {most:g}.")
