"""Grams are counted as a slow twin in plain Python counts them; what says the same is spelt the same."""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.understanding.features import encode, list_grams, list_kinds, prepare
from usine.reputation.understanding.loops import CHARACTERS, HAN, MARK, SPACE, WORD, WORDS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("Looove it!!!!", " loove it!! "),
        ("see https://a.example/b?c and www.b.example now", " see http and http now "),
        ("@claire thanks", " @ thanks "),
        ("#BestCarEver #no_more", " best car ever no more "),
        ("ﺳﻴﺎﺭﺓ", " سياره "),  # forms of presentation, and an ending written in two ways
        ("أَهْلًا", " اهلا "),
        ("  \n ", "  "),
        ("ÉCLAIR", " éclair "),
    ],
)
def test_what_says_the_same_is_spelt_the_same(text, prepared):
    assert prepare(text) == prepared


@given(st.lists(TEXTS, max_size=5))
def test_grams_are_those_of_a_slow_twin(texts):
    grams = list_grams([prepare(text) for text in texts])

    for number, text in enumerate(texts):
        part = slice(grams.starts[number], grams.starts[number + 1])
        characters = grams.blocks[part] == CHARACTERS
        counts = Counter(gram for gram in count_slowly(prepare(text)))
        assert grams.counts[part][characters].sum() == sum(counts.values())
        assert sorted(grams.counts[part][characters]) == sorted(counts.values())  # no two share a hash here
        words = split_slowly(prepare(text))
        assert grams.counts[part][~characters].sum() == 2 * len(words)


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_text_has_the_grams_that_it_has_alone(texts):
    texts = [prepare(text) for text in texts]
    together = list_grams(texts)

    for number, text in enumerate(texts):
        alone = list_grams([text])
        part = slice(together.starts[number], together.starts[number + 1])
        assert np.array_equal(together.hashes[part], alone.hashes)
        assert np.array_equal(together.counts[part], alone.counts)


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        *((sign, WORD) for sign in "aéس7가"),
        *((sign, HAN) for sign in "車のไ"),
        *((sign, SPACE) for sign in " \n"),
        *((sign, MARK) for sign in "!😤\ufe0f€"),
    ],
)
def test_every_sign_has_a_kind(sign, kind):
    assert list_kinds()[ord(sign)] == kind


def test_signs_beyond_the_table_are_marks():
    grams = list_grams([prepare("a \U000e0041 b")])

    assert grams.counts[grams.blocks == WORDS].sum() == 6


def test_codes_say_where_each_text_begins():
    codes = encode(["ab", "", "😀"])

    assert codes.starts.tolist() == [0, 2, 2, 3]
    assert codes.points.tolist() == [97, 98, 0x1F600]


def count_slowly(text: str) -> list[str]:
    return [text[i : i + n] for i in range(len(text)) for n in range(2, 6) if i + n <= len(text)]


def split_slowly(text: str) -> list[str]:
    """Words by the categories of Unicode: letters and digits together, one run of the same sign, Han one by one."""
    words: list[str] = []
    kinds = list_kinds()
    before = ""
    for sign in text:
        kind = int(kinds[ord(sign)]) if ord(sign) < len(kinds) else MARK
        joins = (
            bool(before)
            and kind == _kind(kinds, before)
            and (kind == WORD or (kind == MARK and sign == words[-1][0]))
        )
        if kind != SPACE:
            if joins:
                words[-1] += sign
            else:
                words.append(sign)
        before = sign
    assert all(unicodedata.category(word[0])[0] != "Z" for word in words)
    return words


def _kind(kinds, sign: str) -> int:
    return int(kinds[ord(sign)]) if ord(sign) < len(kinds) else MARK
