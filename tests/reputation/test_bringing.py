"""A file of mentions brought at the desk: what is wrong with a row is said in the language of whoever brings it."""

from __future__ import annotations

import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import get_language, override

from tests.reputation.sources.test_importing import HEAD, NOW, PLACE, make_excel
from tests.reputation.world import make_world
from usine.reputation.contracts import FileUnreadable
from usine.reputation.models import Mention
from usine.reputation.sources.importing import read_mentions

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
