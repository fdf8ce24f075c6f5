"""The rows of an XCSP3 table, `(0,1)(1,0)`, read in bulk and yet strictly."""

from __future__ import annotations

import re

import numpy as np

from usine.ranges.readers.content import Content
from usine.ranges.readers.domains import Longs, parse_intervals, parse_numbers
from usine.ranges.readers.xmltree import Node

SPACED = re.compile(r" ?([(),]) ?")
BLANKED = str.maketrans("(),", "   ")
# What may follow what: digits and signs, a comma, an opening and a closing parenthesis.
DIGIT, SIGN, COMMA, OPENING, CLOSING, OTHER = range(6)
FOLLOWS = {(DIGIT, DIGIT), (DIGIT, COMMA), (DIGIT, CLOSING), (SIGN, DIGIT), (COMMA, DIGIT), (COMMA, SIGN)}
FOLLOWS |= {(OPENING, DIGIT), (OPENING, SIGN), (CLOSING, OPENING)}


def _tabulate() -> tuple[np.ndarray, np.ndarray]:
    kinds = np.full(256, OTHER, np.uint8)
    kinds[ord("0") : ord("9") + 1] = DIGIT
    for sign, kind in (("-", SIGN), ("+", SIGN), (",", COMMA), ("(", OPENING), (")", CLOSING)):
        kinds[ord(sign)] = kind
    follows = np.zeros(36, np.bool_)
    for before, after in FOLLOWS:
        follows[before * 6 + after] = True
    return kinds, follows


KINDS, FOLLOWING = _tabulate()


def read_tuples(content: Content, table: Node, width: int) -> Longs:
    """The rows of a table over `width` variables; those over one are `1 2 5..7`. Raises RangeInvalid."""
    text = table.text.strip()
    if width == 1 and "(" not in text:
        return np.array([low for low, _ in parse_intervals(content, text, table.line)], np.int64).reshape(
            -1, 1
        )
    if not text:
        return np.empty((0, width), np.int64)
    words = text.split()
    if len(words) > 1:
        text = SPACED.sub(r"\1", " ".join(words))
    letters = KINDS[np.frombuffer(text.encode(), np.uint8)]
    steps = letters[:-1] * 6 + letters[1:]
    if letters[0] != OPENING or letters[-1] != CLOSING or not FOLLOWING[steps].all():
        raise content.invalid(
            "Rows must be written as (1,2,3)(4,5,6): correct those of this table.", table.line
        )
    commas = np.cumsum(letters == COMMA)[letters == CLOSING]
    widths = np.diff(commas, prepend=0) + 1
    if (widths != width).any():
        wrong = int(widths[widths != width][0])
        raise content.invalid(
            f"A row of this table has {wrong} values for {width} variables: correct it.", table.line
        )
    return parse_numbers(content, text.translate(BLANKED), table.line).reshape(-1, width)
