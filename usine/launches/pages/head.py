"""What search engines and shared links read of a page: addresses, languages, picture, structured data (schema.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings

from usine.launches.pages.making import Making
from usine.launches.pages.shapes import find_film
from usine.launches.rules import PATHS, ResolvedBlock, ResolvedPage
from usine.markets.public import get_market

UNLISTED = ("not-found",)
"""Pages that search engines leave alone."""
WITH_PRICES = ("home", "driving", "versions", "companies")
"""Pages that describe the car with its prices, as they show them."""
CARD_SIZE = 1200, 630
"""Pixels of the picture of a shared link, in the shape that readers of Open Graph (ogp.me) cut least from."""


def describe_page(page: ResolvedPage, making: Making) -> dict[str, Any]:
    """The head of a page: `url`, `alternates` (language tag, address), `picture`, `data` for scripts."""
    site, path = making.site, PATHS[page.kind]
    picture = find_picture(page, making)
    others = site.list_locales(page.kind)
    return {
        "is_listed": page.kind not in UNLISTED,
        "url": absolute(making.base + path),
        "alternates": [(o.tag, absolute(f"/{o.path}/{site.vehicle}/{path}")) for o in others]
        if len(others) > 1
        else [],
        "default": absolute("/"),
        "og_locale": site.locale.tag.replace("-", "_"),
        "og_alternates": [o.tag.replace("-", "_") for o in others if o.path != site.locale.path],
        "picture": _show_shared(page.kind, making, picture),
        "data": [_as_script(data) for data in _list_data(page, making, picture)],
    }


def _show_shared(kind: str, making: Making, picture: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a shared link shows: the page's card, else its picture. `width` and `height` only of a card."""
    if picture is None:
        return None
    if card := making.cards.get(kind):
        width, height = CARD_SIZE
        return {"url": absolute(card), "alt": picture["alt"], "width": width, "height": height}
    return {"url": absolute(picture["url"]), "alt": picture["alt"]}


def _list_data(page: ResolvedPage, making: Making, picture: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if page.kind in UNLISTED:
        return []
    data = [_describe_car(page, making, picture)] if page.kind in WITH_PRICES else []
    if page.kind != "home":
        data.append(_describe_trail(page, making))
    if questions := [block for block in page.blocks if block.type == "question"]:
        data.append(_describe_questions(questions, making))
    return [*data, *(_describe_film(b, making) for b in page.blocks if b.type == "film")]


def find_picture(page: ResolvedPage, making: Making) -> dict[str, Any] | None:
    """The picture that the page opens with, else the home page's, in the format that every reader knows."""
    home = making.site.pages.get("home")
    blocks = (*page.blocks, *(home.blocks if home else ()))
    for block in blocks:
        if block.type in ("hero", "opening") and block.value.get("picture"):
            picture = block.value["picture"]
            return {**picture, "url": picture["plain"], "alt": block.value["alt"]}
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
        "url": absolute(making.base + PATHS["versions"]),
    }
    car: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Car",
        "name": f"{settings.BRAND} {making.name}",
        "brand": {"@type": "Brand", "name": settings.BRAND},
        "description": making.fill(page.description),
        "url": absolute(making.base),
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
    return {**car, "image": absolute(picture["url"])} if picture else car


def _describe_trail(page: ResolvedPage, making: Making) -> dict[str, Any]:
    """schema.org's BreadcrumbList: the site, then the page."""
    steps = ((making.name, making.base), (page.title, making.base + PATHS[page.kind]))
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(address)}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }


def _describe_questions(blocks: list[ResolvedBlock], making: Making) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": block.value["question"],
                "acceptedAnswer": {"@type": "Answer", "text": making.fill(block.value["answer"])},
            }
            for block in blocks
        ],
    }


def _describe_film(block: ResolvedBlock, making: Making) -> dict[str, Any]:
    """schema.org's VideoObject, with the transcript that the page shows."""
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": block.value["title"],
        "description": block.value["alt"],
        "thumbnailUrl": absolute(block.value["picture"]["plain"]),
        "contentUrl": absolute(find_film(block.value["film"]).url),
        "uploadDate": making.site.offer.valid_from.isoformat(),
        "inLanguage": making.site.locale.tag,
        "transcript": block.value["transcript"],
    }


def _as_script(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element that it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def absolute(path: str) -> str:
    """An address with the site's own host."""
    return path if "://" in path else settings.SITE_URL.rstrip("/") + path
