"""Aspects of cars are told apart by clause, and what praises one aspect is known of another."""

from __future__ import annotations

from itertools import product

import pytest

pytest.importorskip("sklearn")

from usine.reputation.training.cars import judge_cars
from usine.reputation.training.layout import Plain

GOOD, BAD = ("bagus", "mantap", "puas"), ("jelek", "kecewa", "rusak")
SUBJECTS = {"price": "harga", "service": "bengkel"}


def say(**said: str) -> dict[str, object]:
    """A row: of each aspect a clause with the word that is said of it; no word: nothing is said of it."""
    clauses = [f"{SUBJECTS[name]} mobil ini {word}" for name, word in said.items() if word]
    feelings = {word: feeling for feeling, words in (("positive", GOOD), ("negative", BAD)) for word in words}
    aspects = {name: feelings.get(said.get(name, ""), "neutral") for name in SUBJECTS}
    return {"lang": "id", "text": ", ".join(clauses) or "mobil ini lewat tadi pagi", "aspects": aspects}


def find(figures: list[Plain], part: str) -> float:
    return next(value for _what, name, value, _count in figures if name == part)


TAUGHT = [
    *(say(price=word) for word in (*GOOD, *BAD) for _ in range(4)),
    *(say(service=word) for word in (*GOOD[:2], *BAD[:2]) for _ in range(4)),
    *(say(price=a, service=b) for a, b in product(GOOD[:2], BAD[:2])),
    *(say(price=b, service=a) for a, b in product(GOOD[:2], BAD[:2])),
    *(say() for _ in range(12)),
]


def test_two_aspects_of_one_text_are_told_apart():
    rows = [say(price="mantap", service="jelek"), say(price="kecewa", service="bagus"), say()]
    assert find(list(judge_cars(TAUGHT, rows)), "mean") == 100


def test_a_word_learnt_of_one_aspect_is_known_of_another():
    """Nobody was “puas” or “rusak” with a workshop before."""
    rows = [say(service="puas"), say(service="rusak"), say()]
    assert find(list(judge_cars(TAUGHT, rows)), "service") == 100
