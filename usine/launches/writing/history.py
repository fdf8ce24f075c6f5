"""What was written in a scope, and the last of it taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from usine.accounts.contracts import Actor
from usine.commons.models import Fact
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import Overlay
from usine.launches.rules import OverrideKind
from usine.launches.writing.adapting import WRITTEN, Place, digest_row, undo_last
from usine.launches.writing.translating import get_scope

VERBS = {
    OverrideKind.HIDE: "hides the block",
    OverrideKind.REPLACE: "replaces the block",
    OverrideKind.ADD: "adds a block",
}


@dataclass(frozen=True, slots=True)
class Write:
    """A write to a block in a scope; `told` is what it did, in words."""

    at: datetime
    by: str
    scope: str
    block_id: str
    told: str


def list_writes(vehicle: str, scope: str, *, block_id: str = "") -> list[Write]:
    """The writes in a scope (to one block when it is named), the last one first. Raises ScopeNotFound."""
    get_scope(scope)
    facts = Fact.objects.filter(name=WRITTEN, subject=vehicle, payload__scope=scope).order_by("-id")
    if block_id:
        facts = facts.filter(payload__block=block_id)
    return [_read(fact) for fact in facts]


def undo_write(vehicle: str, scope: str, *, block_id: str, by: Actor) -> Write:
    """Take the last write to a block back, as the editor does; what it was.

    Raises ScopeNotFound, Forbidden, ContentInvalid when there is nothing to undo.
    """
    writes = list_writes(vehicle, scope, block_id=block_id)
    if not writes:
        raise ContentInvalid(
            f"Nothing was written to {block_id} in {scope}: see usine launch history {vehicle} --scope {scope}."
        )
    row = Overlay.objects.filter(vehicle=vehicle, scope=scope, block_id=block_id).first()
    undo_last(Place(vehicle, block_id, scope, get_scope(scope)), seen=digest_row(row), by=by)
    return writes[0]


def _read(fact: Fact) -> Write:
    payload = fact.payload
    return Write(
        fact.at, fact.by, payload["scope"], payload["block"], tell(payload["before"], payload["after"])
    )


def tell(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What a write did, from what was said before and after it."""
    if after is None:
        is_own = before is not None and before["kind"] == OverrideKind.ADD
        return "removes the block" if is_own else "inherits everything again"
    old = before or {}
    if after["kind"] != old.get("kind") and after["kind"] in VERBS:
        return VERBS[OverrideKind(after["kind"])]
    told = []
    values: tuple[Mapping[str, Any], Mapping[str, Any]] = (old.get("value", {}), after["value"])
    if changed := sorted(n for n in {*values[0], *values[1]} if values[0].get(n) != values[1].get(n)):
        told.append(f"says {', '.join(changed)}")
    if (old.get("after"), old.get("rank", "")) != (after.get("after"), after.get("rank", "")):
        told.append(
            "moves the block" if after.get("after") is not None else "puts the block back in its place"
        )
    if not told and old.get("kind") not in (None, after["kind"]):
        told.append("shows the block again")
    return " and ".join(told) or "stands beside the master of today"
