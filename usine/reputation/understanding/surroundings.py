"""What stands around a place of a text that could be a name, as numbers that speak for or against it."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from usine.reputation.understanding.gazetteer_file import Entity
from usine.reputation.understanding.spelling import SPACELESS

CONTEXTS = (
    "car",
    "own",
    "title",
    "person",
    "place",
    "firm",
    "business",
    "work",
    "nature",
    "at",
    "article",
    "join",
    "after",
)
"""What words around a name can be.

- car: vehicles and what is done with them
- own: words right before a name that owners say (my, the, a, drive)
- title: what people and animals are called by
- person: what people and animals do and what is told of them
- place: houses, roads, restaurants, ships
- firm: companies, and what they sell that is no vehicle
- business: what makers of vehicles and their rivals are in the news for
- work: books, films, shows, words spoken of as words
- nature: woods, weather, what plain words go with
- at: words right before a place where one is
- article: articles that begin with a capital when they belong to a name
- join: words between names in a list
- after: small words that follow a noun and no adjective (is, with, in)
"""
TOPICS = ("car", "person", "place", "firm", "business", "work", "nature")
"""Contexts whose words count wherever they stand."""
FEATURES = (
    "bias",
    "common",
    "loose",
    "small",
    "capital",
    "tag",
    "quoted",
    "article",
    "definite",
    "car_near",
    "car_far",
    "own",
    "title",
    "person_near",
    "person_far",
    "place_near",
    "place_far",
    "firm_near",
    "firm_far",
    "business_near",
    "business_far",
    "work_near",
    "work_far",
    "nature_near",
    "nature_far",
    "at",
    "phrase_for",
    "phrase_against",
    "for_near",
    "for_far",
    "against_near",
    "against_far",
    "name_before",
    "name_after",
    "goes_on",
    "listed",
    "beside",
)
"""What is looked at; docs/reputation-texts.md tells each."""
NEAR = 4
"""Words between a name and what is near it."""
FAR = 80
"""Signs between a name and what is far from it, whatever they are."""
MOST = 2
"""How many words of one kind count."""
_SENTENCE = re.compile(r"[.!?…؟]+(?=\s|$)|[。！？\n]+")
_WORD = re.compile(r"[^\W_]+")
_OPEN, _CLOSE = '«„“"‘「『‹', '»“”"’」』›'
_LETTER = re.compile(r"[^\W\d_]")
_SPACELESS = re.compile(f"[{SPACELESS}]")


@dataclass(slots=True)
class Place:
    """A place of a text that could be a name: of whom, and what was seen around it."""

    start: int
    end: int
    entity: Entity
    is_loose: bool
    features: dict[str, float] = field(default_factory=dict)
    learned: float = 0.0
    """What a machine adds (`learned.Learned`)."""
    score: float = 0.0

    @property
    def chance(self) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.score))))


@dataclass(frozen=True, slots=True)
class Words:
    """The words around names in one language: a pattern, and of which kinds each is."""

    pattern: re.Pattern[str]
    kinds: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A word of the lists at its place."""

    start: int
    end: int
    kinds: frozenset[str]


class Around:
    """One text: its sentences, and the words of the lists in it."""

    def __init__(self, text: str, folded: str, words: Words):
        self.text, self.folded = text, folded
        self._ends = [found.end() for found in _SENTENCE.finditer(text)]
        self._seen = [
            _Seen(found.start(number), found.end(), words.kinds[said])
            for found in words.pattern.finditer(folded)
            if (number := found.lastindex) and (said := found[number]) in words.kinds
        ]
        first = _LETTER.search(text)
        self._is_loud = len(text) > 3 and text.isupper()
        self._is_careful = first is not None and first[0].isupper() and not self._is_loud
        self._joins = [seen for seen in self._seen if "join" in seen.kinds]

    def describe(self, place: Place, places: Sequence[Place], language: str) -> dict[str, float]:
        """The features of a place; those that are 0 are left out."""
        found = {"bias": 1.0, "common": place.entity.common, "loose": float(place.is_loose)}
        found |= self._look_at_letters(place, language)
        found |= self._look_at_neighbours(place, places)
        found |= self._look_at_words(place, places, language)
        return {name: value for name, value in found.items() if value}

    def _look_at_letters(self, place: Place, language: str) -> dict[str, float]:
        first, before = self.text[place.start], self.text[place.start - 1 : place.start]
        return {
            "small": float(first.islower() and self._is_careful),
            "capital": float(self._is_capital(place, language)),
            "tag": float(before in ("#", "@")),
            "quoted": float(self._is_quoted(place)),
            "definite": float(place.start > 1 and self.folded[place.start - 2 : place.start] in ("ال", "لل")),
        }

    def _look_at_neighbours(self, place: Place, places: Sequence[Place]) -> dict[str, float]:
        before = self._find_word_before(place.start)
        after = self._find_word_after(place.end)
        taken = {each.start for each in places}
        return {
            "name_before": float(before is not None and before[0] not in taken and self._is_name(*before)),
            "name_after": float(after is not None and after[0] not in taken and self._is_name(*after)),
            "goes_on": float(
                after is not None and after[0] not in taken and self._is_adjective(place, after[0])
            ),
            "listed": float(any(self._is_listed(place, other) for other in places)),
        }

    def _look_at_words(self, place: Place, places: Sequence[Place], language: str) -> dict[str, float]:
        found: dict[str, float] = {}
        here = self._sentence(place.start)
        rivals = [other for other in places if other is not place and other.entity is place.entity]
        for seen in self._seen:
            if seen.start < place.end and place.start < seen.end:
                name = self._name_phrase(seen, place, language)
            elif any(seen.start < other.end and other.start < seen.end for other in places):
                continue
            else:
                gap = self._count_to(seen, place)
                is_near = self._sentence(seen.start) == here and gap <= NEAR
                if is_near and any(self._count_to(seen, rival) < gap for rival in rivals):
                    is_near = False  # it goes with the same name at another place
                name = [self._name_feature(kind, seen, place, is_near, gap) for kind in seen.kinds]
            for each in name:
                if each:
                    found[each] = min(MOST, found.get(each, 0) + 1)
        return found

    def _name_phrase(self, seen: _Seen, place: Place, language: str) -> list[str]:
        """Phrases with the name in them; those against it are of plain words, so without a capital in a sentence."""
        is_capital = self._is_capital(place, language)
        parts = [kind.partition(" ") for kind in seen.kinds]
        sides = [side for side, _, owner in parts if owner == place.entity.entity]
        return [f"phrase_{side}" for side in sides if side == "for" or not is_capital]

    def _is_capital(self, place: Place, language: str) -> bool:
        first = self.text[place.start]
        return first.isupper() and not self._is_first(place.start) and not self._is_loud and language != "de"

    def _count_to(self, seen: _Seen, place: Place) -> int:
        if seen.end <= place.start:
            return self._count_between(seen.end, place.start)
        return self._count_between(place.end, seen.start)

    def _name_feature(self, kind: str, seen: _Seen, place: Place, is_near: bool, gap: int) -> str:
        """Which feature a word of a kind makes at its distance; empty for none."""
        is_before = seen.end <= place.start
        if kind in TOPICS:
            return f"{kind}_{'near' if is_near else 'far'}"
        if kind == "title":
            return kind if is_near and self._is_called(seen, place, gap) else ""
        if kind == "own":
            return kind if is_near and is_before and gap == 0 else ""
        if kind == "at":
            return kind if is_near and is_before and gap <= 1 else ""
        if kind == "article":
            is_capital = self.text[seen.start].isupper() and not self._is_loud
            is_mid = not self._is_first(seen.start) or self.text[seen.start - 1 : seen.start] in tuple(_OPEN)
            return kind if is_before and gap == 0 and is_near and is_capital and is_mid else ""
        side, _, owner = kind.partition(" ")
        return f"{side}_{'near' if is_near else 'far'}" if owner == place.entity.entity else ""

    def _is_called(self, seen: _Seen, place: Place, gap: int) -> bool:
        """Whether a title goes with a name: right before or after it, or with a first name between, not “her son's”."""
        between = self.text[min(seen.end, place.end) : max(seen.start, place.start)]
        if gap == 0:
            return not _SPACELESS.search(between)
        is_owned = any("own" in other.kinds for other in self._seen if seen.end <= other.start < place.start)
        return (
            gap == 1
            and seen.end <= place.start
            and not is_owned
            and not re.search(r"['’]", between)
            and (not _SPACELESS.search(between))
        )

    def _sentence(self, at: int) -> int:
        return bisect_right(self._ends, at)

    def _is_first(self, at: int) -> bool:
        """Whether a word begins a sentence, with or without signs before it."""
        begin = self._ends[self._sentence(at) - 1] if self._sentence(at) else 0
        return not _WORD.search(self.text, begin, at)

    def _count_between(self, start: int, end: int) -> int:
        """Words between two places; two letters of a script without spaces are one."""
        between = self.text[start:end]
        if end - start > FAR or between.isspace():
            return FAR if between.strip() else 0
        if between.isascii():
            return len(_WORD.findall(between))
        spaceless = len(_SPACELESS.findall(between))
        return len(_WORD.findall(_SPACELESS.sub(" ", between))) + (spaceless + 1) // 2

    def _is_quoted(self, place: Place) -> bool:
        left, right = self.text[max(0, place.start - 12) : place.start], self.text[place.end : place.end + 3]
        left, right = left.rstrip(), right.lstrip()
        article = re.search(r"(?<![^\W\d_])[^\W\d_]{1,3}['’]?$", left)
        if article and article.start() and _is_open(left[: article.start()].rstrip()):
            left = left[: article.start()].rstrip()
        return _is_open(left) and right[:1] in tuple(_CLOSE + "'")

    def _find_word_before(self, at: int) -> tuple[int, int] | None:
        if self.text[at - 1 : at] != " ":
            return None
        word = self.text[max(0, at - 40) : at - 1].rpartition(" ")[2]
        word = re.split(r"[\W\d_]", word)[-1]
        return (at - 1 - len(word), at - 1) if word else None

    def _find_word_after(self, at: int) -> tuple[int, int] | None:
        found = re.match(r" ([^\W\d_]+)", self.text[at : at + 40])
        return (at + 1, at + found.end()) if found else None

    def _is_name(self, start: int, end: int) -> bool:
        """Whether a neighbour looks like a name that is none of ours: a capital within a sentence, in no list."""
        if not self.text[start].isupper() or self._is_loud or self._is_first(start):
            return False
        return not any(seen.start <= start < seen.end for seen in self._seen)

    def _is_adjective(self, place: Place, after: int) -> bool:
        """Whether a word in small letters goes on in a word of no list: “a brisk swim”, not “a brisk with seats”."""
        is_small = self.text[place.start].islower() and self.text[after].islower()
        return is_small and not any(
            seen.start <= after < seen.end for seen in self._seen if place.end <= seen.start
        )

    def _is_listed(self, place: Place, other: Place) -> bool:
        """Two names with a comma, a word for and, or nothing between: a list, a comparison, a maker and its car."""
        if other.entity is place.entity:
            return False
        first, second = sorted((place, other), key=lambda each: each.start)
        between = self.text[first.end : second.start]
        if len(between) > 12:
            return False
        if between in ("", " ", "-", "・", "の", "의 "):
            return True
        joins = [
            seen for seen in self._seen if "join" in seen.kinds and first.end <= seen.start < second.start
        ]
        rest = "".join(
            " " if any(s.start <= i < s.end for s in joins) else self.text[i]
            for i in range(first.end, second.start)
        )
        is_joined = bool(joins) or any(sign in between for sign in ",/、,，&+-・")
        return is_joined and not any(sign.isalnum() for sign in rest)


def _is_open(left: str) -> bool:
    """Whether quoted words begin after this: an apostrophe is one at the beginning of a word alone."""
    return left[-1:] in tuple(_OPEN) or (left[-1:] == "'" and not left[-2:-1].strip())
