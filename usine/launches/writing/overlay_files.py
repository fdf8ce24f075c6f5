"""The overlays of a launch's folder: what each file says of blocks of the master, and which blocks it adds or moves."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import PAGE_KINDS, OverrideKind
from usine.markets.public import find_locale

VERBS = ("block", "add", "move")
"""What an entry begins with: something is said of a block, a block is added, a block is moved."""


@dataclass(frozen=True, slots=True)
class OverlayFile:
    """What an overlay says of one block, as written: pictures are file names.

    `after` is the block behind which it is put (`""`: the page's beginning), None where it is not moved; `page` and
    `type` are of a block that it adds.
    """

    scope: str
    block_id: str
    kind: OverrideKind
    value: Mapping[str, Any]
    after: str | None = None
    page: str = ""
    type: str = ""
    where: str = ""


def read_overlays(
    files: Mapping[str, Mapping[str, Any]], known: Mapping[str, str]
) -> tuple[OverlayFile, ...]:
    """The entries of the files, by name, with one for each block of a scope: what moves it and what is said of it.

    `known` are the master's blocks with their pages. Languages come before the locales that inherit from them, and
    blocks before those that are put behind them. Raises ContentInvalid, naming the file and the entry.
    """
    found: list[OverlayFile] = []
    for name, content in sorted(files.items(), key=lambda file: (file[0].count("-"), file[0])):
        scope = str(take(content, "scope", name))
        if scope != PurePath(name).stem:
            raise ContentInvalid(f"{name} says scope {scope}: name the file {scope}.yaml, or mend the scope.")
        entries = list(_read_entries(name, scope, content))
        language = find_language(scope)
        below = {entry.block_id: entry.page for entry in found if entry.scope == language and entry.page}
        taken = {*known, *(entry.block_id for entry in found if entry.page)}
        for entry in entries:
            if entry.page and entry.block_id in taken:
                raise ContentInvalid(
                    f"{entry.where}: the id {entry.block_id} is taken; give the block its own."
                )
        here = {**known, **below, **{entry.block_id: entry.page for entry in entries if entry.page}}
        for entry in entries:
            _check_known(entry, here)
        found += _order(_merge(entries))
    return tuple(found)


def find_language(scope: str) -> str:
    """The language that a scope inherits from; a language itself."""
    locale = find_locale(scope)
    return locale.language if locale is not None else scope


def _read_entries(name: str, scope: str, content: Mapping[str, Any]) -> Iterator[OverlayFile]:
    for kind, heading in (content.get("pages") or {}).items():
        where = f"{name}, page {kind}"
        yield OverlayFile(scope, f"page:{kind}", OverrideKind.TRANSLATE, heading, where=where)
    for number, entry in enumerate(content.get("entries") or (), 1):
        where = f"{name}, entry {number}"
        verb = next((verb for verb in VERBS if isinstance(entry, Mapping) and verb in entry), "block")
        block_id = str(take(entry, verb, where))
        value = entry.get("value") or {}
        after = str(entry.get("after") or "") if verb != "block" else None
        if verb == "add":
            page, block_type = str(take(entry, "page", where)), str(take(entry, "type", where))
            _check_added(block_id, page, where)
            yield OverlayFile(scope, block_id, OverrideKind.ADD, value, after, page, block_type, where)
        elif verb == "move":
            take(entry, "after", where)
            yield OverlayFile(scope, block_id, OverrideKind.TRANSLATE, {}, after, where=where)
        else:
            yield OverlayFile(scope, block_id, _read_kind(entry, where), value, where=where)


def _read_kind(entry: Any, where: str) -> OverrideKind:
    kinds = [kind for kind in OverrideKind if kind is not OverrideKind.ADD]
    kind = take(entry, "kind", where)
    if kind not in kinds:
        raise ContentInvalid(f"{where}: kind is one of {', '.join(kinds)}; or begin with “add:” or “move:”.")
    return OverrideKind(kind)


def _check_added(block_id: str, page: str, where: str) -> None:
    try:
        uuid.UUID(block_id)
    except ValueError as error:
        raise ContentInvalid(f"{where}: “add: {block_id}” is no UUID; make one and keep it.") from error
    if page not in PAGE_KINDS:
        raise ContentInvalid(f"{where}: there is no page {page}; use {', '.join(PAGE_KINDS)}.")


def _check_known(entry: OverlayFile, here: Mapping[str, str]) -> None:
    """Raise ContentInvalid for a block that nobody has, or that is put behind one of another page."""
    if entry.block_id.startswith("page:"):
        return
    if entry.block_id not in here:
        raise ContentInvalid(
            f"{entry.where}: the master has no block {entry.block_id}; take an id of master.yaml."
        )
    if entry.after and here.get(entry.after) != here[entry.block_id]:
        raise ContentInvalid(
            f"{entry.where}: the page {here[entry.block_id]} has no block {entry.after} to follow; "
            "take an id of that page, or leave “after” empty for its beginning."
        )


def _merge(entries: list[OverlayFile]) -> list[OverlayFile]:
    """One entry for each block. Raises ContentInvalid where a file says two things of one block."""
    merged: dict[str, OverlayFile] = {}
    for entry in entries:
        other = merged.get(entry.block_id)
        if other is None:
            merged[entry.block_id] = entry
        elif other.page or entry.page or (other.after is None) == (entry.after is None):
            raise ContentInvalid(
                f"{entry.where}: {other.where} says something of the same block; write one entry."
            )
        else:
            said, moved = (entry, other) if entry.after is None else (other, entry)
            merged[entry.block_id] = replace(said, after=moved.after)
    return list(merged.values())


def _order(entries: list[OverlayFile]) -> list[OverlayFile]:
    """Entries as they are put in place: after those that they follow, the last of several behind one block first.

    Raises ContentInvalid where blocks follow each other.
    """
    by_block = {entry.block_id: entry for entry in entries}
    ordered: dict[str, OverlayFile] = {}
    for entry in reversed(entries):
        chain: list[OverlayFile] = []
        step: OverlayFile | None = entry
        while step is not None and step.block_id not in ordered:
            if step in chain:
                raise ContentInvalid(
                    f"{step.where}: the block follows itself, by way of others; mend “after”."
                )
            chain.append(step)
            step = by_block.get(step.after) if step.after else None
        ordered |= {found.block_id: found for found in reversed(chain)}
    return list(ordered.values())


def take(content: Any, key: str, where: str) -> Any:
    """What stands under a key. Raises ContentInvalid, saying where it is missing."""
    if not isinstance(content, Mapping) or key not in content:
        raise ContentInvalid(f"{where}: “{key}” is missing.")
    return content[key]
