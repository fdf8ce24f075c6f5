"""The desk's screens of sites: who sees what, what a publication changes, what is refused."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import ELS, approve, sign_in, sign_in_by_hand, write
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.jobs import run_next
from usine.commons.models import Job
from usine.launches.models import MasterPage, Overlay, Publication
from usine.launches.public import list_live_sites
from usine.launches.rules import PAGE_KINDS, digest_block
from usine.launches.sources.masters import read_page
from usine.launches.workflow.states import SiteState, TextState

LIST = "/desk/launches/"


@pytest.fixture
def central(client, db):
    publish_oree("BE", "FR")
    return sign_in(client, "claire", Role.CENTRAL)


@pytest.fixture
def els(client, db):
    publish_oree("BE", "FR")
    return sign_in(client, "els", Role.MARKET, "BE")


def read_states(client):
    (launch,) = client.get(LIST).context["launches"]
    return {row["status"].market.code: row["status"].state for row in launch["rows"]}


def retitle(text):
    page = MasterPage.objects.get(slug="home")
    page.title = text
    page.save_revision().publish()


def test_the_central_team_sees_every_market_that_is_sold_with_its_state(central):
    states = read_states(central)

    assert states["BE"] is states["FR"] is SiteState.LIVE
    assert states["DE"] is states["MA"] is states["001"] is SiteState.NEVER
    assert central.get(LIST).context["title"] == "2 sites are live"


def test_a_changed_master_asks_for_a_publication(central):
    retitle("Another title")

    assert read_states(central)["FR"] is SiteState.OUTDATED
    assert central.get(LIST).context["title"] == "2 sites are live, 2 to publish again"


def test_publishing_is_a_job_whose_progress_is_shown(central):
    approve("DE", "MA")
    answer = central.post(f"{LIST}oree/publish/", {"market": ["DE", "MA"]}, follow=True)

    (launch,) = answer.context["launches"]
    assert [row["status"].market.code for row in launch["rows"] if row["is_busy"]] == ["DE", "MA"]
    assert run_next()
    assert read_states(central)["DE"] is SiteState.LIVE
    assert Publication.objects.latest("id").by == "Claire"


def test_a_publication_can_be_stopped_before_it_switches(central):
    approve("DE")
    central.post(f"{LIST}oree/publish/", {"market": ["DE"]})
    job = Job.objects.get(kind="publish_sites")

    central.post(f"{LIST}jobs/{job.pk}/cancel/")

    assert not run_next()
    assert read_states(central)["DE"] is SiteState.NEVER


def test_a_failed_publication_says_why(central):
    approve("BE", "CN")
    central.post(f"{LIST}oree/publish/", {"market": ["BE", "CN"]})
    run_next()

    assert "CN: no price list" in central.get(LIST).content.decode()


def test_a_market_manager_sees_and_changes_only_their_own(els):
    assert set(read_states(els)) == {"BE"}
    assert els.get(f"{LIST}oree/BE/").status_code == 200
    before = Publication.objects.count()

    assert els.get(f"{LIST}oree/FR/").status_code == 404
    assert els.post(f"{LIST}oree/publish/", {"market": ["FR"]}).status_code == 403
    for verb in ("back", "withdraw"):
        assert els.post(f"{LIST}oree/FR/{verb}/").status_code == 404
    assert not Job.objects.filter(kind="publish_sites").exists()
    assert Publication.objects.count() == before


def test_a_market_manager_neither_sees_nor_stops_the_publication_of_others(els):
    job = Job.objects.create(
        kind="publish_sites",
        arguments={"vehicle": "oree", "markets": ["FR"], "asked_by": "Hugo"},
        created_at="2026-11-24T00:00Z",
    )

    assert els.get(LIST).context["launches"][0]["running"] == []
    assert els.post(f"{LIST}jobs/{job.pk}/cancel/").status_code == 404
    assert els.post(f"{LIST}jobs/999999/cancel/").status_code == 404


def test_a_change_that_no_page_shows_is_not_to_be_published_for_ever(central):
    retitle("Another title")  # in English, which neither market shows
    before = {code: find_live(code) for code in ("BE", "FR")}
    approve("BE")
    central.post(f"{LIST}oree/publish/", {"market": ["BE"]})
    assert run_next()
    assert find_live("BE") == before["BE"]
    assert read_states(central)["BE"] is SiteState.LIVE and read_states(central)["FR"] is SiteState.OUTDATED


def find_live(market):
    return next(site.release_key for site in list_live_sites() if site.market == market)


def test_an_earlier_release_is_served_again_and_a_site_taken_down(els):
    first = find_live("BE")
    write(els, title="La ville s’arrête ici.")
    approve("BE", by=ELS)
    els.post(f"{LIST}oree/publish/", {"market": ["BE"]})
    assert run_next()
    assert find_live("BE") != first

    els.post(f"{LIST}oree/BE/back/", {"key": first})
    assert find_live("BE") == first
    els.post(f"{LIST}oree/BE/withdraw/")
    assert read_states(els)["BE"] is SiteState.DOWN
    assert els.post(f"{LIST}oree/BE/burn/").status_code == 404


def test_the_board_of_texts_says_where_each_comes_from(els):
    pages = dict(els.get(f"{LIST}oree/BE/").context["pages"])
    glyphs = [glyph for rows in pages.values() for row in rows for _locale, _label, glyph in row["cells"]]
    assert len(pages) == len(PAGE_KINDS) and "s-prog" in glyphs and "s-done" in glyphs

    retitle("A master that moved on")

    (launch,) = els.get(LIST).context["launches"]
    assert launch["rows"][0]["status"].texts[TextState.STALE] == 2


def test_a_replacement_hides_what_is_stale_below_it(els):
    hero = MasterPage.objects.get(slug="home").body[0]
    place = {"vehicle": "oree", "block_id": hero.id}
    Overlay.objects.filter(**place, scope="fr").update(master_digest="of an older master")
    assert find_hero(els) == ("s-stale", "s-prog")

    value = Overlay.objects.get(**place, scope="fr").value
    digest = digest_block(read_page(MasterPage.objects.get(slug="home")).blocks[0])
    Overlay.objects.create(
        **place,
        scope="fr-be",
        kind="replace",
        value=value,
        master_digest=digest,
        changed_at="2026-11-24T00:00Z",
    )
    assert find_hero(els) == ("s-live", "s-prog")


def find_hero(client):
    """The signs of the opening view in Belgian French and Dutch."""
    home = client.get(f"{LIST}oree/BE/").context["pages"][0][1]
    return tuple(glyph for _locale, _label, glyph in home[1]["cells"])


def test_the_list_asks_the_same_few_questions_for_any_number_of_markets(central):
    central.get(LIST)
    with CaptureQueriesContext(connection) as two:
        central.get(LIST)
    publish_oree("DE", "MA", "001")
    with CaptureQueriesContext(connection) as five:
        central.get(LIST)

    assert len(two) == len(five) < 30


def test_without_a_launch_the_list_says_what_to_do(client, db):
    sign_in(client, "claire", Role.CENTRAL)
    assert f"{LIST}new/" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}oree/BE/").status_code == 404


@pytest.mark.browser
def test_axe_finds_nothing_and_progress_comes_by_itself(live_server, page, transactional_db):
    publish_oree("BE")
    approve("BE", "FR")
    sign_in_by_hand(page, f"{live_server.url}{LIST}", "claire")
    for address in (LIST, f"{LIST}oree/BE/"):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{live_server.url}{address}")
            assert run_axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{live_server.url}{LIST}")
    page.evaluate("document.querySelectorAll('input[name=market]').forEach(box => { box.checked = false; })")
    page.get_by_role("checkbox", name="Belgium").check()
    page.get_by_role("checkbox", name="Germany").check()
    page.get_by_role("button", name="Publish the chosen markets").click()
    page.locator("progress").wait_for()
    page.get_by_role("checkbox", name="France").check()
    page.locator("progress").evaluate("bar => bar.remove()")
    page.locator("progress").wait_for()  # asked again meanwhile, and what was chosen stays
    assert page.get_by_role("checkbox", name="France").is_checked()
    run_next()
    page.locator("progress").wait_for(state="detached")
