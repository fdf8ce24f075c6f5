"""Points of sale near a place that somebody typed: a town, a postcode, or both. Pure.

Nothing is located: a place is known only by the towns, the postcodes and the coordinates of the points of sale.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from usine.dealers.contracts import Answer, Dealer, Hit, Match

SHORTEST_WORD = 3
EARTH_RADIUS_KM = 6371.0
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ى": "ي", "ة": "ه", "ـ": ""})


@dataclass(frozen=True, slots=True)
class _Rank:
    """How well a point of sale answers; `order` is smaller for a better answer."""

    match: Match
    place: str
    order: tuple[int, int]


def search(dealers: Sequence[Dealer], near: str) -> Answer:
    """All the given points of sale, once each: those that answer `near` first, the others by distance from the best.

    A town is compared without case, accents, hyphens or Arabic vowel signs. A postcode finds its own points of sale,
    else those whose postcode begins alike, the closest number first. When none answers, the order stays as given.
    """
    near = " ".join(near.split())
    words, code = _split(near)
    ranks = [(rank, dealer) for dealer in dealers if (rank := _rank(dealer, words, code))]
    ranks.sort(key=lambda pair: pair[0].order)
    if not ranks:
        return Answer(near, tuple(Hit(dealer, Match.NONE, dealer.city) for dealer in dealers), 0)
    best = ranks[0]
    found = [Hit(dealer, rank.match, rank.place) for rank, dealer in ranks]
    known = {id(dealer) for _rank_, dealer in ranks}
    others = [
        Hit(dealer, Match.DISTANCE, best[0].place, round(measure_km(best[1], dealer)))
        for dealer in dealers
        if id(dealer) not in known
    ]
    others.sort(key=lambda hit: hit.km or 0)
    return Answer(near, (*found, *others), len(found))


def fold(text: str) -> str:
    """Words that are the same to a reader become the same: “Saint-Étienne” and “saint etienne”, “الدّار” and “الدار”."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(sign for sign in apart if not unicodedata.combining(sign))
    plain = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in kept)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def measure_km(one: Dealer, other: Dealer) -> float:
    """The distance in a straight line, in kilometres."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def _split(near: str) -> tuple[str, str]:
    """The words and the postcode of what was typed: “9000 Gent” is both."""
    signs = fold(near).split()
    code = "".join(sign for sign in signs if any(letter.isdigit() for letter in sign))
    return " ".join(sign for sign in signs if not any(letter.isdigit() for letter in sign)), code


def _rank(dealer: Dealer, words: str, code: str) -> _Rank | None:
    by_town, by_code = _rank_town(dealer, words), _rank_code(dealer, code)
    if by_town and by_code:
        return min(by_town, by_code, key=lambda rank: rank.order)
    return by_town or by_code


def _rank_town(dealer: Dealer, words: str) -> _Rank | None:
    for place in (dealer.city, *dealer.also):
        if words and fold(place) == words:
            return _Rank(Match.TOWN, place, (0, 0))
    for place in dealer.serves:
        if words and fold(place) == words:
            return _Rank(Match.SERVED, place, (1, 0))
    if len(words) < SHORTEST_WORD:
        return None
    for place in (dealer.city, *dealer.also):
        if fold(place).startswith(words):
            return _Rank(Match.TOWN, place, (2, 0))
    if set(words.split()) <= set(fold(dealer.name).split()):
        return _Rank(Match.TOWN, dealer.city, (1, 0))
    return None


def _rank_code(dealer: Dealer, code: str) -> _Rank | None:
    own = fold(dealer.postcode).replace(" ", "")
    if not code or not own:
        return None
    if own == code:
        return _Rank(Match.POSTCODE, dealer.city, (0, 0))
    alike = next(
        (i for i, (a, b) in enumerate(zip(own, code, strict=False)) if a != b), min(len(own), len(code))
    )
    is_number = own.isdecimal() and code.isdecimal() and len(own) == len(code)
    if alike < (1 if is_number else 2):
        return None
    gap = abs(int(own) - int(code)) if is_number else 0
    return _Rank(Match.AREA, dealer.city, (3 + 20 - min(alike, 20), gap))
