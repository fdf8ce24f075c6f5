"""The figures agree with scikit-learn's where both can count."""

from __future__ import annotations

import random

import pytest

from usine.reputation.training.metrics import score_accuracy, score_macro, score_sets, split_by

LABELS = ("negative", "neutral", "positive")


@pytest.mark.parametrize("count", [1, 5, 40])
def test_macro_is_what_the_library_says(count):
    metrics = pytest.importorskip("sklearn.metrics")
    draw = random.Random(count)
    gold, said = (draw.choices(LABELS, k=count) for _ in range(2))

    expected = metrics.f1_score(gold, said, labels=LABELS, average="macro", zero_division=0)
    assert score_macro(gold, said, LABELS) == pytest.approx(100 * expected)
    assert score_accuracy(gold, said) == pytest.approx(100 * metrics.accuracy_score(gold, said))


def test_sets_are_counted_over_all_texts():
    gold = [{"price", "design"}, set(), {"safety"}]
    said = [{"price"}, {"range"}, {"safety"}]

    assert score_sets(gold, said) == pytest.approx(100 * 2 * 2 / (3 + 3))


def test_columns_are_parted_by_their_key():
    found = split_by(["fr", "de", "fr"], [1, 2, 3], ["a", "b", "c"])

    assert list(found.items()) == [("de", ([2], ["b"])), ("fr", ([1, 3], ["a", "c"]))]
