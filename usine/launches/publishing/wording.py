"""Which words of a text became others: pure, and bounded however long a page is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

SIGNS = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"(?:\d+(?:[.,'’\u00a0\u2009\u202f]\d+)*|[{SIGNS}]|[^\W\d{SIGNS}]+|[^\w\s])\s*")
"""A number, a word or a sign with the spaces behind it; languages without spaces are compared sign by sign."""
MOST_PASSAGES = 3000
"""So many passages of a page are compared; more than that is no page of ours."""
MOST_WORDS = 600
"""Longer texts are shown whole, as removed and added."""
MOST_PAIRED = 60
"""Passages that were rewritten together are paired by likeness up to so many, then in their order."""
MOST_EFFORT = 2_000_000
"""Each word of a text is looked for among those of the other: so often on a page (0.3 s at worst) for pairing passages,
and so often again for their words; then passages are paired in their order, and shown whole."""
ALIKE = 0.4
"""Below that, a text is another text, and its words are not mixed with those of the one before."""
AROUND = 8
"""Words that stay beside what changed."""


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    LEFT_OUT = "left_out"  # words that stayed, not shown


@dataclass(frozen=True, slots=True)
class Span:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Rewording:
    """A passage that changed. `is_figures`: nothing but numbers did."""

    spans: tuple[Span, ...]
    is_figures: bool


@dataclass
class Effort:
    """How much of a page may still be compared."""

    left: int = MOST_EFFORT

    def take(self, before: int, after: int) -> bool:
        """Whether texts of so many words may be compared, which is counted then."""
        is_enough = before * after <= self.left
        self.left -= before * after if is_enough else 0
        return is_enough


def compare_passages(before: Sequence[str], after: Sequence[str]) -> list[Rewording]:
    """The passages that are removed, added or say something else, in their order on the page."""
    before, after = before[:MOST_PASSAGES], after[:MOST_PASSAGES]
    found, pairing, wording = [], Effort(), Effort()
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        if tag != "equal":
            pairs = _pair(before[i:j], after[k:m], pairing)
            found += [_compare_pair(old, new, wording) for old, new in pairs if old != new]
    return found


def compare_words(before: str, after: str) -> tuple[Span, ...]:
    """The words of two texts in one line: `removed` stand in the first only, `added` in the second only."""
    old, new = WORD.findall(before), WORD.findall(after)
    if not before or not after or max(len(old), len(new)) > MOST_WORDS:
        return _replace(before, after)
    matcher = _match(old, new)
    if matcher.ratio() < ALIKE:
        return _replace(before, after)
    spans: list[Span] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            spans.append(Span(Kind.SAME, "".join(new[k:m])))
        else:
            spans += _replace("".join(old[i:j]), "".join(new[k:m]))
    return tuple(spans)


def _match(before: Sequence[str], after: Sequence[str]) -> SequenceMatcher[str]:
    """Words are the same whatever spaces follow."""
    old, new = ([word.rstrip() for word in words] for words in (before, after))
    return SequenceMatcher(None, old, new, autojunk=False)


def _replace(before: str, after: str) -> tuple[Span, ...]:
    spans = (Span(Kind.REMOVED, before), Span(Kind.ADDED, after))
    return tuple(span for span in spans if span.text)


def _compare_pair(before: str, after: str, effort: Effort) -> Rewording:
    is_small = effort.take(_count_words([before]), _count_words([after]))
    spans = compare_words(before, after) if is_small else _replace(before, after)
    changed = [span.text for span in spans if span.kind is not Kind.SAME]
    kinds = {span.kind for span in spans}
    is_figures = kinds >= {Kind.REMOVED, Kind.ADDED} and all(map(_is_figure, changed))
    return Rewording(tuple(_shorten(spans)), is_figures)


def _is_figure(text: str) -> bool:
    return not any(sign.isalpha() for sign in text) and any(sign.isdigit() for sign in text)


def _shorten(spans: Sequence[Span]) -> Iterator[Span]:
    """Leave out long stretches that stayed, save what stands beside a change."""
    for at, span in enumerate(spans):
        words = WORD.findall(span.text) if span.kind is Kind.SAME else []
        if len(words) <= 3 * AROUND:
            yield span
            continue
        if at > 0:
            yield Span(Kind.SAME, "".join(words[:AROUND]))
        yield Span(Kind.LEFT_OUT, "…")
        if at < len(spans) - 1:
            yield Span(Kind.SAME, "".join(words[-AROUND:]))


def _pair(before: Sequence[str], after: Sequence[str], effort: Effort) -> Iterator[tuple[str, str]]:
    """Each passage with the one that it became; empty where there is none. The order of both stays."""
    is_plain = len(before) == len(after) or max(len(before), len(after)) > MOST_PAIRED
    if is_plain or not effort.take(_count_words(before), _count_words(after)):
        for at in range(max(len(before), len(after))):
            yield "".join(before[at : at + 1]), "".join(after[at : at + 1])
        return
    start = 0
    for old in before:
        like = next((at for at in range(start, len(after)) if _is_like(old, after[at])), None)
        if like is None:
            yield old, ""
            continue
        for new in after[start:like]:
            yield "", new
        yield old, after[like]
        start = like + 1
    for new in after[start:]:
        yield "", new


def _count_words(texts: Sequence[str]) -> int:
    """How many words of them are compared."""
    return sum(min(len(WORD.findall(text)), MOST_WORDS) for text in texts)


def _is_like(before: str, after: str) -> bool:
    old, new = WORD.findall(before)[:MOST_WORDS], WORD.findall(after)[:MOST_WORDS]
    matcher = _match(old, new)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
