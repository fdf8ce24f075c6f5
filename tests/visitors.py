"""Visitors who have been asked whether they may be counted: the cookie that says what they chose, today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from usine.commons.consent import COOKIE, WORDING

NUMBER = "0f" * 16


def write_choice(visitor: str = "no", *, wording: int = WORDING) -> str:
    """The cookie's value; `visitor` is the number of one who allows it."""
    return f"{wording}.{timezone.now().date().isoformat()}.{visitor}"


def let_choose(context, visitor: str = "no") -> None:
    """A browser whose visitor has chosen on an earlier page."""
    context.add_cookies(
        [{"name": COOKIE, "value": write_choice(visitor), "domain": "localhost", "path": "/"}]
    )


@contextmanager
def open_phone(chromium) -> Iterator:
    """A phone of somebody who has not been asked yet; a script that raised fails the test."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []
