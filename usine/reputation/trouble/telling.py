"""Who is told of an alert, when and how: by mail, in the browser, by a signed POST. Planned with it, sent by jobs."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from usine.accounts.public import SYSTEM, Actor, find_actor
from usine.commons.jobs import Progress, enqueue, handler
from usine.markets.public import get_market
from usine.reputation.contracts import AlertUnknown
from usine.reputation.models import Alert, AlertHook, AlertListener, AlertTelling
from usine.reputation.trouble.alerts import is_urgent
from usine.reputation.trouble.letters import Letter, find_address, write_headline, write_letter, write_message
from usine.reputation.trouble.push import push
from usine.reputation.trouble.showing import show_alert

TELL = "reputation.tell"
MAIL, PUSH, HOOK = "mail", "push", "hook"
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""A machine or a mail server that does not answer is asked again after so long."""
TIMEOUT_S = 10


def plan(alert: Alert, *, now: datetime) -> int:
    """Say who is told of a new alert, and when: urgent ones at once, others after quiet hours. Returns how many ways.

    In the transaction that opens the alert.
    """
    rows = [*_plan_people(alert, now), *_plan_hooks(alert, now)]
    AlertTelling.objects.bulk_create(rows)
    for row in rows:
        enqueue(TELL, by=SYSTEM.name, not_before=row.due_at if row.due_at > now else None, telling=row.pk)
    return len(rows)


def _plan_people(alert: Alert, now: datetime) -> list[AlertTelling]:
    """Each person once, by their row for this market if they have one, else by that for all of theirs."""
    chosen: dict[int, tuple[AlertListener, Actor]] = {}
    for row in _list_listeners(alert.country):
        actor = find_actor(row.user)
        if actor and (actor.may_see(alert.country) if alert.country else actor.may_see("")):
            chosen[row.user_id] = (row, actor)
    found: list[AlertTelling] = []
    for row, actor in chosen.values():
        due = find_due(row, alert, now)
        found += [
            AlertTelling(alert=alert, channel=channel, to=actor.name[:200], target=row.user_id, due_at=due)
            for channel, is_wanted in ((MAIL, row.by_mail), (PUSH, row.by_push))
            if is_wanted
        ]
    return found


def _list_listeners(country: str) -> QuerySet[AlertListener]:
    """Who listens to a market: of each person the last row counts, that for it after that for all of theirs."""
    rows = AlertListener.objects.filter(market__in=["", country]).select_related("user")
    return rows.order_by("market")


def _plan_hooks(alert: Alert, now: datetime) -> list[AlertTelling]:
    hooks = AlertHook.objects.filter(is_on=True, market__in=["", alert.country]).order_by("pk")
    return [
        AlertTelling(alert=alert, channel=HOOK, to=_name_host(hook.address), target=hook.pk, due_at=now)
        for hook in hooks
    ]


def _name_host(address: str) -> str:
    return f"{urlsplit(address).hostname or address}"[:200]


def find_due(row: AlertListener, alert: Alert, now: datetime) -> datetime:
    """When somebody is told: now, or at the end of their quiet hours by the clock of the market."""
    if is_urgent(alert.kind, alert.subject) or row.quiet_from is None or row.quiet_until is None:
        return now
    market = alert.country or row.market
    zone = ZoneInfo(get_market(market).time_zone) if market else ZoneInfo("UTC")
    return end_quiet(now, row.quiet_from, row.quiet_until, zone)


def end_quiet(now: datetime, begin: time, end: time, zone: ZoneInfo) -> datetime:
    """`now`, or the end of the quiet hours that it falls into; they may pass midnight. Pure."""
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    is_quiet = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if clock >= end else 0)
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


def list_told(alert_id: int) -> tuple[AlertTelling, ...]:
    """Whom it was told, is to be told, or why not, for its screen. One query."""
    return tuple(AlertTelling.objects.filter(alert=alert_id).order_by("due_at", "pk"))


@handler(TELL)
def tell(progress: Progress, *, telling: int, attempt: int = 0) -> str:
    """Tell once; where that fails, plan the next try and write down why."""
    row = AlertTelling.objects.select_related("alert").filter(pk=telling, told_at__isnull=True).first()
    if row is None:
        return ""
    now = timezone.now()
    reason, may_try_again = _send(row)
    if not reason:
        AlertTelling.objects.filter(pk=row.pk).update(told_at=now, reason="")
        Alert.objects.filter(pk=row.alert_id, told_at__isnull=True).update(told_at=now)
        return ""
    AlertTelling.objects.filter(pk=row.pk).update(reason=reason[:300])
    if may_try_again and attempt < len(RETRIES):
        enqueue(TELL, by=SYSTEM.name, not_before=now + RETRIES[attempt], telling=telling, attempt=attempt + 1)
    return reason


def _send(row: AlertTelling) -> tuple[str, bool]:
    """Why it was not told, empty if it was, and whether it makes sense to try again."""
    if row.channel == HOOK:
        return _post(row)
    if row.alert.acknowledged_at or row.alert.closed_at:
        return gettext_noop("Somebody had taken it on, or it was over."), False
    listener = _list_listeners(row.alert.country).filter(user=row.target).last()
    actor = find_actor(listener.user) if listener else None
    if listener is None or actor is None:
        return gettext_noop("They are not told of alerts any more."), False
    if not (listener.by_push if row.channel == PUSH else listener.by_mail):
        return gettext_noop("They do not want to be told in this way any more."), False
    try:
        shown = show_alert(actor, row.alert_id)
    except AlertUnknown:
        return gettext_noop("Its market is not theirs any more."), False
    language, user = listener.language, listener.user
    if row.channel == PUSH:
        return push(user.pk, write_message(shown, language=language, to=actor))
    return _mail(write_letter(shown, language=language, to=actor), user.email)


def _mail(letter: Letter, address: str) -> tuple[str, bool]:
    if not address:
        return gettext_noop("Their account has no mail address."), False
    try:
        EmailMessage(letter.subject, letter.text, to=[address]).send()
    except OSError as error:
        return f"The mail server was not reached: {error}", True
    return "", False


def _post(row: AlertTelling) -> tuple[str, bool]:
    hook = AlertHook.objects.filter(pk=row.target, is_on=True).first()
    if hook is None:
        return gettext_noop("The hook is off or gone."), False
    import httpx  # a fifth of a second, for the worker alone

    body = json.dumps(build_body(row.alert), ensure_ascii=False, sort_keys=True).encode()
    at = str(int(timezone.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Usine-Time": at,
        "X-Usine-Signature": sign_body(hook.secret, at, body),
    }
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            answer = client.post(hook.address, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"It was not reached: {error or type(error).__name__}", True
    return ("", False) if answer.is_success else (f"It answered with {answer.status_code}.", True)


def sign_body(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA-256 of the time, a dot and the body: whoever has the secret knows it is from us, and when."""
    return "sha256=" + hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def build_body(alert: Alert) -> dict[str, Any]:
    """Keys, figures and words: no text and no author leaves the house."""
    evidence = {k: v for k, v in alert.evidence.items() if k not in ("stories", "samples", "first")}
    return {
        "alert": alert.pk,
        "kind": alert.kind,
        "is_urgent": is_urgent(alert.kind, alert.subject),
        "subject": alert.subject,
        "country": alert.country,
        "language": alert.language,
        "headline": write_headline(alert),
        "began_at": alert.began_at.isoformat(),
        "raised_at": alert.raised_at.isoformat(),
        "seen": alert.seen,
        "expected": alert.expected,
        "scale_min": alert.scale_min,
        "evidence": evidence,
        "address": find_address(alert),
    }
