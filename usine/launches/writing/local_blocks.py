"""How a scope adds blocks of its own, moves blocks, takes its own away, and keeps what the master has no more.

The writes are those of `adapting`: the same rights, the same facts, the same undo.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.models import Fact
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.fields import list_fields, read_text_at
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import Overlay
from usine.launches.rules import (
    LOCAL_TYPES,
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    arrange_page,
    list_scopes,
    resolve_block,
)
from usine.launches.sources.masters import list_overlays, read_master
from usine.launches.writing.adapting import (
    WRITTEN,
    Place,
    check_text,
    list_scopes_from,
    new_row,
    settle,
    stand_for,
    write_block,
)
from usine.launches.writing.block_forms import clean_value, read_form
from usine.launches.writing.placing import (
    MOST_ADDED,
    check_type,
    choose_place,
    count_added,
    find_step,
    may_move,
)

ADD = OverrideKind.ADD.value


def get_page(vehicle: str, kind: str) -> ResolvedPage:
    """A published page of the master. Raises ContentInvalid when it has none of the kind."""
    page = read_master(vehicle).get(kind)
    if page is None:
        raise ContentInvalid(_("The master has no page %(kind)s: reload the page.") % {"kind": kind})
    return page


def add_block(
    place: Place, kind: str, block_type: str, posted: Mapping[str, str], *, after: str, by: Actor
) -> None:
    """Add a block of the scope's own to a page, behind another block (`""`: at the page's beginning).

    The place names its new id; `posted` are the fields of its form. Raises Forbidden, BlockChanged, ContentInvalid.
    """
    check_type(kind, block_type)
    _add(place, kind, block_type, lambda: _read(block_type, posted), after=after, by=by)


def duplicate_block(place: Place, kind: str, *, by: Actor) -> str:
    """Add a block that says what one says here, right behind it, as the scope's own; its id.

    Raises Forbidden, BlockChanged, ContentInvalid.
    """
    page, overlays = get_page(place.vehicle, kind), list_overlays(place.vehicle, list_scopes(place.locale))
    arranged = arrange_page(page, overlays, list_scopes_from(place))
    block = next((block for block in arranged if block.id == place.block_id), None)
    if block is None:
        raise ContentInvalid(_("The page has this block no more: reload the page."))
    check_type(kind, block.type)
    here = [entry for entry in overlays if entry.scope in list_scopes_from(place)]
    said = resolve_block(block, here, place.locale) or block
    copy = replace(place, block_id=str(uuid.uuid4()))
    _add(copy, kind, block.type, lambda: clean_value(block.type, said.value), after=block.id, by=by)
    return copy.block_id


def _add(
    place: Place,
    kind: str,
    block_type: str,
    read: Callable[[], dict[str, Any]],
    *,
    after: str,
    by: Actor,
) -> None:
    page = get_page(place.vehicle, kind)

    def write(_block: ResolvedBlock, _row: Overlay | None) -> Overlay:
        overlays = list_overlays(place.vehicle)
        _check_new(place, kind, overlays)
        row = new_row(place)
        row.kind, row.page, row.block_type, row.value = ADD, kind, block_type, read()
        row.after, row.rank = choose_place(
            page, overlays, list_scopes_from(place), block_id=place.block_id, after=after
        )
        return row

    write_block(place, write, seen="", by=by, block=ResolvedBlock(place.block_id, block_type, {}))


def _check_new(place: Place, kind: str, overlays: list[OverlayEntry]) -> None:
    """Raise ContentInvalid for an id that is none or taken, or where a page has too many blocks of the scope."""
    try:
        uuid.UUID(place.block_id)
    except ValueError as error:
        raise ContentInvalid(_("The new block has no id of its own: reload the page.")) from error
    taken = {block.id for page in read_master(place.vehicle).values() for block in page.blocks}
    if place.block_id in taken | {entry.block_id for entry in overlays}:
        raise ContentInvalid(_("Another block has the id of the new one: reload the page."))
    if count_added(overlays, place.scope, kind) >= MOST_ADDED:
        raise ContentInvalid(
            _("%(scope)s has %(most)s blocks of its own on this page: remove one first.")
            % {"scope": place.scope, "most": MOST_ADDED}
        )


def save_own(place: Place, posted: Mapping[str, str], *, seen: str, by: Actor) -> None:
    """Write a block of the scope's own as its form says. Raises Forbidden, BlockChanged, ContentInvalid."""

    def write(_block: ResolvedBlock, row: Overlay | None) -> Overlay:
        row = _own(row)
        row.value = _read(row.block_type, posted)
        return row

    write_block(place, write, seen=seen, by=by, block=stand_for(place))


def remove_own(place: Place, *, seen: str, by: Actor) -> None:
    """Take an own block away; undo_last brings it back. Raises Forbidden, BlockChanged, ContentInvalid."""

    def write(_block: ResolvedBlock, row: Overlay | None) -> None:
        _own(row)

    write_block(place, write, seen=seen, by=by, block=stand_for(place))


def move_block(place: Place, kind: str, *, is_up: bool, seen: str, by: Actor) -> None:
    """Move a block one place up or down its page. Raises Forbidden, BlockChanged, ContentInvalid."""
    page = get_page(place.vehicle, kind)
    scopes = list_scopes_from(place)

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay:
        overlays = list_overlays(place.vehicle, scopes)
        after = find_step(page, overlays, scopes, block_id=place.block_id, is_up=is_up)
        if after is None or not may_move(kind, block, is_own=row is not None and row.kind == ADD):
            raise ContentInvalid(_("This block cannot be moved there: its place on the page is fixed."))
        if row is None:
            row = new_row(place)
            row.kind = OverrideKind.TRANSLATE.value
            settle(row, block)
        row.after, row.rank = choose_place(page, overlays, scopes, block_id=place.block_id, after=after)
        return row

    write_block(place, write, seen=seen, by=by, block=_find_own(place))


def put_back(place: Place, *, seen: str, by: Actor) -> None:
    """Leave a moved block where it is inherited. Raises Forbidden, BlockChanged, ContentInvalid for an own block."""

    def write(_block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        if row is None:
            return None
        if row.kind == ADD:
            raise ContentInvalid(
                _("A block of your own has no other place to go back to: move or remove it.")
            )
        row.after, row.rank = None, ""
        return row if row.value or row.kind != OverrideKind.TRANSLATE.value else None

    write_block(place, write, seen=seen, by=by, block=stand_for(place))


def adopt_orphan(place: Place, kind: str, *, seen: str, by: Actor) -> str:
    """Make a block of the scope's own of an override whose block the master has no more; its id.

    It stands at the end of the page; what the override did not say comes from the master of then. Raises Forbidden,
    BlockChanged, ContentInvalid.
    """
    row = Overlay.objects.filter(vehicle=place.vehicle, scope=place.scope, block_id=place.block_id).first()
    block_type = guess_type(row) if row is not None else ""
    check_type(kind, block_type)
    said = {**row.master_value, **row.value} if row is not None else {}
    blocks = arrange_page(
        get_page(place.vehicle, kind), list_overlays(place.vehicle), list_scopes_from(place)
    )
    own = replace(place, block_id=str(uuid.uuid4()))
    with transaction.atomic():
        drop_orphan(place, seen=seen, by=by)
        last = blocks[-1].id if blocks else ""
        _add(own, kind, block_type, lambda: clean_value(block_type, said), after=last, by=by)
    return own.block_id


def drop_orphan(place: Place, *, seen: str, by: Actor) -> None:
    """Let go of an override; undo_last brings it back. Raises Forbidden, BlockChanged."""
    write_block(place, lambda _block, _row: None, seen=seen, by=by, block=stand_for(place))


def guess_type(row: Overlay) -> str:
    """The type of the block that an override was written for; of older rows, the one that has just those fields."""
    if row.block_type:
        return row.block_type
    fields = set(row.master_value)
    for name, block in PageBlocks().child_blocks.items():
        if fields and fields <= set(block.child_blocks) and name in LOCAL_TYPES:
            return str(name)
    return ""


def list_removed(vehicle: str, scope: str, kind: str) -> list[dict[str, Any]]:
    """What a scope's own blocks of a page said that were taken away and are not back: `block`, `type`, `value`."""
    facts = Fact.objects.filter(
        name=WRITTEN,
        subject=vehicle,
        payload__scope=scope,
        payload__before__kind=ADD,
        payload__before__page=kind,
        payload__after=None,
    )
    here = set(Overlay.objects.filter(vehicle=vehicle, scope=scope).values_list("block_id", flat=True))
    found: dict[str, dict[str, Any]] = {}
    for payload in facts.order_by("id").values_list("payload", flat=True):
        if payload["block"] not in here:
            before = payload["before"]
            found[payload["block"]] = {
                "block": payload["block"],
                "type": before["block_type"],
                "value": before["value"],
            }
    return list(found.values())


def _own(row: Overlay | None) -> Overlay:
    if row is None or row.kind != ADD:
        raise ContentInvalid(_("This block is not one of your own: reload the page."))
    return row


def _find_own(place: Place) -> ResolvedBlock | None:
    """The scope's own block, for writes to it; None for a block of the master or of a scope below."""
    row = Overlay.objects.filter(
        vehicle=place.vehicle, scope=place.scope, block_id=place.block_id, kind=ADD
    ).first()
    return ResolvedBlock(row.block_id, row.block_type, dict(row.value)) if row else None


def _read(block_type: str, posted: Mapping[str, str]) -> dict[str, Any]:
    value = read_form(block_type, posted)
    block = ResolvedBlock("", block_type, value)
    for field in list_fields(block):
        check_text(field, read_text_at(value, field.path), replace(block, value={}))
    return value
