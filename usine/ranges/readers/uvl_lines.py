"""The lines of a UVL file as tokens with their indent: comments gone, lines within brackets joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from usine.ranges.readers.content import Content

TOKEN = re.compile(
    r"""(?P<end>\n)|(?P<blank>[ \t\f]+)|(?P<remark>//[^\n]*)|(?P<comment>/\*)"""
    r"""|(?P<word>"[^"\n]*"|'[^'\n]*'|[^\W\d](?:[\w\#§%?\\;]|'(?!\s))*|<=>|=>|<=|>=|==|!=|\.\.|\S)"""
)
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
TAB = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its author sees it: where it starts, how far it is indented, its words and signs."""

    number: int
    indent: int
    tokens: list[str]

    @property
    def name(self) -> str:
        """The name of the rule that the line makes."""
        return f"line {self.number}"


def read_lines(text: str, content: Content) -> Iterator[Line]:
    """The lines that hold anything. Raises RangeInvalid where a bracket does not close."""
    number, opened = 1, 0
    line, fresh, indent = Line(1, 0, []), True, 0
    place = 0
    while token := TOKEN.match(text, place):
        kind, said, place = token.lastgroup, token[0], token.end()
        if kind == "word":
            if not line.tokens:
                line = Line(number, indent, line.tokens)
            fresh = False
            line.tokens.append(said)
            opened += (said in OPENING) - (said in CLOSING)
        elif kind == "blank":
            if fresh:
                indent = _measure(said)
        elif kind == "comment":
            end = text.find("*/", place)
            if end < 0:
                raise content.invalid("A comment that starts here does not close: close it with */.", number)
            fresh = False
            number += text.count("\n", place, end)
            place = end + 2
        elif kind == "end":
            number += 1
            if opened <= 0 and line.tokens:
                yield line
                line, opened = Line(number, 0, []), 0
            fresh, indent = True, 0
    if opened > 0:
        raise content.invalid("A bracket of this line does not close: close it.", line.number)
    if line.tokens:
        yield line


def _measure(blank: str) -> int:
    """How many columns a blank takes: a tab goes on to the next multiple of eight."""
    width = 0
    for sign in blank:
        width = (width // TAB + 1) * TAB if sign == "\t" else width + 1
    return width
