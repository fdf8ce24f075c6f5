"""Files of mentions: CSV, JSON lines, Excel. Nothing of one with a wrong row, and a sentence that says why."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from usine.reputation.contracts import FileUnreadable, Heard
from usine.reputation.sources.connectors import Place
from usine.reputation.sources.rows import COLUMNS, check_columns, quote, read_row

LARGEST = 25 * 1024 * 1024  # bytes of a file
UNPACKED = 200 * 1024 * 1024  # bytes of what an Excel file holds
MOST_ROWS = 100_000
SUFFIXES = (".csv", ".jsonl", ".xlsx")

Row = tuple[int, Mapping[str, Any]]
"""Its number as a person counts it in the file, and its values by column."""


def read_mentions(name: str, content: bytes, place: Place, *, now: datetime) -> tuple[Heard, ...]:
    """The mentions of a file in its order. Raises FileUnreadable naming file, row, column and reason."""
    if len(content) > LARGEST:
        raise FileUnreadable(
            _("%(file)s has %(size)s MB: parts of at most %(most)s are taken.")
            % {"file": name, "size": len(content) // 2**20, "most": LARGEST // 2**20}
        )
    readers = {".csv": _read_csv, ".jsonl": _read_lines, ".xlsx": _read_excel}
    suffix = PurePath(name).suffix.lower()
    if suffix not in readers:
        said = _("%(file)s is none of the files that are read: %(known)s.")
        raise FileUnreadable(said % {"file": name, "known": ", ".join(SUFFIXES)})
    found: dict[str, tuple[int, Heard]] = {}
    for number, row in readers[suffix](name, content):
        heard = read_row(row, place, _refuser(name, number), now=now)
        if heard.external_id in found:
            first = found[heard.external_id][0]
            said = _("“%(said)s” is already that of row %(row)s")
            raise _refuser(name, number)("id", said % {"said": quote(heard.external_id, 80), "row": first})
        if len(found) == MOST_ROWS:
            raise _refuse_rows(name)
        found[heard.external_id] = number, heard
    return tuple(heard for _number, heard in found.values())


def _refuser(name: str, number: int) -> Any:
    """In the reader's language: who brings a file reads it at once, on a screen or where they typed."""
    said = _("%(file)s, row %(row)s, column %(column)s: %(reason)s.")
    return lambda column, reason: FileUnreadable(
        said % {"file": name, "row": number, "column": column, "reason": reason}
    )


def _refuse_row(name: str, number: int, reason: str) -> FileUnreadable:
    said = _("%(file)s, row %(row)s: %(reason)s.")
    return FileUnreadable(said % {"file": name, "row": number, "reason": reason})


def _refuse_rows(name: str) -> FileUnreadable:
    said = _("%(file)s has more than %(most)s rows: bring it in parts.")
    return FileUnreadable(said % {"file": name, "most": MOST_ROWS})


def _refuse_empty(name: str) -> FileUnreadable:
    said = _("%(file)s is empty: its first row names the columns %(known)s.")
    return FileUnreadable(said % {"file": name, "known": ", ".join(COLUMNS)})


def _refuse_excel(name: str, why: object) -> FileUnreadable:
    said = _("%(file)s is no Excel file that can be read (%(why)s).")
    return FileUnreadable(said % {"file": name, "why": why})


def _decode(name: str, content: bytes) -> str:
    codec = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        reason = _("it is not written in UTF-8: save the file as UTF-8")
        raise _refuse_row(name, row, reason) from error


def _read_csv(name: str, content: bytes) -> Iterator[Row]:
    text = _decode(name, content)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip().lower() for cell in cells]
                check_columns(names, name)
                continue
            if len(cells) != len(names):
                reason = _("it has %(cells)s cells for %(columns)s columns")
                values = {"cells": len(cells), "columns": len(names)}
                raise _refuse_row(name, reader.line_num, reason % values)
            yield reader.line_num, dict(zip(names, cells, strict=True))
    except csv.Error as error:
        reason = _("it cannot be read (%(why)s)") % {"why": error}
        raise _refuse_row(name, reader.line_num, reason) from error
    if names is None:
        raise _refuse_empty(name)


def _read_lines(name: str, content: bytes) -> Iterator[Row]:
    for number, line in enumerate(_decode(name, content).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = _("it is no JSON (%(why)s)") % {"why": str(error)[:80]}
            raise _refuse_row(name, number, reason) from error
        if not isinstance(row, dict):
            raise _refuse_row(name, number, _("it is no JSON object"))
        unknown = next((key for key in row if key not in COLUMNS), None)
        if unknown is not None:
            reason = _("it is none of %(known)s") % {"known": ", ".join(COLUMNS)}
            raise _refuser(name, number)(unknown[:60], reason)
        yield number, row


def _read_excel(name: str, content: bytes) -> Iterator[Row]:
    """The first sheet. Formulas count as the value that the file keeps of them."""
    _check_archive(name, content)
    from openpyxl import load_workbook  # a quarter of a second, for those who need it

    try:
        books = [
            load_workbook(io.BytesIO(content), read_only=True, data_only=only_values, keep_links=False)
            for only_values in (True, False)
        ]
        values, formulas = (book.worksheets[0].iter_rows() for book in books)
        yield from _read_sheet(name, zip(values, formulas, strict=False))
    except FileUnreadable:
        raise
    except Exception as error:
        raise _refuse_excel(name, type(error).__name__) from error


def _read_sheet(name: str, rows: Iterator[tuple[Any, Any]]) -> Iterator[Row]:
    names: list[str] | None = None
    for number, (values, formulas) in enumerate(rows, 1):
        if number > MOST_ROWS + 1:
            raise _refuse_rows(name)
        if names is None:
            if any(cell.value is not None for cell in values):
                names = _name_columns(name, [cell.value for cell in values])
            continue
        cells = {
            column: _read_cell(value, formula, _refuser(name, number), column)
            for column, value, formula in zip(names, values, formulas, strict=False)
            if column
        }
        if any(value not in (None, "") for value in cells.values()):
            yield number, cells
    if names is None:
        raise _refuse_empty(name)


def _name_columns(name: str, values: list[object]) -> list[str]:
    """Columns without a name at the right end are what a spreadsheet leaves of cleared cells."""
    names = [str(value).strip().lower() if value is not None else "" for value in values]
    while names and not names[-1]:
        names.pop()
    check_columns(names, name)
    return names


def _read_cell(value: Any, formula: Any, refuse: Any, column: str) -> Any:
    found = value.value
    if value.data_type == "e":
        raise refuse(column, _("the cell holds the error %(error)s") % {"error": found})
    if formula.data_type == "f" and found is None:
        raise refuse(
            column, _("it is a formula that was never computed: open and save the file, or write values")
        )
    if isinstance(found, time):
        raise refuse(column, _("%(time)s is a time without a day") % {"time": found})
    if column == "published_at" and isinstance(found, (int, float)) and not isinstance(found, bool):
        return _read_serial(found)
    return found


def _read_serial(days: float) -> object:
    """A date in a cell that is not formatted as one: days since 1899-12-30."""
    from openpyxl.utils.datetime import from_excel

    if not 30_000 < days < 80_000:
        return days
    return from_excel(days)


def _check_archive(name: str, content: bytes) -> None:
    """Refuse what is no archive, unpacks to too much, or defines a document type, as no Excel file does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            if size > UNPACKED:
                said = _("%(file)s unpacks to %(size)s MB: at most %(most)s are read.")
                values = {"file": name, "size": size // 2**20, "most": UNPACKED // 2**20}
                raise FileUnreadable(said % values)
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(2_000):
                            said = _("%(file)s defines XML entities: it was not read.")
                            raise FileUnreadable(said % {"file": name})
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise _refuse_excel(name, error) from error
