"""The adaptation editor: what is inherited, said, stale, undone; who may write what; nobody's work is overwritten."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.launches.editors import HERO, PAGE, find_block, retell, write
from usine.accounts.contracts import SYSTEM
from usine.commons.facts import read_facts
from usine.launches.content.fields import list_fields, put_texts, read_text_at
from usine.launches.models import Overlay
from usine.launches.sources.masters import read_master
from usine.launches.writing import adapting
from usine.markets.public import get_locale

PREVIEW = "/desk/launches/oree/BE/preview/fr-be/home/"
OURS = "La ville s’arrête ici."


def find_pair(client, path, **more):
    return next(pair for pair in find_block(client, **more)["pairs"] if pair["field"].path == path)


def read_row(scope="fr-be", block=HERO):
    return Overlay.objects.filter(vehicle="oree", scope=scope, block_id=block).first()


def test_an_edit_creates_the_override_and_the_preview_shows_it(els):
    assert read_row() is None
    assert write(els, title=OURS).status_code == 302

    row = read_row()
    assert (row.kind, row.value, row.by) == ("translate", {"title": OURS}, "Els")
    assert find_pair(els, "title")["is_said"]
    assert OURS in els.get(PREVIEW).content.decode()
    assert (
        OURS not in b"".join(els.get("/fr-be/oree/").streaming_content).decode()
    )  # nothing goes live by itself


def test_what_is_empty_or_as_inherited_is_inherited(els):
    inherited = find_pair(els, "title")["inherited"]
    write(els, title=inherited, text="  ")
    assert read_row() is None

    write(els, title=OURS)
    write(els, title="")
    assert read_row() is None


def test_a_text_in_a_list_keeps_the_rest_of_the_list(els):
    facts = next(b for b in read_master("oree")["home"].blocks if b.type == "facts")
    write(els, block=facts.id, facts__0__label="Longueur hors tout")

    said = read_row(block=facts.id).value["facts"]
    pairs = find_block(els, block=facts.id)["pairs"]
    assert len(said) == len(facts.value["facts"])
    assert said[0]["label"] == "Longueur hors tout"
    assert said[1]["label"] == next(p for p in pairs if p["field"].path == "facts/1/label")["inherited"]
    assert [p["field"].path for p in pairs if p["is_said"]] == ["facts/0/label"]


def test_every_text_of_the_demo_can_be_read_and_put_back(els):
    for page in read_master("oree").values():
        for block in page.blocks:
            texts = {field.path: read_text_at(block.value, field.path) for field in list_fields(block)}
            assert put_texts(block.value, texts) == {
                name: block.value[name] for name in block.value if name in {p.split("/")[0] for p in texts}
            }


def test_a_figure_that_does_not_exist_is_refused_and_what_was_typed_stays(els):
    answer = write(els, text="Dès {prix}.")

    assert answer.status_code == 422
    assert "there is no figure {prix}" in answer.content.decode()
    assert "Dès {prix}." in answer.content.decode()
    assert read_row() is None


def test_two_editors_on_one_block_do_not_overwrite_each_other(els):
    opened = find_block(els)["seen"]
    write(els, title=OURS)
    answer = write(els, title="Autre chose.", seen=opened)

    assert answer.status_code == 409
    assert "Els wrote to this block meanwhile" in answer.content.decode()
    assert "Autre chose." in answer.content.decode()
    assert read_row().value == {"title": OURS}


def test_a_changed_master_shows_what_was_before_what_is_now_and_what_is_ours(els):
    write(els, title=OURS)
    before = find_pair(els, "title")["master"]
    retell("Where the road begins.")

    pair = find_pair(els, "title")
    assert (pair["before"], pair["master"], pair["said"]) == (before, "Where the road begins.", OURS)
    assert pair["is_changed"]
    assert [b["block_id"] for b in els.get(f"{PAGE}?show=stale").context["blocks"]] == [HERO]


def test_ours_is_kept_the_masters_taken_or_both_merged(els):
    write(els, title=OURS, test_drive="Prendre rendez-vous")
    retell("Where the road begins.")
    write(els, verb="keep")
    assert read_row().value["title"] == OURS
    assert not find_block(els)["is_stale"]

    retell("Where the road goes on.")
    write(els, verb="take")
    assert read_row().value == {"test_drive": "Prendre rendez-vous"}  # the master changed the title alone
    assert not find_block(els)["is_stale"]

    retell("Where the road ends.")
    write(els, title="Où la route finit.", test_drive="Prendre rendez-vous")
    assert read_row().value == {"title": "Où la route finit.", "test_drive": "Prendre rendez-vous"}
    assert not find_block(els)["is_stale"]


def test_a_first_text_of_the_same_moment_is_told(els, monkeypatch):
    """Both found no row; the other one was quicker."""
    seen = find_block(els)["seen"]

    def look(block, overlays, place, find=adapting.find_inherited):
        Overlay(
            vehicle="oree",
            scope="fr-be",
            block_id=HERO,
            kind="translate",
            changed_at=timezone.now(),
            by="Jan",
        ).save()
        return find(block, overlays, place)

    monkeypatch.setattr(adapting, "find_inherited", look)
    with pytest.raises(adapting.BlockChanged, match="in the same moment"):
        place = adapting.Place("oree", HERO, "fr-be", get_locale("fr-be"))
        adapting.save_texts(place, {"title": OURS}, seen=seen, by=SYSTEM)


def test_what_is_written_is_text_and_never_markup(els):
    write(els, title="<script>alert(1)</script>\0")
    assert read_row().value == {"title": "<script>alert(1)</script>"}
    assert "<script>alert(1)" not in els.get(PREVIEW).content.decode()

    Overlay.objects.filter(scope="fr-be").update(value={"text": "<img src=x> {moon}"})
    answer = els.get(PREVIEW)
    assert answer.status_code == 422
    assert "&lt;img src=x&gt;" in answer.content.decode()


def test_after_a_write_the_page_opens_at_its_block(els):
    answer = write(els, block="page:home", title="Orée")
    assert answer["Location"].endswith("#b-page-home")
    assert 'id="b-page-home"' in els.get(PAGE).content.decode()


def test_a_block_is_hidden_shown_again_and_a_page_keeps_its_title(els):
    write(els, verb="hide")
    assert find_block(els)["is_hidden"]
    write(els, verb="inherit")
    assert read_row() is None
    assert write(els, verb="hide", block="page:home").status_code == 422


def test_a_write_is_undone_and_done_again(els):
    write(els, title=OURS)
    write(els, title="Autre chose.")
    write(els, verb="undo")
    assert read_row().value == {"title": OURS}
    write(els, verb="undo")
    assert read_row().value == {"title": "Autre chose."}

    facts = list(read_facts(name="OverlayWritten"))
    assert [fact.by for fact in facts] == ["Els"] * 4
    assert (facts[0].market, facts[0].payload["before"]) == ("BE", None)


def test_nothing_written_is_nothing_to_undo(els):
    assert not find_block(els)["is_written"]
    assert write(els, verb="undo").status_code == 422


def test_a_market_writes_its_own_locales_and_sees_no_other(els):
    assert write(els, page=f"{PAGE}?scope=fr", title=OURS).status_code == 403
    assert read_row("fr").value["title"] != OURS
    assert els.get("/desk/launches/oree/FR/adapt/fr-fr/").status_code == 404
    assert els.get("/desk/launches/oree/FR/preview/fr-fr/home/").status_code == 404
    assert els.get("/desk/launches/oree/BE/adapt/de-de/").status_code == 404
    assert els.get(f"{PAGE}?scope=de").status_code == 404
    assert "readonly" in els.get(f"{PAGE}?scope=fr").content.decode()


def test_the_centre_writes_a_language_for_every_market_that_speaks_it(claire):
    write(claire, page=f"{PAGE}?scope=fr", title=OURS)

    assert read_row("fr").value["title"] == OURS
    assert find_pair(claire, "title")["inherited"] == OURS
    assert next(read_facts(name="OverlayWritten")).market == ""


def test_the_editor_asks_as_many_queries_for_a_long_page_as_for_a_short_one(els):
    write(els, title=OURS)
    counts = []
    for page in ("home", "legal"):
        with CaptureQueriesContext(connection) as found:
            els.get(f"{PAGE}?page={page}")
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] < 25


def test_strangers_are_asked_to_sign_in_and_unknown_verbs_are_not_found(client, els):
    assert write(els, verb="burn").status_code == 404
    client.logout()
    assert client.get(PAGE).status_code == 302
