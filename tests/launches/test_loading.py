"""A launch's files become a master and overlays: repeatable, whole or not at all, nobody's work lost."""

from __future__ import annotations

import shutil

import pytest
import yaml
from wagtail.images.models import Image

from tests.oree import LAUNCH, load_oree
from usine.accounts.contracts import SYSTEM
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import LaunchPage, MasterPage, Overlay
from usine.launches.public import load_launch
from usine.launches.rules import PAGE_KINDS, is_stale, resolve_page
from usine.launches.sources.masters import list_overlays, read_master
from usine.launches.writing.files import LOADER, read_launch
from usine.markets.public import get_locale


@pytest.fixture
def files(tmp_path):
    """A copy of the demo's master with three of its overlays, its pictures where the copy finds them."""
    folder = tmp_path / "launch"
    shutil.copytree(LAUNCH, folder)
    for file in (folder / "overlays").iterdir():
        if file.stem not in ("nl", "nl-be", "de"):
            file.unlink()
    pictures = (LAUNCH / "../../../frontend/src/assets/cars").resolve()
    edit(folder / "master.yaml", lambda master: master.update(pictures=[str(pictures)]))
    return folder


def edit(file, change):
    content = yaml.load(file.read_text("utf-8"), Loader=LOADER)
    change(content)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    file.write_text(yaml.dump(content, Dumper=dumper, allow_unicode=True, sort_keys=False), "utf-8")


def test_the_master_says_what_its_file_says(db):
    load_launch(LAUNCH, by=SYSTEM)
    written = {page.kind: page for page in read_launch(LAUNCH).pages}

    pages = read_master("oree")

    assert list(pages) == list(PAGE_KINDS)
    for kind, page in pages.items():
        assert [block.id for block in page.blocks] == [block["id"] for block in written[kind].blocks]
    assert pages["home"].blocks[0].value["title"] == "Where the city\nopens up."
    assert LaunchPage.objects.get().title == "Orée"


def test_loading_twice_changes_nothing_and_stores_each_picture_once(db):
    first = load_launch(LAUNCH, by=SYSTEM)
    revisions = MasterPage.objects.get(slug="home").revisions.count()
    pictures = Image.objects.count()

    again = load_launch(LAUNCH, by=SYSTEM)

    assert (first.pages, again.pages, again.overlays) == (len(PAGE_KINDS), 0, 0)
    assert MasterPage.objects.get(slug="home").revisions.count() == revisions
    assert Image.objects.count() == pictures == Image.objects.values("title").distinct().count()


def test_a_changed_master_makes_its_overlays_stale_and_no_other(db, files):
    load_launch(files, by=SYSTEM)
    hero = read_master("oree")["home"].blocks[0]
    edit(
        files / "master.yaml",
        lambda master: master["pages"]["home"]["blocks"][0]["value"].update(text="Shorter."),
    )

    load_launch(files, by=SYSTEM)

    blocks = {block.id: block for page in read_master("oree").values() for block in page.blocks}
    stale = {
        entry.block_id
        for entry in list_overlays("oree")
        if entry.block_id in blocks and is_stale(entry, blocks[entry.block_id])
    }
    assert stale == {hero.id}


def test_what_an_editor_published_stays_in_the_history(db, files):
    load_launch(files, by=SYSTEM)
    page = MasterPage.objects.get(slug="home")
    page.title = "An editor's title"
    page.save_revision().publish()
    edit(files / "master.yaml", lambda master: master["pages"]["home"].update(title="From the file"))

    load_launch(files, by=SYSTEM)

    page = MasterPage.objects.get(slug="home")
    assert page.title == "From the file"
    assert "An editor's title" in [revision.content["title"] for revision in page.revisions.all()]


def test_an_overlay_that_a_person_wrote_is_kept(db, files):
    load_launch(files, by=SYSTEM)
    row = Overlay.objects.get(scope="nl-be", block_id__startswith="73f80e52")
    Overlay.objects.filter(pk=row.pk).update(by="Els", value={"text": "Van Els"})
    edit(
        files / "overlays" / "nl-be.yaml",
        lambda overlay: overlay["entries"][0]["value"].update(text="Bestand"),
    )

    loaded = load_launch(files, by=SYSTEM)

    assert Overlay.objects.get(pk=row.pk).value == {"text": "Van Els"}
    assert loaded.kept == (f"nl-be {row.block_id}",)


def test_an_entry_taken_out_of_a_file_is_taken_out(db, files):
    load_launch(files, by=SYSTEM)
    before = Overlay.objects.count()
    edit(files / "overlays" / "nl-be.yaml", lambda overlay: overlay["entries"].pop())

    load_launch(files, by=SYSTEM)

    assert Overlay.objects.count() == before - 1


ADDED = "4f6b7c9e-8a51-4a58-9a3e-6a4b7a1f6d20"
OTHER = "0d8f3f5c-64f0-4bb4-8a61-3f1f0e8f5b11"
FIRST, SECOND = "79287f47-4ba9-5a8d-930c-8334a1596198", "1141efad-4e80-5871-b4bb-fbbf9379757e"
DESIGN = "1f30b85f-8e40-5a29-b857-e2a8b5865176"


def add(block_id=ADDED, after=FIRST, **more):
    value = {"question": block_id[:4], "answer": "Ja."}
    return {"add": block_id, "page": "questions", "after": after, "type": "question", "value": value} | more


def append(*entries):
    return lambda overlay: overlay["entries"].extend(entries)


def list_order(path):
    site = read_master("oree")["questions"]
    return [block.id for block in resolve_page(site, list_overlays("oree"), get_locale(path)).blocks]


def test_files_add_and_move_blocks_in_their_order_and_loading_twice_changes_nothing(db, files):
    load_oree()  # its pictures are there then, at once
    edit(files / "overlays" / "nl.yaml", append(add(), add(OTHER)))
    edit(
        files / "overlays" / "nl-be.yaml",
        append(
            {"move": FIRST, "after": OTHER},
            {"block": FIRST, "kind": "translate", "value": {"question": "Hoe ver?"}},
            {"block": ADDED, "kind": "hide"},
        ),
    )
    load_launch(files, by=SYSTEM)

    assert list_order("nl-nl")[1:5] == [FIRST, ADDED, OTHER, SECOND]
    assert list_order("nl-be")[1:4] == [OTHER, FIRST, SECOND]
    ranks = {row.block_id: (row.after, row.rank) for row in Overlay.objects.exclude(after=None)}
    edit(files / "overlays" / "de.yaml", lambda overlay: overlay["entries"].pop())
    assert load_launch(files, by=SYSTEM).overlays == 1
    assert {r.block_id: (r.after, r.rank) for r in Overlay.objects.exclude(after=None)} == ranks


def test_an_added_block_that_a_person_wrote_is_kept(db, files):
    load_oree()
    edit(files / "overlays" / "nl.yaml", append(add()))
    load_launch(files, by=SYSTEM)
    Overlay.objects.filter(block_id=ADDED).update(by="Els", value={"question": "Els", "answer": "Els"})
    edit(files / "overlays" / "nl.yaml", lambda overlay: overlay["entries"].pop())
    load_launch(files, by=SYSTEM)
    assert Overlay.objects.get(block_id=ADDED).value["question"] == "Els"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([add("x")], "“add: x” is no UUID"),
        ([add(FIRST)], "the id .* is taken"),
        ([add(page="shop")], "there is no page shop"),
        ([add(type="hero")], "A block hero is not added to the page questions"),
        ([add(type="legal")], "A block legal is not added"),
        ([add(value={"question": "?"})], "Answer: This field is required"),
        ([add(value={"question": "?", "answer": "!", "colour": "x"})], "a question has no colour"),
        ([add(after=DESIGN)], "the page questions has no block 1f30b85f"),
        ([add(after=OTHER)], "the page questions has no block 0d8f3f5c"),
        ([add(after=OTHER), add(OTHER, after=ADDED)], "the block follows itself"),
        ([add(), add()], "says something of the same block"),
        ([{"move": FIRST}], "“after” is missing"),
        ([{"move": FIRST, "after": FIRST}], "the block follows itself"),
        (
            [{"move": "9569430f-8bf6-579f-81ef-59a8a97b00ca", "after": FIRST}],
            "a block opening .* is not moved",
        ),
        ([{"move": ADDED, "after": FIRST}], "the master has no block 4f6b7c9e"),
    ],
)
def test_a_block_that_a_file_cannot_add_or_move_is_refused_by_name(db, files, entries, said):
    load_oree()
    before = list_overlays("oree")
    edit(files / "overlays" / "nl.yaml", append(*entries))

    with pytest.raises(ContentInvalid, match=f"nl.yaml, entry .*{said}"):
        load_launch(files, by=SYSTEM)

    assert list_overlays("oree") == before


def first_block(master):
    return master["pages"]["home"]["blocks"][0]


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("master.yaml", lambda m: m.pop("pages"), "master.yaml: “pages” is missing"),
        ("master.yaml", lambda m: m["pages"].update(shop={}), "page shop: there is no such page"),
        ("master.yaml", lambda m: first_block(m).update(type="banner"), "there is no type banner"),
        ("master.yaml", lambda m: first_block(m).pop("id"), "page home, block 1: “id” is missing"),
        ("master.yaml", lambda m: first_block(m)["value"].update(title=""), "title: This field is required"),
        ("master.yaml", lambda m: first_block(m)["value"].update(picture="no.avif"), "The picture no.avif"),
        ("master.yaml", lambda m: first_block(m)["value"].update(picture="../x.avif"), r"The picture \.\./x"),
        (
            "master.yaml",
            lambda m: m["pages"]["home"]["blocks"].append(first_block(m)),
            "the id .* is taken",
        ),
        ("overlays/nl.yaml", lambda o: o.update(scope="de"), "nl.yaml says scope de"),
        (
            "overlays/nl.yaml",
            lambda o: o["entries"][0].update(block="x"),
            "entry 1: the master has no block x",
        ),
        ("overlays/nl.yaml", lambda o: o["entries"][0].update(kind="delete"), "entry 1: kind is one of"),
        ("overlays/nl.yaml", lambda o: o["entries"][0]["value"].update(titel="x"), "hero has no titel"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_stores_nothing(db, files, file, change, said):
    edit(files / file, change)

    with pytest.raises(ContentInvalid, match=said):
        load_launch(files, by=SYSTEM)

    assert not MasterPage.objects.exists()


@pytest.mark.parametrize("text", ["", "pages: [", "- a", "\xff"])
def test_a_file_that_is_no_yaml_is_refused(db, files, text):
    (files / "master.yaml").write_bytes(text.encode("latin-1"))

    with pytest.raises(ContentInvalid, match=r"master\.yaml"):
        load_launch(files, by=SYSTEM)


def test_a_folder_that_is_not_there_is_said(db, tmp_path):
    with pytest.raises(ContentInvalid, match="name the folder of a launch"):
        load_launch(tmp_path / "nowhere", by=SYSTEM)


@pytest.mark.parametrize("launch", sorted(place.name for place in LAUNCH.parent.iterdir() if place.is_dir()))
def test_no_launch_denies_what_its_pages_store(launch):
    """Every master and every adaptation of its section on personal data says both cookies and the counting."""
    files = read_launch(LAUNCH.parent / launch)
    privacy = next(
        block for page in files.pages for block in page.blocks if block["value"].get("anchor") == "privacy"
    )
    adapted = [
        entry.value["text"]
        for entry in files.overlays
        if entry.block_id == privacy["id"] and "text" in entry.value
    ]
    assert len(adapted) >= 4
    for text in (privacy["value"]["text"], *adapted):
        assert len(text.split("\n\n")) >= 4, text
    denied = ("no cookie", "aucun cookie", "keine Cookies", "geen cookies", "أيّ ملفّ ارتباط")
    written = "".join(file.read_text("utf-8") for file in (LAUNCH.parent / launch).rglob("*.yaml"))
    assert [words for words in denied if words in written] == []
