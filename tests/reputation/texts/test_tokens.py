"""What a person types is found in SQLite's full-text index wherever a reader would say that it stands there."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.texts.normalise import normalise
from usine.reputation.texts.tokens import (
    parse_query,
    search_query,
    search_tsquery,
    search_vector,
    tokenise,
)

EAST = st.text("电池续航里程充的で車がオーリジュ자동차가를กินข้าวที่ร", min_size=1, max_size=12)
WEST = st.text("aéàßßıİœñzZ", min_size=1, max_size=8)


def find(texts: list[str], question: str) -> list[int]:
    """Which of the texts the index finds."""
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE VIRTUAL TABLE said USING fts5(words, tokenize = 'ascii')")
        base.executemany(
            "INSERT INTO said(words) VALUES (?)", [(" ".join(tokenise(text)),) for text in texts]
        )
        query = search_query(question)
        if not query:
            return []
        rows = base.execute("SELECT rowid - 1 FROM said WHERE said MATCH ? ORDER BY rowid", [query])
        return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("这款车的续航里程太短了", "续航"),
        ("这款车的续航里程太短了", "车"),
        ("这款车的续航里程太短了", "了"),
        ("这款车的续航里程太短了", "续航里程"),
        ("冬の北海道で暖房をつける", "暖房"),
        ("5シリーズのナビ", "5シリーズ"),
        ("ｶﾞｿﾘﾝ車", "ガソリン"),
        ("자동차가 멈췄어요", "자동차"),
        ("자동차를", "차"),
        ("ผมชอบรถยนต์ไฟฟ้า", "รถยนต์"),
        ("น้ำมันแพง", "น้ำมัน"),
        ("والسيارة الجديدة", "سيارة"),
        ("بالسّيّارة", "السيارة"),
        ("للسيارات", "سيارات"),
        ("أحسن سيارة", "احسن"),
        ("كتابها جميل", "كتاب"),
        ("مستشفى", "مستشفي"),
        ("جميـــلة", "جميلة"),
        ("la compétition a commencé", "competition"),
        ("les compétitions", "compétition"),
        ("die Straße", "STRASSE"),
        ("IŞIKLAR", "ışıklar"),
        ("İSTANBUL", "istanbul"),
        ("à l'orée du bois", "l'orée"),
        ("#NewCarDay today", "car"),
        ("#NewCarDay today", "newcarday"),
        ("52kWh", "52 kwh"),
        ("52 kWh", "52kWh"),
        ("it is on fire 🔥", "🔥"),
        ("गाड़ी अच्छी है", "गाड़ी"),
    ],
)
def test_a_word_is_found_as_readers_would(text, question):
    assert find(["something else", text, "别的 別の 다른 غير"], question) == [1]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("scar tissue", "car"),
        ("cards", "car"),
        ("里续航", "续里"),
        ("ab cd", '"cd ab"'),
        ("fires everywhere", '"fire"'),
        ("a fire today", "fire -today"),
    ],
)
def test_what_is_not_said_is_not_found(text, question):
    assert find([text], question) == []


def test_words_in_quotes_follow_one_another_in_any_script():
    texts = [
        "battery range is low",
        "range of the battery",
        "東京 電車",
        "電車 東京",
        "السيارة الجديدة",
        "الجديدة السيارة",
    ]

    assert find(texts, '"battery range"') == [0]
    assert find(texts, '"東京 電車"') == [2]
    assert find(texts, '"السيارة الجديدة"') == [4]
    assert find(texts, "battery range") == [0, 1]


@given(EAST, EAST, EAST, st.data())
def test_every_part_of_a_text_without_spaces_is_found(before, inside, after, data):
    text = before + inside + after

    assert normalise(inside) not in normalise(text) or find([text], inside) == [0]


@given(st.lists(WEST, min_size=1, max_size=4), st.integers(0, 3))
def test_every_word_is_found_in_any_case(words, which):
    asked = words[which % len(words)]

    assert find([" ".join(words)], asked.upper()) == [0]
    assert find([" ".join(words)], asked.lower()) == [0]


@given(st.text(max_size=60))
def test_any_question_is_one_that_the_index_understands(question):
    find(["a text"], question)


@given(st.text("ab\"-* '🔥车س(:^{}", max_size=30))
def test_signs_of_the_query_language_are_only_signs(question):
    find(["a b"], question)


def test_a_question_has_terms_and_what_must_not_be_there():
    terms = parse_query('charge -fire "fast charger"')

    assert [term.words for term in terms] == [("charge",), ("fire",), ("fast", "charger")]
    assert [term.is_barred for term in terms] == [False, True, False]
    assert search_query("-fire") == search_tsquery("-fire") == search_query("!?") == ""


def test_postgresql_is_asked_the_same():
    assert search_tsquery('续航 "fast charger" -fire') == "('续航') & ('fast' <-> 'charger') & !('fire':*)"
    assert search_vector("fast 续航") == "'fast':1 '续航':2 '航':3"
