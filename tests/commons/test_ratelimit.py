"""Rate limits: so many in a window, then a refusal with the time to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from usine.commons import ratelimit
from usine.commons.models import RateWindow

pytestmark = pytest.mark.django_db


def test_attempts_up_to_the_limit_pass_and_the_next_is_refused():
    for _ in range(3):
        ratelimit.check("book:1", limit=3, window_s=60)

    with pytest.raises(ratelimit.TooManyRequests) as refusal:
        ratelimit.check("book:1", limit=3, window_s=60)

    assert 0 < refusal.value.retry_after_s <= 61
    assert refusal.value.http_status == 429


def test_keys_do_not_share_their_attempts():
    ratelimit.check("book:1", limit=1, window_s=60)
    ratelimit.check("book:2", limit=1, window_s=60)


def test_a_new_window_starts_at_zero():
    for _ in range(2):
        ratelimit.check("book:1", limit=2, window_s=60)
    RateWindow.objects.update(started_at=timezone.now() - timedelta(seconds=61))

    ratelimit.check("book:1", limit=2, window_s=60)


def test_old_windows_are_purged():
    ratelimit.check("old", limit=1, window_s=60)
    RateWindow.objects.update(started_at=timezone.now() - timedelta(days=2))
    ratelimit.check("new", limit=1, window_s=60)

    assert ratelimit.purge_windows() == 1
    assert list(RateWindow.objects.values_list("key", flat=True)) == ["new"]


def test_a_visitor_behind_our_web_server_is_known_by_its_own_address(rf, settings):
    said = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_REAL_IP": "203.0.113.7"}
    assert ratelimit.client_key(rf.get("/", **said), "book") == "book:10.0.0.1"
    settings.PROXIES = frozenset({"10.0.0.1"})
    assert ratelimit.client_key(rf.get("/", **said), "book") == "book:203.0.113.7"
