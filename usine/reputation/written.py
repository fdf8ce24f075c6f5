"""What was heard as JSON keeps it, until it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from usine.reputation.contracts import Heard, MentionKind


def write_heard(heard: Heard) -> dict[str, Any]:
    """As JSON keeps it."""
    values = {each.name: getattr(heard, each.name) for each in fields(heard)}
    return {**values, "published_at": heard.published_at.isoformat(), "extra": dict(heard.extra)}


def read_heard(values: Mapping[str, Any]) -> Heard:
    """What `write_heard` wrote, by this release or another one: what a later one added is not needed here."""
    known = {each.name for each in fields(Heard)}
    return Heard(
        **{
            **{name: value for name, value in values.items() if name in known},
            "published_at": datetime.fromisoformat(values["published_at"]),
            "kind": MentionKind(values["kind"]),
        }
    )
