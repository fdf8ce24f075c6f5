"""What is checked of a market's sites before they are made: duties, pictures, films, rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from usine.launches.content.figures import Figures
from usine.launches.content.media import find_media_faults
from usine.launches.content.texts import ContentInvalid
from usine.launches.duties.judging import Finding, judge_sites
from usine.launches.rules import ResolvedPage, ResolvedSite
from usine.launches.sources.rights import Right, find_expired
from usine.offers.public import get_today


def check_sites(
    sites: Sequence[ResolvedSite],
    figures: Figures,
    master: Mapping[str, ResolvedPage],
    rights: Sequence[Right],
) -> None:
    """Raise ContentInvalid with a sentence for each thing that keeps a market's sites from being published.

    The day is today's, or that of the offer when it is sold from a later one.
    """
    on = max(get_today(), figures.offer.valid_from)
    faults = [str(found) for found in judge_sites(sites, figures, on) if found.finding is Finding.MISSING]
    faults += [fault for site in sites for fault in find_media_faults(site, master)]
    faults += find_expired(sites, rights, on)
    if faults:
        raise ContentInvalid("; ".join(faults))
