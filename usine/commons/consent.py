"""Whether a visitor allowed to be counted: one cookie, written by the server, that says it with day and wording.

`1.2026-11-26.no`, or the visitor's random number instead of `no`. The choice itself may be stored without being asked
for (Directive 2002/58/EC, article 5(3)); the number exists only where counting is allowed, and goes with it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "usine_consent"
WORDING = 1
"""The wording of the question; a new number asks everybody again (when it is due: tests/audience/test_wording.py)."""
KEPT = timedelta(days=183)
"""Six months, whichever the choice was, as the French authority (CNIL) advises."""
WRITTEN = re.compile(r"(\d{1,4})\.(\d{4}-\d{2}-\d{2})\.(no|[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a visitor chose: of which wording, on which day (UTC); `visitor` is empty where they refused."""

    wording: int
    on: date
    visitor: str = ""


def read_consent(request: HttpRequest) -> Consent | None:
    """The choice that a browser brings along; None where there is none, or none that is still good."""
    found = WRITTEN.fullmatch(request.COOKIES.get(COOKIE, ""))
    if found is None:
        return None
    try:
        on = date.fromisoformat(found[2])
    except ValueError:
        return None
    today = timezone.now().date()
    if not today - KEPT <= on <= today:
        return None
    return Consent(int(found[1]), on, "" if found[3] == "no" else found[3])


def find_counted_visitor(request: HttpRequest) -> str:
    """The number of a visitor who allowed to be counted, by the wording of today; empty for everybody else."""
    consent = read_consent(request)
    return consent.visitor if consent and consent.wording >= WORDING else ""


def draw_visitor() -> str:
    """A new random number: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def keep_consent(response: HttpResponse, consent: Consent, *, is_secure: bool) -> None:
    """Have the browser keep a choice. A script may read it, to know whether to ask."""
    response.set_cookie(
        COOKIE,
        f"{consent.wording}.{consent.on.isoformat()}.{consent.visitor or 'no'}",
        max_age=int(KEPT.total_seconds()),
        samesite="Lax",
        secure=is_secure,
    )
