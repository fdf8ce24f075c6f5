"""What the public pages may post: pure, no ORM, no clock."""

from __future__ import annotations

import json
from typing import Any

from usine.audience.contracts import PAGES, MessageInvalid, MessageNotJson, MessageTooLarge

MAX_BYTES = 200


def parse_choice(content_type: str, body: bytes, *, newest: int) -> tuple[bool, int]:
    """`{"counted": true, "wording": 1}`: whether it is allowed, by which wording (1 to `newest`).

    Raises MessageNotJson, MessageTooLarge, MessageInvalid.
    """
    told = _parse(content_type, body, {"counted", "wording"})
    if not isinstance(told["counted"], bool):
        raise MessageInvalid("counted is neither true nor false.")
    if type(told["wording"]) is not int or not 1 <= told["wording"] <= newest:
        raise MessageInvalid(f"wording is not a whole number from 1 to {newest}.")
    return told["counted"], told["wording"]


def parse_visit(content_type: str, body: bytes) -> str:
    """`{"page": "versions"}`: one of PAGES. Raises MessageNotJson, MessageTooLarge, MessageInvalid."""
    page = _parse(content_type, body, {"page"})["page"]
    if page not in PAGES:
        raise MessageInvalid(f"page is not one of {', '.join(PAGES)}.")
    return str(page)


def _parse(content_type: str, body: bytes, keys: set[str]) -> dict[str, Any]:
    """Only what is posted as JSON: a page of another site cannot, unless it asked first and were allowed."""
    if content_type != "application/json":
        raise MessageNotJson("Post it as application/json.")
    if len(body) > MAX_BYTES:
        raise MessageTooLarge(f"A message has at most {MAX_BYTES} bytes.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageInvalid("This is not JSON.") from error
    if not isinstance(told, dict) or set(told) != keys:
        raise MessageInvalid(f"A message has the keys {', '.join(sorted(keys))}.")
    return told
