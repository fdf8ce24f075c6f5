"""A file of mentions is taken whole, or refused in one sentence that names file, row, column and reason."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.reputation.sources.web import NOW
from usine.reputation.contracts import FileUnreadable, MentionKind
from usine.reputation.sources import importing
from usine.reputation.sources.connectors import Place
from usine.reputation.sources.importing import read_mentions

PLACE = Place("agency", "agency", language="de", country="DE", reach=9)
HEAD = "id,text,published_at,rating\n"


def read(name, content):
    return read_mentions(name, content if isinstance(content, bytes) else content.encode(), PLACE, now=NOW)


def make_excel(*rows, formats=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in formats:
        book.active[cell].number_format = form
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_as_spreadsheets_write_it(separator, codec):
    rows = [
        ["ID", "Text", "published_at", "title", "author", "reach", "kind", "language", "country", "rating"],
        [
            "1",
            '"Größe, ""laut"""',
            "2026-11-25T09:00:00+01:00",
            "T",
            "ann",
            "12",
            "review",
            "DE",
            "at",
            "4/5",
        ],
        [],
        ["2", '"two\nlines"', "2026-11-25 10:00", "", "", "", "", "", "", ""],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    first, second = read("m.csv", text.encode(codec))

    assert (first.external_id, first.author, first.reach, first.kind) == ("1", "ann", 12, MentionKind.REVIEW)
    assert first.text == 'Größe, "laut"'
    assert (first.language, first.country, first.rating) == ("de", "AT", 0.8)
    assert first.published_at == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert (second.text, second.reach, second.country) == ("two\nlines", 9, "DE")  # as its source claims
    assert second.published_at == datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_json_lines():
    row = {"text": "x", "published_at": 1795593600, "rating": 0.25, "address": "https://a.example/1"}
    (heard,) = read("m.jsonl", json.dumps(row) + "\n\n")
    assert (heard.external_id, heard.rating) == ("https://a.example/1", 0.25)
    assert heard.published_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


def test_excel_with_dates_numbers_and_formulas_that_were_computed():
    content = make_excel(
        ["id", "text", "published_at", "reach", None],
        [7, "As a date", datetime(2026, 11, 25, 8), 3.0, None],
        [8, "As a number", 46351.5, None, None],
        [9, "As text", "2026-11-25T08:00:00Z", None, None],
        [None, None, None, None, None],
    )
    heard = read("m.xlsx", content)

    assert [one.external_id for one in heard] == ["7", "8", "9"]
    assert [one.published_at.isoformat() for one in heard] == [
        "2026-11-25T08:00:00+00:00",
        "2026-11-25T12:00:00+00:00",
        "2026-11-25T08:00:00+00:00",
    ]
    assert heard[0].reach == 3


def test_a_formula_counts_as_what_the_file_keeps_of_it():
    content = make_excel(["text", "published_at"], ['=CONCATENATE("a","b")', "2026-11-25"])
    with pytest.raises(
        FileUnreadable, match=r"m.xlsx, row 2, column text: it is a formula that was never computed"
    ):
        read("m.xlsx", content)

    computed = _replace(content, b"<v></v>", b"<v>ab</v>") or _replace(content, b"<v />", b"<v>ab</v>")
    (heard,) = read("m.xlsx", _type_text(computed))
    assert heard.text == "ab"


def _replace(content, old, new):
    """The archive with one thing in its sheet written otherwise; None where it is not there."""
    out, found = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as copy:
        for part in archive.infolist():
            body = archive.read(part)
            if part.filename.endswith("sheet1.xml"):
                found = old in body
                body = body.replace(old, new)
            copy.writestr(part, body)
    return out.getvalue() if found else None


def _type_text(content):
    """A computed text is of the type str."""
    return _replace(content, b'<c r="A2"><f>', b'<c r="A2" t="str"><f>') or content


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("m.csv", "", "m.csv is empty: its first row names the columns"),
        ("m.csv", "text\nx\n", "m.csv has no column published_at"),
        ("m.csv", "text,published_at,mood\n", "m.csv has the column “mood”"),
        ("m.csv", "text,published_at,text\n", "m.csv has the column text twice"),
        ("m.csv", HEAD + "1,x\n", "m.csv, row 2: it has 2 cells for 4 columns"),
        ("m.csv", HEAD + "1,,2026-11-25,\n", "m.csv, row 2, column text: it is empty"),
        ("m.csv", HEAD + "1,x,soon,\n", "m.csv, row 2, column published_at: “soon” is no date"),
        (
            "m.csv",
            HEAD + "1,x,2031-01-01,\n",
            "column published_at: 2031-01-01 00:00 UTC is no time that has been",
        ),
        ("m.csv", HEAD + "1,x,1971-01-01,\n", "column published_at: 1971-01-01 00:00 UTC is before 1990"),
        (
            "m.jsonl",
            '{"text": "x", "published_at": 0}',
            "column published_at: 1970-01-01 00:00 UTC is before",
        ),
        ("m.csv", HEAD + "1,x,0,\n", "column published_at: “0” is no date"),
        ("m.csv", HEAD + "1,<p> </p>,2026-11-25,\n", "m.csv, row 2, column text: nothing of it can be read"),
        ("m.csv", HEAD + "1,x,2026-11-25,6/5\n", "m.csv, row 2, column rating: “6/5” is no rating"),
        (
            "m.csv",
            HEAD + "1,x,2026-11-25,\n1,y,2026-11-25,\n",
            "m.csv, row 3, column id: “1” is already that of row 2",
        ),
        ("m.csv", HEAD.encode() + b"1,caf\xe9,2026-11-25,\n", "m.csv, row 2: it is not written in UTF-8"),
        ("m.csv", HEAD + '1,"x,2026-11-25,\n', "m.csv, row 2: it cannot be read"),
        ("m.csv", "text,published_at,address\nx,2026-11-25,javascript:alert(1)\n", "is no web address"),
        ("m.csv", "text,published_at,reach\nx,2026-11-25,many\n", "column reach: “many” is no number"),
        (
            "m.csv",
            "text,published_at,kind\nx,2026-11-25,shout\n",
            "column kind: “shout” is none of post, comment",
        ),
        ("m.csv", "text,published_at,country\nx,2026-11-25,Germany\n", "no code of a country"),
        ("m.csv", "text,published_at,country\nx,2026-11-25,QQ\n", "no code of a country"),
        ("m.jsonl", "{", "m.jsonl, row 1: it is no JSON"),
        ("m.jsonl", "\n[]", "m.jsonl, row 2: it is no JSON object"),
        (
            "m.jsonl",
            '{"text": "x", "published_at": "2026-11-25", "mood": 1}',
            "row 1, column mood: it is none",
        ),
        ("m.jsonl", '{"text": 5, "published_at": "2026-11-25"}', "row 1, column text: it is empty"),
        (
            "m.jsonl",
            '{"text": "x", "published_at": "2026-11-25", "author": {"a": 1}}',
            "column author: .* is no text",
        ),
        ("m.xlsx", "no archive", "m.xlsx is no Excel file"),
        ("m.xls", "x", "m.xls is none of the files that are read: .csv, .jsonl, .xlsx"),
    ],
)
def test_what_is_wrong_is_named(name, content, sentence):
    with pytest.raises(FileUnreadable, match=sentence):
        read(name, content)


def test_what_its_source_does_not_keep_is_refused_by_its_row():
    rows = HEAD + "1,x,2026-11-25,\n2,y,2026-10-01,\n"
    with pytest.raises(FileUnreadable, match=r"m\.csv, row 3, column published_at: .* the 30 days that this"):
        read_mentions("m.csv", rows.encode(), replace(PLACE, keep_days=30), now=NOW)
    assert len(read_mentions("m.csv", rows.encode(), replace(PLACE, keep_days=90), now=NOW)) == 2


def test_limits(monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    monkeypatch.setattr(importing, "UNPACKED", 3_000)
    with pytest.raises(FileUnreadable, match="more than 2 rows"):
        read("m.csv", HEAD + "".join(f"{n},x,2026-11-25,\n" for n in range(3)))
    with pytest.raises(FileUnreadable, match="unpacks to"):
        read("m.xlsx", make_excel(["text", "published_at"], ["x" * 2000, "2026-11-25"]))
    monkeypatch.setattr(importing, "LARGEST", 10)
    with pytest.raises(FileUnreadable, match=r"m\.csv has 0 MB"):
        read("m.csv", HEAD)


def test_an_excel_file_that_defines_entities_is_not_read():
    content = _replace(
        make_excel(["text", "published_at"]), b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    )
    with pytest.raises(FileUnreadable, match="entities"):
        read("m.xlsx", content)


def test_an_error_in_a_cell_is_named():
    book = Workbook()
    book.active.append(["text", "published_at"])
    book.active.append(["x", "2026-11-25"])
    book.active["A2"].value, book.active["A2"].data_type = "#N/A", "e"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(FileUnreadable, match="row 2, column text: the cell holds the error #N/A"):
        read("m.xlsx", file.getvalue())


def test_scripts_in_a_file_are_text_no_more():
    (heard,) = read("m.csv", HEAD + "1,<p>a</p><script>x()</script>,2026-11-25,\n")
    assert heard.text == "a"


@given(st.sampled_from(["m.csv", "m.jsonl", "m.xlsx"]), st.binary(max_size=400))
def test_any_bytes_are_taken_or_refused(name, content):
    try:
        read(name, content)
    except FileUnreadable as refusal:
        assert str(refusal).startswith(name)


@given(st.lists(st.lists(st.text(max_size=12), min_size=4, max_size=4), max_size=4))
def test_any_cells_are_taken_or_refused(rows):
    file = io.StringIO()
    file.write(HEAD)
    for row in rows:
        file.write(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n")
    try:
        read("m.csv", file.getvalue().encode("utf-8", "replace"))
    except FileUnreadable as refusal:
        assert str(refusal).startswith("m.csv")
