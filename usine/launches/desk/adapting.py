"""The adaptation editor: the master on the left, what a market says on the right, the page as visitors will see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from usine.accounts.contracts import Actor, Role
from usine.accounts.public import get_actor, staff_required
from usine.commons.errors import NotFound, UsineError
from usine.launches.content.fields import (
    PictureField,
    anchor_block,
    label_block,
    list_fields,
    list_pictures,
    read_at,
    read_text_at,
)
from usine.launches.desk.local import (
    list_added,
    show_new,
    show_orphans,
    show_own,
    show_place,
    show_removed,
    write_local,
)
from usine.launches.desk.words import PAGES
from usine.launches.models import Mandate, Overlay
from usine.launches.publishing.previews import render_adapted
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    arrange_page,
    find_heading,
    is_local_scope,
    is_stale,
    list_scopes,
    may_write_scope,
)
from usine.launches.sources.library import LibraryPicture, list_choices, read_library
from usine.launches.sources.masters import list_overlays, read_entry, read_master
from usine.launches.workflow.states import TextState, find_text_state
from usine.launches.writing import adapting
from usine.launches.writing.adapting import Place, digest_row, find_inherited
from usine.launches.writing.local_blocks import list_removed
from usine.launches.writing.mandates import lift_mandate, list_old_languages, mandate_block, map_mandates
from usine.markets.contracts import Locale
from usine.markets.public import get_market, language_name, market_name

WIDTHS = (390, 820, 1440)
PREVIEW = 312  # pixels that the preview is wide on the desk
VERBS = {
    "hide": (adapting.hide_block, gettext_lazy("The block is hidden here.")),
    "inherit": (adapting.inherit_block, gettext_lazy("This block says again what it inherits.")),
    "keep": (adapting.keep_ours, gettext_lazy("Your text stays as it is.")),
    "take": (adapting.take_masters, gettext_lazy("What the master changed is inherited again.")),
    "undo": (adapting.undo_last, gettext_lazy("The last change is undone.")),
}
GLYPHS = {
    TextState.MASTER: "s-inh",
    TextState.LANGUAGE: "s-inh",
    TextState.TRANSLATED: "s-over",
    TextState.REPLACED: "s-over",
    TextState.HIDDEN: "s-hid",
    TextState.STALE: "s-stale",
}
SHOWN = {"all", "stale", "local", "hidden"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the editor stands on: the locale, the scope that is written, and what was typed but refused."""

    vehicle: str
    locale: Locale
    scope: str
    may_write: bool
    refused: tuple[str, dict[str, str]] = ("", {})

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scope that is written and those that it inherits from, the strongest first."""
        scopes = list_scopes(self.locale)
        return scopes[scopes.index(self.scope) :]


@require_http_methods(["GET", "POST"])
@staff_required
def adapt(request: HttpRequest, vehicle: str, market: str, locale_path: str) -> HttpResponse:
    """One page of a locale, block by block; posts save a block. What a refused post wrote stays in its fields."""
    actor = get_actor(request.user)
    locale = _get_locale(market, locale_path, actor)
    scope = request.GET.get("scope", locale.path)
    if scope not in list_scopes(locale):
        raise NotFound(f"{locale.path} says nothing in {scope}: choose {' or '.join(list_scopes(locale))}.")
    desk = Desk(vehicle, locale, scope, may_write_scope(actor, scope, locale=locale))
    if request.method == "POST":
        return _write(request, desk, actor)
    return _show(request, desk, status=200)


@require_GET
@staff_required
@xframe_options_sameorigin
def preview(request: HttpRequest, vehicle: str, market: str, locale_path: str, kind: str) -> HttpResponse:
    """The page with what is said now, published or not."""
    locale = _get_locale(market, locale_path, get_actor(request.user))
    try:
        return HttpResponse(render_adapted(vehicle, kind, locale))
    except UsineError as error:
        return HttpResponse(format_html("<!doctype html><p>{}</p>", str(error)), status=error.http_status)


def _get_locale(market: str, path: str, actor: Actor) -> Locale:
    """Raises NotFound for a market that is not the actor's, or a language that it does not speak."""
    if actor.may_see(market):
        for locale in get_market(market).locales:
            if locale.path == path:
                return locale
    raise NotFound(f"There is no site /{path}/ in {market} for you.")


def _write(request: HttpRequest, desk: Desk, actor: Actor) -> HttpResponse:
    block_id, verb = request.POST.get("block", ""), request.POST.get("verb", "save")
    place = Place(desk.vehicle, block_id, desk.scope, desk.locale)
    seen = request.POST.get("seen", "")
    texts = {name[5:]: str(request.POST[name]) for name in request.POST if name.startswith("text:")}
    pictures = {name[8:]: str(request.POST[name]) for name in request.POST if name.startswith("picture:")}
    try:
        if verb == "save":
            adapting.save_texts(place, texts, seen=seen, by=actor, pictures=pictures or None)
            messages.success(request, _("Saved. Publish the site to show it."))
        elif written := write_local(verb, place, request.POST, by=actor):
            messages.success(request, written.said)
            block_id = written.block_id
        elif verb in VERBS:
            action, said = VERBS[verb]
            action(place, seen=seen, by=actor)
            messages.success(request, said)
        elif verb == "mandate":
            mandate_block(desk.vehicle, block_id, reason=request.POST.get("reason", ""), by=actor)
            messages.success(request, _("Every site shows this block as the centre says it, once published."))
        elif verb == "lift":
            lift_mandate(desk.vehicle, block_id, by=actor)
            messages.success(request, _("The markets say this block again, once published."))
        else:
            raise Http404
    except UsineError as error:
        messages.error(request, str(error))
        typed = {
            name.removeprefix("text:").removeprefix("own:"): str(request.POST[name]) for name in request.POST
        }
        refused = replace(desk, refused=(block_id, typed))
        return _show(request, refused, status=error.http_status)
    query = request.GET.copy()
    for name in ("add", "type"):
        query.pop(name, None)
    return redirect(f"{request.path}?{query.urlencode()}#{anchor_block(block_id)}")


def _show(request: HttpRequest, desk: Desk, *, status: int) -> HttpResponse:
    master = read_master(desk.vehicle)
    kind = request.GET.get("page", "")
    page = master.get(kind) or next(iter(master.values()), None)
    if page is None:
        raise NotFound(
            f"The master of {desk.vehicle} has no published page: publish one in the editor first."
        )
    rows = {row.block_id: row for row in Overlay.objects.filter(vehicle=desk.vehicle, scope=desk.scope)}
    overlays = list_overlays(desk.vehicle, list_scopes(desk.locale))
    written = adapting.list_written(desk.vehicle, desk.scope)
    library = read_library()
    added = list_added(overlays)
    mandates = map_mandates(desk.vehicle)
    masters = (find_heading(page), *page.blocks)
    old = list_old_languages(desk.vehicle, [block for block in masters if block.id in mandates])
    blocks: list[dict[str, Any]] = []
    for block in (find_heading(page), *arrange_page(page, overlays, desk.scopes)):
        row = rows.get(block.id)
        if row is not None and row.kind == OverrideKind.ADD.value:
            shown = show_own(row, desk)
        else:
            shown = _show_block(block, row, overlays, desk, library)
        shown |= show_place(page, block, row, overlays, desk)
        shown |= {
            "is_written": block.id in written,
            "added_by": added.get(block.id, ""),
            "number": len(blocks),
        }
        shown |= _show_mandate(mandates.get(block.id), old.get(block.id, ()), desk)
        blocks.append(shown)
    new = show_new(request, page, desk)
    show = request.GET.get("show", "all")
    counts = {
        "all": len(blocks),
        "stale": sum(block["is_stale"] for block in blocks),
        "local": sum(block["is_local"] for block in blocks),
        "hidden": sum(block["is_hidden"] for block in blocks),
    }
    market = desk.locale.market
    width = next((w for w in WIDTHS if str(w) == request.GET.get("width")), WIDTHS[0])
    context = {
        "room": "launches",
        "vehicle": desk.vehicle,
        "market": market,
        "market_name": market_name(market, language=getattr(request, "LANGUAGE_CODE", "en")),
        "locale": desk.locale,
        "locales": get_market(market).locales,
        "scope": desk.scope,
        "scopes": list_scopes(desk.locale),
        "chain": [*list_scopes(desk.locale), _("master, English")],
        "own_language": _name_own_language(desk.locale),
        "new": new,
        "orphans": show_orphans(rows, master, overlays, desk),
        "removed": show_removed(list_removed(desk.vehicle, desk.scope, page.kind)),
        "library": list_choices(library),
        "may_write": desk.may_write,
        "may_mandate": get_actor(request.user).role is Role.CENTRAL,
        "page": page.kind,
        "page_name": PAGES[page.kind],
        "pages": [(name, PAGES[name]) for name in master],
        "tree": blocks,
        "blocks": [
            block
            for block in blocks
            if show == "all" or show not in SHOWN or block[f"is_{show}"] or block["is_refused"]
        ],
        "show": show if show in SHOWN else "all",
        "counts": counts,
        "width": width,
        "widths": WIDTHS,
        "scale": f"{PREVIEW / width:.4f}",
        "height": round(620 * width / PREVIEW),
        "preview": reverse("desk_preview", args=[desk.vehicle, market, desk.locale.path, page.kind]),
    }
    return render(request, "launches/desk/adapt.html", context, status=status)


def _name_own_language(locale: Locale) -> str:
    """The language that the site will speak one day, where it speaks another one meanwhile; else empty."""
    return language_name(locale.own_language) if locale.is_fallback else ""


def _show_mandate(mandate: Mandate | None, old: Sequence[str], desk: Desk) -> dict[str, Any]:
    """Who has every site show the block and why; `old` are the languages that do not say today's master yet."""
    is_overruled = mandate is not None and is_local_scope(desk.scope)
    passed_over = {"is_hidden": False, "is_stale": False} if is_overruled else {}
    return {
        **passed_over,
        "mandate": mandate,
        "is_overruled": is_overruled,
        "old_languages": old,
        "may_write": desk.may_write and not is_overruled,
    }


def _show_block(
    block: ResolvedBlock,
    row: Overlay | None,
    overlays: list[OverlayEntry],
    desk: Desk,
    library: dict[int, LibraryPicture],
) -> dict[str, Any]:
    """A block with a pair for each of its texts; what was refused is shown as it was typed."""
    by_place = {(entry.scope, entry.block_id): entry for entry in overlays}
    state = find_text_state(block, by_place, desk.locale)
    below = find_inherited(block, overlays, Place(desk.vehicle, block.id, desk.scope, desk.locale))
    refused_id, typed = desk.refused
    own = row.value if row is not None else {}
    has_changed = row is not None and is_stale(read_entry(row), block)
    pairs = []
    for field in list_fields(block):
        inherited = read_text_at((below or block).value, field.path)
        said = read_text_at(own, field.path) if field.name in own else ""
        said = "" if said == inherited else said
        before = read_text_at(row.master_value, field.path) if has_changed and row else ""
        pairs.append(
            {
                "field": field,
                "master": read_text_at(block.value, field.path),
                "inherited": inherited,
                "source": _find_source(field.name, block, by_place, desk),
                "said": typed.get(field.path, said) if refused_id == block.id else said,
                "is_said": bool(said),
                "before": before,
                "is_changed": bool(has_changed and said and before != read_text_at(block.value, field.path)),
            }
        )
    return {
        "id": anchor_block(block.id).removeprefix("b-"),
        "block_id": block.id,
        "label": label_block(block),
        "words": next((pair["said"] or pair["inherited"] for pair in pairs), ""),
        "pictures": [
            _show_picture(field, block, below or block, row if has_changed else None, own, library, desk)
            | {"source": _find_source(field.name, block, by_place, desk)}
            for field in list_pictures(block)
        ],
        "state": state,
        "glyph": GLYPHS[state],
        "pairs": pairs,
        "seen": digest_row(row),
        "row": row,
        "is_stale": has_changed,
        "is_stale_below": state is TextState.STALE and not has_changed,
        "is_local": row is not None and read_entry(row).says,
        "is_hidden": row is not None and row.kind == OverrideKind.HIDE.value,
        "is_hidden_below": below is None,
        "is_heading": block.type == "page",
        "is_refused": refused_id == block.id,
    }


def _show_picture(
    field: PictureField,
    block: ResolvedBlock,
    below: ResolvedBlock,
    stale: Overlay | None,
    own: Mapping[str, Any],
    library: Mapping[int, LibraryPicture],
    desk: Desk,
) -> dict[str, Any]:
    """The master's picture, the inherited one and ours; `stale` is the row that was written of another master."""
    refused_id, typed = desk.refused
    inherited, now = read_at(below.value, field.path), read_at(block.value, field.path)
    mine = read_at(own, field.path) if field.name in own else None
    mine = None if mine == inherited else mine
    before = read_at(stale.master_value, field.path) if stale else None
    chosen = typed.get(f"picture:{field.path}", "") if refused_id == block.id else str(mine or "")
    return {
        "field": field,
        "master": library.get(now),
        "inherited": library.get(inherited),
        "said": library.get(int(chosen)) if chosen.isdecimal() else None,
        "is_said": bool(mine),
        "before": library.get(before or 0),
        "is_changed": bool(stale and mine and before != now),
    }


def _find_source(
    name: str, block: ResolvedBlock, by_place: Mapping[tuple[str, str], OverlayEntry], desk: Desk
) -> str:
    """The scope that says a field where this one does not; empty: the master, or who added the block."""
    for scope in desk.scopes[1:]:
        entry = by_place.get((scope, block.id))
        if entry is None or entry.kind is OverrideKind.ADD:
            continue
        if name in entry.value:
            return scope
        if entry.kind is not OverrideKind.TRANSLATE:
            return ""
    return ""
