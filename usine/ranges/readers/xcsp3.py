"""XCSP3: variables and arrays of variables, tables (extension), formulas (intension), groups of both.

Of the standard's many constraints these two and `instantiation` are read, which is what tables of ranges are
written in; any other one is refused by its name. Constraints without an `id` are named by their lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from usine.kernel import Constraint, Model, Variable
from usine.ranges.readers.content import MAX_NAME, Content
from usine.ranges.readers.domains import Domains, Longs, parse_intervals
from usine.ranges.readers.tables import Tables
from usine.ranges.readers.xcsp3_formulas import Formulas
from usine.ranges.readers.xcsp3_tuples import read_tuples
from usine.ranges.readers.xcsp3_variables import Variables
from usine.ranges.readers.xmltree import Node

PLACE = re.compile(r"%(\d{1,6}|\.\.\.)", re.ASCII)
MAX_CONSTRAINTS = 1_000_000
MAX_TEMPLATES = 64 * 2**20  # characters that groups write out


def read_xcsp3(root: Node, content: Content) -> Model:
    """A model from the root of an XCSP3 file. Raises RangeInvalid."""
    return _Reader(content).read(root)


class _Reader:
    def __init__(self, content: Content):
        self._content = content
        self._domains = Domains(content)
        self._tables = Tables(content, self._domains)
        self._variables = Variables(content, self._domains)
        self._formulas = Formulas(content, self._domains, self._tables, self._variables)
        self._tuples: dict[tuple[int, int], Longs] = {}
        self._starred: dict[int, bool] = {}
        self._found: list[Constraint] = []
        self._names: dict[str, int] = {}
        self._written = 0

    def read(self, root: Node) -> Model:
        if root.attributes.get("type", "CSP") != "CSP" or root.find("objectives"):
            raise self._content.invalid(
                "Only problems of the type CSP are read: remove the objectives.", root.line
            )
        for part in root.children:
            if part.tag == "variables":
                for node in part.children:
                    self._variables.declare(node)
            elif part.tag not in ("constraints", "annotations"):
                raise self._content.invalid(
                    f"The element <{part.tag[:40]}> is not read: remove it.", part.line
                )
        if not self._variables.declared:
            raise self._content.invalid("The file declares no variables: it is not a range.", root.line)
        for part in root.find_all("constraints"):
            for node in part.children:
                self._read_one(node)
        return Model(tuple(self._variables.declared.values()), tuple(self._found))

    def _read_one(self, node: Node) -> None:
        if "as" in node.attributes or "reifiedBy" in node.attributes or node.attributes.get("type") == "soft":
            raise self._content.invalid(f"This <{node.tag}> has an attribute that is not read.", node.line)
        if node.tag == "block":
            for child in node.children:
                self._read_one(child)
        elif node.tag == "group":
            self._read_group(node)
        else:
            self._add(node, node, None)

    def _read_group(self, group: Node) -> None:
        """One constraint for each list of arguments, which stand for %0, %1, ... of the template."""
        templates = [child for child in group.children if child.tag != "args"]
        if len(templates) != 1:
            raise self._content.invalid(
                "A group needs one constraint as its template: give it that.", group.line
            )
        for args in group.find_all("args"):
            self._add(templates[0], args, self._variables.expand(args.text, args.line, expressions=True))

    def _add(self, node: Node, at: Node, arguments: list[str] | None) -> None:
        rule = node.attributes.get("id") if arguments is None else None
        rule = rule[:MAX_NAME] if rule else f"line {at.line}"
        if (
            node.attributes.get("id")
            and arguments is None
            and self._names.setdefault(rule, at.line) != at.line
        ):
            raise self._content.invalid(
                f"The constraint {rule} is declared twice, first on line {self._names[rule]}: rename one.",
                at.line,
            )
        if len(self._found) == MAX_CONSTRAINTS:
            raise self._content.invalid(f"Up to {MAX_CONSTRAINTS} constraints are read.", at.line)
        if node.tag == "extension":
            self._found.append(self._extension(node, at, arguments, rule))
        elif node.tag == "intension":
            function = node.find("function")
            text = self._write(function.text if function else node.text, at, arguments, between=",")
            self._found.extend(self._formulas.read(text, rule, at.line))
        elif node.tag == "instantiation":
            self._found.append(self._instantiation(node, at, arguments, rule))
        else:
            raise self._content.invalid(
                f"Constraints <{node.tag[:40]}> are not read: only extension, intension and instantiation are.",
                node.line,
            )

    def _extension(self, node: Node, at: Node, arguments: list[str] | None, rule: str) -> Constraint:
        scope = self._scope(node, at, arguments)
        table = node.find("supports") or node.find("conflicts")
        if table is None:
            raise self._content.invalid(
                "This table has neither <supports> nor <conflicts>: give it rows.", node.line
            )
        if id(table) not in self._starred:
            self._starred[id(table)] = "*" in table.text or ".." in table.text
        if self._starred[id(table)]:
            numbers = self._expand(scope, table)
        else:
            key = (id(table), len(scope))
            if key not in self._tuples:
                self._tuples[key] = read_tuples(self._content, table, len(scope))
            numbers = self._tuples[key]
        allowed, drop = table.tag == "supports", arguments is not None
        return self._tables.make(scope, numbers, rule, table.line, allowed=allowed, drop=drop)

    def _expand(self, scope: Sequence[Variable], table: Node) -> Longs:
        """Rows in which stars stand for any value, and intervals for the values between."""
        domains = [self._domains.get_numbers(variable.values) for variable in scope]
        if len(scope) == 1:
            rows = [[cell] for cell in table.text.split()]
        else:
            text = "".join(table.text.split())
            if not (text.startswith("(") and text.endswith(")")):
                raise self._content.invalid("Rows must be written as (1,2,3)(4,5,6).", table.line)
            rows = [row.split(",") for row in text[1:-1].split(")(")]
        return self._tables.expand(
            [self._cells(row, domains, table.line) for row in rows], len(scope), table.line
        )

    def _cells(self, row: list[str], domains: Sequence[Longs], line: int) -> list[list[int]]:
        if len(row) != len(domains):
            raise self._content.invalid(
                f"A row of this table has {len(row)} values for {len(domains)} variables: correct it.", line
            )
        cells = []
        for cell, domain in zip(row, domains, strict=True):
            if cell == "*":
                cells.append(domain.tolist())
                continue
            intervals = parse_intervals(self._content, cell, line)
            if len(intervals) != 1:
                raise self._content.invalid("A row of this table lacks a value: complete it.", line)
            low, high = intervals[0]
            cells.append([low] if low == high else domain[(domain >= low) & (domain <= high)].tolist())
        return cells

    def _instantiation(self, node: Node, at: Node, arguments: list[str] | None, rule: str) -> Constraint:
        scope = self._scope(node, at, arguments)
        values = node.find("values")
        text = self._write(values.text if values else "", at, arguments)
        numbers = [low for low, high in parse_intervals(self._content, text, at.line) if low == high]
        if len(numbers) != len(scope):
            raise self._content.invalid(f"{len(numbers)} values stand for {len(scope)} variables.", at.line)
        return self._tables.make(scope, np.array([numbers], np.int64), rule, at.line, allowed=True)

    def _scope(self, node: Node, at: Node, arguments: list[str] | None) -> list[Variable]:
        listed = node.find("list")
        text = self._write(listed.text if listed else node.text, at, arguments)
        names = self._variables.expand(text, at.line)
        if not names or len(set(names)) != len(names):
            raise self._content.invalid("The list names no variable, or one twice: correct it.", at.line)
        return [self._variables.declared[name] for name in names]

    def _write(self, template: str, at: Node, arguments: list[str] | None, *, between: str = " ") -> str:
        """The template with its arguments put in."""
        if arguments is None or "%" not in template:
            return template
        used = [int(place) for place in PLACE.findall(template) if place != "..."]
        if any(place >= len(arguments) for place in used):
            raise self._content.invalid(
                f"These are {len(arguments)} arguments, and the template asks for %{max(used)}: add some.",
                at.line,
            )
        rest = between.join(arguments[max(used, default=-1) + 1 :])
        written = PLACE.sub(lambda found: rest if found[1] == "..." else arguments[int(found[1])], template)
        self._written += len(written)
        if self._written > MAX_TEMPLATES:
            raise self._content.invalid("The groups up to here write too much: split the file.", at.line)
        return written
