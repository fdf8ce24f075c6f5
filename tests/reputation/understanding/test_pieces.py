"""Texts are cut into the pieces whose scores add up to the most, as a search of every cut finds them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.training.pieces import find_widest, quantise
from usine.reputation.understanding.features import encode
from usine.reputation.understanding.loops import hash_pieces
from usine.reputation.understanding.pieces import UNKNOWN, Pieces, prepare_pieces

WORDS = {"▁a": -1.0, "▁": -2.0, "a": -3.0, "b": -3.5, "ab": -4.0, "aba": -6.0, "▁ab": -2.5, "bb": -6.5}


@pytest.fixture(scope="module")
def pieces():
    codes = encode(list(WORDS))
    return Pieces(
        {
            "piece_keys": hash_pieces(codes.points, codes.starts),
            "piece_lengths": np.array([*map(len, WORDS)], dtype=np.uint8),
            "piece_scores": np.array([*WORDS.values()], dtype=np.float16),
            "piece_vectors": np.eye(len(WORDS), dtype=np.int8),
            "piece_scale": np.ones(len(WORDS), dtype=np.float32),
        }
    )


@given(text=st.text("abz ", max_size=8))
def test_the_cut_is_the_best_of_all(pieces, text):
    prepared = prepare_pieces(text)
    numbers, starts = pieces.cut([text])
    found = [[*WORDS][number] for number in numbers]

    assert starts.tolist() == [0, len(found)]
    unknown = len(prepared) - len("".join(found))
    assert sum(WORDS[each] for each in found) + UNKNOWN * unknown == pytest.approx(
        score_best(prepared), abs=1e-3
    )


def score_best(text: str) -> float:
    """By trying every way to cut."""
    best = -np.inf
    for cuts in product([False, True], repeat=max(len(text) - 1, 0)):
        parts, at = [], 0
        for place, is_cut in enumerate([*cuts, True], 1):
            if is_cut:
                parts.append(text[at:place])
                at = place
        scores = [WORDS.get(part, UNKNOWN if len(part) == 1 else -np.inf) for part in parts]
        best = max(best, sum(scores))
    return best


def test_a_text_stands_for_the_mean_of_its_pieces(pieces):
    vectors = pieces.embed(["ab a", "", "zzz"])

    assert vectors.shape == (3, len(WORDS))
    assert np.linalg.norm(vectors[0]) == pytest.approx(1)
    assert np.flatnonzero(vectors[0]).tolist() == [[*WORDS].index("▁a"), [*WORDS].index("▁ab")]
    assert np.flatnonzero(vectors[1]).tolist() == [[*WORDS].index("▁")]


@pytest.mark.parametrize(
    ("text", "prepared"),
    [("Nice  #car @me", "▁Nice▁car"), ("http://a.example/b c", "▁c"), ("ｆｕｌｌ", "▁full"), ("", "▁")],
)
def test_what_says_nothing_is_left_out(text, prepared):
    assert prepare_pieces(text) == prepared


def test_the_widest_axes_keep_what_there_is():
    random = np.random.default_rng(1)
    flat = random.normal(size=(50, 2)).astype(np.float32) @ random.normal(size=(2, 8)).astype(np.float32)

    axes = find_widest(flat, 2)

    assert axes.T @ axes == pytest.approx(np.eye(2), abs=1e-5)
    assert flat @ axes @ axes.T == pytest.approx(flat, abs=1e-4)


def test_bytes_are_near_what_they_stand_for():
    values = np.random.default_rng(2).normal(size=(500, 4)).astype(np.float32)

    small, scale = quantise(values)

    assert small.dtype == np.int8
    assert np.median(np.abs(small * scale - values)) < 0.02
