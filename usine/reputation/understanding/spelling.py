"""Names as they are spelled: folded sign by sign, and what may stand before and after one in each script."""

from __future__ import annotations

import unicodedata

MARKS = "[\u0300-\u036f\u0640\u064b-\u0652]*"
"""What may stand above and below the letters of a name, and stretch an Arabic one."""
SPACELESS = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f"
"""Letters of scripts that write no spaces, or hang something on every word."""
APART = (f"(?<![^\\W_{SPACELESS}])", f"(?![^\\W\\d_{SPACELESS}])")
BOUNDS = {
    "kana": ("(?<![\u30a1-\u30fa\u30fc-\u30ff])", "(?![\u30a1-\u30fa\u30fc-\u30ff])"),
    "hangul": ("(?<![\uac00-\ud7a3])", ""),
    "han": ("", ""),
    "arabic": ("(?<![^\\W_])(?:[وف]?لل|[وف]?[بكلعه]?(?:ال)?)", "(?![^\\W_])"),
    "letters": (f"(?<![^\\W_{SPACELESS}\u0620-\u064a])", APART[1]),
}
"""What must stand before and after a name. Arabic writes and, by, on, this, the onto it, onto Latin letters too; Korean
writes particles behind it."""


class _Folder(dict[int, str]):
    """Sign by sign to small letters without accents: places stay places."""

    def __missing__(self, sign: int) -> str:
        letter = chr(sign)
        if sign < 0x3000:
            plain = unicodedata.normalize("NFKD", letter)[:1].lower()
            plain = _ALIKE.get(plain, plain) if unicodedata.category(letter)[0] == "L" else letter
        else:
            plain = unicodedata.normalize("NFKC", letter)
        self[sign] = plain if len(plain) == 1 else letter
        return self[sign]


_ALIKE = {
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ڤ": "ف",
    "ڥ": "ف",
    "چ": "ج",
    "پ": "ب",
}
_FOLDER = _Folder({ord("’"): "'", ord("`"): "'"})


def fold(text: str) -> str:
    """Small letters without accents, each sign at its own place. Kana and Hangul stay whole."""
    return text.translate(_FOLDER)


def find_script(word: str) -> str:
    first = ord(word[0])
    if 0x3040 <= first < 0x3100:
        return "kana"
    if 0xAC00 <= first < 0xD7A4:
        return "hangul"
    if 0x3400 <= first < 0xA000:
        return "han"
    return "arabic" if 0x600 <= first < 0x700 else "letters"
