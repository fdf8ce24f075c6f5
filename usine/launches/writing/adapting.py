"""How people of a market adapt the master: say otherwise, hide, return to what is inherited, decide about a change.

An edit creates the override, there is nothing to unlock. A change of the master destroys nothing: the override is stale
until somebody keeps it, takes the master's text, or writes a merge. Every write is a fact that can be undone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.launches.content.fields import TextField, list_fields, list_pictures, put_texts, read_text_at
from usine.launches.content.texts import KNOWN_FIGURES, PLACE, ContentInvalid
from usine.launches.models import Overlay
from usine.launches.rules import (
    ALWAYS_THERE,
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    digest_block,
    find_heading,
    list_scopes,
    may_write_scope,
    resolve_block,
)
from usine.launches.sources.library import choose_pictures
from usine.launches.sources.masters import list_overlays, read_master
from usine.launches.writing.mandates import check_not_mandated
from usine.markets.contracts import Locale

WRITTEN = "OverlayWritten"
LONGEST = 8_000  # characters of a text
NOWHERE = {"page": "", "block_type": "", "after": None, "rank": ""}
"""What facts tell of a block's place; those written before there were places lack it."""


class BlockChanged(UsineError):
    """Somebody else wrote to the block since the form was opened."""

    code = "block_changed"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a block of a vehicle's launch, in a scope of a locale."""

    vehicle: str
    block_id: str
    scope: str
    locale: Locale


def get_block(vehicle: str, block_id: str, scopes: Sequence[str] = ()) -> ResolvedBlock:
    """A block of the published master, a page's heading, or a block that one of the scopes adds.

    Raises ContentInvalid when there is none any more.
    """
    for page in read_master(vehicle).values():
        for block in (find_heading(page), *page.blocks):
            if block.id == block_id:
                return block
    for entry in list_overlays(vehicle, scopes) if scopes else ():
        if entry.block_id == block_id and entry.kind is OverrideKind.ADD:
            return ResolvedBlock(block_id, entry.type, dict(entry.value))
    raise ContentInvalid(_("The master has this block no more: reload the page."))


def find_inherited(block: ResolvedBlock, overlays: list[OverlayEntry], place: Place) -> ResolvedBlock | None:
    """What the locale would show if the scope said nothing; None where a scope below hides the block."""
    weaker = set(list_scopes_from(place)[1:])
    return resolve_block(block, [entry for entry in overlays if entry.scope in weaker], place.locale)


def list_scopes_from(place: Place) -> tuple[str, ...]:
    """The scope that is written and those that it inherits from, the strongest first."""
    scopes = list_scopes(place.locale)
    return scopes[scopes.index(place.scope) :]


def digest_row(row: Overlay | None) -> str:
    """What a form remembers of the override that it shows; empty where there is none."""
    if row is None:
        return ""
    said = json.dumps([row.kind, row.value, row.master_digest, row.after, row.rank], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def save_texts(
    place: Place,
    texts: Mapping[str, str],
    *,
    seen: str,
    by: Actor,
    pictures: Mapping[str, str] | None = None,
) -> None:
    """Say texts (by path) in a scope; an empty one, or one as it is inherited, is inherited.

    `pictures` are keys of the library by path, in the same way; None leaves them as they are. `seen` is digest_row of
    what the writer had before them. Raises Forbidden, BlockChanged, ContentInvalid.
    """

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        overlays = list_overlays(place.vehicle, list_scopes(place.locale))
        below = find_inherited(block, overlays, place) or block
        said: dict[str, Any] = dict(_check(list_fields(block), texts, block, below))
        row = row or new_row(place)
        fields = {field.name for field in list_fields(block)}
        if pictures is not None:
            said |= choose_pictures(list_pictures(block), pictures, said, own=row.value, below=below.value)
            fields |= {name for field in list_pictures(block) for name in (field.name, _name(field.fallback))}
        kept = {name: value for name, value in row.value.items() if name not in fields}
        row.kind, row.value = OverrideKind.TRANSLATE.value, {**kept, **put_texts(below.value, said)}
        settle(row, block)
        return _keep(row)

    write_block(place, write, seen=seen, by=by)


def _name(path: str) -> str:
    return path.split("/")[0]


def _keep(row: Overlay) -> Overlay | None:
    """The row, unless it neither says anything nor moves its block."""
    return row if row.value or row.after is not None else None


def _check(
    fields: list[TextField], texts: Mapping[str, str], block: ResolvedBlock, below: ResolvedBlock
) -> dict[str, str]:
    """The texts that differ from what is inherited. Raises ContentInvalid, naming the field."""
    said = {}
    for field in fields:
        text = check_text(field, texts.get(field.path, ""), block)
        if text and text != read_text_at(below.value, field.path).strip():
            said[field.path] = text
    return said


def check_text(field: TextField, text: str, block: ResolvedBlock) -> str:
    """The text as it is kept. Raises ContentInvalid, naming the field, on too long a text or an unknown figure."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST:
        raise ContentInvalid(
            _("%(label)s: %(count)s characters are too many; write %(most)s at most.")
            % {"label": field.label, "count": len(text), "most": LONGEST}
        )
    known = {*KNOWN_FIGURES, *PLACE.findall(read_text_at(block.value, field.path))}
    if unknown := [name for name in PLACE.findall(text) if name not in known]:
        raise ContentInvalid(
            _("%(label)s: there is no figure {%(name)s}; use one of %(known)s.")
            % {"label": field.label, "name": unknown[0], "known": ", ".join(sorted(known))}
        )
    return text


def hide_block(place: Place, *, seen: str, by: Actor) -> None:
    """Show nothing of a block here, or with its heading nothing of a page.

    Raises Forbidden, BlockChanged; ContentInvalid for a page that every site has.
    """

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay:
        if block.id in {f"page:{kind}" for kind in ALWAYS_THERE}:
            raise ContentInvalid(_("Every site has this page: it cannot be hidden."))
        row = row or new_row(place)
        row.kind, row.value = OverrideKind.HIDE.value, {}
        settle(row, block)
        return row

    write_block(place, write, seen=seen, by=by)


def inherit_block(place: Place, *, seen: str, by: Actor) -> None:
    """Say nothing here any more; a block that was moved stays there. Raises Forbidden, BlockChanged."""

    def write(_block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        if row is None or row.kind == OverrideKind.ADD.value:
            return None
        row.kind, row.value = OverrideKind.TRANSLATE.value, {}
        return _keep(row)

    write_block(place, write, seen=seen, by=by, block=stand_for(place))


def keep_ours(place: Place, *, seen: str, by: Actor) -> None:
    """The override stands as it is beside the master of today. Raises Forbidden, BlockChanged."""

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        if row is not None:
            settle(row, block)
        return row

    write_block(place, write, seen=seen, by=by)


def take_masters(place: Place, *, seen: str, by: Actor) -> None:
    """Inherit the fields that the master changed; the others stay. Raises Forbidden, BlockChanged."""

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        if row is None:
            return None
        changed = {
            name for name, value in block.value.items() if row.master_value.get(name, object()) != value
        }
        row.value = {name: value for name, value in row.value.items() if name not in changed}
        row.kind = OverrideKind.TRANSLATE.value
        settle(row, block)
        return _keep(row)

    write_block(place, write, seen=seen, by=by)


def undo_last(place: Place, *, seen: str, by: Actor) -> None:
    """What was said before the last write; undone again, it is back. Raises Forbidden, BlockChanged, ContentInvalid."""
    facts = Fact.objects.filter(name=WRITTEN, subject=place.vehicle)
    last = facts.filter(payload__scope=place.scope, payload__block=place.block_id).order_by("-id").first()
    if last is None:
        raise ContentInvalid(_("Nothing was written here yet: there is nothing to undo."))
    before = last.payload["before"]

    def write(_block: ResolvedBlock, row: Overlay | None) -> Overlay | None:
        if before is None:
            return None
        row = row or new_row(place)
        for name, value in (NOWHERE | before).items():
            setattr(row, name, value)
        return row

    write_block(place, write, seen=seen, by=by, block=stand_for(place))


def list_written(vehicle: str, scope: str) -> set[str]:
    """The blocks that somebody has written to in a scope, so that there is something to undo."""
    facts = Fact.objects.filter(name=WRITTEN, subject=vehicle, payload__scope=scope)
    return set(facts.values_list("payload__block", flat=True))


Change = Callable[[ResolvedBlock, Overlay | None], Overlay | None]


def write_block(
    place: Place, change: Change, *, seen: str, by: Actor, block: ResolvedBlock | None = None
) -> None:
    """One write of one row: rights, nobody else's work overwritten, the fact with what was before and is now.

    `block` spares reading the master again. Raises Forbidden, BlockMandated, BlockChanged, ContentInvalid.
    """
    if place.scope not in list_scopes(place.locale) or not may_write_scope(
        by, place.scope, locale=place.locale
    ):
        raise Forbidden(
            _("%(by)s does not write the texts of %(scope)s: ask the central team.")
            % {"by": by.name, "scope": place.scope}
        )
    check_not_mandated(place.vehicle, place.block_id, place.scope)
    with transaction.atomic():
        rows = Overlay.objects.select_for_update().filter(vehicle=place.vehicle, scope=place.scope)
        row = rows.filter(block_id=place.block_id).first()
        if digest_row(row) != seen:
            who = row.by if row else "Somebody"
            raise BlockChanged(
                _("%(who)s wrote to this block meanwhile: compare, then save again.") % {"who": who}
            )
        before = _tell(row)
        block = block or get_block(place.vehicle, place.block_id, list_scopes_from(place)[1:])
        after = change(block, row)
        if after is not None:
            after.changed_at, after.by = timezone.now(), by.name
            _store(after)
        elif row is not None:
            row.delete()
        record_fact(
            WRITTEN,
            by=by.name,
            market=place.locale.market if place.scope == place.locale.path else "",
            subject=place.vehicle,
            scope=place.scope,
            block=place.block_id,
            before=before,
            after=_tell(after),
        )


def _store(row: Overlay) -> None:
    """Raises BlockChanged where somebody else wrote the first text of the block in the same moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BlockChanged(
            _("Somebody wrote to this block in the same moment: compare, then save again.")
        ) from error


def new_row(place: Place) -> Overlay:
    """An override that says nothing yet."""
    return Overlay(vehicle=place.vehicle, scope=place.scope, block_id=place.block_id)


def stand_for(place: Place) -> ResolvedBlock:
    """A block for writes that need nothing of it: they work on one that the master has no more."""
    return ResolvedBlock(place.block_id, "", {})


def settle(row: Overlay, block: ResolvedBlock) -> None:
    """The override stands beside the master of today."""
    row.master_digest, row.master_value = digest_block(block), dict(block.value)
    row.block_type = block.type


def _tell(row: Overlay | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "kind": row.kind,
        "value": row.value,
        "master_digest": row.master_digest,
        "master_value": row.master_value,
        **{name: getattr(row, name) for name in NOWHERE},
    }
