"""The demo's range, offers and sites, for the tests of the rooms that consume them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.replay import make_once
from usine.accounts.contracts import SYSTEM
from usine.dealers.public import load_dealers
from usine.launches.contracts import LiveSite
from usine.launches.public import load_launch, publish_sites
from usine.offers.contracts import Offer
from usine.offers.public import make_offer
from usine.ranges.contracts import RangeRelease
from usine.ranges.public import release_range

DEMO = Path(__file__).resolve().parents[1] / "demo"
RANGE = DEMO / "ranges" / "oree"
LAUNCH = DEMO / "launches" / "oree"
TODAY = date(2026, 11, 24)


def release_oree(folder: Path = RANGE) -> RangeRelease:
    """Release the demo's range; of another folder, each time anew: its files may have been edited meanwhile."""
    if folder != RANGE:
        return release_range(folder, by=SYSTEM)
    return make_once(("range",), lambda: release_range(RANGE, by=SYSTEM))


def make_oree_offer(market: str, *, on: date = TODAY) -> Offer:
    """Release the range and make a market's offer from it, as a publication does."""
    release_oree()
    return make_once(("offer", market, on), lambda: make_offer("oree", market=market, on=on, by=SYSTEM))


def load_oree() -> None:
    """Load the launch's texts and pictures."""
    make_once(("launch",), lambda: load_launch(LAUNCH, by=SYSTEM))


def publish_oree(*markets: str, on: date = TODAY, folder: Path = RANGE) -> tuple[LiveSite, ...]:
    """Release the range of a folder, load the launch's texts and publish the sites of markets."""
    release_oree(folder)
    load_oree()
    return make_once(("sites", markets, on), lambda: publish_sites("oree", markets=markets, on=on, by=SYSTEM))


def load_oree_dealers() -> None:
    """The demo's points of sale, in every market."""
    make_once(("dealers",), lambda: load_dealers(DEMO / "dealers.csv", by=SYSTEM))
