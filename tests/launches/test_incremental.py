"""What changed is made again and nothing else, and it is what a release made from nothing would be."""

from __future__ import annotations

import os
import re
import signal

import pytest
from django.conf import settings

from tests.oree import DEMO, TODAY, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.models import Fact, Job
from usine.config.cli import main
from usine.launches import store
from usine.launches.contracts import PublicationRefused, Refusal
from usine.launches.models import MasterPage, Overlay, Release
from usine.launches.papers.shelf import list_addresses
from usine.launches.public import (
    list_live_sites,
    preview_publication,
    publish_sites,
    roll_back,
    withdraw_site,
)
from usine.launches.publishing.building import Task, build_market, list_changes
from usine.launches.sources.releases import ENDINGS, ROOMS, USINE, digest_files, read_content
from usine.launches.workflow.states import SiteState, list_statuses
from usine.offers.public import plan_offer
from usine.ranges.public import release_range

CLAIRE = Actor(user_id=1, name="Claire", role=Role.CENTRAL, markets=frozenset())


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    own_releases(settings, tmp_path / "releases")


def retell(kind, text):
    """The centre publishes another title of a chapter of the master."""
    page = MasterPage.objects.get(slug=kind)
    raw = list(page.body.raw_data)
    chapter = next(block for block in raw if block["type"] == "chapter")
    chapter["value"]["title"] = text
    page.body = raw
    page.save_revision().publish()


def publish(*markets):
    return {
        site.market: site.release_key for site in publish_sites("oree", markets=markets, on=TODAY, by=SYSTEM)
    }


def count_rendered(market):
    return Fact.objects.filter(name="ReleaseMade", market=market).latest("id").payload["rendered"]


def task_of(market):
    last = Release.objects.filter(market=market).latest("id")
    return Task(plan_offer("oree", market=market, on=TODAY), last.key)


def test_a_word_of_the_master_is_made_again_on_its_page_only(db, tmp_path):
    publish_oree("001", "BE")
    assert count_rendered("001") == 11
    retell("design", "Another line")

    changes = list_changes(read_content("oree"), task_of("001"))
    key = publish("001", "BE")["001"]

    # the brochure tells that chapter too, so that the link to it leads to another file
    assert changes == {"en/design/index.html": ("texts",), "en/brochure/index.html": ("figures",)}
    assert count_rendered("001") == 2
    assert not Fact.objects.filter(name="ReleaseMade", market="BE").exclude(payload__rendered=22).exists()
    settings.RELEASES_ROOT = tmp_path / "from-nothing"
    again = build_market(read_content("oree"), Task(plan_offer("oree", market="001", on=TODAY)))
    assert (again.key, again.rendered) == (key, 11)
    assert store.find_damage(key) == ""


def test_a_dry_run_tells_what_would_change_and_changes_nothing(db, capsys):
    publish_oree("001", "BE")
    before = {site.market: site.release_key for site in list_live_sites()}
    retell("design", "Another line")

    assert main(["publish", "oree", "--markets", "001,BE", "--dry-run"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "001\t/en/design/\ttexts",
        "001\t/en/brochure/\tfigures",
        "BE\tnothing",  # French and Dutch have a title of their own there
    ]
    assert {site.market: site.release_key for site in list_live_sites()} == before


def test_what_a_text_of_the_frame_says_is_on_every_page(db):
    publish_oree("001")
    page = MasterPage.objects.get(slug="legal")
    raw = list(page.body.raw_data)
    next(block for block in raw if block["value"].get("in_footer"))["value"]["text"] = (
        "Small print, {price_from}."
    )
    page.body = raw
    page.save_revision().publish()

    changes = list_changes(read_content("oree"), task_of("001"))

    assert len(changes) == 11 and all("frame" in why for why in changes.values())


def test_a_price_of_one_market_is_nothing_to_the_others(db, tmp_path):
    before = {site.market: site.release_key for site in publish_oree("BE", "DE")}
    folder = tmp_path / "range"
    folder.mkdir()
    for source in (DEMO / "ranges" / "oree").rglob("*"):
        if source.is_file():
            target = folder / source.relative_to(DEMO / "ranges" / "oree")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    base = folder / "prices" / "base.csv"
    base.write_text(base.read_text().replace("18900,18990,19300", "18900,18880,19300"))
    release_range(folder, by=SYSTEM)

    states = {status.market.code: status.state for status in list_statuses("oree", CLAIRE)}
    assert (states["BE"], states["DE"]) == (SiteState.OUTDATED, SiteState.LIVE)
    changes = list_changes(read_content("oree"), task_of("BE"))
    assert set(changes["fr-be/versions/index.html"]) == {"figures"}
    assert "fr-be/gallery/index.html" not in changes

    after = publish("BE", "DE")

    assert after["DE"] == before["DE"] and after["BE"] != before["BE"]
    assert 0 < count_rendered("BE") < 22


def test_a_text_of_a_market_touches_that_market_only(db):
    publish_oree("BE", "001")
    heading = {"title": "Orée, de stadswagen", "description": "Orée."}
    Overlay.objects.create(
        vehicle="oree", scope="nl-be", block_id="page:home", kind="translate", value=heading,
        changed_at="2026-11-24T00:00Z", by="Els",
    )  # fmt: skip

    publish("BE", "001")

    assert count_rendered("BE") == 2  # nl-be's home page, and its page of wrong addresses, which names it
    assert Release.objects.filter(market="001").count() == 1


def test_papers_are_linked_kept_as_recipes_and_made_when_wanted(client, db):
    publish_oree("BE")
    key = list_live_sites()[0].release_key
    addresses = list(list_addresses(key))
    assert len(addresses) == 4
    digest, name = addresses[0]
    assert (
        f"/papers/{digest}/{name}".encode() in store.find_file(key, "fr-be/brochure/index.html").read_bytes()
    )
    assert store.find_shared("papers", f"{digest}/{name}") is None

    first = b"".join(client.get(f"/papers/{digest}/{name}").streaming_content)

    assert first.startswith(b"%PDF-")
    assert b"".join(client.get(f"/papers/{digest}/{name}").streaming_content) == first
    for wrong in (f"{digest}/other.pdf", f"{digest}/recipe.json", f"{'0' * 32}/{name}"):
        assert client.get(f"/papers/{wrong}").status_code == 404


def test_a_publication_by_the_worker_asks_for_its_papers(db):
    publish_oree("BE")
    from usine.commons.jobs import run_next
    from usine.launches.jobs import request_publication

    request_publication("oree", markets=["BE"], by=SYSTEM)
    run_next()

    assert Job.objects.filter(kind="make_papers", state="waiting").exists()


def test_a_kill_at_any_moment_leaves_a_whole_release_or_none(tmp_path):
    """A hundred processes that write releases are killed, each a little later than the one before."""
    files = {f"p{number}/index.html": f"{number} " * 2_000 for number in range(12)}
    whole = 0
    for number in range(100):
        key = f"{number:064x}"
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            store.write_release(key, files)
            os._exit(0)
        spin = sum(range(number * 4_000))  # later each time, without a clock
        os.kill(child, signal.SIGKILL) if spin >= 0 else None
        os.waitpid(child, 0)
        folder = store.find_file(key, "manifest.json")
        if folder is not None:
            whole += 1
            assert store.find_damage(key) == ""
            assert store.find_file(key, "p11/index.html.gz") is not None
    store.write_release(f"{0:064x}", files)
    assert store.find_damage(f"{0:064x}") == ""  # what a kill left lying is in nobody's way
    assert whole < 100


def test_changes_are_those_to_what_is_live(db):
    first = publish_oree("001")[0].release_key
    retell("design", "Another line")
    second = publish("001")["001"]

    def preview():
        return preview_publication("oree", markets=["001"], on=TODAY, by=SYSTEM)["001"]

    assert preview() == {}
    roll_back("oree", market="001", by=SYSTEM)
    assert preview()["en/design/index.html"] == ("texts",)

    made = Fact.objects.filter(name="ReleaseMade").count()
    assert publish("001")["001"] == second  # there already, although another one is live
    assert Fact.objects.filter(name="ReleaseMade").count() == made

    roll_back("oree", market="001", by=SYSTEM)
    retell("design", "A third line")
    tasks = []

    def refuse(_content, given, _done):
        tasks.extend(given)
        return [Refusal("001", "seen enough")]

    with pytest.raises(PublicationRefused, match="seen enough"):
        publish_sites("oree", markets=["001"], on=TODAY, by=SYSTEM, build=refuse)
    assert [task.earlier for task in tasks] == [first]

    withdraw_site("oree", market="001", by=SYSTEM)
    changes = preview()
    assert set(changes.values()) == {("new",)} and len(changes) == 11


def test_the_code_of_every_room_that_pages_are_made_with_counts(tmp_path):
    imported = re.compile(r"^(?:from|import) usine\.(\w+)", re.MULTILINE)
    for room in ROOMS:
        found = {name for file in (USINE / room).rglob("*.py") for name in imported.findall(file.read_text())}
        assert found <= {*ROOMS, "accounts"}  # who may do what is on no page

    files = [
        tmp_path / room / "deep" / f"a{ending}" for room, ending in zip(ROOMS, 2 * ENDINGS, strict=False)
    ]
    manifest = tmp_path / "manifest.json"
    digests = {digest_files(tmp_path, manifest)}
    for file in (*files, manifest):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a")
        digests.add(digest_files(tmp_path, manifest))
    files[0].rename(files[0].with_name("b.py"))
    digests.add(digest_files(tmp_path, manifest))
    assert len(digests) == len(files) + 3
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "a.py").write_text("a")
    assert digest_files(tmp_path, manifest) in digests
