"""The frame of a market's site: head, header and footer, in one locale."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from usine.launches.contracts import Frame, FrameNotPublished
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.contracts import OfferNotFound
from usine.offers.public import get_current_offer

PARTS = {
    "head_html": "launches/frame/head.html",
    "body_start_html": "launches/frame/start.html",
    "body_end_html": "launches/frame/end.html",
}


def get_frame(vehicle: str, *, locale: Locale, current: str = "") -> Frame:
    """What dresses a page of another room; `current` names the page that the menu marks ("configurator").

    Raises FrameNotPublished when the market sells no such vehicle.
    """
    try:
        offer = get_current_offer(vehicle, market=locale.market)
    except OfferNotFound as error:
        raise FrameNotPublished(
            f"There is no site for {vehicle} at /{locale.path}/: start from another country."
        ) from error
    context = {
        "vehicle": vehicle,
        "name": offer.catalogue.label.get(locale.language) or offer.catalogue.label["en"],
        "locale": locale,
        "base": f"/{locale.path}/{vehicle}/",
        "current": current,
        "others": [other for other in get_market(locale.market).locales if other != locale],
    }
    with translation.override(locale.language):
        parts = {name: render_to_string(template, context) for name, template in PARTS.items()}
    return Frame(
        vehicle=vehicle,
        market=locale.market,
        language=locale.language,
        tag=locale.tag,
        direction=locale.direction,
        release_key="",
        offer_key=offer.key,
        **parts,
    )
