"""Read one YAML file of a range, with the line of everything in it.

YAML 1.2's core, without aliases and tags: only `true`, `false`, `null` and numbers are not text, so that `NO` is
Norway and 2027-04-01 the text that its schema checks; names are always text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from usine.ranges.contracts import Fault
from usine.ranges.schema import KeyPath

CORE = "tag:yaml.org,2002:"
RESOLVERS = (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
)
MAX_DIGITS = 18


class _CoreLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Five times as fast, with poorer messages."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in RESOLVERS:
    for _loader in (_CoreLoader, _FastLoader):
        _loader.add_implicit_resolver(CORE + _tag, re.compile(f"^(?:{_pattern})$"), _first)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file, and the line of each key path in it."""

    content: Any
    lines: Mapping[KeyPath, int]

    def find_line(self, path: KeyPath) -> int:
        """The line of a key path, or of the nearest thing around it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, file: str) -> tuple[YamlFile, list[Fault]]:
    """The file and what is wrong with its form; with faults, its content is not to be used."""
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = ": indent with spaces, not tabs" if "'\\t'" in str(error.problem) else ""
        return YamlFile({}, {}), [Fault(f"This is not YAML: {error.problem}{hint}.", file, line)]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return YamlFile({}, {}), [Fault("This is not YAML: a sign is not allowed here.", file, line)]
    except RecursionError:
        return YamlFile({}, {}), [Fault("This is nested too deep to be read.", file, 1)]
    if root is None:
        return YamlFile({}, {}), [Fault("The file is empty.", file, 1)]
    return _read_node(root, file)


def _compose(text: str) -> yaml.Node | None:
    """The nodes of a text; what the fast loader refuses is read again by the one that says why."""
    try:
        return yaml.compose(text, Loader=_FastLoader)
    except (yaml.YAMLError, RecursionError):
        return yaml.compose(text, Loader=_CoreLoader)


def _read_node(root: yaml.Node, file: str) -> tuple[YamlFile, list[Fault]]:
    lines: dict[KeyPath, int] = {}
    faults: list[Fault] = []
    seen: set[int] = set()

    def fault(message: str, node: yaml.Node) -> None:
        faults.append(Fault(message, file, node.start_mark.line + 1))

    def visit(node: yaml.Node, path: KeyPath) -> Any:
        if id(node) in seen:
            fault("Anchors and aliases (& and *) are not supported: write the content again.", node)
            return None
        seen.add(id(node))
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [visit(item, (*path, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return scalar(node)
        content: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                fault("A name must be a single word, not a list or a mapping.", key)
                continue
            place = (*path, key.value)
            if key.value in content:
                fault(f"“{key.value}” is written twice, first on line {lines[place]}.", key)
                continue
            lines[place] = key.start_mark.line + 1
            content[key.value] = visit(value, place)
        return content

    def scalar(node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.removeprefix(CORE), str(node.value)
        try:
            if kind == "int" and len(text) > MAX_DIGITS:
                raise ValueError(text)
            return SCALARS[kind](text)
        except (KeyError, ValueError):
            fault(f"“{text[:40]}” cannot be read: put it in quotes, without a tag.", node)
            return None

    content = visit(root, ())
    return YamlFile(content, lines), faults


SCALARS: Mapping[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text == "true",
    "null": lambda text: None,
}
