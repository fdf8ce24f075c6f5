"""Words to search by, the same for what is indexed and what is asked.

A full-text index splits at spaces; Chinese, Japanese, Thai and their neighbours have none, Korean hangs particles on
words and Arabic the article before them. So runs of the first become overlapping pairs of letters (and the last letter
alone), Hangul as well, and an Arabic word is also indexed without what is written onto its beginning. A question is
turned into the same words: pairs must follow one another, words of four letters and more may go on.

`" ".join(tokenise(text))` goes into an FTS5 table with `tokenize = "ascii"`, and `search_query` makes what MATCH takes;
`search_vector` and `search_tsquery` are the same for PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from usine.reputation.texts.normalise import KEPT_WORDS, LONGEST_KEPT, normalise

PAIRED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b\u3040-\u309a\u309d-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han, kana, bopomofo
    "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"  # Hangul
    "\u0e00-\u0e3a\u0e40-\u0e4e\u0e80-\u0edf\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9"
INDIC = "\u0900-\u0963\u0970-\u0dff\u0f00-\u0fbc"  # their vowel signs are no letters to `re`
PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_WORD = re.compile(
    f"(?P<paired>[{PAIRED}]+)|(?P<arabic>[{ARABIC}]+)|(?P<picture>[{PICTURES}])|(?P<number>\\d+)"
    f"|(?P<word>(?:(?![{PAIRED}{ARABIC}])[^\\W\\d_]|[{INDIC}])+)"
)
_ATTACHED = re.compile("^(?:[وف]?[بكل]?ال|[وف]?لل)(?=...)|^[وفبكل](?=..)")
"""And, so, by, like, to, the: written onto an Arabic word. What is left has two letters at least."""
_ARTICLE = re.compile("^(?:[وف]?[بكل]?ال|[وف]?لل)(?=...)")
_TAG = re.compile(r"[#@]\w*[^\W\d_]\w*")
_HUMP = re.compile(r"(?<=[^\W\d_A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ])")
_ASKED = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
PREFIX_LETTERS = 4
"""From so many letters on a word of a question also finds words that begin with it."""
MAX_TERMS = 32


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow one another; the last one may go on where `is_open`. `is_barred`: must not be there."""

    words: tuple[str, ...]
    is_open: bool = False
    is_barred: bool = False


def tokenise(text: str) -> list[str]:
    """The words of a text in order, folded (`normalise`), then what else it is to be found by.

    That is what is left of Arabic words, and the words of a hashtag that has them in capitals, #OneTwo.
    """
    return tokenise_normalised(text, normalise(text))


def tokenise_normalised(text: str, normalised: str) -> list[str]:
    """The same of a text that is normalised already."""
    words: list[str] = []
    more: list[str] = []
    for written in normalised.split():
        if written.isascii() and written.isalpha():
            words.append(written)
            continue
        said, bare = _take_apart(written) if len(written) <= LONGEST_KEPT else _take_apart_long(written)
        words += said
        more += bare
    if "#" in text or "@" in text:
        more += _list_humps(text)
    return words + more


def _take_apart_long(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of what is written between two spaces, and what is left of Arabic ones."""
    words: list[str] = []
    more: list[str] = []
    for kind, run in _cut(written):
        if kind == "paired":
            words += _pair(run)
            words.append(run[-1])
            continue
        words.append(run)
        if kind == "arabic":
            more += _bare(run)
    return tuple(words), tuple(more)


_take_apart = lru_cache(maxsize=KEPT_WORDS)(_take_apart_long)


def _list_humps(text: str) -> list[str]:
    """The words of hashtags and handles that have them in capitals."""
    split = [parts for tag in _TAG.findall(text) if len(parts := _HUMP.split(tag)) > 1]
    return [run for parts in split for part in parts for _kind, run in _cut(normalise(part))]


def _cut(folded: str) -> Iterator[tuple[str, str]]:
    for found in _WORD.finditer(folded):
        yield str(found.lastgroup), found[0]


def _pair(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _bare(word: str) -> list[str]:
    """What is left of an Arabic word as one attached part after the other is taken off."""
    found: list[str] = []
    while (shorter := _ATTACHED.sub("", word)) != word:
        found.append(word := shorter)
    return found


def parse_query(text: str) -> tuple[Term, ...]:
    """What a person asks: words, "words in this order", -without; all of them must hold. At most 32 terms."""
    terms: list[Term] = []
    for minus, quoted, word in _ASKED.findall(text):
        barred = bool(minus) and bool(quoted or word)
        if quoted:
            term = Term(tuple(_ask_words(quoted)), is_barred=barred)
            terms += [term] if term.words else []
        else:
            terms += _ask_word(word, barred)
    return tuple(terms[:MAX_TERMS])


def _ask_word(word: str, barred: bool) -> list[Term]:
    """One term for what is written together, `l'été`, `CO2`, `5シリーズ`: its parts follow one another."""
    words = _ask_words(word)
    if not words:
        return []
    kind, last = [*_cut(normalise(word))][-1]
    if kind == "paired":
        return [Term(tuple(words), len(last) == 1, barred)]
    if kind == "arabic" and len(words) == 1:
        bare = _ARTICLE.sub("", last)
        return [Term((bare,), len(bare) > 2, barred)]
    is_open = word.endswith("*") or (kind == "word" and len(last) >= PREFIX_LETTERS)
    return [Term(tuple(words), is_open, barred)]


def _ask_words(text: str) -> list[str]:
    """As in the index, but for the letter alone after the last pair: there the text may go on."""
    words: list[str] = []
    end = ""
    for kind, run in _cut(normalise(text)):
        words += [end] if end else []
        words += _pair(run) if kind == "paired" else [run]
        end = run[-1] if kind == "paired" else ""
        if kind == "paired" and len(run) == 1:
            words, end = [*words, run], ""
    return words


def search_query(text: str) -> str:
    """What FTS5's MATCH takes for a question; empty where it asks for nothing, or only what must not be there."""
    terms = parse_query(text)
    wanted = [_write_fts5(term) for term in terms if not term.is_barred]
    barred = [_write_fts5(term) for term in terms if term.is_barred]
    if not wanted:
        return ""
    found = " AND ".join(wanted)
    return f"({found}) NOT ({' OR '.join(barred)})" if barred else found


def _write_fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_open else ""}'


def search_tsquery(text: str) -> str:
    """The same for PostgreSQL, to be cast: `%s::tsquery`."""
    terms = parse_query(text)
    if not any(not term.is_barred for term in terms):
        return ""
    return " & ".join(_write_tsquery(term) for term in terms)


def _write_tsquery(term: Term) -> str:
    words = " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_open else "")
    return f"!({words})" if term.is_barred else f"({words})"


def search_vector(text: str) -> str:
    """The words of a text with their places for PostgreSQL, to be cast: `%s::tsvector`. Places end at 16,383."""
    return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(tokenise(text), start=1))
