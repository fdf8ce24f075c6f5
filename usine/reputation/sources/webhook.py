"""Others bring what they heard: a signed POST for each source, taken once however often it is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from usine.commons import ratelimit
from usine.commons.errors import NotFound, UsineError
from usine.reputation.arrivals import put_down
from usine.reputation.contracts import FileUnreadable, Heard, ReputationRefused
from usine.reputation.models import Source
from usine.reputation.sources.connectors import Batch, Cursor, Place, read_secret
from usine.reputation.sources.health import keep_delivery
from usine.reputation.sources.rows import COLUMNS, read_row
from usine.reputation.sources.taking import read_place

if TYPE_CHECKING:
    from usine.reputation.sources.fetching import Fetcher

LARGEST = 1024 * 1024  # bytes of a request
MOST = 500  # mentions of a request
TOLERANCE = timedelta(minutes=5)  # between the sender's clock and ours
PER_MINUTE = 600
SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


class Webhook:
    """Nobody visits it. Options: `secret_env`, and `old_secret_env` while a sender changes to a new secret."""

    name: ClassVar[str] = "webhook"
    is_pushed: ClassVar[bool] = True
    options: ClassVar[Mapping[str, type]] = {"secret_env": str, "old_secret_env": str}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        return iter(())


class DeliveryRefused(ReputationRefused):
    code = "delivery_refused"


class SignatureWrong(DeliveryRefused):
    code = "signature_wrong"
    http_status = 401


class DeliveryTooLarge(DeliveryRefused):
    code = "delivery_too_large"
    http_status = 413


class DeliveryUnreadable(DeliveryRefused):
    code = "delivery_unreadable"
    http_status = 415


@csrf_exempt  # programs have no token; what they send is signed
@require_POST
def take_delivery(request: HttpRequest, slug: str) -> HttpResponse:
    """200 with how many mentions were sent; the same again is taken as the same. All of a delivery or nothing."""
    try:
        return JsonResponse({"mentions": _take(request, slug)})
    except UsineError as error:
        answer = JsonResponse({"error": error.code, "message": str(error)}, status=error.http_status)
        if isinstance(error, ratelimit.TooManyRequests):
            answer["Retry-After"] = str(error.retry_after_s)
        return answer


def sign(secret: str, body: bytes, at: int) -> str:
    """The header `Usine-Signature` of a delivery: seconds since 1970, HMAC-SHA256 of `seconds.body` in hexadecimal."""
    return f"t={at},v1={_digest(secret, str(at), body)}"


def check_signature(header: str, secrets: list[str], body: bytes, *, now: datetime) -> None:
    """Raises SignatureWrong for another's signature, and for one that is older than five minutes or of the future."""
    found = SIGNATURE.fullmatch(header.strip())
    if not found:
        raise SignatureWrong(
            "The header Usine-Signature is missing or is not of the form t=seconds,v1=signature."
        )
    expected = [_digest(secret, found[1], body) for secret in secrets if secret]
    if not any(hmac.compare_digest(found[2], digest) for digest in expected):
        raise SignatureWrong("The signature is not that of this body with the source's secret.")
    if abs(now.timestamp() - int(found[1])) > TOLERANCE.total_seconds():
        raise SignatureWrong(
            "The signature is more than five minutes away from our clock: sign each delivery anew."
        )


def read_delivery(body: bytes, place: Place, *, now: datetime) -> tuple[Heard, ...]:
    """The mentions of `{"mentions": [{"id": …, "text": …, …}]}`. Raises FileUnreadable naming row, column, reason."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f"The delivery is no JSON ({str(error)[:80]}).") from error
    rows = found.get("mentions") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileUnreadable('The delivery is not of the form {"mentions": [{…}, …]}.')
    if len(rows) > MOST:
        raise FileUnreadable(f"The delivery has {len(rows)} mentions: send at most {MOST} at once.")
    heard = tuple(_read(row, number, place, now) for number, row in enumerate(rows, 1))
    keys = [one.external_id for one in heard]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise FileUnreadable(f"The delivery has two mentions with the id {twice[:80]!r}.")
    return heard


def _read(row: Mapping[str, Any], number: int, place: Place, now: datetime) -> Heard:
    def refuse(column: str, reason: str) -> FileUnreadable:
        return FileUnreadable(f"The delivery, mention {number}, {column}: {reason}.")

    unknown = next((name for name in row if name not in COLUMNS), None)
    if unknown is not None:
        raise refuse(unknown[:60], f"it is none of {', '.join(COLUMNS)}")
    if not row.get("id"):
        raise refuse("id", "it is missing: by it, a mention that is sent again is known")
    return read_row(row, place, refuse, now=now)


def _take(request: HttpRequest, slug: str) -> int:
    now = timezone.now()
    source = Source.objects.filter(slug=slug, connector=Webhook.name, is_on=True).first()
    if source is None:
        raise NotFound("There is no source that takes deliveries here.")
    body = _read_body(request)
    place = read_place(source)
    secrets = [read_secret(place, name) for name in ("secret_env", "old_secret_env")]
    check_signature(request.headers.get("Usine-Signature", ""), secrets, body, now=now)
    ratelimit.check(f"reputation webhook {slug}", limit=PER_MINUTE, window_s=60)
    heard = read_delivery(body, place, now=now)
    if heard:
        put_down(heard, now=now)
    keep_delivery(source, has_news=bool(heard), now=now)
    return len(heard)


def _read_body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise DeliveryUnreadable("A delivery is JSON: send it as application/json.")
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = LARGEST + 1
    if size > LARGEST:
        raise DeliveryTooLarge(f"A delivery has at most {LARGEST // 1024} kB: send it in parts.")
    return request.read(LARGEST)


def _digest(secret: str, at: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
