"""The files of a locale's site: its pages, and the frame that dresses the pages of other rooms."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from usine.commons.consent import WORDING
from usine.launches.content.figures import Figures
from usine.launches.content.texts import split_lines, split_paragraphs
from usine.launches.contracts import Frame
from usine.launches.pages.head import UNLISTED, describe_page
from usine.launches.pages.making import Making
from usine.launches.pages.shapes import shape_block, shape_equipment
from usine.launches.rules import PAGE_KINDS, PATHS, ResolvedBlock, ResolvedPage, ResolvedSite
from usine.launches.store import Reused

OWN_TEMPLATES = ("home", "versions", "legal")
"""Pages with a template of their own; the others share one."""
GATHERED = {"photo": "photos", "question": "questions"}
"""Blocks that, following each other, are shown as one."""
DATA_PAGE = re.compile(r'(?= data-page="([a-z-]+)")')
FRAME_FILE = "frame.json"
LANGUAGE_LINK = re.compile(r'href="([^"]+)"(?= data-language)')


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of a locale by their path, and of each page the digests of what it was made from (`reads`)."""

    files: dict[str, str | Reused]
    reads: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The release made before: its key, the digests of its files and what its pages were made from."""

    key: str
    manifest: Mapping[str, str]
    reads: Mapping[str, Mapping[str, str]]

    def find(self, path: str, reads: Mapping[str, str]) -> Reused | None:
        """The page at a path, if it was made from the same."""
        if path not in self.manifest or self.reads.get(path) != reads:
            return None
        return Reused(self.key, path, self.manifest[path])


def render_site(making: Making, *, code: str = "", earlier: Earlier | None = None) -> Rendered:
    """The files of a locale below its path: its pages (`fr-fr/versions/index.html`) and `fr-fr/frame.json`.

    A page that reads what it read for the earlier release, by the same code, is not rendered again. Raises
    ContentInvalid when a text names a figure that the market does not have.
    """
    site, start = making.site, making.site.locale.path
    files: dict[str, str | Reused] = {}
    reads: dict[str, dict[str, str]] = {}
    with translation.override(site.locale.language):
        frames = [_make_frame(making, turn) for turn in range(_count_messages(site))]
        for kind in (kind for kind in PAGE_KINDS if kind in site.pages):
            path = f"{start}/{PATHS[kind]}index.html"
            frame = frames[PAGE_KINDS.index(kind) % len(frames)]
            context = _make_context(site.pages[kind], making, frame)
            reads[path] = {"code": code, **_list_reads(site.pages[kind], context)}
            found = earlier.find(path, reads[path]) if earlier else None
            files[path] = found or _write_page(kind, context)
    files[f"{start}/{FRAME_FILE}"] = json.dumps(asdict(frames[0]), ensure_ascii=False, indent=1)
    return Rendered(files, reads)


def render_files(site: ResolvedSite, figures: Figures | None = None) -> dict[str, str]:
    """The files of a locale by their path below its own: `versions/index.html`, `frame.json`."""
    rendered = render_site(Making(site, figures or Figures(site.offer)))
    start = len(site.locale.path) + 1
    return {path[start:]: file for path, file in rendered.files.items() if isinstance(file, str)}


def _list_reads(page: ResolvedPage, context: Mapping[str, Any]) -> dict[str, str]:
    """Digests of the texts of a page, of its frame, and of all that its template is given, figures included."""
    frame: Frame = context["frame"]
    read = {
        "texts": [page.title, page.description, [[b.type, b.value] for b in page.blocks]],
        "frame": [frame.tag, frame.head_html, frame.body_start_html, frame.body_end_html],
        "all": {name: value for name, value in context.items() if name not in ("frame", "page")},
    }
    return {name: _digest(value) for name, value in read.items()}


def _digest(value: Any) -> str:
    said = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


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
    turn = PAGE_KINDS.index(page.kind) % _count_messages(making.site)
    return _write_page(page.kind, _make_context(page, making, _make_frame(making, turn)))


def _make_context(page: ResolvedPage, making: Making, frame: Frame) -> dict[str, Any]:
    """What the template of a page is given."""
    return {
        "frame": mark_current(frame, page.kind),
        "page": page,
        "base": making.base,
        "name": making.name,
        "title": page.title,
        "ways": _list_ways(making) if page.kind in UNLISTED else [],
        "description": making.fill(page.description),
        "blocks": _shape_blocks(page, making),
        "head": describe_page(page, making),
    }


def _write_page(kind: str, context: dict[str, Any]) -> str:
    name = kind if kind in OWN_TEMPLATES else "inner"
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


def _make_frame(making: Making, turn: int) -> Frame:
    """`turn` chooses among the compulsory messages, so that the pages take them in turn."""
    site, locale = making.site, making.site.locale
    context = {
        "locale": locale,
        "base": making.base,
        "name": making.name,
        "brand": settings.BRAND,
        "wording": WORDING,
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


def _count_messages(site: ResolvedSite) -> int:
    """How many frames a site's pages take in turn: one, or one for each compulsory message."""
    blocks = _list_blocks(site.pages, "mobility")
    return max([1, *(len(split_lines(block.value.get("messages") or "")) for block in blocks)])
