"""The files of a locale's site: its pages, and the frame that dresses the pages of other rooms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from usine.commons.languages import speak
from usine.launches.contracts import Frame
from usine.launches.figures import Figures
from usine.launches.rules import PAGE_KINDS, PATHS, ResolvedBlock, ResolvedPage, ResolvedSite
from usine.launches.shapes import Making, shape_block, shape_equipment
from usine.launches.texts import split_lines, split_paragraphs
from usine.markets.public import get_market

BRAND = "Aurige"
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
    if current not in PATHS:
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
        "description": making.fill(page.description),
        "blocks": _shape_blocks(page, making),
        "head": _describe(page, making),
    }
    html = render_to_string(f"launches/site/{page.kind}.html", context)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def _shape_blocks(page: ResolvedPage, making: Making) -> list[dict[str, Any]]:
    """The page's blocks with what they need; the equipment that follows a versions table becomes its groups."""
    shaped: list[dict[str, Any]] = []
    table: dict[str, Any] | None = None
    for block in page.blocks:
        if block.type == "equipment" and table is not None:
            group = shape_equipment(block.value, [trim["trim"] for trim in table["trims"]], making)
            table["groups"] += [group] if group else []
        elif value := shape_block(block, making):
            value["template"] = f"launches/blocks/{block.type}.html"
            shaped.append(value)
            if block.type == "versions_table":
                table = value
                table["groups"] = []
    return shaped


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
        "menu": _list_menu(site),
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


def _list_menu(site: ResolvedSite) -> list[tuple[str, str]]:
    """The chapters of the home page that the menu names: anchor and name."""
    home = site.pages.get("home")
    return [(b.value["anchor"], b.value["menu"]) for b in home.blocks if b.value.get("menu")] if home else []


def _choose_mobility(site: ResolvedSite, turn: int) -> dict[str, str] | None:
    for block in _list_blocks(site.pages, "mobility"):
        if messages := split_lines(block.value.get("messages") or ""):
            return {"message": messages[turn % len(messages)], "tag": block.value.get("tag") or ""}
    return None


def _describe(page: ResolvedPage, making: Making) -> dict[str, Any]:
    """What search engines and shared links read: addresses, languages, picture, structured data."""
    site, path = making.site, PATHS[page.kind]
    picture = _find_opening_picture(site.pages)
    return {
        "url": _absolute(making.base + path),
        "alternates": [
            (other.tag, _absolute(f"/{other.path}/{site.vehicle}/{path}")) for other in site.locales
        ]
        if len(site.locales) > 1
        else [],
        "default": _absolute("/"),
        "og_locale": site.locale.tag.replace("-", "_"),
        "og_alternates": [o.tag.replace("-", "_") for o in site.locales if o.path != site.locale.path],
        "picture": {**picture, "url": _absolute(picture["url"])} if picture else None,
        "data": _as_script(_describe_car(page, making, picture)) if page.kind != "legal" else "",
    }


def _find_opening_picture(pages: Mapping[str, ResolvedPage]) -> dict[str, Any] | None:
    """The home page's opening picture, in the format that more readers of shared links know."""
    for block in _list_blocks(pages, "hero"):
        picture = block.value.get("fallback") or block.value["picture"]
        return {**picture, "alt": block.value["alt"]}
    return None


def _describe_car(page: ResolvedPage, making: Making, picture: Mapping[str, Any] | None) -> dict[str, Any]:
    """schema.org's Car with the offers of this market."""
    offer, prices = making.site.offer, making.figures.list_prices()
    digits = get_market(offer.market).currency_digits
    offers: dict[str, Any] = {
        "@type": "AggregateOffer",
        "priceCurrency": offer.currency,
        "lowPrice": str(Decimal(prices[0]).scaleb(-digits)),
        "highPrice": str(Decimal(prices[-1]).scaleb(-digits)),
        "offerCount": len(prices),
        "url": _absolute(making.base + PATHS["versions"]),
    }
    car: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Car",
        "name": f"{BRAND} {making.name}",
        "brand": {"@type": "Brand", "name": BRAND},
        "description": making.fill(page.description),
        "url": _absolute(making.base),
        "vehicleEngine": [
            {
                "@type": "EngineSpecification",
                "name": making.label("powertrain", value.name),
                "enginePower": {
                    "@type": "QuantitativeValue",
                    "value": value.attributes["power_kw"],
                    "unitCode": "KWT",
                },
            }
            for value in making.figures.list_sold_powertrains()
        ],
        "offers": offers,
    }
    return {**car, "image": _absolute(picture["url"])} if picture else car


def _as_script(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element that it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _absolute(path: str) -> str:
    return path if "://" in path else settings.SITE_URL.rstrip("/") + path
