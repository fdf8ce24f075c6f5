"""The frame of a market's site, for the pages of other rooms."""

from __future__ import annotations

from usine.launches.contracts import Frame, FrameNotPublished
from usine.launches.render import mark_current, render_frame
from usine.launches.rules import ResolvedSite
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.contracts import OfferNotFound
from usine.offers.public import get_current_offer


def get_frame(vehicle: str, *, locale: Locale, current: str = "") -> Frame:
    """What dresses a page of another room; `current` names the page that the menu marks ("configurator").

    Until releases exist, a market's site is its current offer without content pages. Raises FrameNotPublished when
    the market sells no such vehicle.
    """
    try:
        offer = get_current_offer(vehicle, market=locale.market)
    except OfferNotFound as error:
        raise FrameNotPublished(
            f"There is no site for {vehicle} at /{locale.path}/: start from another country."
        ) from error
    site = ResolvedSite(vehicle, locale, offer, pages={}, locales=get_market(locale.market).locales)
    return mark_current(render_frame(site), current)
