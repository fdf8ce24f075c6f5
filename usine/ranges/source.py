"""Read the files of a range, remembering on which line everything was written; what has not the right shape is told."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from usine.ranges.contracts import Fault, RangeInvalid
from usine.ranges.schema import KeyPath, check_shape
from usine.ranges.yamlfile import YamlFile, read_yaml

MAX_BYTES = 2**20
PARTS = {"features": ".yaml", "rules": ".yaml", "prices": ".csv", "texts": ".yaml"}
"""The folders of a range, and what the names of their files end with."""


class Entry(NamedTuple):
    """A feature or a rule as it is written."""

    file: str
    line: int
    name: str
    content: dict[str, Any]


class TextFile(NamedTuple):
    """The texts of a language, as they are written."""

    file: str
    content: YamlFile

    @property
    def language(self) -> str:
        """The language that the file says it is in."""
        return str(self.content.content["language"])


class PriceLine(NamedTuple):
    """A line of a price table: column to cell."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class PriceTable:
    """A file of amounts."""

    file: str
    columns: tuple[str, ...]
    lines: tuple[PriceLine, ...]

    @property
    def name(self) -> str:
        """`base` for prices/base.csv."""
        return self.file.removeprefix("prices/").removesuffix(".csv")


@dataclass
class Source:
    """The files of a folder, each of the right shape."""

    folder: Path
    head: dict[str, Any] = field(default_factory=dict)
    head_file: YamlFile = field(default_factory=lambda: YamlFile({}, {}))
    features: list[Entry] = field(default_factory=list)
    rules: list[Entry] = field(default_factory=list)
    prices: list[PriceTable] = field(default_factory=list)
    texts: list[TextFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_source(folder: Path) -> Source:
    """Everything below a range's folder. Raises RangeInvalid with every fault of form, or when there is no range."""
    if not (folder / "range.yaml").is_file():
        raise RangeInvalid((Fault(f"There is no range.yaml in {folder.name}: name the folder of a range."),))
    source = Source(folder)
    source.head_file = _read_yaml(source, folder / "range.yaml", "range")
    source.head = source.head_file.content
    for path in list_files(source, "features"):
        _read_entries(source, path, "features", source.features)
    for path in list_files(source, "rules"):
        _read_entries(source, path, "rules", source.rules)
    for path in list_files(source, "prices"):
        _read_csv(source, path)
    for path in list_files(source, "texts"):
        source.texts.append(TextFile(f"texts/{path.name}", _read_yaml(source, path, "texts")))
    if source.faults:
        raise RangeInvalid(tuple(source.faults))
    return source


def list_files(source: Source, part: str) -> list[Path]:
    """The files of one of the folders by name; a file that would be passed over in silence is a fault."""
    found = []
    for path in sorted((source.folder / part).glob("*")):
        if path.suffix == PARTS[part] and path.is_file():
            found.append(path)
        elif not path.name.startswith("."):
            source.faults.append(
                Fault(
                    f"This is not a {PARTS[part]} file: rename it, or move it elsewhere.",
                    f"{part}/{path.name}",
                    1,
                )
            )
    return found


def _read_text(source: Source, path: Path) -> str | None:
    """The text of a file, None with a fault when it cannot be read."""
    name = path.relative_to(source.folder).as_posix()
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
        if content is None:
            message, line = f"The file holds more than {MAX_BYTES // 2**20} MiB: split it.", 1
        else:
            return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        message = "The file is not UTF-8: save it again as UTF-8."
        line = path.read_bytes()[: error.start].count(b"\n") + 1
    except OSError as error:
        message, line = f"The file cannot be read: {error.strerror}.", 1
    source.faults.append(Fault(message, name, line))
    return None


def _read_yaml(source: Source, path: Path, kind: str) -> YamlFile:
    """A file that has the shape of its kind; an empty one with faults when it has not."""
    name, text = path.relative_to(source.folder).as_posix(), _read_text(source, path)
    if text is None:
        return YamlFile({}, {})
    found, faults = _read_and_check(text, name, kind)
    source.faults.extend(faults)
    return YamlFile({}, {}) if faults else found


@lru_cache(maxsize=256)
def _read_and_check(text: str, name: str, kind: str) -> tuple[YamlFile, tuple[Fault, ...]]:
    """A file and its faults; kept, as a price that changes leaves every other file as it was."""
    found, faults = read_yaml(text, name)
    if not faults:
        faults = [
            Fault(message, name, found.find_line(key), _rule_of(key))
            for key, message in check_shape(kind, found.content)
        ]
    return found, tuple(faults)


def _rule_of(key: KeyPath) -> str:
    """The feature or rule that a key path leads into."""
    return str(key[1]) if len(key) > 1 and key[0] in ("features", "rules") else ""


def _read_entries(source: Source, path: Path, part: str, target: list[Entry]) -> None:
    file = _read_yaml(source, path, part)
    shared = {key: file.content[key] for key in ("step", "group") if key in file.content}
    for name, entry in file.content.get(part, {}).items():
        target.append(Entry(f"{part}/{path.name}", file.find_line((part, name)), name, shared | entry))


def _read_csv(source: Source, path: Path) -> None:
    name, text = f"prices/{path.name}", _read_text(source, path)
    if text is None:
        return

    def fault(message: str, line: int) -> None:
        source.faults.append(Fault(message, name, line))

    reader = csv.reader(io.StringIO(text), strict=True)
    lines: list[PriceLine] = []
    begun = 1
    try:
        columns = tuple(column.strip() for column in next(reader, []))
        if not _check_columns(columns, fault):
            return
        for cells in reader:
            begun, last = reader.line_num, begun
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                fault(f"{len(cells)} cells for {len(columns)} columns.", last + 1)
                continue
            lines.append(
                PriceLine(last + 1, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
            )
    except csv.Error:
        fault("A quotation mark does not close, or stands inside a cell: amounts need none.", begun + 1)
        return
    source.prices.append(PriceTable(name, columns, tuple(lines)))


def _check_columns(columns: tuple[str, ...], fault: Any) -> bool:
    """Whether the first line of a price table names its columns, once each, with commas between them."""
    if not any(columns):
        fault("The price table is empty: its first line names the columns.", 1)
    elif len(columns) == 1 and any(sign in columns[0] for sign in ";\t"):
        fault("The cells are separated by semicolons or tabs: save the table with commas.", 1)
    elif "" in columns:
        fault("A column has no name.", 1)
    elif len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        fault(f"The column “{twice}” is there twice.", 1)
    else:
        return True
    return False
