"""Pseudo-localisation: English that looks foreign, longer than itself, so that a layout shows what it cannot hold.

A text that is not between brackets on the page is not from the master; one whose last bracket is missing was cut.
"""

from __future__ import annotations

import math
import re
from itertools import cycle

from usine.translations.inline import FIGURE

START, END = "[!!! ", " !!!]"
LONGER = 0.35
"""How much longer than its source a text is at least: what German and Finnish need of English sentences."""
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
FOREIGN = "åƀçđéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅßÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
LETTERS = str.maketrans(PLAIN, FOREIGN)
FILLER = ("öñé", "ţŵö", "ţĥŕéé", "ƒöûŕ", "ƒîṽé", "šîẋ")
TO_THE_LEFT, BACK = "\u2067\u202e", "\u202c\u2069"
"""Forces letters from right to left, isolated from the figures beside them (UAX #9), and ends that."""


def pseudonymise(text: str, *, is_mirrored: bool = False) -> str:
    """`Where {price} opens up.` as `[!!! Ŵĥéŕé {price} öþéñš ûþ. öñé ţŵö !!!]`: figures and line breaks stay.

    The result has at least 1 + LONGER times as many characters. Mirrored, each line runs from right to left.
    """
    said = "".join(part if FIGURE.fullmatch(part) else part.translate(LETTERS) for part in _cut(text))
    filler = _fill(math.ceil(len(text) * LONGER) - len(START) - len(END))
    told = f"{START}{said}{filler}{END}"
    return "\n".join(map(_mirror, told.split("\n"))) if is_mirrored else told


def _cut(text: str) -> list[str]:
    return re.split(f"({FIGURE.pattern})", text)


def _fill(characters: int) -> str:
    """Words of at least so many characters, each with the space before it."""
    words = ""
    for word in cycle(FILLER):
        if len(words) >= characters:
            break
        words += f" {word}"
    return words


def _mirror(line: str) -> str:
    """Figures are left to run as the page writes them."""
    parts = (part if FIGURE.fullmatch(part) else f"{TO_THE_LEFT}{part}{BACK}" for part in _cut(line) if part)
    return "".join(parts)
