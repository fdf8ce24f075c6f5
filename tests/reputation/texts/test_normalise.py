"""Spellings that readers take for the same become the same; what makes another word stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.texts.normalise import digest_text, normalise

texts = st.one_of(st.text(max_size=40), st.text("aàÅﬁßİıœが゙ガｶﾞةىأإآؤئـًกำ한각ㅋ²½ \n​", max_size=20))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Compétition", "COMPETITION"),
        ("Straße", "STRASSE"),
        ("IŞIK", "ışık"),
        ("Diyarbakır İLİ", "diyarbakir ili"),
        ("ＡＢＣ１２", "abc12"),
        ("ｶﾞｿﾘﾝ", "ガソリン"),
        ("السَّيَّارَةُ", "السياره"),
        ("أحمد إلى آسيا", "احمد الي اسيا"),
        ("جميـــل", "جميل"),
        ("کیف", "كيف"),
        ("٢٠٢٦", "2026"),
        ("cœur", "coeur"),
        ("L’Orée", "l'oree"),
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("zero\u200bwidth  and\nlines ", "zerowidth and lines"),
        ("ΟΔΟΣ", "οδος"),
        (unicodedata.normalize("NFD", "한국어"), "한국어"),
    ],
)
def test_spellings_of_one_word_are_one(one, other):
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("はは", "ばば"), ("กิน", "กัน"), ("नि", "नी"), ("각", "가"), ("a", "b")]
)
def test_marks_that_make_another_word_stay(one, other):
    assert normalise(one) != normalise(other)


@given(texts)
def test_twice_is_once(text):
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_how_a_text_is_composed_and_set_does_not_matter(text):
    apart = unicodedata.normalize("NFD", text)

    assert normalise(f"  {apart}\n") == normalise(text)
    assert digest_text(f"  {apart}\n") == digest_text(text)


def test_a_digest_is_of_the_words():
    assert digest_text("Great car!") == digest_text("great  car") != digest_text("great cars")
    assert len(digest_text("")) == 32
    assert digest_text("!!") != digest_text("??")
