"""Where a thought ends: clauses of a text, so that praise of one car is not counted for another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from usine.reputation.understanding.patterns import write_pattern

SHORTEST = 8
"""Characters of a clause that stands for itself; a shorter one joins the one before."""

_TURNS = (
    *("but", "however", "although", "though", "whereas", "while", "yet"),
    *("mais", "cependant", "pourtant", "alors que", "tandis que", "par contre", "en revanche"),
    *("aber", "jedoch", "allerdings", "dagegen", "während", "doch"),
    *("pero", "sin embargo", "aunque", "mientras que", "en cambio"),
    *("ma", "però", "tuttavia", "invece", "mentre"),
    *("mas", "porém", "contudo", "enquanto", "já"),
    *("maar", "echter", "terwijl", "daarentegen"),
    *("ale", "jednak", "natomiast", "lecz", "choć"),
    *("ama", "fakat", "ancak", "oysa"),
    *("لكن", "ولكن", "بينما", "أما", "غير أن"),
)
"""Words after which the opposite may be said, in ten languages. Others mark it at the end of a clause:"""
_ENDINGS = (
    "けど、",
    "けれど、",
    "けれども、",
    "ですが、",
    "ますが、",
    "だが、",
    "のに、",
    "지만 ",
    "는데 ",
    "은데 ",
    "으나 ",
    "반면 ",
)

_TURN = f"(?={write_pattern(map(str.lower, _TURNS))}\\s)"
_SIGN = re.compile(f"[。！？；;\n]|{'|'.join(_ENDINGS)}")
_END = re.compile(
    rf"(?<=[.!?…])\s+|(?<=[。！？；;\n])\s*|\s+[-–—]\s+|(?:,\s*|،\s*|\s+){_TURN}"
    rf"|(?<={')|(?<='.join(_ENDINGS)})"
)
_END_AT_SPACE = re.compile(rf"[\s,،](?:(?<=[.!?…]\s)\s*|(?<=\s)\s*[-–—]\s+|\s*{_TURN})")
"""The same where none of the signs stands that end a clause without a space: other places are passed over at once."""


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Begin and end of each clause, in order; together they cover the text but for what lies between them.

    >>> [text[a:b] for text in ["The seats are great, but the screen freezes."] for a, b in split_clauses(text)]
    ['The seats are great', 'but the screen freezes.']
    """
    found: list[tuple[int, int]] = []
    at = 0
    lowered = text.lower() if len(text.lower()) == len(text) else "".join(map(_lower, text))
    end_of = _END if _SIGN.search(text) else _END_AT_SPACE
    for cut in [*end_of.finditer(lowered), None]:
        end = cut.start() if cut else len(text)
        if end > at:
            if found and (end - at < SHORTEST or found[-1][1] - found[-1][0] < SHORTEST):
                found[-1] = (found[-1][0], end)
            else:
                found.append((at, end))
        at = cut.end() if cut else end
    return found or [(0, len(text))]


def _lower(sign: str) -> str:
    """One sign for one sign: places stay places."""
    return small if len(small := sign.lower()) == 1 else sign


def find_clauses(clauses: Sequence[tuple[int, int]], places: Sequence[int]) -> list[int]:
    """The numbers of the clauses in which places lie, each once, in order."""
    return sorted(
        {max((i for i, (start, _) in enumerate(clauses) if start <= place), default=0) for place in places}
    )
