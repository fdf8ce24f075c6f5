"""The fonts of papers: static cuts of the sites' own (scripts/cut_fonts.py); for some languages, one of the machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

OWN = Path(__file__).resolve().parent / "fonts"
TEXT, DISPLAY = "Paper Text", "Paper Display"
SCRIPTS = ("", " Latin", " Arabic")
"""Each family comes in three: the common Latin signs, the other Latin ones, the Arabic ones."""
MACHINE_FAMILIES = {
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "BIZ UDPGothic", "IPAexGothic"),
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "NanumGothic"),
}
"""What the machine may have for the languages that the sites' own fonts do not write, the best first."""
UNSEEN = frozenset(
    " \n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069"
)
"""Spaces and signs of direction: they need no drawing."""


@dataclass(frozen=True)
class Fonts:
    """What a language's papers are set in; of `text` and `display` families, the first that has a sign wins."""

    text: tuple[str, ...]
    display: tuple[str, ...]
    loaded: typst.Fonts
    signs: frozenset[str]
    is_own: bool

    def list_missing(self, texts: Iterable[str]) -> str:
        """The signs of the texts that the sites' own fonts lack, each once; what a machine's font has is not known."""
        if not self.is_own:
            return ""
        return "".join(sorted({sign for text in texts for sign in text} - self.signs - UNSEEN))


@lru_cache(maxsize=16)
def get_fonts(language: str) -> Fonts:
    """The fonts of a language."""
    family, _files = find_machine_font(language)
    more = (family,) if family else ()
    return Fonts(
        text=(*(TEXT + script for script in SCRIPTS), *more),
        display=(*(DISPLAY + script for script in SCRIPTS), *more),
        loaded=typst.Fonts(
            include_system_fonts=bool(family), include_embedded_fonts=False, font_paths=[str(OWN)]
        ),
        signs=frozenset((OWN / "signs.txt").read_text("utf-8")),
        is_own=not family,
    )


@lru_cache(maxsize=16)
def find_machine_font(language: str) -> tuple[str, tuple[str, ...]]:
    """The first family of this machine for a language, and its files; empty where the sites' own fonts do."""
    wanted = MACHINE_FAMILIES.get(language, ())
    found = typst.Fonts(include_embedded_fonts=False).fonts() if wanted else []
    for family in wanted:
        if files := {font.path for font in found if font.family == family and font.path}:
            return family, tuple(sorted(files))
    return "", ()


@lru_cache(maxsize=16)
def digest_fonts(language: str) -> str:
    """A digest of the fonts that papers of a language are set in."""
    digest = hashlib.sha256()
    family, files = find_machine_font(language)
    digest.update(family.encode())
    for file in (*sorted(OWN.glob("*.ttf")), *(Path(file) for file in files)):
        digest.update(file.read_bytes())
    return digest.hexdigest()
