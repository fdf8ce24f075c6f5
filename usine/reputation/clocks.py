"""The service-level clock: until when an answer is owed, in the hours that a country works (`data/clocks.yaml`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from usine.markets.public import MarketNotFound, get_market
from usine.reputation.contracts import Intent

DATA = Path(__file__).resolve().parent / "data" / "clocks.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours that a country works: `opens` to `closes` on the days that `weekend` does not name (0 is Monday)."""

    zone: tzinfo
    opens: time
    closes: time
    weekend: frozenset[int]

    def add_hours(self, start: datetime, hours: float) -> datetime:
        """When so many hours of work have passed since `start`; both aware."""
        left, now = timedelta(hours=hours), start.astimezone(self.zone)
        while True:
            opens, closes = (datetime.combine(now.date(), at, self.zone) for at in (self.opens, self.closes))
            begin = max(now, opens)
            if now.weekday() not in self.weekend and begin < closes:
                if left <= (rest := closes - begin):
                    return (begin + left).astimezone(UTC)
                left -= rest
            now = datetime.combine(now.date() + timedelta(days=1), time(), self.zone)


def find_due(intent: str, country: str, heard_at: datetime) -> datetime | None:
    """Until when an answer is owed to a mention heard then; None when none is owed for such an intent.

    Mentions of no known country are answered on UTC's clock.
    """
    hours = _read()["owed"].get(Intent(intent).value)
    return None if hours is None else get_clock(country).add_hours(heard_at, hours)


@lru_cache(maxsize=256)
def get_clock(country: str) -> Clock:
    """The clock of a market (ISO 3166)."""
    data = _read()
    opens, closes = (time(hour) for hour in data["day"])
    weekend = data["weekends"].get(country, data["weekend"])
    return Clock(find_zone(country), opens, closes, frozenset(map(DAYS.index, weekend)))


@lru_cache(maxsize=256)
def find_zone(country: str) -> tzinfo:
    """The time zone of a market; UTC for none and for what is no market."""
    try:
        return ZoneInfo(get_market(country).time_zone) if country else UTC
    except MarketNotFound:
        return UTC


def find_own_zone(markets: Collection[str]) -> tzinfo:
    """The time zone that somebody reads times in: that of their market where they have only one, else UTC."""
    return find_zone(next(iter(markets)) if len(markets) == 1 else "")


@lru_cache(maxsize=1)
def _read() -> dict:  # type: ignore[type-arg]
    return yaml.safe_load(DATA.read_text("utf-8"))  # type: ignore[no-any-return]
