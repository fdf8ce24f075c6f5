"""What ships says what the machine said that it was made from; the best grams stay; sureness is measured."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from usine.reputation.contracts import UsineError
from usine.reputation.training import fit
from usine.reputation.training.heads import choose_thresholds, list_known
from usine.reputation.understanding.features import list_grams, prepare
from usine.reputation.understanding.heads import SHARED, Described, Head, soften

WORDS = {
    "negative": ["awful", "broken", "never"],
    "neutral": ["today", "car", "street"],
    "positive": ["love", "great"],
}


def write_texts(count: int) -> tuple[list[str], list[str]]:
    draw = random.Random(7)
    labels = [draw.choice([*WORDS]) for _ in range(count)]
    return [
        " ".join(draw.choices(WORDS[label], k=4) + draw.choices(WORDS["neutral"], k=3)) for label in labels
    ], labels


def describe(texts: list[str], languages: list[int]) -> Described:
    vectors = np.random.default_rng(3).normal(size=(len(texts), 5)).astype(np.float32)
    ratings = np.zeros((len(texts), 0), dtype=np.float32)
    return Described(list_grams([prepare(text) for text in texts]), vectors, ratings, np.array(languages))


@pytest.fixture(scope="module")
def fitted():
    pytest.importorskip("sklearn")
    texts, labels = write_texts(120)
    described = describe(texts, [i % 3 - 1 for i in range(120)])
    shape = fit.Shape(fit.choose_grams(described.grams, 14), 5, 2, 0.1)
    matrix = shape.lay(described, described.vectors)
    return described, labels, shape, matrix, fit.fit_machine(matrix, labels, 0.3)


def test_a_head_says_what_its_machine_said(fitted):
    described, _labels, shape, matrix, machine = fitted

    head = Head(shape.unpack("a", *fit.list_weights(machine, 3)), "a")

    said = head.score(described, described.vectors)
    assert said == pytest.approx(machine.decision_function(matrix), abs=0.03)  # weights are bytes
    assert set(described.languages) == {SHARED, 0, 1}


def test_a_gram_of_one_language_is_not_that_of_another():
    described = describe(["a car", "a car", "a car"], [0, 1, 1])

    apart = described.tell_apart()

    parts = [set(apart.grams.hashes[a:b].tolist()) for a, b in pairwise(apart.grams.starts.tolist())]
    assert len(parts[0]) == len(set(described.grams.hashes.tolist()))
    assert parts[1] == parts[2]
    assert not parts[0] & parts[1]


def test_a_head_has_learnt(fitted):
    _described, labels, _shape, matrix, machine = fitted

    assert (machine.predict(matrix) == labels).mean() > 0.95


def test_of_two_grams_for_a_slot_the_commoner_stays():
    texts = ["aaaa bbbb", "aaaa cccc", "aaaa dddd", "bbbb"]
    grams = list_grams([prepare(text) for text in texts])

    vocabulary = fit.choose_grams(grams, 1)  # two slots for all

    hashes, counts = np.unique(grams.hashes, return_counts=True)
    for slot in vocabulary.slots:
        rivals = counts[(hashes >> np.uint32(31)) == slot]
        chosen = counts[
            ((hashes >> np.uint32(31)) == slot) & ((hashes & np.uint32(255)) == vocabulary.tags[slot])
        ]
        assert rivals.max() in chosen


def test_the_temperature_makes_chances_as_sure_as_they_are_right():
    draw = np.random.default_rng(5)
    gold = draw.integers(0, 3, size=4000)
    right = np.where(draw.random(4000) < 0.7, gold, draw.integers(0, 3, size=4000))
    logits = 9 * np.eye(3, dtype=np.float32)[right]  # far too sure: right in four of five

    chances = soften(logits, fit.fit_temperature(logits, gold))

    assert chances.max(axis=1).mean() == pytest.approx((logits.argmax(axis=1) == gold).mean(), abs=0.02)


def test_thresholds_are_where_f1_is_best():
    logits = np.array([[2.0], [1.0], [-0.4], [-3.0]], dtype=np.float32)
    there = np.array([[True], [True], [True], [False]])

    (least,) = choose_thresholds(logits, there)

    assert 1 / (1 + np.exp(3)) < least <= 1 / (1 + np.exp(0.4))


def test_a_few_corrections_do_not_make_a_language_known():
    assert list_known([{"lang": "fr"}] * 100 + [{"lang": "sv"}] * 99) == ["fr"]


def test_without_the_library_training_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)

    with pytest.raises(UsineError, match=r"sklearn is missing: install requirements/bench\.txt"):
        fit.require_scikit()
