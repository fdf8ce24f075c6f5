"""The list of countries, what machines read, the editor's preview and library."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests.launches.sites import Page
from tests.oree import TODAY, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.accounts.public import create_account
from usine.launches.models import MasterPage, Overlay
from usine.launches.public import publish_sites
from usine.launches.rules import PATHS

NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def suggested(client, accept):
    html = client.get("/", headers={"Accept-Language": accept}).content.decode()
    return re.findall(r'<li><a class="btn[^"]*" href="([^"]+)"', html)


def test_the_list_leads_to_every_live_site_and_to_no_other(client, db, django_assert_max_num_queries):
    publish_oree("BE", "MA", "001")

    with django_assert_max_num_queries(2):
        page = Page(client.get("/", headers={"Accept-Language": "fr"}).content.decode())

    sites = {link for link in page.links if link.endswith("/oree/")}
    assert sites == {"/fr-be/oree/", "/nl-be/oree/", "/fr-ma/oree/", "/ar-ma/oree/", "/en/oree/"}
    assert page.root["lang"] == "fr"
    assert "Belgique" in page.words
    for link in sites:
        assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        ("nl-BE,fr;q=0.5", "/nl-be/oree/"),
        ("fr;q=0.3, ar-MA;q=0.9", "/ar-ma/oree/"),
        ("de", "/de-de/oree/"),
        ("en-US,en;q=0.9", "/en/oree/"),
    ],
)
def test_the_visitors_language_and_country_come_first(client, db, accept, first):
    publish_oree("BE", "MA", "DE", "001")
    assert suggested(client, accept)[0] == first


@pytest.mark.parametrize("accept", ["", "zh-CN", ";;;q=x,,", "q=1;" * 500, "*"])
def test_strange_wishes_get_the_whole_list(client, db, accept):
    publish_oree("BE")
    assert suggested(client, accept) == []
    assert client.get("/", headers={"Accept-Language": accept}).status_code == 200


def test_without_a_site_the_list_says_so(client, db):
    answer = client.get("/", headers={"Accept-Language": "nl"})
    assert answer.status_code == 200
    assert "Nog geen enkele site is open" in answer.content.decode()


def test_a_locale_alone_leads_to_its_one_vehicle(client, db):
    publish_oree("BE")
    assert client.get("/nl-be/").url == "/nl-be/oree/"
    assert client.get("/fr-fr/").url == "/"
    assert client.get("/xx-yy/").status_code == 404


def test_the_sitemap_links_every_language_both_ways(client, db):
    publish_oree("BE", "001")
    index = ET.fromstring(client.get("/sitemap.xml").content)
    files = [place.text for place in index.findall("s:sitemap/s:loc", NAMESPACES)]
    assert len(files) == 3  # one a locale: each is as long as it has pages and as it has others to name

    links = {
        url.find("s:loc", NAMESPACES).text: {
            (link.get("hreflang"), link.get("href")) for link in url.findall("x:link", NAMESPACES)
        }
        for file in files
        for url in ET.fromstring(client.get(urlsplit(file).path).content).findall("s:url", NAMESPACES)
    }

    assert len(links) == 3 * (len(PATHS) - 1)  # three locales; the page of wrong addresses is no page to find
    assert not any("not-found" in address for address in links)
    for address, others in links.items():
        assert address in {href for _tag, href in others}
        for _tag, href in others:
            assert links[href] == others


def test_robots_are_kept_out_of_the_teams_rooms(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text
    assert "Sitemap: " in text and text.rstrip().endswith("/sitemap.xml")


def test_a_vulnerability_can_be_reported(client, db):
    """RFC 9116: a contact and an expiry, less than a year ahead, are compulsory."""
    text = client.get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    expires = datetime.fromisoformat(fields["Expires"])
    assert fields["Contact"].startswith("mailto:")
    assert timezone.now() < expires < timezone.now() + timedelta(days=365)
    assert fields["Canonical"].endswith("/.well-known/security.txt")


@pytest.fixture
def editor(client, db):
    publish_oree("BE", "001")
    create_account("claire", name="Claire", password="demo", role=Role.CENTRAL)
    client.login(username="claire", password="demo")
    return client


def test_an_editor_sees_a_draft_as_a_market_would(editor):
    page = MasterPage.objects.get(slug="home")
    hero = page.body[0]
    hero.value["configure"] = "Start here"
    page.save_revision()

    english = editor.get(f"/cms/pages/{page.pk}/view_draft/").content.decode()
    modes = dict(page.preview_modes)
    dutch = page.make_preview_request(preview_mode="nl-be").content.decode()

    assert "Start here" in english
    assert list(modes) == ["en", "fr-be", "nl-be"]
    assert 'lang="nl-BE"' in dutch and "Stel de mijne samen" in dutch


def test_the_library_is_for_the_team(editor, client):
    page = MasterPage.objects.get(slug="home")
    address = page.body[0].value["picture"].file.url
    assert editor.get(address).status_code == 200

    client.logout()

    assert client.get(address).status_code == 302


def test_a_market_manager_does_not_enter_the_editor(client, db):
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    client.login(username="els", password="demo")
    assert client.get("/cms/").status_code in (302, 403)
    assert client.get("/cms/pages/").status_code in (302, 403)


def test_an_address_that_leads_nowhere_gets_the_sites_own_page(client, db):
    publish_oree("BE")

    lost = client.get("/fr-be/oree/desing/")
    html = b"".join(lost.streaming_content).decode()

    assert lost.status_code == 404 and lost["Cache-Control"] == "private, no-store"
    assert 'name="robots" content="noindex"' in html and 'rel="canonical"' not in html
    assert "/fr-be/oree/design/" in html
    mended = client.get("/fr-be/oree/design")
    assert (mended.status_code, mended.url) == (301, "/fr-be/oree/design/")
    assert client.get("/fr-be/oree/not-found/").status_code == 404
    assert client.get("/fr-fr/oree/desing/").status_code == 404  # no site: the common page of errors


def test_a_page_is_left_out_where_its_car_is_not_sold_or_where_the_market_hides_it(client, db):
    publish_oree("MA", "BE")
    assert client.get("/fr-ma/oree/companies/").status_code == 404  # the Pro version is not sold there
    assert "/companies/" not in b"".join(client.get("/fr-ma/oree/").streaming_content).decode()
    assert client.get("/fr-be/oree/companies/").status_code == 200

    hide = {"kind": "hide", "changed_at": "2026-11-24T00:00Z", "by": "Els"}
    Overlay.objects.create(vehicle="oree", scope="nl-be", block_id="page:gallery", **hide)
    publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)

    assert client.get("/nl-be/oree/gallery/").status_code == 404
    french = b"".join(client.get("/fr-be/oree/gallery/").streaming_content).decode()
    assert 'hreflang="nl-BE" href="http' not in french
    for path in ("nl-be", "fr-be"):
        assert "/nl-be/oree/gallery/" not in client.get(f"/sitemaps/{path}/oree.xml").content.decode()
    assert client.get("/sitemaps/fr-fr/oree.xml").status_code == 404
