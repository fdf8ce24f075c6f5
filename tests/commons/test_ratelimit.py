"""Rate limits: so many in a window, then a refusal with the time to wait."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from usine.commons import ratelimit
from usine.commons.models import RateWindow
from usine.config import server

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
    by_peer = ratelimit.client_key(rf.get("/", **said), "book")
    settings.PROXIES = frozenset({"10.0.0.1"})
    by_address = ratelimit.client_key(rf.get("/", **said), "book")
    assert by_peer == ratelimit.client_key(rf.get("/", REMOTE_ADDR="10.0.0.1"), "book")
    assert by_address == ratelimit.client_key(rf.get("/", REMOTE_ADDR="203.0.113.7"), "book") != by_peer


def test_an_address_is_kept_as_a_digest_under_our_secret_of_one_day(rf, settings, monkeypatch):
    request = rf.get("/", REMOTE_ADDR="203.0.113.7")
    key = ratelimit.client_key(request, "book")
    assert re.fullmatch(r"book:[0-9a-f]{32}", key)
    assert hashlib.sha256(b"203.0.113.7").hexdigest()[:32] not in key

    tomorrow = timezone.now() + timedelta(days=1)
    with monkeypatch.context() as later:
        later.setattr(ratelimit.timezone, "now", lambda: tomorrow)
        assert ratelimit.client_key(request, "book") != key
    settings.SECRET_KEY = "another"
    assert ratelimit.client_key(request, "book") != key


def test_a_worker_purges_old_windows_and_a_builder_does_not():
    ratelimit.check("old", limit=1, window_s=60)
    RateWindow.objects.update(started_at=timezone.now() - timedelta(days=2))

    server.work(drain=True, parts_only=True)
    assert RateWindow.objects.count() == 1
    server.work(drain=True)
    assert RateWindow.objects.count() == 0
