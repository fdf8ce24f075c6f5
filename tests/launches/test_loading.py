"""A launch's files become a master and overlays: repeatable, whole or not at all, nobody's work lost."""

from __future__ import annotations

import shutil

import pytest
import yaml
from wagtail.images.models import Image

from tests.oree import LAUNCH
from usine.accounts.contracts import SYSTEM
from usine.launches.files import read_launch
from usine.launches.masters import list_overlays, read_master
from usine.launches.models import LaunchPage, MasterPage, Overlay
from usine.launches.public import load_launch
from usine.launches.rules import PAGE_KINDS, is_stale
from usine.launches.texts import ContentInvalid


@pytest.fixture
def files(tmp_path):
    """A copy of the demo's launch, its pictures where the copy finds them."""
    folder = tmp_path / "launch"
    shutil.copytree(LAUNCH, folder)
    pictures = (LAUNCH / "../../../frontend/src/assets/cars").resolve()
    edit(folder / "master.yaml", lambda master: master.update(pictures=[str(pictures)]))
    return folder


def edit(file, change):
    content = yaml.safe_load(file.read_text("utf-8"))
    change(content)
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


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
