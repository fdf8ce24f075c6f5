"""The desk with the other parts of the room: files brought, searched, forgotten; counts that follow; who is told."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.reputation.said import say
from tests.reputation.world import OREE, make_world
from usine.commons import assets
from usine.reputation import handling
from usine.reputation.contracts import Guess, Intent, Named, Reading, Sentiment, join_text
from usine.reputation.models import Mention, Volume

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ROOM = "/desk/reputation/"
FILE = """id,text,published_at,author
1,L’autonomie de l’Orée me déçoit.,2026-11-24T08:00:00Z,bob
2,J’adore mon Orée.,2026-11-24T08:10:00Z,bob
"""


class ReadsOne:
    """Finds the name that it is told, and nothing else: how well texts are read is tried elsewhere."""

    def read_all(self, texts) -> list[Reading]:
        return [self._read(join_text(title, text)) for title, text, _language in texts]

    def _read(self, whole: str) -> Reading:
        start = whole.find("Orée")
        names = (Named(OREE, start, start + 4, 0.9),) if start >= 0 else ()
        tone, intent = Guess(Sentiment.NEGATIVE, 0.8), Guess(Intent.COMPLAINT, 0.7)
        return Reading(Guess("fr", 0.9), tone, intent, names, model="one")


@pytest.fixture
def claires(client, claire, monkeypatch):
    monkeypatch.setattr(
        "usine.commons.templatetags.assets.get_asset", lambda name: assets.Asset(f"/{name}", name, ())
    )
    assert client.login(username="claire", password="a-long-one")
    return client


def test_a_file_is_brought_found_without_its_accents_and_forgotten(claires, monkeypatch):
    monkeypatch.setattr("usine.reputation.intake.open_own_reader", ReadsOne)
    make_world(size=20, rumour=2)
    source = "forum-auto-fr"

    def bring(text: str) -> str:
        file = SimpleUploadedFile("heard.csv", text.encode())
        address = f"{ROOM}sources/import/file/"
        return claires.post(address, {"source": source, "file": file}, follow=True).content.decode()

    assert "2 mentions are taken" in bring(FILE)
    mention = Mention.objects.get(text__startswith="L’autonomie")
    page = claires.get(f"{ROOM}?state=all&q=decoit").content.decode()
    assert f'data-row="{mention.pk}"' in page and page.count("data-row=") == 1
    assert ">Orée</mark>" in claires.get(f"{ROOM}?state=all&at={mention.pk}").content.decode()
    assert "no column text" in bring("a,b\n1,2\n")
    claires.post(f"{ROOM}answers/erase/", {"source": source, "author": "bob"})
    assert not Mention.objects.filter(pk=mention.pk).exists()
    assert "2 mentions are taken" in bring(FILE) and not Mention.objects.filter(text=mention.text).exists()


def test_counts_follow_a_label_set_right_and_undone(claire):
    mention = say()
    done = handling.correct(mention.pk, f"entity:{OREE}", "positive", by=claire)
    assert list(Volume.objects.filter(entity=OREE, aspect="").values_list("sentiment", "stories")) == [
        ("positive", 1)
    ]
    handling.undo(done.facts, by=claire)
    assert list(Volume.objects.filter(entity=OREE, aspect="").values_list("sentiment", "stories")) == [
        ("negative", 1)
    ]


def test_one_chooses_when_one_is_told(claires):
    listeners = apps.all_models["reputation"]["alertlistener"]
    address = f"{ROOM}alerts/choose/"
    claires.post(address, {"by_mail": "on", "from": "22:00", "until": "07:00", "language": "fr"})
    row = listeners.objects.get()
    assert (row.by_mail, row.by_push, f"{row.quiet_from:%H:%M}", row.market) == (True, False, "22:00", "")
    assert row.language == "fr"
    assert (
        '<option value="fr" lang="fr" selected>Français</option>'
        in claires.get(f"{ROOM}alerts/").content.decode()
    )
    for wrong in (
        {"from": "22:00", "language": "fr"},
        {"from": "late", "until": "early", "language": "fr"},
        {"language": "de"},
        {},
    ):
        claires.post(address, wrong)
        assert listeners.objects.get().by_mail
    claires.post(address, {"language": "en"})
    assert (
        not listeners.objects.get().by_mail
        and "When I am told" in claires.get(f"{ROOM}alerts/").content.decode()
    )
