"""The desk's pages of translations: who sees what, files out, files in after a look at what they change."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation.template import templatize

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import retell, sign_in, sign_in_by_hand
from tests.launches.sites import Page
from tests.oree import LAUNCH, make_oree_offer, release_oree
from tests.translations.files import TITLE, count_texts, export, find_text, load_without_spanish, say
from usine.accounts.contracts import SYSTEM, Role
from usine.launches.models import Overlay
from usine.launches.public import list_sold_markets
from usine.markets.public import get_market, list_markets
from usine.translations.models import Upload
from usine.translations.pseudo import TO_THE_LEFT
from usine.translations.public import list_progress, load_glossary

PAGE = "/desk/translations/oree/"


@pytest.fixture
def launch(db):
    release_oree()
    load_without_spanish()


@pytest.fixture
def claire(client, launch):
    return sign_in(client, "claire", Role.CENTRAL)


@pytest.fixture
def els(client, launch):
    return sign_in(client, "els", Role.MARKET, "BE")


def send(client, document, name="es.xlf"):
    """Upload a file; the address of the page that shows what it would change."""
    answer = client.post(f"{PAGE}uploads/", {"file": SimpleUploadedFile(name, document.encode())})
    assert answer.status_code == 302
    return answer["Location"]


def list_rows(client):
    return {progress.scope: progress for progress, _locale, _name in client.get(PAGE).context["rows"]}


def test_the_centre_sees_languages_and_sites_and_a_market_its_own(claire):
    spoken = {locale.language for market in list_markets() for locale in market.locales} - {"en"}
    sites = [locale.path for code in list_sold_markets("oree") for locale in get_market(code).locales]
    assert len(spoken) == 11 and len(sites) > 60
    assert list(list_rows(claire)) == [*sorted(spoken), *(path for path in sites if path != "en")]
    assert "/desk/translations/oree/" in claire.get("/desk/launches/").content.decode()
    claire.logout()
    assert list(list_rows(sign_in(claire, "els", Role.MARKET, "BE"))) == ["fr-be", "nl-be"]


def test_counts_follow_the_texts_and_the_title_says_what_waits(claire):
    before = list_rows(claire)["fr"]
    total = count_texts("fr")
    assert (before.total, before.translated + before.missing, before.stale) == (total, total, 0)
    retell("Where the town ends.")
    assert list_rows(claire)["fr"].stale == 1
    assert "translations wait" in claire.get(PAGE).content.decode()


def test_a_file_is_downloaded_for_what_is_asked(claire):
    answer = claire.get(f"{PAGE}export/?to=es&only=missing")
    assert answer["Content-Type"] == "application/xliff+xml"
    assert answer["Content-Disposition"] == 'attachment; filename="oree-es-missing.xlf"'
    assert answer.content.decode() == export("es")
    assert claire.get(f"{PAGE}export/?to=es&only=good").status_code == 404
    assert claire.get(f"{PAGE}export/?to=klingon").status_code == 404
    assert claire.get(f"{PAGE}export/?to=fr&only=stale").status_code == 422


def test_a_file_is_looked_at_and_then_written(claire):
    address = send(claire, say(export("es"), "title", TITLE))
    shown = claire.get(address)
    assert "1 text would change" in shown.content.decode()
    assert "se abre." in shown.content.decode()
    assert not Overlay.objects.filter(scope="es").exists()

    assert claire.post(address, {"verb": "take"})["Location"] == PAGE
    assert (find_text("es").target, Overlay.objects.get(scope="es").by) == (TITLE, "Claire")
    assert not Upload.objects.exists()


def test_a_file_is_thrown_away(claire):
    address = send(claire, say(export("es"), "title", TITLE))
    assert claire.post(address, {"verb": "burn"}).status_code == 404
    claire.post(address, {"verb": "drop"})
    assert claire.get(address).status_code == 404
    assert not Overlay.objects.filter(scope="es").exists()


def test_a_refused_file_tells_every_reason(claire):
    document = say(say(export("es"), "text", "Orée."), "title", "\u202eedno")
    answer = claire.get(send(claire, document))
    assert answer.status_code == 422
    assert len(answer.context["refusals"]) == 2
    assert claire.get(send(claire, "<html")).status_code == 422


def test_texts_of_an_older_master_are_left_out_until_asked_for(claire):
    document = say(export("es"), "title", TITLE)
    retell("Where the town ends.")
    address = send(claire, document)
    assert "Left out" in claire.get(address).content.decode()
    claire.post(f"{address}?stale=1", {"verb": "take", "stale": "1"})
    assert find_text("es").target == TITLE


def test_a_market_neither_sees_nor_writes_a_language(els, django_user_model):
    assert els.get(f"{PAGE}export/?to=fr").status_code == 403
    assert els.get(f"{PAGE}checks/?to=fr").status_code == 403
    address = send(els, say(export("fr"), "title", "Autre chose."))
    assert els.get(address).status_code == 403
    assert els.post(address, {"verb": "take"}).status_code == 403
    assert find_text("fr").target != "Autre chose."

    mine = send(els, say(export("fr-be"), "title", "Autre chose."))
    els.post(mine, {"verb": "take"})
    assert find_text("fr-be").target == "Autre chose."
    els.logout()
    assert els.get(PAGE).status_code == 302
    assert sign_in(els, "anna", Role.MARKET, "BE").get(address).status_code == 404  # not hers


def test_no_file_is_a_sentence(claire):
    assert claire.post(f"{PAGE}uploads/", {}).status_code == 302
    assert "Choose an XLIFF file" in claire.get(PAGE).content.decode()


def test_the_glossary_and_what_is_to_judge_are_shown(claire):
    load_glossary("oree", LAUNCH / "glossary.csv", by=SYSTEM)
    assert "empattement" in claire.get(PAGE).content.decode()
    assert "it is the same as the source" in claire.get(f"{PAGE}checks/?to=fr").content.decode()


def test_layouts_are_looked_at_in_pseudo_texts(claire):
    make_oree_offer("001")
    mirrored = claire.get(f"{PAGE}pseudo/mirrored/versions/").content.decode()
    assert Page(mirrored).root["dir"] == "rtl"
    assert f"{TO_THE_LEFT}[!!! Ṽéŕšîöñš" in mirrored
    assert claire.get(f"{PAGE}pseudo/shorter/").status_code == 404


def test_ten_scopes_ask_as_many_queries_as_one(launch):
    counts = []
    for scopes in (["es"], ["es", "fr", "de", "ar", "nl", "fr-be", "fr-fr", "de-de", "ar-ma", "nl-be"]):
        with CaptureQueriesContext(connection) as found:
            list_progress("oree", scopes, by=SYSTEM)
        counts.append(len(found))
    assert counts[0] == counts[1] < 25


def test_the_desk_says_it_all_in_french():
    folder = LAUNCH.parents[2] / "usine" / "translations"
    said = set()
    for file in (folder / "desk.py", *sorted(folder.glob("templates/translations/desk/*.html"))):
        text = file.read_text("utf-8")
        source = templatize(text) if file.suffix == ".html" else text
        for _line, message, _notes, _context in extract("python", BytesIO(source.encode())):
            said.add(message if isinstance(message, str) else message[0])
    known = set()
    for file in folder.parent.glob("*/locale/fr/LC_MESSAGES/django.po"):
        with file.open("rb") as catalogue:
            known |= {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(catalogue) if m.string}
    assert len(said) > 40
    assert said - known == set()


@pytest.mark.browser
def test_the_pages_can_be_used_by_everybody(live_server, page, transactional_db):
    release_oree()
    load_without_spanish()
    load_glossary("oree", LAUNCH / "glossary.csv", by=SYSTEM)
    sign_in_by_hand(page, f"{live_server.url}{PAGE}", "claire")
    document = say(say(export("es"), "title", TITLE), "configure", "Configure mine")
    page.locator("#file").set_input_files(
        {"name": "es.xlf", "mimeType": "application/xliff+xml", "buffer": document.encode()}
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("2 texts would change").wait_for()
    for address in (page.url, f"{live_server.url}{PAGE}"):
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert run_axe(page) == []
