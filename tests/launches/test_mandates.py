"""Blocks that the centre says everywhere: no market hides them, what it said is kept, and comes back when lifted."""

from __future__ import annotations

import pytest

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import find_block, sign_in, sign_in_by_hand, write
from tests.oree import TODAY, load_oree, make_oree_offer, publish_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.commons.errors import Forbidden, NotFound
from usine.commons.facts import read_facts
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import MasterPage, Overlay
from usine.launches.public import list_scope_texts, publish_sites
from usine.launches.rules import OverlayEntry, OverrideKind, ResolvedBlock, pass_over, resolve_block
from usine.launches.sources.masters import list_overlays
from usine.launches.sources.releases import read_content
from usine.launches.writing.mandates import lift_mandate, mandate_block
from usine.markets.public import get_locale

PUBLISHER = "4260ce86-ca96-4d78-ba56-9ee452a5d423"
LEGAL = "/desk/launches/oree/BE/adapt/fr-be/?page=legal"
WHY = "The court wants this sentence."
OURS = "Ce que la Belgique en dit."
CLAIRE = Actor(user_id=2, name="Claire", role=Role.CENTRAL, markets=frozenset())
ELS = Actor(user_id=1, name="Els", role=Role.MARKET, markets=frozenset({"BE"}))


@pytest.fixture
def releases(settings, tmp_path):
    own_releases(settings, tmp_path / "releases")


def read(client, address):
    return b"".join(client.get(address).streaming_content).decode()


def resolve(path: str) -> ResolvedBlock | None:
    """The block as a locale's legal notice shows it; None where it does not."""
    page = read_content("oree").resolve(get_locale(path))["legal"]
    return next((block for block in page.blocks if block.id == PUBLISHER), None)


def say_locally(kind="translate", **value):
    row = {"vehicle": "oree", "scope": "fr-be", "block_id": PUBLISHER, "by": "Els"}
    return Overlay.objects.create(**row, kind=kind, value=value, changed_at="2026-11-24T00:00Z")


def test_what_a_locale_says_of_a_forced_block_is_passed_over_and_nothing_else():
    master = ResolvedBlock("a", "legal", {"title": "t", "text": "centre"})
    local = OverlayEntry("fr-be", "a", OverrideKind.REPLACE, {"text": "local"})
    language = OverlayEntry("fr", "a", OverrideKind.TRANSLATE, {"text": "langue"})
    other = OverlayEntry("fr-be", "b", OverrideKind.HIDE, {})
    every = [local, language, other]

    assert pass_over(every, {"a"}) == [language, other]
    assert pass_over(every, set()) == every
    said = resolve_block(master, pass_over(every, {"a"}), get_locale("fr-be"))
    assert said and said.value == {"title": "t", "text": "langue"}


@pytest.mark.parametrize("kind", ["hide", "replace", "translate"])
def test_a_mandate_overrules_what_a_market_said_and_lifted_it_is_back(db, kind):
    load_oree()
    row = say_locally(kind, **({} if kind == "hide" else {"title": "Nous", "anchor": "x", "text": OURS}))
    before = resolve("fr-be")
    mandate_block("oree", PUBLISHER, reason=WHY, by=CLAIRE)

    assert resolve("fr-be") == resolve("fr-fr") != before
    row.refresh_from_db()
    assert row.kind == kind

    lift_mandate("oree", PUBLISHER, by=CLAIRE)
    assert resolve("fr-be") == before
    facts = [(fact.name, fact.by, fact.payload["reason"]) for fact in read_facts(name="BlockMandated")]
    facts += [(fact.name, fact.by, fact.payload["reason"]) for fact in read_facts(name="MandateLifted")]
    assert facts == [("BlockMandated", "Claire", WHY), ("MandateLifted", "Claire", WHY)]


def test_only_the_centre_mandates_with_a_reason_what_the_master_has_once(db):
    load_oree()
    with pytest.raises(Forbidden, match="central team"):
        mandate_block("oree", PUBLISHER, reason=WHY, by=ELS)
    with pytest.raises(ContentInvalid, match="Say why"):
        mandate_block("oree", PUBLISHER, reason="  ", by=CLAIRE)
    with pytest.raises(ContentInvalid, match="no more"):
        mandate_block("oree", "gone", reason=WHY, by=CLAIRE)
    mandate_block("oree", PUBLISHER, reason=WHY, by=CLAIRE)
    with pytest.raises(ContentInvalid, match="already"):
        mandate_block("oree", PUBLISHER, reason=WHY, by=CLAIRE)
    with pytest.raises(Forbidden):
        lift_mandate("oree", PUBLISHER, by=ELS)
    lift_mandate("oree", PUBLISHER, by=CLAIRE)
    with pytest.raises(NotFound):
        lift_mandate("oree", PUBLISHER, by=CLAIRE)


@pytest.mark.parametrize("verb", ["hide", "save", "inherit"])
def test_a_market_is_told_who_mandated_the_block_and_why(client, db, verb):
    load_oree()
    say_locally(text=OURS)
    mandate_block("oree", PUBLISHER, reason=WHY, by=CLAIRE)
    els = sign_in(client, "els", Role.MARKET, "BE")

    answer = write(els, verb=verb, block=PUBLISHER, page=LEGAL, text="Autre chose.")

    assert answer.status_code == 409
    assert "Claire has every site show this block since" in answer.content.decode()
    assert WHY in answer.content.decode()
    assert Overlay.objects.get(scope="fr-be", block_id=PUBLISHER).value == {"text": OURS}
    block = find_block(els, PUBLISHER, LEGAL)
    assert block["is_overruled"] and not block["may_write"]
    assert "What is said here is kept, overruled by the centre." in els.get(LEGAL).content.decode()


def test_the_centre_still_says_it_in_the_languages_and_sees_which_are_older_than_the_master(client, db):
    load_oree()
    claire = sign_in(client, "claire", Role.CENTRAL)
    retell_publisher("Published by Aurige.")
    write(claire, verb="mandate", block=PUBLISHER, page=LEGAL, seen="", reason=WHY)
    assert {"fr", "nl", "de"} <= set(find_block(claire, PUBLISHER, LEGAL)["old_languages"])

    answer = write(claire, block=PUBLISHER, page=f"{LEGAL}&scope=fr", text="Édité par Aurige.")

    assert answer.status_code == 302
    assert "fr" not in find_block(claire, PUBLISHER, LEGAL)["old_languages"]
    assert [
        entry.scope for entry in list_overlays("oree", ["fr", "fr-be"]) if entry.block_id == PUBLISHER
    ] == ["fr"]


def test_a_mandated_block_is_not_sent_to_the_translators_of_a_locale(db):
    load_oree()

    def list_blocks(scope):
        return {text.block_id for text in list_scope_texts("oree", scope).texts}

    assert PUBLISHER in list_blocks("fr-be")
    mandate_block("oree", PUBLISHER, reason=WHY, by=CLAIRE)
    assert PUBLISHER not in list_blocks("fr-be")
    assert PUBLISHER in list_blocks("fr")


def retell_publisher(text):
    legal = MasterPage.objects.get(slug="legal")
    block = next(child for child in legal.body if str(child.id) == PUBLISHER)
    block.value["text"] = text
    legal.save_revision().publish()


def test_the_centre_corrects_a_legal_sentence_in_every_market_at_once(client, db, releases):
    publish_oree("001", "BE")
    say_locally(text=OURS)
    publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)
    assert OURS in read(client, "/fr-be/oree/legal/")
    claire = sign_in(client, "claire", Role.CENTRAL)

    retell_publisher("Published by Aurige.")
    for language, text in (("fr", "Édité par Aurige."), ("nl", "Uitgegeven door Aurige.")):
        page = f"/desk/launches/oree/BE/adapt/{language}-be/?page=legal&scope={language}"
        assert write(claire, block=PUBLISHER, page=page, text=text).status_code == 302
    answer = write(claire, verb="mandate", block=PUBLISHER, page=LEGAL, seen="", reason=WHY)
    assert answer.status_code == 302
    publish_sites("oree", markets=["001", "BE"], on=TODAY, by=SYSTEM)

    assert "Published by Aurige." in read(client, "/en/oree/legal/")
    assert "Uitgegeven door Aurige." in read(client, "/nl-be/oree/legal/")
    belgian = read(client, "/fr-be/oree/legal/")
    assert "Édité par Aurige." in belgian and OURS not in belgian

    write(claire, verb="lift", block=PUBLISHER, page=LEGAL, seen="")
    publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM)
    assert OURS in read(client, "/fr-be/oree/legal/")


@pytest.mark.browser
def test_the_centre_mandates_and_lifts_a_block_at_the_desk(live_server, page, transactional_db):
    make_oree_offer("BE")
    load_oree()
    say_locally(text=OURS)
    sign_in_by_hand(page, f"{live_server.url}{LEGAL}", "claire")

    form = page.locator(f"#b-{PUBLISHER}")
    form.locator("summary").click()
    form.get_by_label("Why: the markets will read it").fill(WHY)
    form.get_by_role("button", name="Mandate it").click()
    form.get_by_text("overruled by the centre").wait_for()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert run_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    form.get_by_role("button", name="Let the markets say it again").click()
    form.locator("summary").wait_for()
    assert OURS in form.locator("textarea").nth(1).input_value()
