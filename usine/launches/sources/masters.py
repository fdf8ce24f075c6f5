"""The master as Wagtail keeps it, read as plain values. Pictures are primary keys until they are placed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from wagtail.blocks.stream_block import StreamValue
from wagtail.images.models import Image

from usine.commons.errors import NotFound
from usine.launches.content.block_fields import PICTURE_KEYS
from usine.launches.models import LaunchPage, Mandate, MasterPage, Overlay
from usine.launches.rules import (
    PAGE_KINDS,
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    pass_over,
)


class LaunchNotFound(NotFound):
    code = "launch_not_found"


def get_launch(vehicle: str) -> LaunchPage:
    """The launch of a vehicle. Raises LaunchNotFound."""
    launch: LaunchPage | None = LaunchPage.objects.filter(slug=vehicle, depth=2).first()
    if launch is None:
        raise LaunchNotFound(
            f"{vehicle} has no launch: load one (usine launch load FOLDER), or check the name."
        )
    return launch


def lock_launch(vehicle: str) -> None:
    """Until the end of the transaction nobody else who asks this goes on for the vehicle: switches of its sites, writes
    to its table of old addresses (SQLite: nobody writes anyway)."""
    list(LaunchPage.objects.select_for_update(of=("self",)).filter(slug=vehicle))


def read_master(vehicle: str) -> dict[str, ResolvedPage]:
    """The published pages of a vehicle's master by kind, in the order of the site. Raises LaunchNotFound."""
    pages = {page.slug: page for page in MasterPage.objects.child_of(get_launch(vehicle)).live()}
    return {kind: read_page(pages[kind]) for kind in PAGE_KINDS if kind in pages}


def read_page(page: MasterPage) -> ResolvedPage:
    """A page of the master, live or a draft, as plain values."""
    return ResolvedPage(page.slug, page.title, page.search_description, tuple(_read_blocks(page.body)))


def _read_blocks(body: StreamValue) -> Iterable[ResolvedBlock]:
    """The blocks as they are stored: no picture is fetched, and a field that a later version adds changes nothing."""
    for child in body.raw_data:
        yield ResolvedBlock(str(child["id"]), child["type"], make_plain(child["value"]))


def make_plain(value: Any) -> Any:
    """JSON's own types: decimals as strings, so that a digest of them is stable; lists without Wagtail's item ids."""
    if isinstance(value, Mapping):
        is_item = value.get("type") == "item" and "value" in value
        return (
            make_plain(value["value"]) if is_item else {key: make_plain(item) for key, item in value.items()}
        )
    if isinstance(value, list):
        return [make_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def list_overlays(vehicle: str, scopes: Iterable[str] | None = None) -> list[OverlayEntry]:
    """What the scopes say (all scopes without the argument), sorted; what a mandate overrules is passed over."""
    rows = Overlay.objects.filter(vehicle=vehicle).order_by("scope", "block_id")
    if scopes is not None:
        rows = rows.filter(scope__in=list(scopes))
    forced = set(Mandate.objects.filter(vehicle=vehicle).values_list("block_id", flat=True))
    return pass_over([read_entry(row) for row in rows], forced)


def read_entry(row: Overlay) -> OverlayEntry:
    """A row as the rules know it."""
    return OverlayEntry(
        row.scope,
        row.block_id,
        OverrideKind(row.kind),
        row.value,
        row.master_digest,
        None if row.after is None else tuple(row.after),
        row.rank,
        row.page,
        row.block_type,
    )


def map_pictures(value: Any, place: Callable[[str, Any], Any]) -> Any:
    """The same content with `place` applied to every picture in it, at any depth; an empty one stays None.

    `place` is given the key that the picture stands under (PICTURE_KEYS) and the picture.
    """
    if isinstance(value, list):
        return [map_pictures(item, place) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: (place(key, item) if item else None) if key in PICTURE_KEYS else map_pictures(item, place)
        for key, item in value.items()
    }


def place_focal_point(image: Image) -> str:
    """An image's focal point as CSS places it, in whole per cent of width and height; empty where it has none."""
    if image.focal_point_x is None or image.focal_point_y is None:
        return ""
    return f"{round(100 * image.focal_point_x / image.width)}% {round(100 * image.focal_point_y / image.height)}%"


def get_pictures(pks: Collection[int]) -> dict[int, Image]:
    """Pictures of the library by their number, in one query. Raises LaunchNotFound when somebody deleted one."""
    found: dict[int, Image] = Image.objects.in_bulk(pks)
    for pk in sorted(set(pks) - set(found)):
        raise LaunchNotFound(f"The picture {pk} of a block was deleted: choose another one in the master.")
    return found


def read_file(image: Image) -> bytes:
    """Raises LaunchNotFound when the library has lost the file."""
    try:
        with image.file.open("rb") as file:
            return bytes(file.read())
    except OSError as error:
        raise LaunchNotFound(f"The file of the picture {image.title} is lost: upload it again.") from error
