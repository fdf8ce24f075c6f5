"""What is new since somebody looked: everything that happened to their markets, nothing of others, once."""

from __future__ import annotations

import pytest

from tests.launches.editors import CLAIRE, ELS, HERO, approve, retell, sign_in, write
from tests.oree import TODAY, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.launches.public import list_live_sites, publish_sites
from usine.launches.workflow.news import list_differences

NEWS = "/desk/launches/oree/news/"


@pytest.fixture(autouse=True)
def launch(db):
    publish_oree("BE", "FR")


def read_lines(client):
    return {
        name: [(str(one["what"]), one["said"]) for one in lines]
        for name, lines in client.get(NEWS).context["groups"]
    }


def test_news_are_told_by_market_with_their_place_until_they_are_read(client):
    els = sign_in(client, "els", Role.MARKET, "BE")
    els.post(NEWS, {"upto": str(els.get(NEWS).context["last"])})
    assert read_lines(els) == {}

    write(els, title="La ville s’arrête ici.")
    approve("BE", by=ELS, note="go")
    approve("FR", by=CLAIRE)
    retell("Where the road begins.")
    lines = read_lines(els)
    assert set(lines) == {"Belgium", "Master"}
    assert lines["Belgium"] == [
        ("Step", "approved: go"),
        ("Step", "in review: go"),
        ("Text written", "Home, Opening view (fr-be)"),
    ]
    assert lines["Master"] == [("Master published", "Home")]
    assert f"/desk/launches/oree/BE/adapt/fr-be/?page=home#b-{HERO}" in els.get(NEWS).content.decode()

    els.post(NEWS, {"upto": str(els.get(NEWS).context["last"])})
    assert read_lines(els) == {}
    els.post(NEWS, {"upto": "0"})  # a page that was open for long takes nothing back
    assert read_lines(els) == {}


def test_a_release_says_what_it_changed(client):
    first = find_live()
    els = sign_in(client, "els", Role.MARKET, "BE")
    write(els, title="La ville s’arrête ici.")
    publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)

    assert list_differences("oree", "BE", [first, find_live()]) == {find_live(): ("home",)}
    assert "Changed: Home" in els.get("/desk/launches/oree/BE/").content.decode()


def find_live():
    return next(site.release_key for site in list_live_sites() if site.market == "BE")
