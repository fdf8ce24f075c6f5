"""Blocks of a market's own in the editor: added, copied, moved, removed, undone; pictures; what the master lost."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.axe import WIDTHS, run_axe
from tests.launches.editors import HERO, find_block, sign_in_by_hand, write
from tests.oree import publish_oree
from usine.accounts.contracts import Role
from usine.commons.facts import read_facts
from usine.config.cli import main
from usine.launches.models import MasterPage, Overlay
from usine.launches.sources.masters import read_master
from usine.launches.writing.history import list_writes

DESK = "/desk/launches/oree/BE/adapt/fr-be/"
QUESTIONS = f"{DESK}?page=questions"
PREVIEW = "/desk/launches/oree/BE/preview/fr-be/questions/"
OPENING = "9569430f-8bf6-579f-81ef-59a8a97b00ca"
FIRST, SECOND = "79287f47-4ba9-5a8d-930c-8334a1596198", "1141efad-4e80-5871-b4bb-fbbf9379757e"
OURS = "Roule-t-elle en Ardenne ?"


def ask(client, *, after=FIRST, page=QUESTIONS, kind="questions", block_type="question", **own):
    """Add a question as the editor's form does; its id and the answer."""
    block = str(uuid.uuid4())
    fields = own or {"question": OURS, "answer": "Oui, et en revient."}
    said = {f"own:{path.replace('__', '/')}": text for path, text in fields.items()}
    answer = client.post(
        page, {"block": block, "verb": "add", "page": kind, "after": after, "type": block_type, **said}
    )
    return block, answer


def press(client, verb, block, *, page=QUESTIONS, kind="questions", seen=None, **fields):
    known = find_block(client, block, page)["seen"] if seen is None else seen
    said = {f"own:{path}": text for path, text in fields.items()}
    return client.post(page, {"block": block, "verb": verb, "page": kind, "seen": known, **said})


def list_order(client, page=QUESTIONS):
    return [block["block_id"] for block in client.get(page).context["blocks"]]


def list_shown(client):
    html = client.get(PREVIEW).content.decode()
    return re.findall(r"<summary>(?:<[^>]+>)*([^<]+)", html)


def test_a_market_adds_a_question_and_the_preview_shows_it_in_its_place(els):
    block, answer = ask(els)

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#b-{block}")
    assert list_order(els).index(block) == list_order(els).index(FIRST) + 1
    assert list_shown(els)[1] == OURS
    row = Overlay.objects.get(block_id=block)
    assert (row.kind, row.page, row.block_type, row.scope, row.by) == (
        *("add", "questions", "question", "fr-be", "Els"),
    )
    html = b"".join(els.get("/fr-be/oree/questions/").streaming_content).decode()
    assert OURS not in html  # nothing goes live by itself
    assert OURS not in els.get(PREVIEW.replace("fr-be", "nl-be")).content.decode()


def test_the_form_is_made_of_the_blocks_fields(els):
    form = els.get(f"{QUESTIONS}&add={FIRST}&type=photo").context["new"]["form"]
    assert [(field.path, field.kind, field.is_required) for field in form] == [
        ("picture", "picture", True),
        ("alt", "text", True),
        ("caption", "text", False),
    ]
    html = els.get(f"{QUESTIONS}&add={FIRST}&type=photo").content.decode()
    assert 'name="own:picture"' in html and 'data-src="/media/' in html
    assert els.get(f"{QUESTIONS}&add={FIRST}").context["new"]["types"]
    assert els.get(f"{QUESTIONS}&add={FIRST}&type=hero").context["new"]["type"] == ""


def test_a_table_of_ranges_is_added_with_numbers_and_without_empty_rows(els):
    texts = dict.fromkeys(("title", "caption", "use", "mild", "harsh", "text"), "Texte")
    rows = {
        "rows__0__mild_km": "466",
        "rows__0__harsh_km": "402",
        "rows__1__mild_km": "",
        "rows__1__harsh_km": "",
    }
    block, answer = ask(els, block_type="bars", **texts, anchor="ardenne", uses="Ville", **rows)

    assert answer.status_code == 302
    assert Overlay.objects.get(block_id=block).value["rows"] == [{"mild_km": 466, "harsh_km": 402}]
    _block, answer = ask(els, block_type="bars", **texts, anchor="a", uses="Ville", rows__0__mild_km="many")
    assert answer.status_code == 422


def test_a_picture_is_chosen_from_the_library_with_its_twin_and_must_say_what_it_shows(els):
    library = {one.title: one for one in els.get(DESK).context["library"]}
    dusk = library["oree-dusk.avif"]
    block, answer = ask(els, block_type="photo", picture=str(dusk.pk), alt="Au crépuscule")
    assert answer.status_code == 302
    value = Overlay.objects.get(block_id=block).value
    assert (value["picture"], value["fallback"]) == (dusk.pk, dusk.fallback)

    _block, answer = ask(els, block_type="photo", picture=str(dusk.pk), alt="")
    assert answer.status_code == 422
    _block, answer = ask(els, block_type="photo", picture="999999", alt="Rien")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"block_type": "hero"}, "A block hero is not added to the page questions"),
        ({"block_type": "legal"}, "A block legal is not added"),
        ({"after": "nothing"}, "has no block nothing"),
        ({"question": "Dès ?", "answer": "Oui, {prix}."}, "there is no figure {prix}"),
        ({"question": "", "answer": "Oui."}, "Question"),
        ({"kind": "not-found"}, "is not added to the page not-found"),
        ({"kind": "shop"}, "is not added|has no page"),
    ],
)
def test_what_cannot_be_added_is_refused_with_a_sentence_and_keeps_what_was_typed(els, fields, said):
    _block, answer = ask(els, page=f"{QUESTIONS}&add={FIRST}&type=question", **fields)
    assert answer.status_code == 422
    messages = " ".join(str(message) for message in answer.context["messages"])
    assert re.search(said, messages), messages
    assert not Overlay.objects.filter(kind="add").exists()
    if "question" in fields:
        assert fields["answer"] in answer.content.decode()


def test_a_block_is_added_once(els):
    block, _answer = ask(els)
    again = els.post(
        QUESTIONS,
        {
            **{"block": block, "verb": "add", "page": "questions", "after": FIRST, "type": "question"},
            **{"own:question": "Autre", "own:answer": "Autre"},
        },
    )
    assert again.status_code == 409
    master = els.post(
        QUESTIONS,
        {
            **{"block": SECOND, "verb": "add", "page": "questions", "after": FIRST, "type": "question"},
            **{"own:question": "Autre", "own:answer": "Autre"},
        },
    )
    assert master.status_code == 422


def test_blocks_move_up_and_down_and_back(els):
    block, _answer = ask(els)
    start = list_order(els)
    press(els, "down", block)
    assert list_order(els).index(block) == start.index(block) + 1
    press(els, "up", block)
    assert list_order(els) == start

    press(els, "up", SECOND)  # the master's
    assert list_order(els).index(SECOND) == start.index(SECOND) - 1
    assert find_block(els, SECOND, QUESTIONS)["is_moved"]
    assert not find_block(els, SECOND, QUESTIONS)["is_local"]
    write(els, block=SECOND, page=QUESTIONS, question="Et la recharge ?")
    write(els, block=SECOND, page=QUESTIONS, verb="inherit")
    assert find_block(els, SECOND, QUESTIONS)["is_moved"]
    press(els, "back", SECOND)
    assert list_order(els) == start
    assert not Overlay.objects.filter(block_id=SECOND, scope="fr-be").exists()


def test_what_opens_a_page_stays_and_nothing_goes_before_it(els):
    assert press(els, "up", OPENING).status_code == 422
    assert press(els, "up", FIRST).status_code == 422
    assert not find_block(els, FIRST, QUESTIONS)["can_go_up"]
    assert find_block(els, FIRST, QUESTIONS)["can_go_down"]


def test_an_own_block_is_written_removed_and_brought_back(els):
    block, _answer = ask(els)
    press(els, "write", block, question="Et en Flandre ?", answer="Aussi.")
    assert Overlay.objects.get(block_id=block).value["question"] == "Et en Flandre ?"

    press(els, "remove", block)
    assert block not in list_order(els)
    context = els.get(QUESTIONS).context
    assert [(one["block_id"], one["words"]) for one in context["removed"]] == [(block, "Et en Flandre ?")]
    els.post(QUESTIONS, {"block": block, "verb": "undo", "seen": ""})
    assert list_order(els).index(block) == list_order(els).index(FIRST) + 1
    press(els, "undo", block)  # undone again, it is removed
    assert block not in list_order(els)

    facts = list(read_facts(name="OverlayWritten"))
    assert [fact.payload["before"] is None for fact in facts] == [True, False, False, True, False]


def test_each_write_can_be_undone(els):
    block, _answer = ask(els)
    start = list_order(els)
    press(els, "down", block)
    press(els, "undo", block)
    assert list_order(els) == start
    press(els, "write", block, question="Autre ?", answer="Oui.")
    press(els, "undo", block)
    assert Overlay.objects.get(block_id=block).value["question"] == OURS


def test_a_block_is_copied_as_ours_with_what_it_says_here(els):
    write(els, block=FIRST, page=QUESTIONS, question="Combien de kilomètres, chez nous ?")
    answer = press(els, "duplicate", FIRST)

    copy = answer["Location"].split("#b-")[1]
    assert list_order(els).index(copy) == list_order(els).index(FIRST) + 1
    value = Overlay.objects.get(block_id=copy).value
    assert value["question"] == "Combien de kilomètres, chez nous ?"
    assert value["answer"] != read_master("oree")["questions"].blocks[1].value["answer"]  # in French
    assert press(els, "duplicate", OPENING).status_code == 422


def test_two_editors_on_one_own_block_do_not_overwrite_each_other(els):
    block, _answer = ask(els)
    opened = find_block(els, block, QUESTIONS)["seen"]
    press(els, "down", block)
    answer = press(els, "write", block, seen=opened, question="Autre ?", answer="Oui.")
    assert answer.status_code == 409
    assert "Autre ?" in answer.content.decode()


def test_a_market_writes_its_own_locales_only(els):
    for page in (f"{QUESTIONS}&scope=fr", QUESTIONS.replace("fr-be", "fr-fr").replace("BE", "FR")):
        _block, answer = ask(els, page=page)
        assert answer.status_code in (403, 404)
    assert els.get(f"{QUESTIONS}&scope=fr").context["new"]["types"] == []
    assert not Overlay.objects.filter(kind="add").exists()


def test_a_language_adds_for_its_markets_which_say_hide_and_move_it(claire):
    block, _answer = ask(claire, page=f"{QUESTIONS}&scope=fr")

    assert find_block(claire, block, QUESTIONS)["added_by"] == "fr"
    write(claire, block=block, page=QUESTIONS, question="Et en Belgique ?")
    assert list_shown(claire)[1] == "Et en Belgique ?"
    press(claire, "write", block, page=f"{QUESTIONS}&scope=fr", question="Autre ?", answer="Oui.")
    assert find_block(claire, block, QUESTIONS)["is_stale"]
    write(claire, block=block, page=QUESTIONS, verb="keep")
    assert not find_block(claire, block, QUESTIONS)["is_stale"]
    write(claire, block=block, page=QUESTIONS, verb="hide")
    assert "Et en Belgique ?" not in list_shown(claire)
    assert claire.get(f"{QUESTIONS}&show=hidden").context["blocks"][0]["block_id"] == block


def lose(block_id):
    """The centre takes a block out of the master and publishes it."""
    page = MasterPage.objects.get(slug="questions")
    del page.body[[str(child.id) for child in page.body].index(block_id)]
    page.save_revision().publish()


def test_a_text_whose_block_the_master_lost_is_kept_deleted_or_made_ours(els):
    write(els, block=FIRST, page=QUESTIONS, question="Combien, chez nous ?")
    block, _answer = ask(els, after=FIRST)
    lose(FIRST)

    assert find_block(els, block, QUESTIONS)["is_adrift"]
    assert list_order(els)[2] == block
    orphan = els.get(QUESTIONS).context["orphans"][0]
    assert (orphan["block_id"], orphan["texts"], orphan["can_adopt"]) == (
        FIRST,
        ["Combien, chez nous ?"],
        True,
    )

    els.post(QUESTIONS, {"block": FIRST, "verb": "drop", "seen": orphan["seen"], "page": "questions"})
    assert els.get(QUESTIONS).context["orphans"] == []
    els.post(QUESTIONS, {"block": FIRST, "verb": "undo", "seen": ""})
    answer = els.post(
        QUESTIONS, {"block": FIRST, "verb": "adopt", "seen": orphan["seen"], "page": "questions"}
    )
    ours = answer["Location"].split("#b-")[1]
    assert list_order(els)[-1] == ours
    assert Overlay.objects.get(block_id=ours).value["question"] == "Combien, chez nous ?"
    assert not Overlay.objects.filter(block_id=FIRST, scope="fr-be").exists()


def test_a_market_shows_another_picture_in_its_own_words(els):
    picture = find_block(els)["pictures"][0]
    other = next(one for one in els.get(DESK).context["library"] if one.title == "oree-dusk.avif")
    seen = find_block(els)["seen"]
    choice = {"block": HERO, "verb": "save", "seen": seen, "picture:picture": str(other.pk)}

    answer = els.post(DESK, choice)
    assert answer.status_code == 422
    assert "say in your words what the new picture shows" in answer.content.decode()
    assert find_block(els)["pictures"][0]["said"] is None

    els.post(DESK, {**choice, "text:alt": "L’Orée au crépuscule"})
    row = Overlay.objects.get(block_id=HERO, scope="fr-be")
    assert row.value == {"picture": other.pk, "fallback": other.fallback, "alt": "L’Orée au crépuscule"}
    shown = find_block(els)["pictures"][0]
    assert (shown["master"], shown["said"].title) == (picture["master"], "oree-dusk.avif")
    html = els.get(PREVIEW.replace("questions", "home")).content.decode()
    assert "L’Orée au crépuscule" in html and re.search(r"oree-dusk[^\"]*\.avif", html)

    els.post(DESK, {**choice, "seen": find_block(els)["seen"], "picture:picture": ""})
    assert not Overlay.objects.filter(block_id=HERO, scope="fr-be").exists()


def test_a_changed_picture_of_the_master_makes_ours_stale(els):
    other = next(one for one in els.get(DESK).context["library"] if one.title == "oree-dusk.avif")
    seen = find_block(els)["seen"]
    said = {"picture:picture": str(other.pk), "text:alt": "Au crépuscule"}
    els.post(DESK, {"block": HERO, "verb": "save", "seen": seen, **said})
    before = find_block(els)["pictures"][0]["master"]
    home = MasterPage.objects.get(slug="home")
    home.body[0].value["picture"] = home.body[0].value["fallback"]
    home.save_revision().publish()

    shown = find_block(els)["pictures"][0]
    assert shown["is_changed"] and shown["before"] == before and shown["said"].pk == other.pk
    write(els, verb="take")
    assert "picture" not in Overlay.objects.get(block_id=HERO, scope="fr-be").value


def test_each_field_says_where_its_text_comes_from(claire):
    def read_source(path):
        return next(pair["source"] for pair in find_block(claire)["pairs"] if pair["field"].path == path)

    assert read_source("title") == "fr"
    html = claire.get(DESK).content.decode()
    assert "Inherited from fr" in html and "Inherited from the master (English)" in html
    Overlay.objects.filter(scope="fr", block_id=HERO).delete()
    assert read_source("title") == ""


def test_a_site_that_speaks_another_language_meanwhile_says_so(claire):
    from usine.launches.queries import list_sold_markets
    from usine.markets.public import get_market

    locales = [locale for code in list_sold_markets("oree") for locale in get_market(code).locales]
    locale = next(locale for locale in locales if locale.is_fallback)
    html = claire.get(f"/desk/launches/oree/{locale.market}/adapt/{locale.path}/").content.decode()
    assert f"This site speaks {locale.language_name} until there are texts in" in html
    assert "until there are texts in" not in claire.get(DESK).content.decode()


def test_the_command_line_tells_what_was_written_and_takes_it_back(els, capsys):
    write(els, title="La ville s’arrête ici.")
    block, _answer = ask(els)
    press(els, "down", block)

    assert main(["launch", "history", "oree", "--scope", "fr-be"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[1:] for line in lines] == [
        ["Els", block, "moves the block"],
        ["Els", block, "adds a block"],
        ["Els", HERO, "says title"],
    ]
    assert main(["launch", "undo", "oree", "--scope", "fr-be", "--block", HERO]) == 0
    assert "undone: says title, by Els" in capsys.readouterr().out
    assert not Overlay.objects.filter(block_id=HERO, scope="fr-be").exists()
    assert list_writes("oree", "fr-be", block_id=HERO)[0].told == "inherits everything again"
    assert main(["launch", "undo", "oree", "--scope", "fr-be", "--block", SECOND]) != 0
    assert main(["launch", "history", "oree", "--scope", "xx"]) != 0


@pytest.mark.browser
def test_a_moroccan_editor_adds_a_question_after_another_and_moves_it(live_server, page, transactional_db):
    publish_oree("MA")
    desk = f"{live_server.url}/desk/launches/oree/MA/adapt/ar-ma/?page=questions"
    sign_in_by_hand(page, desk, "salma", Role.MARKET, "MA")
    ours = "هل تصلح أوريه للطرق الجبلية؟"

    page.locator(f'a[href*="add={FIRST}"]').click()
    page.get_by_label("What do you add here?").select_option("question")
    page.get_by_role("button", name="Go on").click()
    new = page.locator("#new")
    new.locator("textarea").nth(0).fill(ours)
    new.locator("textarea").nth(1).fill("نعم.")
    assert new.locator("textarea").first.get_attribute("dir") == "rtl"
    new.get_by_role("button", name="Add the block").click()

    seen = page.frame_locator("iframe")
    seen.get_by_text(ours).first.wait_for()
    assert seen.locator("summary").nth(1).inner_text().strip() == ours
    own = page.locator("form.own")
    own.locator("textarea").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowDown")
    seen.get_by_text(ours).first.wait_for()
    assert seen.locator("summary").nth(2).inner_text().strip() == ours
    page.wait_for_function("document.activeElement.dataset.move")

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk}&add={FIRST}&type=photo")
        assert run_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
