"""A page gives its article or one sentence that says why not, whatever it is made of; no page keeps its reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from usine.reputation.contracts import PageUnreadable
from usine.reputation.texts import extraction
from usine.reputation.texts.extraction import decode, extract, read_page

STORY = (
    "The town opened forty charging points by the river on Monday. Drivers had asked for them for two years. "
    * 4
)
PAGE = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8">
<title>Charging by the river &amp; bridge</title>
<meta property="article:published_time" content="2026-11-03T07:30:00+01:00"></head><body>
<nav><a href="/">Home</a> <a href="/subscribe">Subscribe now for more</a></nav>
<article><h1>Charging by the river &amp; bridge</h1><p>{STORY}</p><script>alert("no")</script></article>
<aside><p>Read more: ten cars that you will not believe</p></aside><footer>All rights reserved</footer></body></html>"""


def test_an_article_is_read_without_what_surrounds_it():
    page = read_page(PAGE.encode(), "https://example.com/news/1")

    assert page.title == "Charging by the river & bridge"
    assert page.text.count("forty charging points") == 4
    assert not {"Subscribe", "alert", "rights"} & set(page.text.split())
    assert page.published_at == datetime(2026, 11, 3, 6, 30, tzinfo=UTC)
    assert page.language == "en"


def test_another_process_reads_the_same():
    assert extract(PAGE.encode()) == read_page(PAGE.encode())


def test_an_article_that_is_cut_says_how_long_it_was():
    told = "".join(f"<p>It was the sentence number {n} of a very long account.</p>" for n in range(2_500))
    page = extract(f"<html><body><article>{told}</article></body></html>".encode())
    assert len(page.text) == 100_000 < page.cut_from


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "file of another kind"),
        (b"\x1f\x8b\x08" + bytes(50), "file of another kind"),
        (b'{"error": 404}', "is not HTML"),
        (b"<html><body></body></html>", "no text of its own"),
        (b"<html>" + b"<b>" * 200_000, "more than 60,000 elements"),
        (b"<p>" + b"x" * 6_000_000, "6.0 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(page, said):
    with pytest.raises(PageUnreadable, match=said):
        extract(page, "https://example.com/x")


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("</p>", "").replace("</article>", ""),
        PAGE[: PAGE.index("</article>")],
        PAGE.replace("<body>", "<body><body><table><tr>"),
        "<div>" * 3_000 + f"<p>{STORY}</p>",
        PAGE.replace("Monday", "Mon\x00day \ufffe"),
    ],
)
def test_broken_pages_are_read_or_refused(page):
    try:
        assert "charging points" in read_page(page.encode("utf-8", "surrogatepass")).text
    except PageUnreadable as error:
        assert str(error).startswith("The page")


@pytest.mark.parametrize(
    ("page", "claimed"),
    [
        ("<p>Orée d’été</p>".encode(), "iso-8859-1"),
        ("<p>Orée d’été</p>".encode("cp1252"), "windows-1252"),
        ("<p>Orée d’été</p>".encode("utf-16"), ""),
        ("<meta charset=windows-1252><p>Orée d’été</p>".encode("cp1252"), ""),
        ("<meta charset=windows-1252><p>Orée d’été</p>".encode("cp1252"), "no-such-charset"),
    ],
)
def test_the_signs_are_right_whatever_the_server_claims(page, claimed):
    assert "<p>Orée d’été</p>" in decode(page, claimed)


def test_a_page_that_takes_too_long_or_ends_its_reader_is_refused_and_the_next_one_read():
    with pytest.raises(PageUnreadable, match=r"not read within 0 s"):
        extract(PAGE.encode(), limit_s=0)

    assert extract(PAGE.encode()).language == "en"
    extraction._reader._process.kill()
    extraction._reader._process.wait()
    assert extract(PAGE.encode()).language == "en"
