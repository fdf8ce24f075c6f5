"""Messages to browsers that are shut (RFC 8030), signed with the key of this installation (RFC 8292).

Without a key (USINE_PUSH_KEY, made by `usine reputation push-key`) nothing is pushed, and each telling says so.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.reputation.contracts import ReputationRefused
from usine.reputation.models import AlertListener, PushSubscription

KEEP_S = 12 * 3600
"""A push service keeps a message for so long for a browser that is off."""
TIMEOUT_S = 10
GONE = (404, 410)
TOO_MANY = 429
AUTH_BYTES = 16
LONGEST = 700  # characters of an address
MOST = 20
"""Browsers of one person."""
UNREADABLE = gettext_noop("This browser’s subscription cannot be read: turn messages off and on again.")
NO_KEY = gettext_noop("No key is set for pushing (USINE_PUSH_KEY).")
NO_BROWSER = gettext_noop("No browser of theirs takes messages.")


class SubscriptionInvalid(ReputationRefused):
    code = "subscription_invalid"


def make_key() -> str:
    """A new private key, as USINE_PUSH_KEY takes it: 32 bytes in base64url."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _write(number.to_bytes(32, "big"))


def find_public_key() -> str:
    """What a browser subscribes with; empty where no key is set."""
    if not settings.PUSH_KEY:
        return ""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid01

    public = Vapid01.from_string(settings.PUSH_KEY).public_key
    return _write(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _write(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of its subscription: where its push service takes messages, and the two keys of RFC 8291."""

    endpoint: str
    p256dh: str
    auth: str


def read_browser(said: Any) -> Browser:
    """What `PushSubscription.toJSON()` of a browser says. Raises SubscriptionInvalid."""
    said = said if isinstance(said, Mapping) else {}
    keys = said.get("keys")
    keys = keys if isinstance(keys, Mapping) else {}
    values = (said.get("endpoint"), keys.get("p256dh"), keys.get("auth"))
    endpoint, p256dh, auth = (value if isinstance(value, str) else "" for value in values)
    if not _is_point(_read(p256dh)) or len(_read(auth)) != AUTH_BYTES or len(endpoint) > LONGEST:
        raise SubscriptionInvalid(_(UNREADABLE))
    _check_service(endpoint)
    return Browser(endpoint, p256dh, auth)


def _check_service(endpoint: str) -> None:
    """We post to push services that are known, and to nothing else that somebody may name."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    is_known = any(host == name or host.endswith(f".{name}") for name in settings.PUSH_SERVICES)
    if not is_known or parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        raise SubscriptionInvalid(
            _(
                "“%(host)s” is no push service that is known here: an administrator adds it to USINE_PUSH_SERVICES."
            )
            % {"host": host[:100] or endpoint[:100]}
        )


def _is_point(data: bytes) -> bool:
    """Whether these are the bytes of a public key: an uncompressed point of P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return True


def _read(text: str) -> bytes:
    """base64url without its end; nothing where it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


@transaction.atomic
def subscribe(browser: Browser, *, language: str, by: Actor, now: datetime) -> None:
    """From now on this browser is told what its owner is told of; who had it before is not.

    `language`: what they are told in, unless they have chosen. Raises SubscriptionInvalid where the keys of somebody
    else's browser are not known: who knows them sits in front of it.
    """
    owner = _keep(browser, by, now)
    # The oldest one makes room.
    own = PushSubscription.objects.filter(user=owner).order_by("-at", "-pk")
    PushSubscription.objects.filter(pk__in=list(own.values_list("pk", flat=True)[MOST:])).delete()
    AlertListener.objects.update_or_create(
        user_id=owner,
        market="",
        defaults={"by_push": True},
        create_defaults={"by_push": True, "by_mail": False, "language": language},
    )
    record_fact("BrowserSubscribed", by=by.name, service=urlsplit(browser.endpoint).hostname)


@transaction.atomic
def renew(endpoint: str, browser: Browser, *, by: Actor, now: datetime) -> None:
    """Take what a browser's push service gave it in place of `endpoint`, which is one's own; nothing else changes.

    Raises SubscriptionInvalid where that is not among one's own, and as `subscribe` does.
    """
    own = PushSubscription.objects.filter(user=by.user_id) if by.user_id else PushSubscription.objects.none()
    old = own.select_for_update().filter(endpoint=endpoint).first()
    if old is None:
        raise SubscriptionInvalid(_(UNREADABLE))
    _keep(browser, by, now)
    if endpoint != browser.endpoint:
        old.delete()
    record_fact("BrowserRenewed", by=by.name, service=urlsplit(browser.endpoint).hostname)


def _keep(browser: Browser, by: Actor, now: datetime) -> int:
    """As one's own, whoever had it before, if one knows its keys; returns the key of whose it is now."""
    if by.user_id is None:
        raise SubscriptionInvalid(_("Only people are told of alerts: sign in."))
    row = PushSubscription.objects.select_for_update().filter(endpoint=browser.endpoint).first()
    if row and row.user_id != by.user_id and (row.p256dh, row.auth) != (browser.p256dh, browser.auth):
        raise SubscriptionInvalid(_(UNREADABLE))
    values = {"user_id": by.user_id, "p256dh": browser.p256dh, "auth": browser.auth, "at": now}
    PushSubscription.objects.update_or_create(endpoint=browser.endpoint, defaults=values)
    if row and row.user_id != by.user_id:
        _note_whether_pushed(row.user_id)
    return by.user_id


@transaction.atomic
def unsubscribe(endpoint: str, *, by: Actor) -> None:
    """Forget a browser of one's own; with the last one, messages are off. Somebody else's stays as it is."""
    if PushSubscription.objects.filter(user=by.user_id, endpoint=endpoint).delete()[0]:
        _note_whether_pushed(by.user_id)
        record_fact("BrowserUnsubscribed", by=by.name, service=urlsplit(endpoint).hostname)


def _note_whether_pushed(user_id: int | None) -> None:
    if not PushSubscription.objects.filter(user=user_id).exists():
        AlertListener.objects.filter(user=user_id).update(by_push=False)


def list_known(actor: Actor) -> list[str]:
    """The addresses of one's browsers as SHA-256 in hexadecimal: enough for a browser to know its own."""
    rows = PushSubscription.objects.filter(user=actor.user_id) if actor.user_id else ()
    return [hashlib.sha256(row.endpoint.encode()).hexdigest() for row in rows]


def try_out(endpoint: str, message: Mapping[str, str], *, by: Actor) -> str:
    """Send to one browser of one's own; empty, or why it does not have it."""
    if not settings.PUSH_KEY:
        return NO_KEY
    row = PushSubscription.objects.filter(user=by.user_id, endpoint=endpoint).first()
    return _send(row, _write_message(message))[0] if row else NO_BROWSER


def push(user_id: int, message: Mapping[str, str]) -> tuple[str, bool]:
    """Send to every browser of somebody: empty, or why none of them has it, and whether one may have it later.

    A browser that is gone is forgotten.
    """
    if not settings.PUSH_KEY:
        return NO_KEY, False
    rows = PushSubscription.objects.filter(user=user_id).order_by("pk")
    tried = [_send(row, _write_message(message)) for row in rows] or [(NO_BROWSER, False)]
    if not all(reason for reason, _may_later in tried):
        return "", False
    return tried[-1][0], any(may_later for _reason, may_later in tried)


def _write_message(message: Mapping[str, str]) -> str:
    return json.dumps(message, ensure_ascii=False)


def _send(row: PushSubscription, data: str) -> tuple[str, bool]:
    """Why a browser does not have it, empty if it has, and whether it makes sense to try again: the service is away,
    has too much to do or is broken (429, 5xx).
    """
    from pywebpush import WebPushException, webpush  # a fifth of a second, for whoever pushes

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
        status = error.response.status_code if error.response is not None else 0
        if status in GONE:
            row.delete()
            return gettext_noop("The browser has ended its subscription."), False
        return f"The push service refused: {error.message}"[:300], status == TOO_MANY or status >= 500
    except OSError as error:
        return f"The push service was not reached: {error}"[:300], True
    except ValueError as error:
        return f"The message could not be encrypted for this browser: {error}"[:300], False
    return "", False
