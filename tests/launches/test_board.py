"""The board of texts: every block against every site that somebody sees, as many queries for many as for few."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import HERO, retell, sign_in, sign_in_by_hand, write
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.jobs import run_next
from usine.launches.models import MasterPage, Move, Overlay
from usine.launches.rules import digest_block
from usine.launches.workflow.states import TextState
from usine.launches.writing.adapting import get_block
from usine.markets.public import list_markets

BOARD = "/desk/launches/oree/board/?rows=blocks"
PAGES = "/desk/launches/oree/board/"
CELL = re.compile(r'<td class="(\w+)"')
TEXT_CELL = re.compile(r'<td class="(\w+)"><a href="[^"?]*/adapt/([a-z-]+)/([^"]+)"')


@pytest.fixture
def launch(db):
    publish_oree("BE")


def read_cells(client, query=""):
    """Each cell by its site, its state, and where in the editor it leads."""
    pages = client.get(f"{BOARD}{query}").context["pages"]
    found = (TEXT_CELL.findall(row["cells"]) for _page, rows in pages for row in rows)
    return [
        {"path": path, "state": TextState(state), "anchor": anchor}
        for cells in found
        for state, path, anchor in cells
    ]


def find_cell(client, path, block=HERO):
    return next(c for c in read_cells(client) if c["path"] == path and c["anchor"].endswith(block))


def test_the_centre_sees_every_site_that_is_sold_and_a_market_its_own(client, launch):
    claire = sign_in(client, "claire", Role.CENTRAL)
    everywhere = [locale.path for locale, _name in claire.get(BOARD).context["columns"]]
    assert everywhere[:4] == ["fr-fr", "fr-be", "nl-be", "nl-nl"]
    assert len(everywhere) == sum(len(market.locales) for market in list_markets(active=True))

    els = sign_in(client, "els", Role.MARKET, "BE")
    assert [locale.path for locale, _name in els.get(BOARD).context["columns"]] == ["fr-be", "nl-be"]


def test_a_changed_master_waits_where_somebody_said_otherwise(client, launch):
    els = sign_in(client, "els", Role.MARKET, "BE")
    assert find_cell(els, "fr-be")["state"] is TextState.LANGUAGE
    write(els, title="La ville s’arrête ici.")
    assert find_cell(els, "fr-be")["state"] is TextState.TRANSLATED
    retell("Where the road begins.")

    assert find_cell(els, "fr-be")["state"] is TextState.STALE
    answer = els.get(f"{BOARD}&state=stale")
    assert (
        answer.context["title"] == "2 texts wait: the master changed since"
    )  # fr-be's own, and Dutch for nl-be
    assert [cell["anchor"] for cell in read_cells(els, "&state=stale")] == [f"?page=home#b-{HERO}"] * 2
    assert els.get(f"{BOARD}&state=moon").context["wanted"] == ""


def test_a_cell_leads_to_its_block_in_the_editor(client, launch):
    els = sign_in(client, "els", Role.MARKET, "BE")
    cell = find_cell(els, "nl-be")
    html = els.get(f"/desk/launches/oree/BE/adapt/nl-be/{cell['anchor']}").content.decode()
    assert f'id="{cell["anchor"].split("#")[1]}"' in html


def test_the_board_asks_as_much_of_the_database_for_six_sites_as_for_two(client, launch):
    counts = []
    for name, role, markets in (("claire", Role.CENTRAL, ()), ("els", Role.MARKET, ("BE",))):
        signed_in = sign_in(client, name, role, *markets)
        with CaptureQueriesContext(connection) as found:
            signed_in.get(BOARD)
        counts.append(len(found))
    assert counts[0] < 15
    assert abs(counts[0] - counts[1]) <= 1  # the markets of an account are asked for where it has some


def test_a_region_keeps_its_sites(client, launch):
    claire = sign_in(client, "claire", Role.CENTRAL)
    nordic = [
        locale.path for locale, _name in claire.get(f"{BOARD}&region=Northern+Europe").context["columns"]
    ]
    assert "sv-se" in nordic and "fr-fr" not in nordic
    assert {cell["path"] for cell in read_cells(claire, "&region=Northern+Europe")} == set(nordic)


def test_who_has_no_market_of_the_range_is_told(client, launch):
    somebody = sign_in(client, "nina", Role.MARKET, "CN")
    assert "None of your markets" in somebody.get(BOARD).content.decode()


@pytest.mark.browser
def test_axe_finds_nothing_on_the_board(live_server, page, transactional_db):
    publish_oree("BE")
    sign_in_by_hand(page, f"{live_server.url}{BOARD}", "els", Role.MARKET, "BE")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert run_axe(page) == []
    page.context.clear_cookies()
    sign_in_by_hand(
        page, f"{live_server.url}{BOARD}", "claire"
    )  # who sees sixty times as many of the same cells
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# the board of pages


def read_pages(client, query=""):
    """The state of each page by market."""
    context = client.get(f"{PAGES}{query}").context
    codes = [column["code"] for column in context["columns"]]
    return {
        kind: dict(zip(codes, CELL.findall(cells), strict=True)) for kind, _label, cells in context["pages"]
    }


def test_a_page_goes_through_the_states_of_its_market(client, launch):
    els = sign_in(client, "els", Role.MARKET, "BE")
    assert set(read_pages(els)["legal"]) == {"BE"}
    assert read_pages(els)["legal"]["BE"] == "live"
    legal = MasterPage.objects.get(slug="legal")
    legal.search_description = "Who publishes this site."
    legal.save_revision().publish()
    for heading in Overlay.objects.filter(block_id="page:legal"):  # nobody has to say it anew
        heading.master_digest = digest_block(get_block("oree", "page:legal"))
        heading.save()

    states = [read_pages(els)["legal"]["BE"]]
    for step in ("review", "approved"):
        els.post(f"{PAGES}change/", {"market": "BE", "verb": step})
        states.append(read_pages(els)["legal"]["BE"])
    assert states == ["outdated", "review", "approved"]
    assert read_pages(els)["home"]["BE"] == "live"  # it says what it said
    els.post(f"{PAGES}change/", {"market": "BE", "verb": "publish"})
    assert run_next()
    assert read_pages(els)["legal"]["BE"] == "live"


def test_a_changed_master_is_kept_ours_on_chosen_pages_of_chosen_markets(client, launch):
    els = sign_in(client, "els", Role.MARKET, "BE")
    write(els, title="La ville s’arrête ici.")
    Overlay.objects.filter(scope__in=["fr", "nl"], block_id=HERO).update(block_id="gone")
    Overlay.objects.filter(scope="fr-be", block_id=HERO).update(master_digest="of an older master")
    assert read_pages(els)["home"]["BE"] == "stale"

    els.post(f"{PAGES}change/", {"market": "BE", "page": "legal", "verb": "keep"})
    assert read_pages(els)["home"]["BE"] == "stale"
    els.post(f"{PAGES}change/", {"market": ["BE", "FR"], "page": "home", "verb": "keep"})
    assert read_pages(els)["home"]["BE"] == "translate"  # the opening view says nothing in Dutch now


def test_a_page_that_a_market_leaves_out_is_missing(client, launch):
    claire = sign_in(client, "claire", Role.CENTRAL)
    for path in ("fr-be", "nl-be"):
        write(
            claire,
            verb="hide",
            block="page:gallery",
            page=f"/desk/launches/oree/BE/adapt/{path}/?page=gallery",
        )
    assert read_pages(claire)["gallery"]["BE"] == "missing"
    assert read_pages(claire)["gallery"]["FR"] != "missing"


def test_filters_keep_the_columns_and_rows_in_which_something_is_so(client, launch):
    claire = sign_in(client, "claire", Role.CENTRAL)
    live = read_pages(claire, "?state=live")
    assert {code for row in live.values() for code in row} == {"BE"}
    assert set(read_pages(claire, "?page=home")) == {"home"}
    nordic = set(read_pages(claire, "?region=Northern+Europe")["home"])
    assert {"SE", "DK"} <= nordic and "FR" not in nordic


def test_bulk_moves_name_who_they_are_not_for(client, launch):
    els = sign_in(client, "els", Role.MARKET, "BE")
    assert (
        "Choose at least one market"
        in els.post(f"{PAGES}change/", {"verb": "review"}, follow=True).content.decode()
    )
    answer = els.post(
        f"{PAGES}change/", {"market": ["BE", "FR"], "verb": "approved"}, follow=True
    ).content.decode()
    assert "The site of BE is at the step draft" in answer
    assert els.post(f"{PAGES}change/", {"market": "BE", "verb": "burn"}).status_code == 404
    els.post(f"{PAGES}change/", {"market": ["BE", "FR"], "verb": "review"})
    assert [(move.market, move.step) for move in Move.objects.all()] == [("BE", "review")]
    stale = els.post(
        f"{PAGES}change/", {"market": "BE", "verb": "approved", "seen:BE": "of yesterday"}, follow=True
    )
    assert "changed while you looked" in stale.content.decode()


def test_the_board_of_pages_asks_as_much_for_every_market_as_for_one(client, launch):
    counts = []
    for name, role, markets in (("claire", Role.CENTRAL, ()), ("els", Role.MARKET, ("BE",))):
        signed_in = sign_in(client, name, role, *markets)
        with CaptureQueriesContext(connection) as found:
            signed_in.get(PAGES)
        counts.append(len(found))
    assert abs(counts[0] - counts[1]) <= 1 and counts[0] < 20


@pytest.mark.browser
def test_the_board_of_pages_is_used_by_keyboard(live_server, page, transactional_db):
    publish_oree("BE")
    sign_in_by_hand(page, f"{live_server.url}{PAGES}", "claire")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert run_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator('td a[href*="/BE/"]').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    chosen = page.locator("thead input:checked")
    assert chosen.count() == 1
    code = chosen.get_attribute("value")
    assert page.locator("[data-chosen]").inner_text().startswith(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/oree/{code}/adapt/**")
