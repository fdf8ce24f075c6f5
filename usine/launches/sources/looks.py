"""What a market's site says, in one digest and by part, so that one knows what changed since somebody looked. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from usine.launches.rules import OverlayEntry, ResolvedPage, digest_block, find_heading

RANGE, MORE = "range", "more"
"""Parts of a site beside its pages: what is sold, and what overlays say of no block of the master."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a site says, in one digest and by part: a page's kind, `range`, `more`."""

    inputs: str
    parts: Mapping[str, str]


def look_at(
    master: Mapping[str, ResolvedPage],
    overlays: Sequence[OverlayEntry],
    scopes: Mapping[str, Sequence[str]],
    terms: Mapping[str, str],
) -> dict[str, Looked]:
    """What the site of each market says, whose scopes are given by its code, as are the terms of its offer.

    The code that pages are made with is left out: a deployment asks nobody to approve the same words again.
    """
    page_of: dict[str, str] = {}
    pages: dict[str, str] = {}
    for page in master.values():
        blocks = (find_heading(page), *page.blocks)
        page_of |= {block.id: page.kind for block in blocks}
        pages[page.kind] = _digest([word for block in blocks for word in (block.id, digest_block(block))])
    said: dict[tuple[str, str], list[str]] = {}
    for entry in sorted(overlays, key=lambda entry: (entry.scope, entry.block_id)):
        part = page_of.get(entry.block_id, MORE)
        words = json.dumps(entry.value, sort_keys=True)
        said.setdefault((entry.scope, part), []).extend((entry.block_id, entry.kind.value, words))
    spoken = {place: _digest(entries) for place, entries in said.items()}
    looked = {}
    for market, names in scopes.items():
        parts = {RANGE: terms[market][:16]}
        for part, digest in (*pages.items(), (MORE, "")):
            parts[part] = _digest([digest, *(spoken.get((scope, part), "") for scope in names)])
        looked[market] = Looked(_digest([word for part in parts.items() for word in part]), parts)
    return looked


def _digest(words: Sequence[str]) -> str:
    """Of words without a null character, of which JSON and digests have none."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def list_changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The parts that differ, those of today in their order, then those that are gone."""
    return tuple(
        part for part in (*now, *(p for p in before if p not in now)) if before.get(part) != now.get(part)
    )
