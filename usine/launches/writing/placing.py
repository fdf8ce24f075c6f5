"""Where a block is put when somebody adds or moves it: what is remembered of its place. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from usine.launches.content.texts import ContentInvalid
from usine.launches.rules import (
    APPENDED_PAGES,
    CLOSED_PAGES,
    FIXED_TYPES,
    LOCAL_TYPES,
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    arrange_page,
    list_places,
)

MOST_ADDED = 30
"""Blocks that a scope may add to a page."""


def list_local_types(kind: str) -> tuple[str, ...]:
    """The types of block that may be added to a page: sections of law where only such stand, elsewhere the others."""
    if kind in CLOSED_PAGES:
        return ()
    return tuple(name for name in LOCAL_TYPES if (name == "legal") == (kind in APPENDED_PAGES))


def may_move(kind: str, block: ResolvedBlock, *, is_own: bool) -> bool:
    """Whether a scope may move a block: its own anywhere, of the others those that nothing ties to their place."""
    return is_own or (block.type not in FIXED_TYPES and kind not in (*APPENDED_PAGES, *CLOSED_PAGES))


def check_type(kind: str, block_type: str) -> None:
    """Raise ContentInvalid unless a block of the type may be added to a page of the kind."""
    allowed = list_local_types(kind)
    if block_type not in allowed:
        said = f"add one of {', '.join(allowed)}" if allowed else "choose another page"
        raise ContentInvalid(
            _("A block %(type)s is not added to the page %(kind)s: %(said)s.")
            % {"type": block_type or "of no type", "kind": kind, "said": said}
        )


def choose_place(
    page: ResolvedPage,
    overlays: Sequence[OverlayEntry],
    scopes: Sequence[str],
    *,
    block_id: str,
    after: str,
) -> tuple[tuple[str, ...], str]:
    """The `after` and the rank that put a block right behind another one (`""`: at the page's beginning).

    `scopes` are the scope that is written and those that it inherits from, the strongest first. Where nothing may
    stand, the next place is taken. Raises ContentInvalid when the page has no block `after`, or no place.
    """
    arranged, placed = _read_order(page, overlays, scopes, block_id)
    names = [block.id for block in arranged]
    if after and after not in names:
        raise ContentInvalid(
            _("The page %(kind)s has no block %(after)s to put this one behind.")
            % {"kind": page.kind, "after": after}
        )
    wanted = names.index(after) + 1 if after else 0
    at = next((free for free in _list_free(page.kind, arranged, placed) if free >= wanted), None)
    if at is None:
        raise ContentInvalid(
            _("The page %(kind)s has no place for other blocks: choose another page.") % {"kind": page.kind}
        )
    before = tuple(name for name in reversed(names[:at]) if name not in placed)
    return before, _choose_rank(names, placed, at)


def find_step(
    page: ResolvedPage,
    overlays: Sequence[OverlayEntry],
    scopes: Sequence[str],
    *,
    block_id: str,
    is_up: bool,
) -> str | None:
    """The block (`""`: the page's beginning) behind which one stands after a step up or down; None: no step is left."""
    arranged, placed = _read_order(page, overlays, scopes, block_id)
    everything = [block.id for block in arrange_page(page, overlays, scopes)]
    if block_id not in everything:
        return None
    here, free = everything.index(block_id), _list_free(page.kind, arranged, placed)
    steps = [at for at in reversed(free) if at < here] if is_up else [at for at in free if at > here]
    if not steps:
        return None
    return arranged[steps[0] - 1].id if steps[0] else ""


def list_open(page: ResolvedPage, overlays: Sequence[OverlayEntry], scopes: Sequence[str]) -> frozenset[str]:
    """The blocks (`""`: the page's beginning) right behind which a new one may stand."""
    if not list_local_types(page.kind):
        return frozenset()
    arranged, placed = _read_order(page, overlays, scopes, "")
    return frozenset(arranged[at - 1].id if at else "" for at in _list_free(page.kind, arranged, placed))


def _read_order(
    page: ResolvedPage, overlays: Sequence[OverlayEntry], scopes: Sequence[str], block_id: str
) -> tuple[list[ResolvedBlock], dict[str, str]]:
    """The page without a block, and the ranks of the blocks that the strongest scope places on it, by id."""
    arranged = [block for block in arrange_page(page, overlays, scopes) if block.id != block_id]
    return arranged, _list_placed(arranged, overlays, scopes[0])


def _list_free(kind: str, arranged: Sequence[ResolvedBlock], placed: Mapping[str, str]) -> list[int]:
    """Where a block may stand, as how many stand before: what the scope places itself bars no place."""
    free = set(list_places(kind, [block for block in arranged if block.id not in placed]))
    stood, places = 0, []
    for at in range(len(arranged) + 1):
        if stood in free:
            places.append(at)
        stood += at < len(arranged) and arranged[at].id not in placed
    return places


def _list_placed(
    arranged: Sequence[ResolvedBlock], overlays: Sequence[OverlayEntry], scope: str
) -> dict[str, str]:
    """The ranks of the blocks that the scope places on the page, by id."""
    here = {block.id for block in arranged}
    return {
        entry.block_id: entry.rank
        for entry in overlays
        if entry.scope == scope and entry.after is not None and entry.block_id in here
    }


def _choose_rank(names: Sequence[str], placed: dict[str, str], at: int) -> str:
    """A rank between the neighbours behind the same block, and where there are none between the next ones of the page.

    Ranks grow along a page as it was written, so that blocks whose anchors are gone still stand in that order.
    """
    low, high = names[:at][-1:], names[at : at + 1]
    left = placed.get(low[0]) if low else None
    right = placed.get(high[0]) if high else None
    if left is None:
        earlier = [placed[name] for name in names[:at] if name in placed]
        left = next((rank for rank in reversed(earlier) if right is None or rank < right), "")
    if right is None or right <= left:
        later = [placed[name] for name in names[at:] if name in placed]
        right = next((rank for rank in later if rank > left), "")
    return find_rank_between(left, right)


def find_rank_between(left: str, right: str) -> str:
    """A decimal fraction, as the digits behind its point, between two of them; `""` is no bound. Never ends in 0."""
    digits = ""
    is_bound = bool(right)
    while True:
        at = len(digits)
        low = int(left[at]) if at < len(left) else 0
        high = int(right[at]) if is_bound and at < len(right) else 10
        if high - low > 1:
            return digits + str((low + high) // 2)
        digits += str(low)
        is_bound = is_bound and high == low


def count_added(overlays: Sequence[OverlayEntry], scope: str, kind: str) -> int:
    """How many blocks a scope adds to a page."""
    return sum(
        entry.kind is OverrideKind.ADD and entry.scope == scope and entry.page == kind for entry in overlays
    )
