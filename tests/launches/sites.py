"""The demo's launch site of a locale, resolved from its files as a publication does."""

from __future__ import annotations

from typing import Any

import yaml
from PIL import Image

from tests.oree import DEMO, make_oree_offer
from usine.commons.assets import get_asset
from usine.launches.blocks import PICTURE_KEYS
from usine.launches.rules import (
    OverlayEntry,
    OverrideKind,
    ResolvedBlock,
    ResolvedPage,
    ResolvedSite,
    list_scopes,
    resolve_page,
)
from usine.markets.public import get_locale, get_market

LAUNCH = DEMO / "launches" / "oree"
CARS = DEMO.parent / "frontend" / "src" / "assets" / "cars"
MARKETS = ("001", "FR", "BE", "DE", "MA")


def build_site(path: str) -> ResolvedSite:
    """The site of a locale; its market's offer is made of the current range."""
    locale = get_locale(path)
    master = yaml.safe_load((LAUNCH / "master.yaml").read_text("utf-8"))
    overlays = [entry for scope in list_scopes(locale) for entry in read_overlay(scope)]
    return ResolvedSite(
        vehicle="oree",
        locale=locale,
        offer=make_oree_offer(locale.market),
        pages={
            kind: _place_pictures(resolve_page(_read_page(kind, page), overlays, locale))
            for kind, page in master["pages"].items()
        },
        locales=tuple(locale for market in MARKETS for locale in get_market(market).locales),
    )


def read_overlay(scope: str) -> list[OverlayEntry]:
    file = LAUNCH / "overlays" / f"{scope}.yaml"
    if not file.exists():
        return []
    content = yaml.safe_load(file.read_text("utf-8"))
    headings = [
        OverlayEntry(scope, f"page:{kind}", OverrideKind.TRANSLATE, value)
        for kind, value in content.get("pages", {}).items()
    ]
    return headings + [
        OverlayEntry(scope, entry["block"], OverrideKind(entry["kind"]), entry["value"])
        for entry in content["entries"]
    ]


def _read_page(kind: str, page: dict[str, Any]) -> ResolvedPage:
    blocks = tuple(ResolvedBlock(block["id"], block["type"], block["value"]) for block in page["blocks"])
    return ResolvedPage(kind, page["title"], page["description"], blocks)


def _place_pictures(page: ResolvedPage) -> ResolvedPage:
    blocks = tuple(ResolvedBlock(b.id, b.type, _place(b.value)) for b in page.blocks)
    return ResolvedPage(page.kind, page.title, page.description, blocks)


def _place(value: Any) -> Any:
    if isinstance(value, list):
        return [_place(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _picture(item) if key in PICTURE_KEYS and item else _place(item) for key, item in value.items()
    }


def _picture(name: str) -> dict[str, Any]:
    with Image.open(CARS / name) as image:
        width, height = image.size
    return {"url": get_asset(f"assets/cars/{name}").url, "width": width, "height": height, "alt": ""}
