"""The demo's range, offers and sites, for the tests of the rooms that consume them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from usine.accounts.contracts import SYSTEM
from usine.launches.contracts import LiveSite
from usine.launches.public import load_launch, publish_sites
from usine.offers.contracts import Offer
from usine.offers.public import make_offer
from usine.ranges.public import release_range

DEMO = Path(__file__).resolve().parents[1] / "demo"
RANGE = DEMO / "ranges" / "oree"
LAUNCH = DEMO / "launches" / "oree"
TODAY = date(2026, 11, 24)


def make_oree_offer(market: str, *, on: date = TODAY, folder: Path = RANGE) -> Offer:
    """Release the range of a folder and make a market's offer from it, as a publication does."""
    release_range(folder, by=SYSTEM)
    return make_offer("oree", market=market, on=on, by=SYSTEM)


def publish_oree(*markets: str, on: date = TODAY, folder: Path = RANGE) -> tuple[LiveSite, ...]:
    """Release the range of a folder, load the launch's texts and publish the sites of markets."""
    release_range(folder, by=SYSTEM)
    load_launch(LAUNCH, by=SYSTEM)
    return publish_sites("oree", markets=markets, on=on, by=SYSTEM)
