"""How often something may be done, counted in the database so that every process agrees."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from usine.commons.errors import UsineError
from usine.commons.models import RateWindow


class TooManyRequests(UsineError):
    code = "too_many_requests"
    http_status = 429

    def __init__(self, retry_after_s: int):
        self.retry_after_s = retry_after_s
        super().__init__(
            f"Too many attempts from here: please try again in {max(1, retry_after_s // 60)} min."
        )


def check(key: str, *, limit: int, window_s: int) -> None:
    """Count one attempt under `key`; raise TooManyRequests past `limit` within a window of `window_s` seconds.

    Fixed windows: after a burst at a window's edge, at most twice the limit passes.
    """
    now = timezone.now()
    with transaction.atomic():
        window, created = RateWindow.objects.select_for_update().get_or_create(
            key=key[:200], defaults={"started_at": now, "count": 1}
        )
        if created:
            return
        ends_at = window.started_at + timedelta(seconds=window_s)
        if now >= ends_at:
            RateWindow.objects.filter(pk=window.pk).update(started_at=now, count=1)
            return
        RateWindow.objects.filter(pk=window.pk).update(count=models.F("count") + 1)
    if window.count >= limit:
        raise TooManyRequests(int((ends_at - now).total_seconds()) + 1)


def forgive(*keys: str) -> None:
    """Take back one counted attempt under each key: it turned out to be a good one."""
    windows = RateWindow.objects.filter(key__in=[key[:200] for key in keys], count__gt=0)
    windows.update(count=models.F("count") - 1)


def client_key(request: HttpRequest, purpose: str) -> str:
    """A key for the client's address: that of the peer, or what a web server of ours (setting PROXIES) says of it.

    The address itself is not kept: a digest of it under our secret, another one each day.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if peer in settings.PROXIES:
        peer = request.headers.get("X-Real-IP", peer)
    salt = f"usine.commons.ratelimit {timezone.now().date().isoformat()}"
    return f"{purpose}:{salted_hmac(salt, peer, algorithm='sha256').hexdigest()[:32]}"


def purge_windows(*, older_than_s: int = 86_400) -> int:
    """Forget windows that ended long ago, as workers do every hour; returns how many."""
    limit = timezone.now() - timedelta(seconds=older_than_s)
    return RateWindow.objects.filter(started_at__lt=limit).delete()[0]
