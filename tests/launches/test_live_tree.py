"""What web servers are shown: the sites that the database says are live, all at once, mended after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.launches.test_incremental import retell
from tests.oree import TODAY, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM
from usine.commons import jobs
from usine.config import server
from usine.launches.models import Publication
from usine.launches.public import publish_sites, roll_back, show_live, withdraw_site
from usine.launches.publishing import live_tree


@pytest.fixture
def live(settings, tmp_path, transactional_db):
    """The link that web servers follow, in a folder of its own."""
    own_releases(settings, tmp_path / "releases")
    return tmp_path / "releases" / "live"


def read(live, address):
    return (live / address / "index.html").read_text("utf-8")


def test_the_tree_follows_every_switch(live):
    publish_oree("001", "BE")
    show_live()
    before = read(live, "en/oree/design")
    retell("design", "Another line")
    publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM)

    assert "Another line" in read(live, "en/oree/design") != before
    roll_back("oree", market="001", by=SYSTEM)
    assert read(live, "en/oree/design") == before
    assert [tree.name for tree in live.parent.glob("trees/[!.]*")] == [live.readlink().name]
    withdraw_site("oree", market="001", by=SYSTEM)
    assert sorted(path.name for path in live.iterdir()) == ["fr-be", "nl-be"]


def test_a_reader_finds_every_site_of_one_moment(live, monkeypatch):
    """Until the one rename the earlier tree is whole; after it, no site is still the earlier one."""
    publish_oree("BE")
    show_live()
    before = live.readlink()
    seen = []
    replace = Path.replace

    def look_then_replace(path, target):
        seen.append((live.readlink(), (live / "nl-be" / "oree").is_dir(), (live / "fr-be" / "oree").is_dir()))
        return replace(path, target)

    Publication.objects.create(
        vehicle="oree", market="BE", release=None, published_at=Publication.objects.get().published_at, by="x"
    )
    monkeypatch.setattr(Path, "replace", look_then_replace)
    show_live()

    assert seen == [(before, True, True)]
    assert not (live / "nl-be").exists() and not (live / "fr-be").exists()


def test_whoever_was_killed_before_the_rename_is_mended_when_a_worker_starts(live, monkeypatch):
    publish_oree("BE")
    show_live()

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(live_tree, "_point", die)
        with pytest.raises(KeyboardInterrupt):
            withdraw_site("oree", market="BE", by=SYSTEM)
    assert read(live, "fr-be/oree")  # the database says that it is down

    monkeypatch.setattr(jobs, "run_next", lambda **_: False)
    server.work(drain=True)

    assert not (live / "fr-be").exists()


def test_a_machine_follows_what_another_one_switches(live, settings, tmp_path, django_assert_num_queries):
    publish_oree("001")
    here = settings.RELEASES_ROOT = tmp_path / "another"
    here.write_text("as if its disk were full")
    follower = live_tree.LiveFollower()
    follower.follow()
    here.unlink()
    follower.follow()
    assert [path.name for path in (here / "live").iterdir()] == ["en"]

    with django_assert_num_queries(1):
        follower.follow()
    settings.RELEASES_ROOT = live.parent
    withdraw_site("oree", market="001", by=SYSTEM)
    settings.RELEASES_ROOT = here
    assert [path.name for path in (here / "live").iterdir()] == ["en"]
    follower.follow()
    assert list((here / "live").iterdir()) == []
