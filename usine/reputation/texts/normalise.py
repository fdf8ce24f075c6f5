"""One form for all spellings that readers take for the same: width, case, accents, vowel signs, forms of letters."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

KEPT_WORDS = 1 << 16
"""Words whose folded form is kept: a language says most of what it says with some ten thousand of them."""
LONGEST_KEPT = 40
"""Letters of a word that is kept; where nothing is written between words, a run is a sentence and comes once."""
ACCENTS = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"  # above and below Latin, Greek and Cyrillic letters
    "\u0591-\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # Arabic vowel signs, hamza on a letter, tatweel
)
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_DROPPED = re.compile(f"[{ACCENTS}{UNSEEN}]+")
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ۃ": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ٱ": "ا",
        "ء": "",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
    }
)
"""What no Unicode form takes apart. Arabic: the end of a word is written with or without points, alef with or without
hamza; Persian and Urdu keep other code points for the same letters."""
_DIGITS = {
    first + digit: str(digit)
    for first in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)  # Arabic, Persian, Devanagari, Bengali, Thai
    for digit in range(10)
}
_TABLE = {**_LETTERS, **_DIGITS}


def normalise(text: str) -> str:
    """The text in NFKC's width, without case, accents and unseen signs, one space between words.

    Kana keep their voice marks and the scripts of South and South-East Asia their vowels: there they make other words.
    Doing it twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    # word by word: nothing that is done to letters looks across a space
    return " ".join([said for word in text.split() if (said := _fold_word(word))])


def _fold_word(word: str) -> str:
    return _keep_folded(word) if len(word) <= LONGEST_KEPT else _fold_to_the_end(word)


def _fold_to_the_end(word: str) -> str:
    """Until doing it again changes nothing. Some signs become a space and a mark, which leaves the space."""
    once = _fold(word)
    if once.isascii() and once.islower():
        return once
    while (twice := _fold(once)) != once:
        once = twice
    return " ".join(once.split())


_keep_folded = lru_cache(maxsize=KEPT_WORDS)(_fold_to_the_end)


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_TABLE)).casefold().translate(_TABLE)
    apart = unicodedata.normalize("NFKD", apart)
    return unicodedata.normalize("NFC", _DROPPED.sub("", apart))


def digest_text(text: str) -> str:
    """32 hexadecimal digits that exact copies share: of the words alone, however they are set and punctuated."""
    return digest_normalised(normalise(text))


def digest_normalised(said: str) -> str:
    """The same of a text that is normalised already."""
    encoded = said.encode("utf-8", "surrogatepass")
    return hashlib.sha256(encoded.translate(None, _SET_BETWEEN) or encoded).hexdigest()[:32]


_SET_BETWEEN = bytes(code for code in range(128) if not chr(code).isalnum())
"""Signs of ASCII that are neither letters nor digits: in UTF-8 they are bytes of their own."""
