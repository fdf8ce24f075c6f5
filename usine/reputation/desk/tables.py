"""The figures of a chart as a table: on the page, as CSV, as a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify

FORMATS = ("csv", "xlsx")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a text: such texts leave with a quote before."""
WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values (texts, numbers, days); the first column names the row. Shares are 0 to 1."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def export(table: Table, kind: str, *, about: str) -> HttpResponse:
    """A download of the table; `about` says of whom and when, in the file's name."""
    made = _write_csv(table) if kind == "csv" else _write_xlsx(table)
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = HttpResponse(made, content_type=types[kind])
    name = slugify(f"{table.key} {about}")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def make_safe(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_csv(table: Table) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.heads)
    for row in table.rows:
        writer.writerow([_plain(make_safe(value)) for value in row])
    return ("\ufeff" + file.getvalue()).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _write_xlsx(table: Table) -> bytes:
    from openpyxl import Workbook  # a quarter of a second, for those who need it
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "".join(sign for sign in table.title if sign not in "[]:*?/\\")[:31]
    sheet.append(list(table.heads))
    for row in table.rows:
        sheet.append([make_safe(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    for letter, values in zip("ABCDEFGHIJKLMNOP", _columns(table), strict=False):
        sheet.column_dimensions[letter].width = min(WIDEST, max(len(str(value)) for value in values) + 2)
    for place, row in enumerate(table.rows, start=2):
        for column, value in enumerate(row, start=1):
            if isinstance(value, float) and -1 <= value <= 1:
                sheet.cell(place, column).number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _columns(table: Table) -> Sequence[tuple[Any, ...]]:
    return list(zip(table.heads, *table.rows, strict=True))
