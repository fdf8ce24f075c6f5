"""When something was said, as sources write it."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

AHEAD = timedelta(minutes=10)  # clocks that are a little fast
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
NUMBER = re.compile(r"\d{1,16}(\.\d{1,9})?")


def read_time(value: object) -> datetime | None:
    """An aware time from ISO 8601, RFC 5322 or seconds (or milliseconds) since 1970; None for anything else.

    A time without a zone is taken for UTC.
    """
    if isinstance(value, datetime):
        return _make_aware(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip()[:60]
    # of eight digits it is a day, 20261126; a text of fewer is a year or nothing, a number of fewer is seconds
    if NUMBER.fullmatch(text) and (len(text) > 8 or (len(text) < 8 and not isinstance(value, str))):
        seconds = float(text)
        return _read_epoch(seconds / 1000 if seconds > 1e11 else seconds)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return _make_aware(read(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def settle_time(said: datetime | None, now: datetime) -> datetime:
    """The time to keep: `now` for what has none, or one before the web or still to come."""
    return said if said is not None and EARLIEST <= said <= now + AHEAD else now


def _make_aware(time: datetime) -> datetime:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _read_epoch(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None
