"""What goes wrong while sites are made: it is told in a sentence, and every site stays as it was."""

from __future__ import annotations

import resource

import pytest

from tests.launches.editors import CLAIRE, approve
from tests.launches.test_incremental import retell
from tests.oree import TODAY, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM
from usine.commons import jobs
from usine.commons.models import Job
from usine.launches import store
from usine.launches.contracts import PublicationRefused
from usine.launches.jobs import request_publication
from usine.launches.models import Publication
from usine.launches.public import list_live_sites, publish_sites, roll_back, withdraw_site
from usine.launches.publishing.crew import build_markets
from usine.launches.workflow.approvals import check_approved, move_site
from usine.launches.workflow.embargoes import set_embargo
from usine.launches.workflow.steps import Step


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

    def take_down(percent, market):
        if percent and market == "001":
            withdraw_site("oree", market="BE", by=SYSTEM)

    with pytest.raises(PublicationRefused, match="BE: taken down meanwhile by system"):
        publish_sites("oree", markets=["001", "BE"], on=TODAY, by=SYSTEM, report=take_down)

    assert list_live() == {"001": before["001"]}


def take_approval_back():
    move_site("oree", market="BE", to=Step.DRAFT, by=CLAIRE, note="the lawyers called")


def begin_embargo():
    set_embargo("oree", market="BE", until=f"{TODAY.year + 100}-01-01T06:00", by=CLAIRE)


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (
            lambda: publish_sites("oree", markets=["BE"], on=TODAY, by=CLAIRE),
            "BE: switched meanwhile by Claire",
        ),
        (lambda: go_back(CLAIRE), "BE: switched meanwhile by Claire"),
        (begin_embargo, "BE: under embargo until"),
        (take_approval_back, "BE: waits for approval, is at the step draft"),
    ],
)
def test_what_is_decided_while_sites_are_made_holds(db, meanwhile, reason):
    publish_oree("BE")
    approve("BE")

    def build(*work):
        meanwhile()
        rows.append(Publication.objects.count())
        return build_markets(*work)

    rows = []
    with pytest.raises(PublicationRefused, match=reason):
        publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM, check=check_approved, build=build)

    assert rows == [Publication.objects.count()]


def go_back(by):
    return roll_back("oree", market="BE", by=by, to=list_live()["BE"])


def test_a_cancellation_counts_until_the_switch(db, monkeypatch):
    publish_oree("BE")
    before = Publication.objects.count()
    job_id = request_publication("oree", markets=["BE"], by=SYSTEM).job_id
    settle = store.settle
    monkeypatch.setattr(store, "settle", lambda: (settle(), jobs.cancel(job_id)))  # after the last market

    assert jobs.run_next()

    assert Job.objects.get(pk=job_id).state == Job.State.CANCELLED
    assert Publication.objects.count() == before
