"""Values that cross the door of `audience`."""

from __future__ import annotations

from usine.commons.errors import Forbidden, UsineError

PAGES = (
    *("home", "design", "driving", "technology", "versions", "gallery", "companies", "questions", "brochure"),
    *("legal", "configurator", "test-drive", "virtual-drive", "not-found"),
)
"""The kinds of pages that are counted."""


class MessageInvalid(UsineError):
    code = "message_invalid"


class MessageTooLarge(UsineError):
    code = "message_too_large"
    http_status = 413


class MessageNotJson(UsineError):
    code = "message_not_json"
    http_status = 415


class NotCounted(Forbidden):
    """The visitor has not allowed it."""

    code = "not_counted"
