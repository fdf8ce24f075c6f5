"""Read the files of a range, remembering on which line everything was written."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from usine.ranges.contracts import Fault, RangeInvalid

MAX_BYTES = 4 * 2**20


@dataclass
class Source:
    """The files of a folder: mappings with the line of each key, and rows of tables with their lines."""

    folder: Path
    head: dict[str, Any] = field(default_factory=dict)
    features: list[tuple[str, int, str, dict[str, Any]]] = field(
        default_factory=list
    )  # file, line, name, content
    rules: list[tuple[str, int, str, dict[str, Any]]] = field(default_factory=list)
    prices: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)  # file, line, row
    faults: list[Fault] = field(default_factory=list)


def read_source(folder: Path) -> Source:
    """Everything below a range's folder. Faults of form are collected; raises RangeInvalid when there is no range."""
    if not (folder / "range.yaml").is_file():
        raise RangeInvalid((Fault(f"There is no range.yaml in {folder.name}: name the folder of a range."),))
    source = Source(folder)
    source.head = _read_yaml(source, folder / "range.yaml")[0]
    for part, target in (("features", source.features), ("rules", source.rules)):
        for path in sorted((folder / part).glob("*.yaml")):
            content, lines = _read_yaml(source, path)
            entries = content.get(part) or {}
            if not isinstance(entries, dict):
                source.faults.append(
                    Fault(f"“{part}” must list names, each with its content.", f"{part}/{path.name}", 1)
                )
                continue
            for name, entry in entries.items():
                line = lines.get((part, name), 1)
                if not isinstance(entry, dict):
                    source.faults.append(
                        Fault("The content must be a mapping.", f"{part}/{path.name}", line, str(name))
                    )
                    continue
                shared = {"step": content["step"]} if "step" in content else {}
                target.append((f"{part}/{path.name}", line, str(name), shared | entry))
    for path in sorted((folder / "prices").glob("*.csv")):
        _read_csv(source, path)
    if source.faults:
        raise RangeInvalid(tuple(source.faults))
    return source


def _text(source: Source, path: Path) -> str:
    name = str(path.relative_to(source.folder))
    if path.stat().st_size > MAX_BYTES:
        source.faults.append(Fault(f"The file holds more than {MAX_BYTES // 2**20} MiB.", name, 1))
        return ""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        source.faults.append(Fault("The file is not UTF-8: save it again as UTF-8.", name, line))
        return ""


def _read_yaml(source: Source, path: Path) -> tuple[dict[str, Any], dict[tuple[str, str], int]]:
    name = str(path.relative_to(source.folder))
    try:
        root = yaml.compose(_text(source, path), Loader=yaml.SafeLoader)
        lines = _check_keys(source, name, root)
        content = yaml.SafeLoader("").construct_document(root) if root else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        source.faults.append(Fault(f"This is not YAML: {error.problem}.", name, line))
        return {}, {}
    except yaml.YAMLError:
        source.faults.append(
            Fault("This is not YAML: it holds characters that YAML does not allow.", name, 1)
        )
        return {}, {}
    if not isinstance(content, dict):
        source.faults.append(Fault("The file must be a mapping of names.", name, 1))
        return {}, {}
    return content, lines


def _check_keys(source: Source, file: str, root: yaml.Node | None) -> dict[tuple[str, str], int]:
    """Lines of the names in the first two depths; a name written twice in one mapping is a fault."""
    lines: dict[tuple[str, str], int] = {}
    stack: list[tuple[tuple[str, ...], yaml.Node | None]] = [((), root)]
    seen: set[int] = set()
    while stack:
        path, node = stack.pop()
        if id(node) in seen:
            source.faults.append(Fault("Aliases are not supported: write the content again.", file, 1))
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if key.value in keys:
                    line = key.start_mark.line + 1
                    source.faults.append(Fault(f"“{key.value}” is written twice.", file, line))
                keys.add(key.value)
                if len(path) == 1:
                    lines[(path[0], key.value)] = key.start_mark.line + 1
                stack.append(((*path, key.value), value))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(((*path, "-"), item) for item in node.value)
    return lines


def _read_csv(source: Source, path: Path) -> None:
    name = f"prices/{path.name}"
    known = len(source.faults)
    reader = csv.reader(io.StringIO(_text(source, path)))
    header = [column.strip() for column in next(reader, [])]
    if not header and len(source.faults) == known:
        source.faults.append(Fault("The price table is empty: its first line names the columns.", name, 1))
        return
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            source.faults.append(
                Fault(f"{len(cells)} cells for {len(header)} columns.", name, reader.line_num)
            )
            continue
        source.prices.append(
            (name, reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True)))
        )
