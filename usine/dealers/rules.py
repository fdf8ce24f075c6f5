"""When a dealer receives. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from usine.dealers.contracts import Hours

DRIVE = timedelta(minutes=30)


def list_starts(hours: Hours, *, timezone: str, start: date, days: int) -> Iterator[datetime]:
    """Every half hour of the opening hours at which a drive can begin and end, aware, in time order.

    Steps are counted in UTC, so that a clock change neither repeats nor drops one.
    """
    zone = ZoneInfo(timezone)
    for offset in range(days):
        day = start + timedelta(days=offset)
        for opens, closes in hours[day.weekday()]:
            at = datetime.combine(day, time.fromisoformat(opens), zone).astimezone(UTC)
            end = datetime.combine(day, time.fromisoformat(closes), zone).astimezone(UTC)
            while at + DRIVE <= end:
                yield at.astimezone(zone)
                at += DRIVE


def find_hours_fault(text: str) -> str:
    """What is wrong with one day's hours as a file writes them ("09:00-12:30 14:00-18:00"), or ""."""
    last = time.min
    for part in text.split():
        opens, dash, closes = part.partition("-")
        try:
            begin, end = time.fromisoformat(opens), time.fromisoformat(closes)
        except ValueError:
            return f"“{part}” is no opening time: write 09:00-12:30."
        if not dash or begin >= end or begin < last:
            return f"“{part}” ends before it begins or overlaps: write the times of a day in order."
        last = end
    return ""
