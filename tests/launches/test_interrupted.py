"""What goes wrong while sites are made: it is told in a sentence, and every site stays as it was."""

from __future__ import annotations

import resource

import pytest

from tests.launches.test_incremental import retell
from tests.oree import TODAY, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM
from usine.launches import store
from usine.launches.contracts import PublicationRefused
from usine.launches.public import list_live_sites, publish_sites, withdraw_site


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    own_releases(settings, tmp_path / "releases")


@pytest.fixture
def no_room():
    """No file may grow beyond a thousand bytes, as on a disk that is all but full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def list_live():
    return {site.market: site.release_key for site in list_live_sites()}


def test_a_full_disk_is_told_and_nothing_half_made_is_left(db, request):
    before = {site.market: site.release_key for site in publish_oree("001", "BE")}
    retell("design", "Another line")
    folders = sorted(store.find_folder(before["BE"]).parent.iterdir())
    request.getfixturevalue("no_room")

    with pytest.raises(
        PublicationRefused, match=r"001: .* cannot be written among the releases: File too large"
    ):
        publish_sites("oree", markets=["001", "BE"], on=TODAY, by=SYSTEM)

    assert list_live() == before
    left = [f for f in sorted(folders[0].parent.iterdir()) if f not in folders]
    assert all(folder.name.isalnum() and store.find_damage(folder.name) == "" for folder in left)


def test_a_market_taken_down_meanwhile_is_not_opened_again(db):
    before = {site.market: site.release_key for site in publish_oree("001", "BE")}
    retell("design", "Another line")

    def take_down(_percent, market):
        if market == "001":
            withdraw_site("oree", market="BE", by=SYSTEM)

    with pytest.raises(PublicationRefused, match="BE: taken down meanwhile by system"):
        publish_sites("oree", markets=["001", "BE"], on=TODAY, by=SYSTEM, report=take_down)

    assert list_live() == {"001": before["001"]}
