"""Domains written as numbers and intervals, within a budget that no file can exceed."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from usine.kernel import Variable
from usine.ranges.readers.content import Content

Longs = NDArray[np.int64]
MAX_NUMBER = 10**15
MAX_VALUES = 1_000_000  # of all domains that a file declares
MAX_SLOTS = 10_000_000  # values of all variables
WORD = re.compile(r"([+-]?\d{1,16})(?:\.\.([+-]?\d{1,16}))?", re.ASCII)


class Domains:
    """The domains that a file declares, and the variables over them."""

    def __init__(self, content: Content):
        self._content = content
        self._left = MAX_VALUES
        self._slots = MAX_SLOTS
        self._known: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[int, Longs] = {}

    def parse(self, text: str, line: int) -> tuple[str, ...]:
        """`0 2..4 -1` is 0, 2, 3, 4, -1, in that order. Raises RangeInvalid at the line."""
        known = self._known.get(text)
        if known is not None:
            return known
        numbers: list[int] = []
        for low, high in parse_intervals(self._content, text, line):
            self._left -= high - low + 1
            if self._left < 0:
                raise self._content.invalid(
                    f"The domains hold more than {MAX_VALUES} values: a range has fewer.", line
                )
            numbers.extend(range(low, high + 1))
        if not numbers:
            raise self._content.invalid("This domain is empty: give it a value.", line)
        if len(set(numbers)) != len(numbers):
            raise self._content.invalid("This domain has a value twice: leave one out.", line)
        values = self._known[text] = tuple(map(str, numbers))
        self._numbers[id(values)] = np.array(numbers, np.int64)
        return values

    def declare(self, name: str, values: tuple[str, ...], line: int) -> Variable:
        """A variable over a parsed domain. Raises RangeInvalid where the file asks for too many."""
        self._slots -= len(values)
        if self._slots < 0:
            raise self._content.invalid(
                f"The variables have more than {MAX_SLOTS} values in all: a range has fewer.", line
            )
        if not name.strip() or name.startswith("$"):
            raise self._content.invalid(f"“{name[:80]}” cannot be the name of a variable: rename it.", line)
        return Variable(name, values)

    def get_numbers(self, values: tuple[str, ...]) -> Longs:
        """The numbers of a parsed domain, in its order."""
        return self._numbers[id(values)]


def parse_intervals(content: Content, text: str, line: int) -> list[tuple[int, int]]:
    """`0 2..4` is (0, 0), (2, 4). Raises RangeInvalid at the line, also for an interval that ends before it starts."""
    found = []
    for word in text.split():
        match = WORD.fullmatch(word)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if low > high or max(abs(low), abs(high)) > MAX_NUMBER:
            raise content.invalid(
                f"“{word[:40]}” is not a whole number nor an interval such as 2..5: correct it.", line
            )
        found.append((low, high))
    return found


def parse_numbers(content: Content, text: str, line: int) -> Longs:
    """Whole numbers between blanks; `line` is where the text starts. Raises RangeInvalid."""
    try:
        if not text.isascii() or "_" in text:
            raise ValueError
        numbers = np.array(list(map(int, text.split())), np.int64)
        if len(numbers) and max(int(numbers.max()), -int(numbers.min())) > MAX_NUMBER:
            raise ValueError
        return numbers
    except (ValueError, OverflowError):
        for number, part in enumerate(text.split("\n")):
            for word in part.split():
                match = WORD.fullmatch(word)
                if not match or match[2] or abs(int(match[1])) > MAX_NUMBER:
                    raise content.invalid(
                        f"“{word[:40]}” is not a whole number: correct it.", line + number
                    ) from None
        raise


def check_count(content: Content, what: str, said: str | None, found: int, line: int) -> None:
    """Raise RangeInvalid where a file says another number of something than it holds."""
    if said is not None and said.strip() != str(found):
        raise content.invalid(
            f"The file says {said.strip()[:40]} {what} here and has {found}: mend it, or copy it again, whole.",
            line,
        )
