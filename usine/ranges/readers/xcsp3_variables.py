"""The variables and arrays of an XCSP3 file, and the short forms that name several: `x[]`, `x[2..5][0]`."""

from __future__ import annotations

import re
from itertools import product
from math import prod

from usine.kernel import Variable
from usine.ranges.readers.content import Content
from usine.ranges.readers.domains import Domains, parse_intervals
from usine.ranges.readers.xmltree import Node

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,199}", re.ASCII)
CELL = re.compile(r"([A-Za-z][A-Za-z0-9_]*)((?:\[[^\[\]]*\])*)", re.ASCII)
INDEX = re.compile(r"\[([^\[\]]*)\]")
MAX_VARIABLES = 1_000_000
MAX_NAMED = 4_000_000  # variables that all scopes of a file name


class Variables:
    """`declared` holds the variables by name, a cell of an array as `x[3]`."""

    def __init__(self, content: Content, domains: Domains):
        self.declared: dict[str, Variable] = {}
        self._content = content
        self._domains = domains
        self._starts: dict[str, list[range]] = {}
        self._ids: dict[str, Node] = {}
        self._left = MAX_NAMED

    def declare(self, node: Node) -> None:
        """A `<var>` or an `<array>`. Raises RangeInvalid."""
        name = node.attributes.get("id", "")
        if not NAME.fullmatch(name):
            raise self._content.invalid(
                f"“{name[:40]}” cannot be the id of a variable: rename it.", node.line
            )
        if name in self._ids:
            raise self._content.invalid(
                f"The variable {name} is declared twice, first on line {self._ids[name].line}: rename one.",
                node.line,
            )
        if node.attributes.get("type", "integer") != "integer":
            raise self._content.invalid("Only integer variables are read.", node.line)
        self._ids[name] = node
        if node.tag == "var":
            self.declared[name] = self._domains.declare(name, self._domain(node), node.line)
        elif node.tag == "array":
            self._declare_array(name, node)
        else:
            raise self._content.invalid(f"<{node.tag[:40]}> is neither <var> nor <array>.", node.line)

    def expand(self, text: str, line: int, *, expressions: bool = False) -> list[str]:
        """The names that a list names, short forms written out; other words pass where `expressions` may stand."""
        names: list[str] = []
        for word in text.split():
            self._left -= 1
            if word in self.declared:
                names.append(word)
            elif (found := CELL.fullmatch(word)) and found[2] and found[1] in self._starts:
                names.extend(self._expand_cells(found[1], found[2], line))
            elif expressions and word not in self._starts:
                names.append(word)
            else:
                raise self._content.invalid(
                    f"There is no variable {word[:80]}: declare it, or correct its name.", line
                )
        if self._left < 0:
            raise self._content.invalid(f"The constraints name more than {MAX_NAMED} variables.", line)
        return names

    def _declare_array(self, name: str, node: Node) -> None:
        sizes = [
            int(size) for size in re.findall(r"\[(\d{1,7})\]", node.attributes.get("size", ""), re.ASCII)
        ]
        if not sizes or node.attributes["size"].replace(" ", "") != "".join(f"[{size}]" for size in sizes):
            raise self._content.invalid("The size of this array must be written as [3] or [3][4].", node.line)
        if prod(sizes) + len(self.declared) > MAX_VARIABLES:
            raise self._content.invalid(f"Up to {MAX_VARIABLES} variables are read.", node.line)
        start = node.attributes.get("startIndex", "0").strip()
        if not re.fullmatch(r"\d{1,7}", start, re.ASCII):
            raise self._content.invalid("The startIndex of this array must be a whole number.", node.line)
        first = int(start)
        self._starts[name] = [range(first, first + size) for size in sizes]
        cells = [f"{name}{''.join(f'[{i}]' for i in place)}" for place in product(*self._starts[name])]
        domains: dict[str, tuple[str, ...]] = {}
        parts = list(node.find_all("domain"))
        for part in parts:
            wanted = part.attributes.get("for", "").strip()
            chosen = cells if wanted == "others" else self._expand_for(name, wanted, part.line)
            values = self._domain(part)
            for cell in chosen:
                if wanted != "others" and cell in domains:
                    raise self._content.invalid(f"{cell} has two domains: leave one out.", part.line)
                domains.setdefault(cell, values)
        if not parts:
            domains = dict.fromkeys(cells, self._domain(node))
        for cell in cells:
            if cell in domains:  # a cell without a domain is not used
                self.declared[cell] = self._domains.declare(cell, domains[cell], node.line)

    def _expand_for(self, name: str, text: str, line: int) -> list[str]:
        cells: list[str] = []
        for word in text.split():
            found = CELL.fullmatch(word)
            if not found or found[1] != name:
                raise self._content.invalid(f"“{word[:40]}” is not a cell of the array {name}.", line)
            cells.extend(self._list_cells(name, found[2], line))
        return cells

    def _expand_cells(self, name: str, indices: str, line: int) -> list[str]:
        """Cells of an array that have a domain. A single cell must have one."""
        cells = self._list_cells(name, indices, line)
        known = [cell for cell in cells if cell in self.declared]
        if not known:
            raise self._content.invalid(
                f"There is no variable {name}{indices[:80]}: correct its index.", line
            )
        self._left -= len(known)
        return known

    def _list_cells(self, name: str, indices: str, line: int) -> list[str]:
        ranges = self._starts[name]
        written = INDEX.findall(indices)
        if len(written) != len(ranges):
            raise self._content.invalid(f"The array {name} has {len(ranges)} indices: write as many.", line)
        chosen: list[range] = []
        for said, all_ in zip(written, ranges, strict=True):
            if not said.strip():
                chosen.append(all_)
                continue
            intervals = parse_intervals(self._content, said, line)
            low, high = intervals[0]
            if len(intervals) != 1 or low < all_.start or high >= all_.stop:
                raise self._content.invalid(
                    f"There is no variable {name}{indices[:80]}: correct its index.", line
                )
            chosen.append(range(low, high + 1))
        self._left -= prod(len(part) for part in chosen)
        if self._left < 0:
            raise self._content.invalid(f"The file names more than {MAX_NAMED} variables in lists.", line)
        return [f"{name}{''.join(f'[{i}]' for i in place)}" for place in product(*chosen)]

    def _domain(self, node: Node) -> tuple[str, ...]:
        copied = node.attributes.get("as")
        if copied is None:
            return self._domains.parse(node.text, node.line)
        variable = self.declared.get(copied)
        if variable is None:
            raise self._content.invalid(
                f"There is no variable {copied[:40]} to copy the domain of.", node.line
            )
        return variable.values
