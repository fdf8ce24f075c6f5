"""Papers: accessible as a foreign reader sees it, with the offer's prices and the texts as they were written."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from tests.launches.papers.reading import (
    Paper,
    build_making,
    make_oree_papers,
    read_oree_paper,
    squeeze,
    walk,
)
from tests.oree import load_oree, make_oree_offer
from usine.config.cli import main
from usine.launches.content.figures import Figures
from usine.launches.content.texts import ContentInvalid
from usine.launches.pages.shapes import Making
from usine.launches.papers.fonts import find_machine_font
from usine.launches.papers.making import describe_papers, digest_paper, find_gap, make_papers
from usine.launches.rules import ResolvedBlock
from usine.markets.public import get_locale

PRICES, BROCHURE = "papers/aurige-oree-prices.pdf", "papers/aurige-oree-brochure.pdf"
NARROW = {0x202F: " ", 0xA0: " "}
NASTY = (
    r'#eval("1+1") #panic() *bold* _soft_ $x^2$ \ @you <label> = // /* */ `raw` "quotes" ] } ) #import "x"'
)


def change_block(making: Making, kind: str, type_: str, **fields: object) -> Making:
    """The same site with other fields of the first block of a type on a page."""
    page = making.site.pages[kind]
    first = next(block for block in page.blocks if block.type == type_)
    changed = ResolvedBlock(first.id, first.type, {**first.value, **fields})
    blocks = tuple(changed if block is first else block for block in page.blocks)
    pages = {**making.site.pages, kind: replace(page, blocks=blocks)}
    return Making(replace(making.site, pages=pages), making.figures)


def change_small_print(making: Making, **fields: str) -> Making:
    return change_block(making, "legal", "legal", **fields)


@pytest.mark.parametrize(
    ("path", "words"), [("fr-fr", "18 900 €"), ("ar-ma", "209.900"), ("de-de", "19.300 €")]
)
def test_a_foreign_reader_finds_all_that_pdf_ua_asks(db, path, words):
    making = build_making(path)

    assert set(make_oree_papers(path)) == {PRICES, BROCHURE}
    for file in (PRICES, BROCHURE):
        paper = read_oree_paper(path, file)
        assert paper.root["/MarkInfo"]["/Marked"]
        assert paper.root["/Lang"] == making.site.locale.tag
        assert paper.root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert "<pdfuaid:part>1</pdfuaid:part>" in paper.metadata
        assert making.name in paper.reader.metadata.title
        assert paper.reader.outline
        assert paper.list_tags("/H1")
        assert all(page["/Tabs"] == "/S" for page in paper.reader.pages if "/Annots" in page)
        for tag in paper.list_tags("/Figure"):
            assert tag["/Alt"].strip()
        assert paper.list_tags("/Table")
        for table in paper.list_tags("/Table"):
            heads = [tag for tag in walk(table) if tag.get("/S") == "/TH"]
            assert len(heads) >= 3
        direction = paper.root["/ViewerPreferences"].get("/Direction", "/L2R")
        assert direction == ("/R2L" if making.site.locale.direction == "rtl" else "/L2R")
    assert words in paper.reader.pages[0].extract_text().translate(NARROW)


def test_pictures_are_told_in_words_and_decoration_is_not(db):
    making = build_making("fr-fr")

    paper = read_oree_paper("fr-fr", BROCHURE)

    told = {tag["/Alt"] for tag in paper.list_tags("/Figure")}
    opening = [block for block in making.site.pages["home"].blocks if block.type in ("hero", "film")]
    others = [block for page in making.site.pages.values() for block in page.blocks]
    tales = [block for block in others if block.type in ("chapter", "tablet", "night")]
    assert told == {block.value["alt"] for block in (*opening, *tales)}


def test_the_price_list_says_every_entry_price_of_the_offer(db):
    making = build_making("fr-fr")
    figures = making.figures

    paper = read_oree_paper("fr-fr", PRICES)

    for trim in figures.list_trims():
        for powertrain in figures.list_powertrains():
            if (amount := figures.find_price(trim, powertrain)) is not None:
                assert squeeze(making.money(amount)) in paper.words
    assert "Valable du 24 novembre 2026 au 30 juin 2027" in paper.words
    assert "Classe CO₂ A" in paper.words
    pack = figures.find_equipment("pack_lumiere", trim="futaie")
    assert f"{making.label('pack_lumiere', 'yes')} Phares matriciels" in paper.words
    assert squeeze(making.money(pack.amount_minor)) in paper.words


def test_equal_inputs_make_equal_bytes_and_their_digest_asks_no_price(db):
    making = build_making("nl-be")
    again = Making(making.site, Figures(making.site.offer))

    digest = digest_paper(again, "prices")

    assert not again.figures._answers
    assert digest == digest_paper(making, "prices")
    assert make_papers(making) == make_papers(again)


def test_another_text_language_or_offer_is_another_digest(db):
    making = build_making("fr-be")
    later = replace(making.site.offer, key="0" * 64)

    digests = {
        digest_paper(making, "prices"),
        digest_paper(making, "brochure"),
        digest_paper(change_small_print(making, text="Autre chose."), "prices"),
        digest_paper(build_making("nl-be"), "prices"),
        digest_paper(Making(replace(making.site, offer=later), making.figures), "prices"),
    }

    assert len(digests) == 5


def test_a_chapter_is_nothing_to_a_price_list_and_something_to_a_brochure(db):
    making = build_making("fr-be")
    other = change_block(making, "technology", "chapter", caption="Autre chose.")

    assert digest_paper(other, "prices") == digest_paper(making, "prices")
    assert digest_paper(other, "brochure") != digest_paper(making, "brochure")


def test_texts_are_never_read_as_markup(db):
    making = change_small_print(build_making("en"), title=NASTY, text=NASTY + " <text>&amp;</text>")

    files = make_papers(making)

    for content in files.values():
        words = re.sub(r"\s", "", Paper(content).reader.pages[-1].extract_text())
        assert words.count(NASTY.replace(" ", "")) == 2
        assert "<text>&amp;</text>" in words


def test_what_links_tell_of_papers_is_true(db):
    making, files = build_making("ar-ma"), make_oree_papers("ar-ma")

    told = describe_papers(making, files)

    assert [(paper.path, paper.title) for paper in told] == [(PRICES, "قائمة الأسعار"), (BROCHURE, "الكتيّب")]
    for paper in told:
        assert paper.bytes_size == len(files[paper.path]) < 1_500_000
        assert paper.pages == len(read_oree_paper("ar-ma", paper.path).reader.pages)


def test_a_chapter_longer_than_a_page_goes_on_on_the_next(db):
    making = change_block(build_making("en"), "home", "chapter", text="word " * 4000 + "end.")

    pages = Paper(make_papers(making)[BROCHURE]).reader.pages

    assert len(pages) > len(read_oree_paper("en", BROCHURE).reader.pages) + 2


def test_a_language_without_a_font_has_no_papers_and_is_told_why(db):
    making = change_small_print(build_making("en"), text="価格 2026")

    assert make_papers(making) == {}
    assert "価 格" in find_gap(making)
    assert find_gap(build_making("en")) == ""


def test_japanese_takes_the_font_of_the_machine_or_has_no_papers(db):
    english = change_small_print(build_making("en"), text="価格は税込みです。")
    making = Making(replace(english.site, locale=get_locale("ja-jp")), english.figures)
    family, _files = find_machine_font("ja")

    files = make_papers(making)

    assert bool(files) == bool(family)
    if family:
        assert "価格は税込みです。" in Paper(files[PRICES]).words
    else:
        assert "fonts-noto-cjk" in find_gap(making)


def test_what_cannot_be_set_is_refused_with_a_sentence(db):
    making = build_making("en")
    hero = making.site.pages["home"].blocks[0].value
    picture = {**hero["picture"], "url": "/pictures/gone.webp"}

    with pytest.raises(ContentInvalid, match=r"gone\.webp is not on this disk"):
        make_papers(change_block(making, "home", "hero", picture=picture, fallback=None))
    with pytest.raises(ContentInvalid, match="horsepower"):
        make_papers(change_small_print(making, text="{horsepower}"))


def test_a_site_without_versions_or_an_opening_has_fewer_papers(db):
    making = build_making("en")
    pages = {kind: page for kind, page in making.site.pages.items() if kind != "versions"}

    assert set(make_papers(Making(replace(making.site, pages=pages), making.figures))) == {BROCHURE}
    assert make_papers(Making(replace(making.site, pages={}), making.figures)) == {}


def test_the_command_writes_them(db, tmp_path, capsys):
    load_oree()
    make_oree_offer("BE")

    assert main(["papers", "oree", "--market", "be", "--language", "nl", "--out", str(tmp_path)]) == 0
    assert main(["papers", "oree", "--market", "BE", "--language", "it", "--out", str(tmp_path)]) == 1

    written = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.pdf")}
    assert written == {"nl-be/aurige-oree-prices.pdf", "nl-be/aurige-oree-brochure.pdf"}
    said = capsys.readouterr()
    assert "Prijslijst" in said.out
    assert said.err == "BE has no site in it: use one of fr, nl.\n"


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler is not installed")
def test_poppler_agrees(db, tmp_path):
    file = tmp_path / "prices.pdf"
    file.write_bytes(make_oree_papers("fr-fr")[PRICES])

    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    words = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout

    assert "Tagged:          yes" in told
    assert "595.276 x 841.89 pts (A4)" in told
    assert "18 900 €" in squeeze(words)
