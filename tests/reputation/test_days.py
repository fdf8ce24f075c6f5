"""The day of a moment on a market's clock is the one that Django says, whatever the clock does meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models.functions import TruncDate

from usine.reputation.days import ClockDay, list_offsets
from usine.reputation.models import Volume

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        *("UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"),
        *("Africa/Casablanca", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Auckland"),
    ],
)
def test_the_day_is_that_of_the_clock(name):
    """Each quarter of an hour round both midnights of every week, and round each change of the clock."""
    zone = ZoneInfo(name)
    midnights = [
        datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC) + timedelta(days=number) for number in range(365)
    ]
    changes = [until for until, _offset in list_offsets(zone, START, END)][:-1]
    quarters = [timedelta(minutes=15 * number) for number in range(-8, 9)]
    moments = {
        at + quarter
        for at in (*midnights[::7], *changes)
        for quarter in quarters
        if START <= at + quarter < END
    }
    Volume.objects.bulk_create(Volume(at=at, entity="vehicle:a", sentiment="neutral") for at in moments)

    rows = Volume.objects.annotate(
        day=ClockDay("at", zone, start=START, end=END), said=TruncDate("at", tzinfo=zone)
    )

    assert [(row.at, row.day) for row in rows] == [(row.at, row.said) for row in rows]


def test_a_clock_that_is_changed_twice_a_year_has_three_offsets():
    found = list(list_offsets(ZoneInfo("Europe/Paris"), START, END))
    assert [offset for _until, offset in found] == [3600, 7200, 3600]
    assert [until for until, _offset in found] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        END,
    ]
