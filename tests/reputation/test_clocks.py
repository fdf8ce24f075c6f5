"""Until when an answer is owed: hours of work on the market's own clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from usine.reputation.clocks import find_due


@pytest.mark.parametrize(
    ("intent", "country", "heard", "due"),
    [
        # Tuesday 10:00 in Paris: four hours later
        ("purchase", "FR", "2026-11-24T09:00", "2026-11-24T13:00"),
        # Friday 16:00 in Paris: two hours today, two on Monday from 9:00
        ("purchase", "FR", "2026-11-27T15:00", "2026-11-30T10:00"),
        # Saturday: the clock begins on Monday
        ("complaint", "PT", "2026-11-28T12:00", "2026-11-30T17:00"),
        # in Riyadh Sunday is a working day, Friday is not
        ("complaint", "SA", "2026-11-27T12:00", "2026-11-29T14:00"),
        # before work: from nine on, in Tokyo
        ("purchase", "JP", "2026-11-23T18:00", "2026-11-24T04:00"),
        # a question may wait for two days of work
        ("question", "GB", "2026-11-24T09:00", "2026-11-25T16:00"),
        # nobody knows where: on UTC's clock
        ("purchase", "", "2026-11-24T09:00", "2026-11-24T13:00"),
    ],
)
def test_hours_of_work_are_counted_on_the_markets_clock(intent, country, heard, due):
    at, until = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (heard, due))
    assert find_due(intent, country, at) == until


@pytest.mark.parametrize("intent", ["praise", "none"])
def test_praise_is_owed_no_answer(intent):
    assert find_due(intent, "FR", datetime(2026, 11, 24, tzinfo=UTC)) is None
