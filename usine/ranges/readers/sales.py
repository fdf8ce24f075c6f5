"""Sales histories: a CSV file (also `.csv.xz`), one row a sale, one column a variable of the range.

A first column that is no variable and holds whole numbers only is the file's own count; it is passed over: a count may
be the fleet of one customer, and a row is what is known to be a sale.
"""

from __future__ import annotations

import csv
import io
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from usine.kernel import CompiledRange, Sales
from usine.ranges.contracts import Fault, RangeInvalid

MAX_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class SalesFile:
    """What a file tells: its sales, how many cells hold a value that the range does not have (read as unknown), in how
    many sales, and the column that was passed over as a count, empty for none."""

    sales: Sales
    unknown_cells: int
    unknown_sales: int
    passed_over: str = ""


def read_sales(path: Path, compiled: CompiledRange) -> SalesFile:
    """Raises RangeInvalid with one sentence: no file, not CSV, an unknown column, a row of the wrong length."""
    try:
        lines = list(csv.reader(io.StringIO(_text(path)), strict=True))
    except csv.Error as error:
        raise _fault(path, f"This is not a readable CSV file: {error}.") from error
    if not lines or not any(lines[0]):
        raise _fault(path, "The file of sales is empty: its first line names the variables.")
    columns = [name.strip() for name in lines[0]]
    rows = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cells)]
    for number, cells in rows:
        if len(cells) != len(columns):
            raise _fault(path, f"{len(cells)} cells for {len(columns)} columns.", number)
    passed_over = _count_column(columns, [cells for _, cells in rows], compiled)
    skipped = 1 if passed_over else 0
    return _numbered(path, compiled, columns[skipped:], [cells[skipped:] for _, cells in rows], passed_over)


def _numbered(
    path: Path, compiled: CompiledRange, columns: list[str], rows: list[list[str]], passed_over: str
) -> SalesFile:
    places = []
    for name in columns:
        if name not in compiled.value_index:
            raise _fault(path, f"The column “{name}” is no variable of this range.", 1)
        places.append(compiled.value_index[name])
    if len(set(columns)) < len(columns):
        twice = next(name for name in columns if columns.count(name) > 1)
        raise _fault(path, f"The column “{twice}” is there twice.", 1)
    numbers = np.array(
        [[place.get(cell.strip(), -1) for place, cell in zip(places, row, strict=True)] for row in rows],
        dtype=np.int32,
    ).reshape(len(rows), len(columns))
    unknown = numbers < 0
    return SalesFile(
        Sales(tuple(columns), numbers), int(unknown.sum()), int(unknown.any(axis=1).sum()), passed_over
    )


def _count_column(columns: list[str], rows: list[list[str]], compiled: CompiledRange) -> str:
    if columns[0] in compiled.value_index or not rows:
        return ""
    return columns[0] if all(cells[0].strip().isdecimal() for cells in rows) else ""


def _text(path: Path) -> str:
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise _fault(path, f"This file holds more than {MAX_BYTES // 2**20} MiB.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(path, "The file is not UTF-8: save it again as UTF-8.") from error
    except (OSError, lzma.LZMAError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _fault(path, f"The file of sales cannot be read: {reason}.") from error


def _fault(path: Path, message: str, line: int = 0) -> RangeInvalid:
    return RangeInvalid((Fault(message, path.name, line),))
