"""What the adaptation editor shows of blocks that a scope adds, moves, or keeps though the master has them no more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from usine.accounts.contracts import Actor
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.fields import anchor_block, label_type, list_fields, read_text_at
from usine.launches.models import Overlay
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    find_heading,
)
from usine.launches.writing import local_blocks
from usine.launches.writing.adapting import Place, digest_row
from usine.launches.writing.block_forms import list_form, refill
from usine.launches.writing.placing import find_step, list_local_types, list_open, may_move

VERBS = {
    "remove": (local_blocks.remove_own, gettext_lazy("The block is removed.")),
    "back": (local_blocks.put_back, gettext_lazy("The block is back in its place.")),
    "drop": (local_blocks.drop_orphan, gettext_lazy("The text is deleted.")),
}


class OpenEditor(Protocol):
    """What the editor that somebody has open says of itself: desk_adapting.Desk."""

    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def may_write(self) -> bool: ...
    @property
    def refused(self) -> tuple[str, dict[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did, in a sentence, and the block that the page then opens at."""

    said: str
    block_id: str


def write_local(verb: str, place: Place, posted: Mapping[str, str], *, by: Actor) -> Written | None:
    """Do what a button asks of a block of the scope's own, or of a block's place; None for another verb.

    Raises Forbidden, BlockChanged, ContentInvalid.
    """
    kind, seen = posted.get("page", ""), posted.get("seen", "")
    own = {name[4:]: str(posted[name]) for name in posted if name.startswith("own:")}
    if verb == "add":
        after = posted.get("after", "")
        local_blocks.add_block(place, kind, posted.get("type", ""), own, after=after, by=by)
        return Written(_("The block is added. Publish the site to show it."), place.block_id)
    if verb == "duplicate":
        copy = local_blocks.duplicate_block(place, kind, by=by)
        return Written(_("A copy stands below, as a block of your own."), copy)
    if verb == "adopt":
        adopted = local_blocks.adopt_orphan(place, kind, seen=seen, by=by)
        return Written(_("The text is a block of your own now, at the end of this page."), adopted)
    if verb in ("up", "down"):
        local_blocks.move_block(place, kind, is_up=verb == "up", seen=seen, by=by)
        return Written(_("The block is moved."), place.block_id)
    if verb == "write":
        local_blocks.save_own(place, own, seen=seen, by=by)
        return Written(_("Saved. Publish the site to show it."), place.block_id)
    if verb in VERBS:
        action, said = VERBS[verb]
        action(place, seen=seen, by=by)
        return Written(str(said), place.block_id)
    return None


def list_added(overlays: Iterable[OverlayEntry]) -> dict[str, str]:
    """The scopes that add blocks, by the blocks' ids."""
    return {entry.block_id: entry.scope for entry in overlays if entry.kind is OverrideKind.ADD}


def show_own(row: Overlay, desk: OpenEditor) -> dict[str, Any]:
    """A block of the scope's own with its form; what was refused is shown as it was typed."""
    refused_id, typed = desk.refused
    form = list_form(row.block_type, row.value)
    if refused_id == row.block_id and typed:
        form = [refill(field, typed) for field in form]
    return {
        "id": anchor_block(row.block_id).removeprefix("b-"),
        "block_id": row.block_id,
        "label": label_type(row.block_type),
        "words": find_first_words(row.block_type, row.value),
        "glyph": "s-local",
        "form": form,
        "seen": digest_row(row),
        "row": row,
        "is_own": True,
        "is_stale": False,
        "is_local": True,
        "is_hidden": False,
        "is_refused": refused_id == row.block_id,
    }


def show_place(
    page: ResolvedPage,
    block: ResolvedBlock,
    row: Overlay | None,
    overlays: list[OverlayEntry],
    desk: OpenEditor,
) -> dict[str, Any]:
    """Where a block may go, and whether what it followed is still there."""
    is_own = row is not None and row.kind == OverrideKind.ADD.value
    is_heading = block.type == "page"
    can_move = desk.may_write and not is_heading and may_move(page.kind, block, is_own=is_own)
    is_placed = row is not None and row.after is not None
    here = {entry.block_id for entry in overlays if entry.kind is OverrideKind.ADD}
    here |= {found.id for found in page.blocks}
    hidden = {
        entry.block_id for entry in overlays if entry.kind is OverrideKind.HIDE and entry.scope in desk.scopes
    }
    followed = row.after[0] if row is not None and row.after else ""
    steps = {
        name: can_move
        and find_step(page, overlays, desk.scopes, block_id=block.id, is_up=name == "can_go_up") is not None
        for name in ("can_go_up", "can_go_down")
    }
    return steps | {
        "is_moved": is_placed and not is_own,
        "is_adrift": bool(followed) and followed not in here,
        "is_behind_hidden": bool(followed) and followed in hidden,
        "can_duplicate": desk.may_write and not is_heading and block.type in list_local_types(page.kind),
        "add_after": "" if is_heading else block.id,
        "can_add": desk.may_write
        and ("" if is_heading else block.id) in list_open(page, overlays, desk.scopes),
    }


def show_new(request: HttpRequest, page: ResolvedPage, desk: OpenEditor) -> dict[str, Any]:
    """The types that may be added to a page, and the form of the block that is being added (none without `?add=`)."""
    types = [(name, label_type(name)) for name in list_local_types(page.kind)] if desk.may_write else []
    chosen = request.GET.get("type", "")
    is_open = "add" in request.GET and bool(types)
    if request.method == "POST" and request.POST.get("verb") != "add":
        is_open = False
    shown = {"types": types, "is_open": is_open, "after": request.GET.get("add", ""), "type": "", "form": []}
    if is_open and chosen in dict(types):
        posted = {name[4:]: str(request.POST[name]) for name in request.POST if name.startswith("own:")}
        form = list_form(chosen, {})
        shown |= {
            "type": chosen,
            "label": label_type(chosen),
            "help_text": getattr(PageBlocks().child_blocks[chosen].meta, "help_text", ""),
            "form": [refill(field, posted) for field in form] if posted else form,
            "block_id": request.POST.get("block") or str(uuid.uuid4()),
        }
    return shown


def show_orphans(
    rows: Mapping[str, Overlay],
    master: Mapping[str, ResolvedPage],
    overlays: Iterable[OverlayEntry],
    desk: OpenEditor,
) -> list[dict[str, Any]]:
    """What the scope says of blocks that the master, and who added them, have no more."""
    known = {block.id for page in master.values() for block in (find_heading(page), *page.blocks)}
    known |= {
        entry.block_id
        for entry in overlays
        if entry.kind is OverrideKind.ADD and entry.scope in desk.scopes and entry.page in master
    }
    return [
        {
            "row": row,
            "block_id": row.block_id,
            "seen": digest_row(row),
            "label": label_type(local_blocks.guess_type(row)),
            "texts": list(list_texts(row.value)),
            "can_adopt": local_blocks.guess_type(row) != "" and bool(row.value),
        }
        for row in rows.values()
        if row.block_id not in known
    ]


def show_removed(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The scope's own blocks that were taken away, each with its first words."""
    return [
        {
            "block_id": removed["block"],
            "label": label_type(removed["type"]),
            "words": find_first_words(removed["type"], removed["value"]),
        }
        for removed in found
    ]


def find_first_words(block_type: str, value: Mapping[str, Any]) -> str:
    """A block's first text in the order of its fields: a database may keep a value's names in an order of its own."""
    block = ResolvedBlock("", block_type, dict(value))
    texts = (read_text_at(value, field.path).strip() for field in list_fields(block))
    return next(filter(None, texts), "")


def list_texts(value: Any) -> Iterable[str]:
    """Every text of a value, at any depth."""
    if isinstance(value, str):
        yield from [value] if value.strip() else []
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from list_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from list_texts(item)
