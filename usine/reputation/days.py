"""The day of a moment on a market's clock, as the database says it quickly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.db.models import DateField, Func
from django.db.models.functions import TruncDate

STEP = timedelta(days=7)
"""No clock is changed twice within."""


class ClockDay(Func):
    """The day of `at` on the clock of `zone`, for moments from `start` to `end`.

    Django's own on SQLite calls Python for each row, which takes longer than all the rest. Here SQLite adds the offset
    from UTC, which changes seldom: once for each that the clock has in that time.
    """

    output_field = DateField()

    def __init__(self, at: str, zone: tzinfo, *, start: datetime, end: datetime):
        super().__init__(at)
        self.at, self.zone, self.start, self.end = at, zone, start, end

    def as_sql(self, compiler: Any, connection: Any, *names: Any, **context: Any) -> Any:
        day = TruncDate(self.at, tzinfo=self.zone).resolve_expression(compiler.query)
        return day.as_sql(compiler, connection, *names, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        at, values = compiler.compile(self.source_expressions[0])
        offsets = list(list_offsets(self.zone, self.start, self.end))
        whens = "".join(
            f" WHEN {at} < '{until:%Y-%m-%d %H:%M:%S}' THEN date({at}, '{seconds:+d} seconds')"
            for until, seconds in offsets[:-1]
        )
        last = f"date({at}, '{offsets[-1][1]:+d} seconds')"
        return (f"CASE{whens} ELSE {last} END" if whens else last), list(values) * (2 * len(offsets) - 1)


def list_offsets(zone: tzinfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
    """The offsets from UTC in seconds that a clock has from `start` to `end`, each with the moment that ends it."""
    at = start.astimezone(UTC)
    offset = _find_offset(zone, at)
    while at < end:
        after = min(at + STEP, end.astimezone(UTC))
        found = _find_offset(zone, after)
        if found != offset:
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _find_offset(zone, middle) == offset else (low, middle)
            yield high.replace(microsecond=0), offset
            offset = found
        at = after
    yield end.astimezone(UTC), offset


def _find_offset(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0
