"""`usine translations …`: files out and in, refusals by file, unit and reason."""

from __future__ import annotations

import pytest

from tests.launches.editors import HERO
from tests.oree import LAUNCH, make_oree_offer
from tests.translations.files import TITLE, count_texts, find_text, load_without_spanish, say
from usine.config.cli import main
from usine.launches.rules import PAGE_KINDS


@pytest.fixture
def usine(db, capsys):
    """Runs a command; its exit status, and what it said."""
    load_without_spanish()

    def run(*words):
        status = main(["translations", *map(str, words)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_a_language_goes_out_and_comes_back(usine, tmp_path):
    file = tmp_path / "new" / "es.xlf"
    assert usine("export", "oree", "--to", "es", "--out", file) == (0, f"{file}: {count_texts()} texts\n")
    file.write_text(say(file.read_text("utf-8"), "title", TITLE), "utf-8")

    assert "1 texts would be written" in usine("import", file, "--dry-run")[1]
    assert find_text("es").target == ""
    status, said = usine("import", file)
    assert (status, find_text("es").target) == (0, TITLE)
    assert f"{count_texts() - 1} of {count_texts()} segments have no target" in said
    assert "0 texts written, 1 unchanged" in usine("import", file)[1]


def test_a_refusal_names_file_unit_and_reason(usine, tmp_path):
    file = tmp_path / "es.xlf"
    usine("export", "oree", "--to", "es", "--out", file)
    file.write_text(say(file.read_text("utf-8"), "text", "Orée."), "utf-8")
    status, said = usine("import", file)
    assert status == 1
    assert said.startswith("es.xlf: home, Opening view, Text")
    assert f"({HERO}.text): the figure {{length}} is missing" in said
    assert said.endswith("Nothing was taken.\n")
    assert usine("import", tmp_path / "none.xlf")[0] == 1
    assert usine("export", "oree", "--to", "en", "--out", file)[0] == 1
    assert "USINE_MT_URL" in usine("export", "oree", "--to", "es", "--out", file, "--machine")[1]


def test_glossary_memory_and_checks(usine):
    assert usine("glossary", "oree", LAUNCH / "glossary.csv") == (0, "154 terms\n")
    assert usine("remember", "oree")[1].endswith(" new pairs\n")
    status, said = usine("check", "oree", "--to", "fr")
    assert status == 0
    assert "warning\tcopy\thome, Chapter with a picture, In the menu as\t" in said


def test_layouts_are_written_as_pages_that_find_their_pictures(usine, tmp_path):
    make_oree_offer("001")
    assert usine("pseudo", "oree", "--out", tmp_path)[0] == 0
    assert len(list(tmp_path.rglob("*.html"))) == 2 * len(PAGE_KINDS)
    assert '<base href="http://localhost:8000/">' in (tmp_path / "mirrored" / "index.html").read_text("utf-8")
