"""A file of mentions brought at the desk: what is wrong with a row is said in the language of whoever brings it."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils.translation import get_language, override

from tests.reputation.hearing import NOW as HEARD_AT
from tests.reputation.hearing import WordReader, add_source
from tests.reputation.sources.test_importing import HEAD, NOW, PLACE, make_excel
from tests.reputation.world import make_world
from usine.reputation import intake
from usine.reputation.contracts import FileUnreadable
from usine.reputation.models import Mention, SetAside, Source
from usine.reputation.sources.health import read_refusals
from usine.reputation.sources.importing import read_mentions
from usine.reputation.stories import Stories

ADDRESS = "/desk/reputation/sources/import/file/"
WRONG = {
    "m.csv, ligne 2, colonne published_at\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}soon\N{NO-BREAK SPACE}» n’est pas "
    "une date\N{NO-BREAK SPACE}: écrivez 2026-11-26T08:30:00+01:00.": HEAD + "1,x,soon,\n",
    "m.csv, ligne 2\N{NO-BREAK SPACE}: elle a 2 cellules pour 4 colonnes.": HEAD + "1,x\n",
    "m.csv, ligne 3, colonne id\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}» est déjà celui de la "
    "ligne 2.": HEAD + "1,x,2026-11-20,\n1,y,2026-11-20,\n",
    "m.jsonl, ligne 2\N{NO-BREAK SPACE}: ce n’est pas un objet JSON.": "\n[]",
}
BROKEN = (
    *(
        ("m.csv", content)
        for content in ("", "text\n", "text,published_at,mood\n", "text,published_at,text\n")
    ),
    *(
        ("m.csv", HEAD + row)
        for row in ("1,,2026-11-25,\n", "1,x,2031-01-01,\n", "1,x,1971-01-01,\n", '1,"x,\n')
    ),
    *(("m.csv", HEAD + row) for row in ("1,<p> </p>,2026-11-25,\n", "1,x,2026-11-25,6/5\n")),
    *(
        ("m.csv", f"text,published_at,{column}\nx,2026-11-25,{value}\n")
        for column, value in (
            ("address", "javascript:x"),
            ("reach", "many"),
            ("kind", "shout"),
            ("country", "x"),
        )
    ),
    *(("m.jsonl", text) for text in ("{", "[]", '{"text": "x", "mood": 1}')),
    ("m.jsonl", '{"text": "x", "published_at": "2026-11-25", "author": {}}'),
    ("m.jsonl", '{"text": "x", "published_at": "2026-11-25", "author": "%s"}' % ("a" * 301)),
    *(("m.xlsx", "no archive"), ("m.xls", "x"), ("m.csv", b"\xff,\n"[1:] + HEAD.encode() + b"caf\xe9")),
)


def refuse(name: str, content: str | bytes) -> str:
    """The sentence, without what the parser says in brackets."""
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(FileUnreadable) as refusal:
        read_mentions(name, content, PLACE, now=NOW)
    return re.sub(r" \(.+\)", "", str(refusal.value))


@pytest.mark.django_db
@pytest.mark.usefixtures("at_now", "named")
@pytest.mark.parametrize("said", WRONG)
def test_a_wrong_row_is_told_in_french_on_a_french_desk_and_nothing_is_taken(client, claire, said):
    make_world(size=10, rumour=2)
    before = Mention.objects.count()
    assert client.login(username="claire", password="a-long-one")
    client.cookies["usine_desk_language"] = "fr"
    file = SimpleUploadedFile(said.partition(",")[0], WRONG[said].encode())

    answer = client.post(ADDRESS, {"source": "mastodon", "file": file})

    assert [str(message) for message in get_messages(answer.wsgi_request)] == [said]
    assert Mention.objects.count() == before


@pytest.mark.parametrize(("name", "content"), BROKEN)
def test_every_reason_is_another_sentence_in_french(name, content):
    with override("fr"):
        french = refuse(name, content)
    english = refuse(name, content)

    assert french != english and not re.search(r"\b(is|it|has|the|of|row|column)\b", french), french


def test_a_cell_of_excel_is_told_in_french():
    with override("fr"):
        said = refuse("m.xlsx", make_excel(["text", "published_at"], ['=CONCATENATE("a","b")', "2026-11-25"]))
    assert "ligne 2, colonne text" in said and "c’est une formule jamais calculée" in said
    assert get_language() == "en"


@pytest.fixture
def bring(client, claire, monkeypatch):
    """A file as claire brings it to a source; the messages that she gets, and where she is led."""
    monkeypatch.setattr("usine.reputation.switching.timezone.now", lambda: HEARD_AT)
    monkeypatch.setattr(intake, "open_own_reader", Choosy)
    monkeypatch.setattr(intake, "open_index", Stories)
    add_source("agency")
    assert client.login(username="claire", password="a-long-one")

    def bring_rows(*texts: str):
        rows = "".join(f"{text},2026-11-24T08:00Z\n" for text in texts)
        file = SimpleUploadedFile("m.csv", ("text,published_at\n" + rows).encode())
        answer = client.post(ADDRESS, {"source": "agency", "file": file})
        return [str(message) for message in get_messages(answer.wsgi_request)][-3:], answer["Location"]

    return bring_rows


class Choosy(WordReader):
    """Fails on poison; meets a database that is away at a lock."""

    def read_all(self, texts):
        if any("poison" in text for _title, text, _language in texts):
            raise ValueError
        if any("locked" in text for _title, text, _language in texts):
            raise OperationalError("database is locked")
        return super().read_all(texts)


UNREAD = "\uffff"  # no sign that a database keeps


@pytest.mark.django_db
def test_who_brings_a_file_is_told_what_is_set_aside_and_refused_of_it(bring):
    said, place = bring("fine", "poison", "also fine", UNREAD)
    assert said == ["2 mentions are taken.", "1 mention is set aside.", "1 mention is refused."]
    assert place == "/desk/reputation/sources/agency/"
    source = Source.objects.get(slug="agency")
    kept = read_refusals(source)
    assert (kept.of, kept.count, Mention.objects.count(), SetAside.objects.count()) == (4, 1, 2, 1)

    said, place = bring("fine at last")
    assert said[-1:] == ["1 mention is taken."] and place == "/desk/reputation/sources/"
    source.refresh_from_db()
    assert read_refusals(source) is None


@pytest.mark.django_db
def test_a_file_that_the_database_interrupts_is_told_so_and_brought_again_doubles_nothing(bring):
    said, _place = bring("fine", "poison", "locked")
    assert said == ["m.csv may be taken in part only: bring it again later, what is known is not doubled."]
    bring("fine", "poison", "open")
    assert sorted(Mention.objects.values_list("text", flat=True)) == ["fine", "open"]
