"""The duties of a market's sites as they would be published now, for the desk and the command line."""

from __future__ import annotations

from usine.launches.duties.judging import Judgement, judge_sites
from usine.launches.figures import Figures
from usine.launches.releases import read_content, resolve_sites
from usine.offers.public import get_current_offer, get_today


def judge_market(vehicle: str, market: str) -> tuple[Judgement, ...]:
    """The duties of a market today, with its current offer.

    Raises LaunchNotFound, ContentInvalid, OfferNotFound where nothing was offered yet.
    """
    figures = Figures(get_current_offer(vehicle, market=market))
    sites = resolve_sites(read_content(vehicle), figures.offer, figures)
    return judge_sites(sites, figures, get_today())
