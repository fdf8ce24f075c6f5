"""The board of texts: every block against every site that somebody sees, as many queries for many as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import HERO, retell, sign_in, sign_in_by_hand, write
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.launches.states import TextState
from usine.markets.public import list_markets

BOARD = "/desk/launches/oree/board/?rows=blocks"
PAGES = "/desk/launches/oree/board/"


@pytest.fixture
def launch(db):
    publish_oree("BE")


def read_cells(client, query=""):
    pages = client.get(f"{BOARD}{query}").context["pages"]
    return [cell for _page, rows in pages for row in rows for cell in row["cells"]]


def find_cell(client, path, block=HERO):
    return next(c for c in read_cells(client) if c["locale"].path == path and c["anchor"].endswith(block))


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
    assert abs(counts[0] - counts[1]) <= 1  # the markets of an account are asked for where it has some


def test_who_has_no_market_of_the_range_is_told(client, launch):
    somebody = sign_in(client, "nina", Role.MARKET, "CN")
    assert "None of your markets" in somebody.get(BOARD).content.decode()


@pytest.mark.browser
def test_axe_finds_nothing_on_the_board(live_server, page, transactional_db):
    publish_oree("BE")
    sign_in_by_hand(page, f"{live_server.url}{BOARD}", "claire")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert run_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
