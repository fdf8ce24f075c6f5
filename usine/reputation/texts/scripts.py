"""In which scripts a text is written, by letters: most scripts tell the language by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

_RANGES = (
    ("latin", 0x41, 0x5B),
    ("latin", 0x61, 0x7B),
    ("latin", 0xC0, 0x250),
    ("latin", 0x1E00, 0x1F00),
    ("greek", 0x370, 0x400),
    ("greek", 0x1F00, 0x2000),
    ("cyrillic", 0x400, 0x530),
    ("armenian", 0x530, 0x590),
    ("hebrew", 0x5D0, 0x600),
    ("arabic", 0x620, 0x660),
    ("arabic", 0x66E, 0x6D4),
    ("arabic", 0x6FA, 0x700),
    ("arabic", 0x750, 0x780),
    ("arabic", 0x8A0, 0x900),
    ("arabic", 0xFB50, 0xFE00),
    ("arabic", 0xFE70, 0xFEFF),
    ("devanagari", 0x900, 0x964),
    ("devanagari", 0x970, 0x980),
    ("bengali", 0x980, 0xA00),
    ("gurmukhi", 0xA00, 0xA80),
    ("gujarati", 0xA80, 0xB00),
    ("odia", 0xB00, 0xB80),
    ("tamil", 0xB80, 0xC00),
    ("telugu", 0xC00, 0xC80),
    ("kannada", 0xC80, 0xD00),
    ("malayalam", 0xD00, 0xD80),
    ("sinhala", 0xD80, 0xE00),
    ("thai", 0xE00, 0xE50),
    ("lao", 0xE80, 0xED0),
    ("burmese", 0x1000, 0x10A0),
    ("georgian", 0x10A0, 0x1100),
    ("hangul", 0x1100, 0x1200),
    ("ethiopic", 0x1200, 0x1400),
    ("khmer", 0x1780, 0x17E0),
    ("kana", 0x3041, 0x3100),
    ("hangul", 0x3131, 0x3190),
    ("kana", 0x31F0, 0x3200),
    ("han", 0x3400, 0x4DC0),
    ("han", 0x4E00, 0xA000),
    ("hangul", 0xAC00, 0xD7A4),
    ("han", 0xF900, 0xFB00),
    ("kana", 0xFF66, 0xFF9E),
)
_SCRIPT_OF = {
    chr(sign): script for script, first, end in _RANGES for sign in range(first, end) if sign != 0x30FB
}
_WEIGHTS = {"han": 3, "kana": 2, "hangul": 3}
"""How many letters of an alphabet say as much as one of these."""
ONLY = {
    "kana": "ja",
    "hangul": "ko",
    "thai": "th",
    "greek": "el",
    "hebrew": "he",
    "armenian": "hy",
    "georgian": "ka",
    "bengali": "bn",
    "gurmukhi": "pa",
    "gujarati": "gu",
    "odia": "or",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "malayalam": "ml",
    "sinhala": "si",
    "lao": "lo",
    "burmese": "my",
    "khmer": "km",
    "ethiopic": "am",
}
"""Scripts that one language of the markets is written in."""
JAPANESE_KANA = 0.05
"""Of Han and kana together: from so much kana on it is Japanese. Chinese texts quote a word at most."""

_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


def count_scripts(text: str) -> dict[str, int]:
    """How many letters of which script, weighed by what one of them says; marks, digits and emoji are none."""
    if text.isascii():
        letters = len(text.encode().translate(None, _NO_LETTERS))
        return {"latin": letters} if letters else {}
    found: dict[str, int] = {}
    for sign, times in Counter(text).items():
        if script := _SCRIPT_OF.get(sign):
            found[script] = found.get(script, 0) + times * _WEIGHTS.get(script, 1)
    return found


def find_script(found: Mapping[str, int]) -> str:
    """The script that says most; Han with some kana counts as kana, and Han without any as `han`. Empty: no letter."""
    if len(found) == 1:
        return next(iter(found))
    east = found.get("han", 0) + found.get("kana", 0)
    others = {script: times for script, times in found.items() if script not in ("han", "kana")}
    first = max(others, key=lambda script: others[script], default="")
    if east and east >= others.get(first, 0):
        return "kana" if found.get("kana", 0) >= JAPANESE_KANA * east else "han"
    return first
