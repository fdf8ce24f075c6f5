"""What can be wrong with a translation, judged by itself and beside its source. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from usine.translations.contracts import Finding, Severity, Term
from usine.translations.inline import FIGURE

LONGER, SPARE = 2.0, 12
"""A button or a label may be LONGER times as long as its source, and always SPARE characters longer."""
COPIED = 4  # letters, figures and names aside, from which a copy of the source is told
OVERRIDES = "\u202d\u202e"
EMBEDDINGS, END_OF_EMBEDDING = "\u202a\u202b", "\u202c"
ISOLATES, END_OF_ISOLATE = "\u2066\u2067\u2068", "\u2069"
ENDS = {
    ".": ".。।۔։።",
    "?": "?？؟;",
    "!": "!！",
    ":": ":：",
    "…": "…",
}
CLOSERS = "\"'”’»›)]}）」』\u2069\u200f\u200e"
UNSTOPPED = {"th", "lo", "my", "km"}
"""Languages that end sentences with no mark."""


def check_translation(
    source: str, target: str, *, language: str, is_long: bool, longest: int, terms: Iterable[Term] = ()
) -> tuple[Finding, ...]:
    """What is wrong with `target` as a translation of `source`, errors first.

    `longest` is in characters; `terms` are those of the glossary for the language (a primary BCP 47 subtag).
    """
    known = tuple(terms)
    findings = [
        *_check_characters(target),
        *_check_bidi(target),
        *_check_figures(source, target),
        *_check_length(source, target, is_long=is_long, longest=longest),
        *_check_spaces(source, target),
        *_check_copy(source, target, known),
        *_check_numbers(source, target),
        *_check_end(source, target, language),
        *_check_terms(source, target, known),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR))


def find_terms(text: str, terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms of the glossary that stand in a text, as words; English plurals too."""
    return tuple(
        term
        for term in terms
        if re.search(
            rf"(?<!\w){re.escape(term.term)}(?:s|es)?(?!\w)",
            text,
            flags=re.NOFLAG if term.is_kept else re.IGNORECASE,
        )
    )


def fold(text: str) -> str:
    """Letters as words are compared: without case, accents and vowel signs, which Arabic writes or not."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if unicodedata.category(character) != "Mn")


def _error(check: str, sentence: str) -> Finding:
    return Finding(check, Severity.ERROR, sentence)


def _warning(check: str, sentence: str) -> Finding:
    return Finding(check, Severity.WARNING, sentence)


def _check_characters(target: str) -> Iterator[Finding]:
    if not target.strip():
        yield _error("empty", "it says nothing; translate it, or leave the target out")
    for character in sorted({c for c in target if _is_unshowable(c)}):
        yield _error(
            "control",
            f"it has the control character U+{ord(character):04X}, which no page shows; take it out",
        )


def _is_unshowable(character: str) -> bool:
    """Controls, halves of pairs, private characters and noncharacters; letters too new for this Python are not."""
    code = ord(character)
    is_none = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_none or (unicodedata.category(character) in ("Cc", "Cs", "Co") and character not in "\n\r\t")


def _check_bidi(target: str) -> Iterator[Finding]:
    """Overrides turn text round letter by letter, and what is opened and not closed spills over the page (UAX #9)."""
    if any(character in OVERRIDES for character in target):
        yield _error(
            "bidi", "it turns the direction of letters by force (U+202D, U+202E); take these characters out"
        )
    for openers, closer in ((EMBEDDINGS, END_OF_EMBEDDING), (ISOLATES, END_OF_ISOLATE)):
        depth = 0
        for character in target:
            depth += (character in openers) - (character == closer)
            if depth < 0:
                break
        if depth:
            yield _error("bidi", f"what U+{ord(openers[0]):04X} and the like open does not close; close it")


def _check_figures(source: str, target: str) -> Iterator[Finding]:
    wanted, found = Counter(FIGURE.findall(source)), Counter(FIGURE.findall(target))
    for figure in sorted(wanted | found):
        if found[figure] < wanted[figure]:
            yield _error("figures", f"the figure {figure} is missing; put it where the number belongs")
        elif not wanted[figure]:
            yield _error("figures", f"the figure {figure} is not in the source; take it out")
        elif found[figure] > wanted[figure]:
            yield _error("figures", f"the figure {figure} comes more often than in the source; leave one")


def _check_length(source: str, target: str, *, is_long: bool, longest: int) -> Iterator[Finding]:
    if len(target) > longest:
        yield _error("length", f"{len(target)} characters are too many; write {longest} at most")
    elif not is_long and len(target) > max(len(source) * LONGER, len(source) + SPARE):
        yield _warning(
            "length",
            f"{len(target)} characters for {len(source)} of the source: look whether the page holds it",
        )


def _check_spaces(source: str, target: str) -> Iterator[Finding]:
    if (target != target.strip()) and source == source.strip():
        yield _warning("spaces", "it begins or ends with a space")
    if "  " in target and "  " not in source:
        yield _warning("spaces", "it has two spaces in a row")


def _check_copy(source: str, target: str, terms: tuple[Term, ...]) -> Iterator[Finding]:
    if source.strip() != target.strip():
        return
    rest = FIGURE.sub("", source)
    for term in terms:
        rest = rest.replace(term.term, "") if term.is_kept else rest
    if sum(character.isalpha() for character in rest) >= COPIED:
        yield _warning("copy", "it is the same as the source")


def _check_numbers(source: str, target: str) -> Iterator[Finding]:
    """Numbers stay, however a language groups and marks their digits, and whichever digits it writes."""
    before, after = _list_digits(source), _list_digits(target)
    if sorted(before) != sorted(after) and "".join(before) != "".join(after):
        said = ", ".join(before) or "none"
        yield _warning("numbers", f"its numbers are not those of the source ({said})")


def _list_digits(text: str) -> list[str]:
    plain = FIGURE.sub(" ", text)
    digits = "".join(str(unicodedata.digit(c, " ")) if c.isdecimal() else " " for c in plain)
    return digits.split()


def _check_end(source: str, target: str, language: str) -> Iterator[Finding]:
    if language in UNSTOPPED or not target.strip():
        return
    before, after = _find_end(source), _find_end(target)
    if before != after:
        told = f"ends with “{before}”" if before else "has no mark at its end"
        yield _warning("end", f"the source {told}, the translation does not")


def _find_end(text: str) -> str:
    """The kind of mark that a text ends with; empty for none. Closing quotes and brackets are looked through."""
    last = text.rstrip().rstrip(CLOSERS).rstrip()[-1:]
    return next((kind for kind, marks in ENDS.items() if last and last in marks), "")


def _check_terms(source: str, target: str, terms: tuple[Term, ...]) -> Iterator[Finding]:
    folded = fold(target)
    for term in find_terms(source, terms):
        if term.is_kept and term.term not in target:
            yield _warning("glossary", f"“{term.term}” is a name: it stays as it is")
        elif not any(fold(said) in folded for said in term.list_ways()):
            yield _warning("glossary", f"“{term.term}” is “{term.list_ways()[0]}” in the glossary")
