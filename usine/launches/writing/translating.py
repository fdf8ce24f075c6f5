"""The texts of a scope side by side with what they translate, and many of them written at once.

Translators work on a whole language or locale away from the desk. What comes back is written through `adapting`: the
same rights, the same facts, the same undo, block by block, all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import translation

from usine.accounts.contracts import Actor
from usine.commons.errors import Forbidden, NotFound
from usine.launches.content.fields import TextField, label_block, list_fields, put_texts, read_text_at
from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.contracts import ScopeText, ScopeTexts, TextStanding
from usine.launches.models import Overlay
from usine.launches.pages.render import FRAME_FILE, render_files
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    ResolvedSite,
    digest_block,
    find_heading,
    is_local_scope,
    list_scopes,
    may_write_scope,
)
from usine.launches.sources.masters import list_overlays, read_master
from usine.launches.sources.releases import read_content
from usine.launches.writing.adapting import (
    LONGEST,
    Place,
    check_text,
    digest_row,
    find_inherited,
    new_row,
    settle,
    write_block,
)
from usine.launches.writing.mandates import map_mandates
from usine.markets.contracts import MASTER_MARKET, Locale
from usine.markets.public import MASTER_LOCALE, find_locale, list_markets
from usine.offers.public import get_current_offer

LONGEST_LINE = 300
"""Characters that a text of one line may have when it comes from a file; the desk shows what it does to the page."""


class ScopeNotFound(NotFound):
    code = "scope_not_found"


def get_scope(scope: str) -> Locale:
    """The locale of a path (`fr-be`), or a language (`fr`) as a locale of no market. Raises ScopeNotFound."""
    locale = find_locale(scope)
    if locale is not None and locale.market != MASTER_MARKET:
        return locale
    for market in list_markets():
        for spoken in market.locales:
            if spoken.language == scope != MASTER_LOCALE.language:
                return replace(spoken, market="", path=scope, tag=scope)
    raise ScopeNotFound(
        f"Nothing is translated to {scope}: name a language (es) or a locale (fr-be) of a market, "
        "other than the master’s English."
    )


def check_may_translate(scope: str, *, by: Actor) -> None:
    """Raise Forbidden unless the actor writes the scope, ScopeNotFound when there is none."""
    if not may_write_scope(by, scope, locale=get_scope(scope)):
        raise Forbidden(f"{by.name} does not write the texts of {scope}: ask the central team.")


def list_written_scopes(vehicle: str) -> tuple[str, ...]:
    """The scopes that say something of a vehicle's launch, sorted."""
    rows = Overlay.objects.filter(vehicle=vehicle)
    return tuple(rows.order_by("scope").values_list("scope", flat=True).distinct())


def list_scope_texts(vehicle: str, scope: str) -> ScopeTexts:
    """Every text that can be said in a scope. The same few queries for any number.

    Left out: texts that are empty in what is inherited, blocks that the scope hides or replaces, blocks hidden below
    it, blocks that the centre has every site show. Raises LaunchNotFound, ScopeNotFound.
    """
    return list_texts_by_scope(vehicle, [scope])[0]


def list_texts_by_scope(vehicle: str, scopes: Sequence[str]) -> list[ScopeTexts]:
    """As list_scope_texts, of several scopes, in their order; no more queries than for one."""
    locales = [get_scope(scope) for scope in scopes]
    blocks = list(_list_blocks(vehicle))
    overlays: dict[str, list[OverlayEntry]] = {}
    for entry in list_overlays(vehicle):
        overlays.setdefault(entry.block_id, []).append(entry)
    rows = {
        (row.scope, row.block_id): row
        for row in Overlay.objects.filter(vehicle=vehicle, scope__in=list(scopes))
    }
    mandated = map_mandates(vehicle)
    return [
        _gather(
            vehicle,
            locale,
            [
                text
                for page, block in blocks
                if block.id not in mandated or not is_local_scope(locale.path)
                for text in _list_block_texts(
                    page,
                    block,
                    rows.get((locale.path, block.id)),
                    overlays.get(block.id, []),
                    Place(vehicle, block.id, locale.path, locale),
                )
            ],
        )
        for locale in locales
    ]


def _gather(vehicle: str, locale: Locale, texts: list[ScopeText]) -> ScopeTexts:
    is_second = any(not text.is_master for text in texts)
    source = locale.language if is_second else MASTER_LOCALE.language
    return ScopeTexts(vehicle, locale.path, locale.tag, locale.direction, source, tuple(texts))


def save_scope_texts(vehicle: str, scope: str, texts: Mapping[tuple[str, str], str], *, by: Actor) -> None:
    """Say texts, by block and path, in a scope, all or nothing; the others stay.

    Unlike at the desk, a text that is the same as the inherited one is kept: it is a translation too. Raises Forbidden,
    BlockChanged, ContentInvalid, ScopeNotFound.
    """
    locale = get_scope(scope)
    check_may_translate(scope, by=by)
    by_block: dict[str, dict[str, str]] = {}
    for (block_id, path), text in texts.items():
        by_block.setdefault(block_id, {})[path] = text
    with transaction.atomic():
        overlays = list_overlays(vehicle, list_scopes(locale))
        rows = _read_rows(vehicle, scope)
        known = {block.id: block for _page, block in _list_blocks(vehicle)}
        for block_id, said in by_block.items():
            if block_id not in known:
                raise ContentInvalid(f"The master has no block {block_id} any more: export again.")
            place = Place(vehicle, block_id, scope, locale)
            below = find_inherited(known[block_id], overlays, place) or known[block_id]
            write_block(
                place,
                _say(place, said, below),
                seen=digest_row(rows.get(block_id)),
                by=by,
                block=known[block_id],
            )


def render_retold(vehicle: str, say: Callable[[str], str], *, is_mirrored: bool = False) -> dict[str, str]:
    """The master's pages by path (`versions/index.html`), each of their texts as `say` tells it.

    `is_mirrored` lays them out from right to left. Nothing is stored. Raises LaunchNotFound, OfferNotFound,
    ContentInvalid.
    """
    locale = replace(MASTER_LOCALE, direction="rtl") if is_mirrored else MASTER_LOCALE
    offer = get_current_offer(vehicle, market=MASTER_MARKET)
    pages = {kind: _retell(page, say) for kind, page in read_content(vehicle).resolve(MASTER_LOCALE).items()}
    site = ResolvedSite(vehicle, locale, offer, pages, (locale,), {locale.path: frozenset(pages)})
    with translation.override(locale.language):
        files = render_files(site, Figures(offer))
    return {path: text for path, text in files.items() if path != FRAME_FILE}


def _list_blocks(vehicle: str) -> Iterator[tuple[str, ResolvedBlock]]:
    for page in read_master(vehicle).values():
        for block in (find_heading(page), *page.blocks):
            yield page.kind, block


def _read_rows(vehicle: str, scope: str) -> dict[str, Overlay]:
    return {row.block_id: row for row in Overlay.objects.filter(vehicle=vehicle, scope=scope)}


def _list_block_texts(
    page: str, block: ResolvedBlock, row: Overlay | None, overlays: list[OverlayEntry], place: Place
) -> Iterator[ScopeText]:
    below = find_inherited(block, overlays, place)
    if below is None or (row is not None and row.kind != OverrideKind.TRANSLATE.value):
        return
    name = label_block(block)
    for field in list_fields(below):
        source = read_text_at(below.value, field.path)
        if source.strip():
            target = read_text_at(row.value, field.path) if row is not None else ""
            master = read_text_at(block.value, field.path)
            is_stale = row is not None and (
                row.master_digest != digest_block(block)
                and read_text_at(row.master_value, field.path) != master
            )
            standing = TextStanding.STALE if is_stale else TextStanding.TRANSLATED
            yield ScopeText(
                page=page,
                block_id=block.id,
                block_label=name,
                path=field.path,
                label=field.label,
                is_long=field.is_long,
                longest=LONGEST if field.is_long else LONGEST_LINE,
                source=source,
                is_master=not _is_said_below(block, overlays, place, field),
                target=target,
                standing=standing if target else TextStanding.MISSING,
            )


def _is_said_below(
    block: ResolvedBlock, overlays: list[OverlayEntry], place: Place, field: TextField
) -> bool:
    """Whether a scope below this one, and not the master, says the text that is inherited."""
    weaker = set(list_scopes(place.locale)) - {place.scope}
    return any(
        entry.block_id == block.id and entry.scope in weaker and field.name in entry.value
        for entry in overlays
    )


def _say(
    place: Place, texts: Mapping[str, str], below: ResolvedBlock
) -> Callable[[ResolvedBlock, Overlay | None], Overlay]:
    """A change that says these texts and keeps what else the row says.

    The row settles beside the master of today only once no text of it is of an older master.
    """

    def write(block: ResolvedBlock, row: Overlay | None) -> Overlay:
        if row is not None and row.kind != OverrideKind.TRANSLATE.value:
            raise ContentInvalid(f"{place.scope} hides or replaces the block {block.id}: export again.")
        row = row or new_row(place)
        if not row.value:
            settle(row, block)
        fields = {field.path: field for field in list_fields(below)}
        unknown = sorted(set(texts) - set(fields))
        if unknown:
            raise ContentInvalid(f"The block {block.id} has no text {unknown[0]} any more: export again.")
        said = {path: check_text(fields[path], text, block) for path, text in texts.items()}
        names = {fields[path].name for path in said}
        base = {name: _choose_base(name, row.value, below, fields) for name in names}
        own = {
            path: text
            for path, field in fields.items()
            if field.name in names and (text := read_text_at(row.value, path))
        }
        row.kind = OverrideKind.TRANSLATE.value
        row.value = {**row.value, **put_texts(base, {**own, **said})}
        row.master_value = _put_masters(row.master_value, block, said)
        if all(row.master_value.get(name) == block.value.get(name) for name in row.value):
            settle(row, block)
        return row

    return write


def _choose_base(
    name: str, own: Mapping[str, Any], below: ResolvedBlock, fields: Mapping[str, TextField]
) -> Any:
    """The scope's own value of a field when it has every text that is inherited, else the inherited one."""
    paths = [path for path, field in fields.items() if field.name == name]
    is_whole = name in own and all(_has_path(own, path) for path in paths)
    return own[name] if is_whole else below.value[name]


def _has_path(value: Any, path: str) -> bool:
    for part in path.split("/"):
        if isinstance(value, list):
            if int(part) >= len(value):
                return False
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return False
    return True


def _put_masters(kept: Mapping[str, Any], block: ResolvedBlock, texts: Mapping[str, str]) -> dict[str, Any]:
    """What the master said when the row was written, with what it says today at the paths of `texts`."""
    names = {path.split("/")[0] for path in texts}
    today = {name: block.value.get(name) for name in names}
    paths = [field.path for field in list_fields(block) if field.name in names]
    old = {path: read_text_at(kept, path) for path in paths if path not in texts and _has_path(kept, path)}
    return {**kept, **today, **put_texts(today, old)}


def _retell(page: ResolvedPage, say: Callable[[str], str]) -> ResolvedPage:
    heading, *blocks = (_retell_block(block, say) for block in (find_heading(page), *page.blocks))
    return ResolvedPage(page.kind, heading.value["title"], heading.value["description"], tuple(blocks))


def _retell_block(block: ResolvedBlock, say: Callable[[str], str]) -> ResolvedBlock:
    texts = {field.path: read_text_at(block.value, field.path) for field in list_fields(block)}
    told = {path: say(text) for path, text in texts.items() if text.strip()}
    return ResolvedBlock(block.id, block.type, {**block.value, **put_texts(block.value, told)})
