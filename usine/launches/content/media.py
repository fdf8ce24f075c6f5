"""What readers need of pictures and films: a picture told in words, a film with captions and a transcript. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from usine.commons.assets import AssetMissing, get_asset
from usine.launches.content.blocks import PageBlocks
from usine.launches.rules import PATHS, ResolvedBlock, ResolvedPage, ResolvedSite

DRAWN = ("tablet",)
"""Blocks that draw their picture themselves, and so always have one."""
MASTER_LANGUAGE = "en"


@cache
def list_told_types() -> frozenset[str]:
    """The types whose picture is told in words; the others show it beside its name, which says as much."""
    return frozenset(name for name, block in PageBlocks().child_blocks.items() if "alt" in block.child_blocks)


def find_media_faults(site: ResolvedSite, master: Mapping[str, ResolvedPage]) -> list[str]:
    """A sentence for each picture without words, each film without captions or transcript in the page's language.

    English captions stand in only on a site that speaks English for want of its own language.
    """
    told = {block.id: block for page in master.values() for block in page.blocks}
    faults = []
    for page in site.pages.values():
        where = f"/{site.locale.path}/{site.vehicle}/{PATHS[page.kind]}"
        for block in page.blocks:
            faults += [f"{where}: {fault}" for fault in _find_faults(block, site, told.get(block.id))]
    return faults


def _find_faults(block: ResolvedBlock, site: ResolvedSite, master: ResolvedBlock | None) -> Iterator[str]:
    name = f"the block {block.id} ({block.type}, “{block.value.get('title') or ''}”)"
    shows = block.type in DRAWN or bool(block.value.get("picture"))
    if block.type in list_told_types() and shows and not (block.value.get("alt") or "").strip():
        yield f"the picture of {name} is not told in words: write what it shows"
    if block.type != "film":
        return
    film, language = block.value["film"], site.locale.language
    try:
        get_asset(f"assets/film/{film}.{language}.vtt")
    except AssetMissing:
        yield f"the film {film} has no captions in {language}: add {film}.{language}.vtt beside it"
    transcript = (block.value.get("transcript") or "").strip()
    is_english = master is not None and transcript == (master.value.get("transcript") or "").strip()
    if not transcript or (language != MASTER_LANGUAGE and is_english):
        yield f"the film {film} has no transcript in {language}: write it in {name}"
