"""A clause ends where the writer's thought may turn."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.understanding.clauses import find_clauses, split_clauses


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("The seats are great, but the screen freezes.", ["The seats are great", "but the screen freezes."]),
        ("Belle voiture. Le prix fait mal !", ["Belle voiture.", "Le prix fait mal !"]),
        (
            "Schöner Innenraum, aber die Reichweite ist mau",
            ["Schöner Innenraum", "aber die Reichweite ist mau"],
        ),
        ("السيارة جميلة لكن السعر مرتفع جدا", ["السيارة جميلة", "لكن السعر مرتفع جدا"]),
        (
            "デザインは最高にいいけど、値段が高すぎて買えない。",
            ["デザインは最高にいいけど、", "値段が高すぎて買えない。"],
        ),
        (
            "디자인은 정말 마음에 드는데 가격이 너무 비싸네요",
            ["디자인은 정말 마음에 드는데 ", "가격이 너무 비싸네요"],
        ),
        ("OK. Fine. Good.", ["OK. Fine. Good."]),  # too short to stand for themselves
        ("", [""]),
    ],
)
def test_clauses(text, clauses):
    assert [text[start:end] for start, end in split_clauses(text)] == clauses


@given(st.text(max_size=80))
def test_clauses_lie_in_order_and_leave_out_only_what_parts_them(text):
    clauses = split_clauses(text)

    assert clauses == sorted(clauses)
    assert all(a[1] <= b[0] for a, b in pairwise(clauses))
    left = "".join(text[a[1] : b[0]] for a, b in pairwise(clauses))
    assert set(left) <= set(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0,،-–—") or left.strip(",،-–—").isspace()


def test_places_are_found_in_their_clauses():
    assert find_clauses([(0, 10), (12, 20), (21, 30)], [13, 2, 15]) == [0, 1]
