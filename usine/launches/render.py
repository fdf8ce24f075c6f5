"""The files of a locale's site: its pages, and the frame that dresses the pages of other rooms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.template.loader import render_to_string

from usine.commons.languages import speak
from usine.launches.contracts import Frame
from usine.launches.figures import Figures
from usine.launches.head import BRAND, UNLISTED, describe_page
from usine.launches.making import Making
from usine.launches.rules import PAGE_KINDS, PATHS, ResolvedBlock, ResolvedPage, ResolvedSite
from usine.launches.shapes import shape_block, shape_equipment
from usine.launches.texts import split_lines, split_paragraphs

OWN_TEMPLATES = ("home", "versions", "legal")
"""Pages with a template of their own; the others share one."""
GATHERED = {"photo": "photos", "question": "questions"}
"""Blocks that, following each other, are shown as one."""
DATA_PAGE = re.compile(r'(?= data-page="([a-z-]+)")')
FRAME_FILE = "frame.json"
LANGUAGE_LINK = re.compile(r'href="([^"]+)"(?= data-language)')


def render_files(site: ResolvedSite, figures: Figures | None = None) -> dict[str, str]:
    """The files of a locale by their path: its pages (`versions/index.html`) and `frame.json`.

    `figures` are those of the site's offer, shared by the locales of a market. Raises ContentInvalid when a text names
    a figure that the market does not have.
    """
    making = Making(site, figures or Figures(site.offer))
    with speak(site.locale.language):
        files = {
            f"{PATHS[kind]}index.html": render_page(site.pages[kind], making)
            for kind in PAGE_KINDS
            if kind in site.pages
        }
        frame = _make_frame(making, turn=len(PAGE_KINDS))
    return {**files, FRAME_FILE: json.dumps(asdict(frame), ensure_ascii=False, indent=1)}


def read_frame(text: str, *, release_key: str) -> Frame:
    """The frame of a release from its file."""
    return replace(Frame(**json.loads(text)), release_key=release_key)


def mark_current(frame: Frame, current: str) -> Frame:
    """The frame for a page: its links say so, and the links to other languages lead to the same page.

    `current` is one of PATHS; any other name marks nothing.
    """
    if current not in PATHS or current in UNLISTED:
        return frame

    def mark(html: str) -> str:
        html = DATA_PAGE.sub(lambda found: ' aria-current="page"' if found[1] == current else "", html)
        return LANGUAGE_LINK.sub(lambda found: f'href="{found[1]}{PATHS[current]}"', html)

    return replace(
        frame, body_start_html=mark(frame.body_start_html), body_end_html=mark(frame.body_end_html)
    )


def render_page(page: ResolvedPage, making: Making) -> str:
    """One page in its frame; the language must be active."""
    frame = mark_current(_make_frame(making, turn=PAGE_KINDS.index(page.kind)), page.kind)
    context = {
        "frame": frame,
        "page": page,
        "base": making.base,
        "name": making.name,
        "title": page.title,
        "ways": _list_ways(making),
        "description": making.fill(page.description),
        "blocks": _shape_blocks(page, making),
        "head": describe_page(page, making),
    }
    name = page.kind if page.kind in OWN_TEMPLATES else "inner"
    html = render_to_string(f"launches/site/{name}.html", context)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def _shape_blocks(page: ResolvedPage, making: Making) -> list[dict[str, Any]]:
    """The page's blocks with what they need; those that belong together are gathered."""
    shaped: list[dict[str, Any]] = []
    table: dict[str, Any] | None = None
    for block in page.blocks:
        if block.type == "equipment" and table is not None:
            group = shape_equipment(block.value, [trim["trim"] for trim in table["trims"]], making)
            table["groups"] += [group] if group else []
        elif value := shape_block(block, making):
            if block.type == "versions_table":
                table = value
                table["groups"] = []
            _add(shaped, value)
    return shaped


def _add(shaped: list[dict[str, Any]], value: dict[str, Any]) -> None:
    """Add a block, to the one before where both are pictures or both questions."""
    name = GATHERED.get(value["type"], value["type"])
    if name == value["type"]:
        shaped.append({**value, "template": f"launches/blocks/{name}.html"})
    elif shaped and shaped[-1]["type"] == name:
        shaped[-1]["items"].append(value)
    else:
        template = f"launches/blocks/{name}.html"
        shaped.append({"type": name, "id": value["id"], "items": [value], "template": template})


def _make_frame(making: Making, *, turn: int) -> Frame:
    """`turn` chooses among the compulsory messages, so that the pages take them in turn."""
    site, locale = making.site, making.site.locale
    context = {
        "locale": locale,
        "base": making.base,
        "name": making.name,
        "brand": BRAND,
        "pages": site.pages,
        "entry": making.base + ("" if "home" in site.pages else PATHS["configurator"]),
        "menu": _list_menu(making),
        "named": _name_pages(site),
        "languages": [
            other for other in site.locales if other.market == locale.market and other.path != locale.path
        ],
        "vehicle": site.vehicle,
        "sections": [
            block.value for block in _list_blocks(site.pages, "legal") if not block.value.get("in_footer")
        ],
        "small_print": [
            paragraph
            for block in _list_blocks(site.pages, "legal")
            if block.value.get("in_footer")
            for paragraph in split_paragraphs(making.fill(block.value["text"]))
        ],
        "mobility": _choose_mobility(site, turn),
    }
    parts = {
        name: render_to_string(f"launches/site/_{name.removesuffix('_html')}.html", context).strip()
        for name in ("head_html", "body_start_html", "body_end_html")
    }
    return Frame(
        vehicle=site.vehicle,
        market=locale.market,
        language=locale.language,
        tag=locale.tag,
        direction=locale.direction,
        release_key="",
        offer_key=site.offer.key,
        **parts,
    )


def _list_blocks(pages: Mapping[str, ResolvedPage], kind: str) -> list[ResolvedBlock]:
    return [block for page in pages.values() for block in page.blocks if block.type == kind]


def _list_menu(making: Making) -> list[tuple[str, str, str]]:
    """What the menu names of the home page: address, words, the page that it leads to (empty: within the home page)."""
    home = making.site.pages.get("home")
    menu = []
    for block in home.blocks if home else ():
        if words := block.value.get("menu"):
            page = block.value.get("page") or ""
            is_there = page in making.site.pages
            path = PATHS[page] if is_there else f"#{block.value['anchor']}"
            menu.append((making.base + path, words, page if is_there else ""))
    return menu


def _name_pages(site: ResolvedSite) -> dict[str, str]:
    """What the menus call the pages that open with a name, by kind (`-` is `_` for templates)."""
    openings = {
        kind: block.value.get("menu")
        for kind, page in site.pages.items()
        for block in page.blocks
        if block.type == "opening"
    }
    return {kind.replace("-", "_"): words for kind, words in openings.items() if words}


def _list_ways(making: Making) -> list[tuple[str, str]]:
    """Where one can go on from a page that is not there: pages by their titles."""
    pages = making.site.pages
    return [
        (making.base + PATHS[kind], page.title)
        for kind, page in pages.items()
        if kind not in UNLISTED and kind != "legal"
    ]


def _choose_mobility(site: ResolvedSite, turn: int) -> dict[str, str] | None:
    for block in _list_blocks(site.pages, "mobility"):
        if messages := split_lines(block.value.get("messages") or ""):
            return {"message": messages[turn % len(messages)], "tag": block.value.get("tag") or ""}
    return None
