"""The papers of a market outside of a publication: made by hand from what is written now."""

from __future__ import annotations

from collections.abc import Iterator

from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.pages.making import Making
from usine.launches.papers.making import PaperInfo, describe_papers, find_gap, make_papers
from usine.launches.sources.releases import read_content, resolve_sites
from usine.markets.contracts import Locale
from usine.markets.public import get_market
from usine.offers.public import get_current_offer


def make_market_papers(
    vehicle: str, *, market: str, language: str = ""
) -> Iterator[tuple[Locale, PaperInfo, bytes]]:
    """The papers of a market in its languages, or in one, from the published master and the current offer.

    Raises LaunchNotFound, OfferNotFound; ContentInvalid for a language that the market does not speak, or that no font
    here writes.
    """
    locales = get_market(market).locales
    wanted = [locale for locale in locales if language in ("", locale.language)]
    if not wanted:
        spoken = ", ".join(locale.language for locale in locales)
        raise ContentInvalid(f"{market} has no site in {language}: use one of {spoken}.")
    content, offer = read_content(vehicle), get_current_offer(vehicle, market=market)
    figures = Figures(offer)
    sites = resolve_sites(content, offer, figures)
    for locale, site in zip(locales, sites, strict=True):
        if locale not in wanted:
            continue
        making = Making(site, figures)
        if gap := find_gap(making):
            raise ContentInvalid(gap)
        files = make_papers(making)
        for paper in describe_papers(making, files):
            yield locale, paper, files[paper.path]
