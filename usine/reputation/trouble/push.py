"""Messages to browsers that are shut (RFC 8030), signed with the key of this installation (RFC 8292).

Without a key (USINE_PUSH_KEY, made by `usine reputation push-key`) nothing is pushed, and each telling says so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid01
from pywebpush import WebPushException, webpush

from usine.reputation.contracts import ReputationRefused
from usine.reputation.models import PushSubscription

KEEP_S = 12 * 3600
"""A push service keeps a message for so long for a browser that is off."""
TIMEOUT_S = 10
GONE = (404, 410)


class SubscriptionInvalid(ReputationRefused):
    code = "subscription_invalid"


def make_key() -> str:
    """A new private key, as USINE_PUSH_KEY takes it: 32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _write(number.to_bytes(32, "big"))


def find_public_key() -> str:
    """What a browser subscribes with; empty where no key is set."""
    if not settings.PUSH_KEY:
        return ""
    public = Vapid01.from_string(settings.PUSH_KEY).public_key
    return _write(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _write(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def subscribe(user_id: int, said: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what `PushSubscription.toJSON()` of a browser says. Raises SubscriptionInvalid."""
    keys = said.get("keys")
    values = (
        said.get("endpoint"),
        *(keys.get(name) if isinstance(keys, Mapping) else None for name in ("p256dh", "auth")),
    )
    endpoint, p256dh, auth = (value if isinstance(value, str) else "" for value in values)
    if urlsplit(endpoint).scheme != "https" or not p256dh or not auth:
        raise SubscriptionInvalid("A browser subscribes with an address of https and two keys: try again.")
    if len(endpoint) > 700 or len(p256dh) > 120 or len(auth) > 60:
        raise SubscriptionInvalid(
            "The address or the keys of this browser are longer than any known: try again."
        )
    PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults={"user_id": user_id, "p256dh": p256dh, "auth": auth, "at": now}
    )


def unsubscribe(user_id: int, endpoint: str) -> None:
    PushSubscription.objects.filter(user=user_id, endpoint=endpoint).delete()


def push(user_id: int, message: Mapping[str, str]) -> str:
    """Send to every browser of somebody; empty, or why none of them has it. A browser that is gone is forgotten."""
    if not settings.PUSH_KEY:
        return "No key is set for pushing (USINE_PUSH_KEY)."
    reasons = ["No browser of theirs takes messages."]
    sent = 0
    for row in PushSubscription.objects.filter(user=user_id).order_by("pk"):
        reason = _send(row, json.dumps(message, ensure_ascii=False))
        sent += not reason
        reasons += [reason] if reason else []
    return "" if sent else reasons[-1]


def _send(row: PushSubscription, data: str) -> str:
    try:
        webpush(
            {"endpoint": row.endpoint, "keys": {"p256dh": row.p256dh, "auth": row.auth}},
            data,
            vapid_private_key=settings.PUSH_KEY,
            vapid_claims={"sub": settings.SECURITY_CONTACT},
            ttl=KEEP_S,
            timeout=TIMEOUT_S,
        )
    except WebPushException as error:
        if error.response is not None and error.response.status_code in GONE:
            row.delete()
            return "The browser has ended its subscription."
        return f"The push service refused: {error.message}"[:300]
    except (OSError, ValueError) as error:
        return f"The push service was not reached: {error}"[:300]
    return ""
