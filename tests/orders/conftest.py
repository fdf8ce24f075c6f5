"""The clock of these tests: drives are booked for days of one week, whatever the calendar says when they run."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.orders.test_leads import NOW


@pytest.fixture(autouse=True)
def clock(request, monkeypatch):
    """Stopped at NOW, save for what a real browser walks through."""
    if "browser" not in request.keywords:
        monkeypatch.setattr(timezone, "now", lambda: NOW)
