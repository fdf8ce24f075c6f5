"""Texts of the content made ready for a page: computed figures put in, paragraphs and lists cut. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from usine.commons.errors import UsineError
from usine.launches.content.figures import Figures
from usine.markets.contracts import Locale
from usine.markets.public import format_date, format_money, format_number

PLACE = re.compile(r"\{(\w+)\}")
SPACES = re.compile(r"[ \t\r\n]+")  # those without a break are the author's: “22 %”
ATTRIBUTES = {
    # name in texts: attribute of the range, decimals written
    "electric_kwh": ("kwh_per_100_km", 1),
    "fuel_litres": ("l_per_100_km", 1),
    "co2_g": ("co2_g_per_km", 0),
}
DIMENSIONS = {"length": "length_m", "wheelbase": "wheelbase_m", "height": "height_m"}
KNOWN_FIGURES = (
    *("price", "price_from", "price_until", "wltp_km", "co2_classes", "best_class"),
    *ATTRIBUTES,
    *DIMENSIONS,
)
"""What texts may name in braces; a market may lack some of them."""


class ContentInvalid(UsineError):
    code = "content_invalid"
    http_status = 422


def fill(text: str, figures: Mapping[str, str]) -> str:
    """The text with `{price}` and the like replaced. Raises ContentInvalid on a figure that is not there."""

    def put(match: re.Match[str]) -> str:
        if match[1] not in figures:
            raise ContentInvalid(
                f"“{text}” names the figure {{{match[1]}}}, which this market does not have: "
                f"use one of {', '.join(sorted(figures))}, or change the text here."
            )
        return figures[match[1]]

    return PLACE.sub(put, text)


def split_paragraphs(text: str) -> list[str]:
    """Cut at empty lines; the other line breaks are only the author's."""
    return [SPACES.sub(" ", part.strip()) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def split_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def write_figures(figures: Figures, *, locale: Locale, dimensions: Mapping[str, Decimal]) -> dict[str, str]:
    """Every figure that texts may name, as the locale writes it.

    Left out when the market has none: `price_until` of an offer without an end, `wltp_km` without an electric car.
    `dimensions` are metres by name.
    """
    offer = figures.offer
    prices = figures.list_prices()
    written = {
        "price": format_money(prices[0], currency=offer.currency, locale=locale),
        "price_from": format_date(offer.valid_from, locale=locale),
    }
    if offer.valid_until:
        written["price_until"] = format_date(offer.valid_until, locale=locale)
    for name, (attribute, digits) in ATTRIBUTES.items():
        values = [
            format_number(value, locale=locale, digits=digits) for value in figures.list_attribute(attribute)
        ]
        if values:
            written[name] = _span(values)
    if reach := figures.list_attribute("wltp_km"):
        written["wltp_km"] = format_number(reach[-1], locale=locale)
    if classes := [figures.find_co2_class(value) for value in figures.list_attribute("co2_g_per_km")]:
        written |= {"co2_classes": _span(classes), "best_class": classes[0]} if classes[0] else {}
    for name, metres in dimensions.items():
        written[name] = format_number(metres, locale=locale, digits=2)
    return written


def _span(values: list[str]) -> str:
    """`14,6–15,1`, or the one value."""
    first, last = values[0], values[-1]
    return first if first == last else f"{first}–{last}"
