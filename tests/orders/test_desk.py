"""The desk's screens of leads: what one may see, and nothing else; no formula leaves in an export."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.orders.test_leads import book, dealer
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons import assets
from usine.orders.models import TestDriveBooking
from usine.orders.public import make_cancel_token

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unbuilt_assets(monkeypatch):
    """These tests read words, not looks: they need no built front end."""

    monkeypatch.setattr(
        "usine.commons.templatetags.assets.get_asset", lambda name: assets.Asset(f"/{name}", name, ())
    )


@pytest.fixture
def els(client):
    create_account("els", name="Els Peeters", password="a-long-one", role=Role.MARKET, markets=("BE",))
    assert client.login(username="els", password="a-long-one")
    return client


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/desk/leads/").status_code == 302
    assert client.get("/desk/").status_code == 302


def test_the_belgian_manager_finds_no_trace_of_a_french_lead(els):
    book("be", first_name="Lotte")
    french = book("fr", to=dealer("FR", 2), first_name="Chloé")

    for address in (
        "/desk/",
        "/desk/leads/",
        "/desk/leads/?format=csv",
        "/desk/leads/?q=Chloé",
        "/desk/leads/?market=FR",
    ):
        page = els.get(address)
        assert page.status_code == 200
        text = page.getvalue().decode()
        assert f"/desk/leads/{french.id}/" not in text and "Chloé Maes" not in text
    assert "Lotte" in els.get("/desk/leads/").content.decode()
    assert els.get(f"/desk/leads/{french.id}/").status_code == 404
    assert els.post(f"/desk/leads/{french.id}/state/", {"state": "lost"}).status_code == 404
    assert TestDriveBooking.objects.get(pk=french.id).state == "new"


def test_a_lead_is_read_and_its_state_changed_with_its_history(els):
    lead = book()
    els.post(f"/desk/leads/{lead.id}/state/", {"state": "contacted"})
    text = els.get(f"/desk/leads/{lead.id}/").content.decode()
    assert "Els Peeters" in text and "marie@exemple.be" in text
    els.post(f"/desk/leads/{lead.id}/state/", {"state": "bogus"})
    assert TestDriveBooking.objects.get(pk=lead.id).state == "contacted"


def test_an_export_holds_no_formula(els):
    book(first_name="=HYPERLINK(1)")
    assert ",'=HYPERLINK(1) Maes," in els.get("/desk/leads/?format=csv").getvalue().decode()


def test_an_unknown_address_of_the_desk_answers_in_the_shell(els):
    page = els.get("/desk/nowhere/")
    assert page.status_code == 404 and b'class="top"' in page.content


def test_the_desk_keeps_the_language_that_one_chose(els):
    els.post("/desk/preferences/", {"language": "fr", "next": "//evil.example/"})
    assert 'lang="fr"' in els.get("/desk/leads/").content.decode()


def test_the_link_of_the_mail_asks_before_it_cancels(client):

    lead = book(at=datetime(2999, 1, 2, 10, tzinfo=UTC))
    address = f"/test-drive/cancel/{make_cancel_token(lead.id)}/"
    assert client.get(address).status_code == 200
    assert TestDriveBooking.objects.get().cancelled_at is None
    assert client.post(address).status_code == 200
    assert TestDriveBooking.objects.get().cancelled_at is not None


def test_the_floor_tells_the_line_of_ones_own_markets_only(client, db):
    publish_oree("BE", "FR")
    seen = {}
    for username, role, markets in (("els", Role.MARKET, ("BE",)), ("claire", Role.CENTRAL, ())):
        create_account(username, name=username.title(), password="demo", role=role, markets=markets)
        client.login(username=username, password="demo")
        context = client.get("/desk/").context
        seen[username] = {fact.market for _what, _where, fact in context["line"]}
        seen[f"{username}'s sites"] = {site.market for _name, site in context["sites"]}

    assert seen["els"] == seen["els's sites"] == {"BE"}
    assert seen["claire"] >= {"BE", "FR", ""}
    assert seen["claire's sites"] == {"BE", "FR"}


def test_a_cancelled_drive_waits_for_nobody_and_is_found_by_its_filter(client, db):
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    client.login(username="els", password="demo")
    lead = book()
    assert client.get("/desk/").context["new_count"] == 1

    TestDriveBooking.objects.filter(pk=lead.id).update(cancelled_at="2026-11-25T10:00Z")

    floor = client.get("/desk/").context
    assert (floor["new_count"], floor["new"], floor["drive_count"]) == (0, [], 0)
    assert client.get("/desk/leads/", {"state": "new"}).context["rows"] == []
    assert len(client.get("/desk/leads/", {"state": "cancelled"}).context["rows"]) == 1
