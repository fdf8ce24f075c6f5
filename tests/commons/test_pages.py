"""The public error pages: in the visitor's language, in the site's frame, with ways on that exist."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext

from scripts.compile_messages import main as compile_messages
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons import pages
from usine.commons.languages import find_spoken
from usine.commons.middleware import UsineErrors
from usine.commons.ratelimit import TooManyRequests


@pytest.fixture(scope="module", autouse=True)
def catalogues():
    assert compile_messages() == 0


@pytest.fixture
def belgium(db):
    publish_oree("BE")


def test_an_unknown_address_of_a_site_answers_in_its_frame_and_leads_on(client, belgium):
    answer = client.get("/nl-be/oree/nergens/")

    text = b"".join(answer.streaming_content).decode()
    assert answer.status_code == 404
    assert 'lang="nl-BE"' in text and 'name="robots" content="noindex"' in text and 'id="menu"' in text
    links = set(re.findall(r'href="(/nl-be/oree/[a-z/-]*)"', text))
    assert {"/nl-be/oree/versions/", "/nl-be/oree/configurator/", "/nl-be/oree/test-drive/"} <= links
    assert all(resolve(address) for address in links)
    assert 'href="/"' in text


@pytest.mark.parametrize(
    ("accepted", "words", "direction"),
    [
        ("nl", "Op dit adres", "ltr"),
        ("ar", "لا يوجد شيء", "rtl"),
        ("ja", "このアドレス", "ltr"),
        ("sv", "There is nothing", "ltr"),
    ],
)
def test_outside_every_site_the_browsers_language_is_spoken(client, db, accepted, words, direction):
    text = client.get("/nowhere/at/all/", headers={"Accept-Language": accepted}).content.decode()
    assert words in text and f'dir="{direction}"' in text


def test_a_market_without_a_site_says_so_in_its_language(client, db):
    answer = client.get("/de-de/oree/test-drive/")
    assert answer.status_code == 404
    assert "Dieses Fahrzeug hat hier noch keine Seite" in answer.content.decode()


def test_a_program_gets_json(client, db):
    answer = client.get("/de-de/oree/test-drive/", headers={"Accept": "application/json"})
    assert answer.json()["error"] == "frame_not_published"


def test_a_limit_says_in_how_many_minutes(db):
    request = RequestFactory().get("/fr-be/oree/", headers={"Accept-Language": "en"})
    answer = UsineErrors(lambda _request: None).process_exception(request, TooManyRequests(610))
    assert answer.status_code == 429 and answer["Retry-After"] == "610"
    assert "10\u00a0minutes" in answer.content.decode()
    assert (
        '<body class="failed">' in answer.content.decode()
    )  # not counted as a wrong address: site/consent.ts


def test_a_refused_form_leads_back_to_its_page_and_never_elsewhere(belgium):
    strict = Client(enforce_csrf_checks=True)
    address = "/nl-be/oree/configurator/save/"

    own = strict.post(address, headers={"Referer": "http://testserver/nl-be/oree/configurator/"})
    assert own.status_code == 403
    assert 'href="/nl-be/oree/configurator/"' in own.content.decode()
    assert "Deze pagina stond lang open" in own.content.decode()
    foreign = strict.post(address, headers={"Referer": "https://evil.example/x"})
    assert "evil.example" not in foreign.content.decode()


def test_the_desk_refuses_an_old_form_in_its_shell(db):
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    strict = Client(enforce_csrf_checks=True)
    strict.login(username="els", password="demo")
    answer = strict.post("/desk/preferences/", {"language": "fr"})
    assert answer.status_code == 409 and b'class="top"' in answer.content


def test_a_failure_is_said_even_when_its_page_fails(rf, monkeypatch, db):
    assert pages.server_error(rf.get("/nl-be/oree/")).status_code == 500

    def fail(*_args: object, **_names: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(pages, "render", fail)
    bare = pages.server_error(rf.get("/nl-be/oree/"))
    assert bare.status_code == 500 and "Er ging aan onze kant iets mis" in bare.content.decode()


def test_the_barest_page_speaks_every_language():
    assert [language for language in dict(settings.LANGUAGES) if f'lang="{language}"' not in pages.BARE] == []


@pytest.mark.parametrize(("language", "said"), [("ja", "検索"), ("sv", "Search"), ("xx", "Search")])
def test_a_language_without_catalogues_is_english_and_not_what_others_translated(language, said):
    """Wagtail has a Swedish “Search”; a page of ours is never half Swedish."""
    with translation.override(find_spoken(language)):
        assert gettext("Search") == said
