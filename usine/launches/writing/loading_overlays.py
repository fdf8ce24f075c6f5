"""What the files of overlays say becomes rows; what people wrote stays theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.launches.content.blocks import PageBlocks
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import Overlay
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    digest_block,
    find_heading,
)
from usine.launches.sources.masters import map_pictures, read_entry
from usine.launches.writing.block_forms import clean_value
from usine.launches.writing.files import LaunchFiles
from usine.launches.writing.overlay_files import OverlayFile, find_language
from usine.launches.writing.placing import check_type, choose_place, may_move

COLUMNS = ("kind", "value", "page", "block_type", "after", "rank")
"""What a file decides of a row."""


def load_overlays(
    files: LaunchFiles, pages: Mapping[str, ResolvedPage], place: Callable[[str], int], by: Actor
) -> tuple[int, list[str]]:
    """Bring the rows to what the files say: how many changed, and which are kept as people wrote them.

    `pages` are the master's, `place` stores a picture by its name. Raises ContentInvalid.
    """
    rows = {(row.scope, row.block_id): row for row in Overlay.objects.filter(vehicle=files.vehicle)}
    blocks = {
        block.id: (kind, block)
        for kind, page in pages.items()
        for block in (find_heading(page), *page.blocks)
    }
    changed, kept = 0, []
    said: list[OverlayEntry] = []
    for entry in files.overlays:
        if entry.page and entry.page not in pages:
            raise ContentInvalid(f"{entry.where}: the master has no page {entry.page} to add a block to.")
        row = rows.pop((entry.scope, entry.block_id), None)
        value = map_pictures(entry.value, lambda _key, name: place(name))
        if entry.kind is OverrideKind.ADD:
            value = _clean(entry, value)
            blocks[entry.block_id] = (entry.page, ResolvedBlock(entry.block_id, entry.type, value))
        kind, block = blocks[entry.block_id]
        wanted = _make_row(files.vehicle, entry, block, value)
        if entry.after is not None:
            wanted.after, wanted.rank = _find_place(entry, pages[kind], block, said)
        said.append(read_entry(wanted))
        if row is not None and row.by != by.name:
            kept.append(f"{entry.scope} {entry.block_id}")
        else:
            changed += _store(row, wanted, by)
    gone = [row.pk for row in rows.values() if row.by == by.name]
    Overlay.objects.filter(pk__in=gone).delete()
    return changed + len(gone), kept


def _clean(entry: OverlayFile, value: dict[str, Any]) -> dict[str, Any]:
    """The value of an added block, checked as at the desk. Raises ContentInvalid, naming the entry."""
    try:
        check_type(entry.page, entry.type)
        unknown = sorted(set(value) - set(PageBlocks().child_blocks[entry.type].child_blocks))
        if unknown:
            raise ContentInvalid(f"a {entry.type} has no {', '.join(unknown)}.")
        return clean_value(entry.type, value)
    except ContentInvalid as error:
        raise ContentInvalid(f"{entry.where}: {error}") from error


def _find_place(
    entry: OverlayFile, page: ResolvedPage, block: ResolvedBlock, said: list[OverlayEntry]
) -> tuple[list[str], str]:
    """What the files put before it decides, so that loading twice gives the same. Raises ContentInvalid."""
    if not may_move(page.kind, block, is_own=entry.kind is OverrideKind.ADD):
        raise ContentInvalid(f"{entry.where}: a block {block.type} of the page {page.kind} is not moved.")
    scopes = tuple(dict.fromkeys((entry.scope, find_language(entry.scope))))
    after, rank = choose_place(page, said, scopes, block_id=block.id, after=entry.after or "")
    return list(after), rank


def _make_row(vehicle: str, entry: OverlayFile, block: ResolvedBlock, value: dict[str, Any]) -> Overlay:
    """The row that an entry asks for, written against today's master. Raises ContentInvalid for an unknown field."""
    row = Overlay(vehicle=vehicle, scope=entry.scope, block_id=entry.block_id, page=entry.page)
    row.kind, row.value, row.block_type = entry.kind.value, value, block.type
    if entry.kind is OverrideKind.ADD:
        return row
    unknown = sorted(set(value) - set(block.value))
    if unknown:
        raise ContentInvalid(
            f"{entry.scope}.yaml, block {entry.block_id}: the master's {block.type} has no {', '.join(unknown)}; "
            f"it has {', '.join(block.value)}."
        )
    row.master_digest, row.master_value = digest_block(block), dict(block.value)
    return row


def _store(row: Overlay | None, wanted: Overlay, by: Actor) -> bool:
    """Add or mend a row; whether it changed. What a text was written against changes with the text only."""
    if row is not None:
        if all(getattr(row, name) == getattr(wanted, name) for name in COLUMNS):
            return False
        if (row.kind, row.value) == (wanted.kind, wanted.value):
            wanted.master_digest, wanted.master_value = row.master_digest, row.master_value
        wanted.pk = row.pk
    wanted.changed_at, wanted.by = timezone.now(), by.name
    wanted.save()
    return True
