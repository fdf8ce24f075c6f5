"""Old releases leave the disk; what is live, and the way back, stay."""

from __future__ import annotations

import os

import pytest

from tests.launches.test_incremental import publish, retell
from tests.oree import publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.errors import Forbidden
from usine.launches import store
from usine.launches.public import clear_releases, list_live_sites, roll_back
from usine.launches.queries import ReleaseNotFound


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    own_releases(settings, tmp_path / "releases")


def test_the_live_release_and_the_way_back_stay(db):
    keys = [publish_oree("001")[0].release_key]
    for title in ("One", "Two", "Three"):
        retell("design", title)
        keys.append(publish("001")["001"])

    assert clear_releases("oree", by=SYSTEM, keep=2) == 2
    assert clear_releases("oree", by=SYSTEM, keep=2) == 0

    assert [store.find_folder(key) is not None for key in keys] == [False, False, True, True]
    assert store.find_damage(keys[3]) == ""  # pages that it shares with those removed are still there
    assert roll_back("oree", market="001", by=SYSTEM).release_key == keys[2]
    with pytest.raises(ReleaseNotFound, match="not on this disk"):
        roll_back("oree", market="001", by=SYSTEM, to=keys[0])
    assert list_live_sites()[0].release_key == keys[2]


def test_what_refused_and_killed_publications_left_goes_after_a_day(db):
    live = publish_oree("001")[0].release_key
    root = store.find_folder(live).parent
    for key in ("old", "young", "wanted"):
        store.write_release(key, {"en/index.html": key})
    for name in (".making-old", ".making-young", ".clearing-old"):
        (root / name / "en").mkdir(parents=True)
    for name in (live, "old", "wanted", ".making-old", ".clearing-old"):
        os.utime(root / name, (0, 0))
    store.write_release("wanted", {"en/index.html": "wanted"})  # by a publication that is still under way

    assert clear_releases("oree", by=SYSTEM) == 3

    assert {folder.name for folder in root.iterdir()} == {live, "young", "wanted", ".making-young"}


def test_only_the_centre_clears(db):
    els = Actor(user_id=1, name="Els", role=Role.MARKET, markets=frozenset({"BE"}))
    with pytest.raises(Forbidden):
        clear_releases("oree", by=els)
