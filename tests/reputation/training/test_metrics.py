"""The figures agree with scikit-learn's where both can count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.training.metrics import score_accuracy, score_macro, score_sets, split_by

LABELS = ("negative", "neutral", "positive")
PAIRS = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=30)


@given(PAIRS)
def test_macro_is_what_the_library_says(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    gold, said = zip(*pairs, strict=True)

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
