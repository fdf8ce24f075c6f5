"""The duties of a market's sites as they would be published now, for the desk and the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from usine.launches.content.figures import Figures
from usine.launches.duties.judging import Judgement, judge_sites
from usine.launches.sources.masters import map_pictures
from usine.launches.sources.releases import Content, read_content, resolve_sites
from usine.offers.public import get_current_offer, get_today


def judge_market(vehicle: str, market: str) -> tuple[Judgement, ...]:
    """The duties of a market today, with its current offer.

    Raises LaunchNotFound, ContentInvalid, OfferNotFound where nothing was offered yet.
    """
    figures = Figures(get_current_offer(vehicle, market=market))
    sites = resolve_sites(_leave_out_pictures(read_content(vehicle)), figures.offer, figures)
    return judge_sites(sites, figures, get_today())


def _leave_out_pictures(content: Content) -> Content:
    """The same texts: no duty is about a picture, and none need be fetched."""
    master = {
        kind: replace(page, blocks=tuple(replace(b, value=_drop(b.value)) for b in page.blocks))
        for kind, page in content.master.items()
    }
    overlays = [replace(entry, value=_drop(entry.value)) for entry in content.overlays]
    return Content(content.vehicle, master, overlays)


def _drop(value: Any) -> Any:
    return map_pictures(value, lambda _key, _picture: None)
