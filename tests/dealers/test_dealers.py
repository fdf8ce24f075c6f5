"""Points of sale load whole or not at all; their half hours survive clock changes."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.accounts.contracts import SYSTEM
from usine.commons.models import Fact
from usine.dealers.contracts import DealerNotFound, DealersInvalid
from usine.dealers.models import PointOfSale
from usine.dealers.public import get_dealer, list_dealers, list_slots, load_dealers
from usine.dealers.rules import DRIVE, list_starts

DEMO = Path(__file__).resolve().parents[2] / "demo" / "dealers.csv"
ALWAYS = [[["00:00", "23:59"]]] * 7


@given(
    zone=st.sampled_from(["Europe/Paris", "Africa/Casablanca", "Australia/Lord_Howe", "America/St_Johns"]),
    start=st.dates(date(2026, 1, 1), date(2027, 12, 1)),
)
def test_no_half_hour_comes_twice_or_is_left_out(zone, start):
    starts = [at.astimezone(UTC) for at in list_starts(ALWAYS, timezone=zone, start=start, days=3)]

    assert starts == sorted(set(starts))
    gaps = {b - a for a, b in pairwise(starts)}
    assert all(gap >= DRIVE for gap in gaps)
    assert all(gap <= 2 * DRIVE + timedelta(hours=1) for gap in gaps)


def test_a_short_day_of_clock_change_has_fewer_half_hours():
    spring = list(list_starts(ALWAYS, timezone="Europe/Paris", start=date(2027, 3, 28), days=1))
    plain = list(list_starts(ALWAYS, timezone="Europe/Paris", start=date(2027, 3, 27), days=1))

    assert len(plain) - len(spring) == 2


def test_the_demo_loads_twice_to_the_same(db):
    assert load_dealers(DEMO, by=SYSTEM) == load_dealers(DEMO, by=SYSTEM) == PointOfSale.objects.count()
    assert Fact.objects.filter(name="DealersLoaded").count() == 2
    assert {dealer.market for dealer in list_dealers("BE")} == {"BE"}


def test_slots_are_within_the_hours_of_the_day(db):
    load_dealers(DEMO, by=SYSTEM)
    gent = next(dealer for dealer in list_dealers("BE") if dealer.city == "Gent")

    slots = list_slots(gent.id, start=date(2027, 3, 17), days=1)

    assert [f"{slot.starts_at:%H:%M}" for slot in slots][:2] == ["09:00", "09:30"]
    assert f"{slots[-1].starts_at:%H:%M}" == "17:30"
    assert list_slots(gent.id, start=date(2027, 3, 21), days=1) == ()  # a Sunday


def test_a_wrong_file_names_its_lines_and_changes_nothing(db, tmp_path):
    lines = DEMO.read_text("utf-8").splitlines()
    wrong = lines[1].replace("Europe/Paris", "Paris").replace("09:30-17:30", "17:30-09:30")
    (tmp_path / "dealers.csv").write_text("\n".join([lines[0], lines[2], wrong]), "utf-8")

    with pytest.raises(DealersInvalid, match=r"dealers\.csv:3: Paris is no time zone") as caught:
        load_dealers(tmp_path / "dealers.csv", by=SYSTEM)

    assert "17:30-09:30" in str(caught.value)
    assert not PointOfSale.objects.exists()


def test_an_unknown_point_of_sale_is_said(db):
    with pytest.raises(DealerNotFound, match="no point of sale 99"):
        get_dealer(99)
