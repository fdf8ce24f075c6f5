"""The demo's crisis from end to end: its replay heard by real connectors, watched each minute of its time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from tests.reputation.sources.fortnight import BEGIN, TODAY, get_content, get_said
from usine.reputation.models import Alert, Mention
from usine.reputation.sources.replay import commands as replay_commands
from usine.reputation.sources.replay.hearing import hear_fortnight
from usine.reputation.sources.taking import find_intake
from usine.reputation.trouble.watching import watch

pytestmark = pytest.mark.django_db
REACH = timedelta(minutes=20)
ILL = ("negative", "safety")
MINUTE = timedelta(minutes=1)
COUNTRY = "PT"


def find_third_source() -> datetime:
    """When the third source of the rumour's country had spoken."""
    first: dict[str, datetime] = {}
    for one in get_said():
        if one.thread.startswith("crisis") and one.country == COUNTRY:
            first.setdefault(one.outlet, one.at)
    return sorted(first.values())[2]


@pytest.fixture
def heard(monkeypatch) -> set[str]:
    """All that the outlets of the rumour's country have said until the alert is due, of eleven days."""
    monkeypatch.setattr(replay_commands, "read_content", lambda folder: get_content())
    monkeypatch.setattr(replay_commands, "plan", lambda content, today: get_said())
    outlets = {one.outlet for one in get_said() if one.country == COUNTRY}
    hear_fortnight(
        settings.REPUTATION_REPLAY,
        today=TODAY,
        now=find_third_source() + REACH,
        take_in=find_intake(),
        only=outlets,
        port=0,
    )
    return outlets


def test_the_crisis_is_told_within_twenty_minutes_of_its_third_source_and_nothing_before(heard):
    third, begins = find_third_source(), BEGIN + timedelta(days=10, hours=17, minutes=40)
    assert begins < third < begins + REACH
    early = Mention.objects.filter(country=COUNTRY, published_at__lt=begins)
    assert early.count() > 50 and early.dates("published_at", "day").count() == 11  # what is usual there

    at = begins - timedelta(days=4)  # detectors want a week of counts
    while at < begins:
        watch(at)
        at += timedelta(minutes=30)
    assert not Alert.objects.filter(kind__in=ILL).exists()

    raised = []
    while not raised and at <= third + REACH:
        raised = [alert for alert in watch(at) if alert.kind in ILL]
        at += MINUTE
    assert [(alert.country, alert.subject.partition(":")[0]) for alert in raised] == [(COUNTRY, "vehicle")]
    assert raised[0].raised_at <= third + REACH
    assert raised[0].evidence["negative"] >= 3
    assert len(raised[0].evidence["sources"]) >= 3
