"""Copies of a text are found again among others: shared, linked, edited, cut, quoted; and only they."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.texts.copies import StoryIndex, compare, sign

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WORDS = [first + second for first in ("ka", "lo", "mi", "su", "re", "to", "an", "ve") for second in (
    "ra", "den", "lit", "mos", "pe", "qua", "ster", "vin", "wor", "xi", "yond", "zel"
)]  # fmt: skip
words = st.lists(st.sampled_from(WORDS), min_size=8, max_size=60)


def make_texts(count: int, length: int, seed: int = 7) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=length)) for _ in range(count)]


def edit(text: str, share: float, seed: int) -> str:
    rng = random.Random(seed)
    said = text.split()
    for place in rng.sample(range(len(said)), int(share * len(said))):
        said[place] = rng.choice(WORDS)
    return " ".join(said[: int(0.85 * len(said))])


@pytest.fixture(scope="module")
def index() -> StoryIndex:
    index = StoryIndex()
    for story, text in enumerate(make_texts(1_500, 40)):
        index.add(story, sign(text), NOW)
    return index


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.upper() + "!!!",
        lambda text: f"RT @somebody: {text} https://example.com/x",
        lambda text: f"{text} (updated)",
        lambda text: text.replace(text.split()[3], "another", 1),
        lambda text: f"{make_texts(1, 20, seed=8)[0]} “{text}” {make_texts(1, 20, seed=9)[0]}",
    ],
)
def test_copies_are_found_among_others(index, change):
    texts = make_texts(1_500, 40)

    for story in range(0, 1_500, 50):
        near = index.find(sign(change(texts[story])), NOW)
        assert near and near.story == story


def test_nine_of_ten_heavily_edited_copies_are_found_and_no_other(index):
    found = [index.find(sign(edit(text, 0.2, n)), NOW) for n, text in enumerate(make_texts(100, 40))]

    assert sum(near is not None and near.story == n for n, near in enumerate(found)) >= 90
    assert all(near is None or near.story == n for n, near in enumerate(found))
    assert not any(index.find(sign(text), NOW) for text in make_texts(100, 40, seed=11))


def test_posts_that_share_a_long_hashtag_alone_are_no_copies():
    first = "バッテリー値上げの説明が足りない #新型電気自動車発表会の生中継"
    other = "会場の照明がまぶしくて見えない #新型電気自動車発表会の生中継"
    shared = "RT @aki: バッテリー値上げの説明が足りない #別の話題をここに付けておく"

    assert compare(sign(first), sign(other)) == 0.0
    assert compare(sign(first), sign(shared)) == 1.0


@given(words)
def test_a_signature_is_of_the_words_alone_and_the_same_for_ever(said):
    text = " ".join(said)

    assert sign(text) == sign(f"  {text.upper()}. http://example.com @user")
    assert compare(sign(text), sign(text)) == (1.0 if sign(text) else 0.0)


def test_a_signature_stays_as_it_is_stored():
    assert sign("one two three four five six")[:17].hex() == "01bfd14c51f94f2422b47a81365e6da285"


@given(words, words)
def test_comparing_does_not_depend_on_the_order(one, other):
    first, second = sign(" ".join(one)), sign(" ".join(other))

    assert compare(first, second) == compare(second, first)


def test_chinese_and_japanese_copies_are_found():
    index = StoryIndex()
    said = "新车上市三个月后车主反映冬季续航里程明显下降厂家表示将通过远程升级改善电池管理系统"
    index.add(1, sign(said), NOW)
    index.add(
        2,
        sign("オレーの納車が三か月遅れている。販売店からの連絡は一度もなく、代車の手配もされていない。"),
        NOW,
    )

    assert index.find(sign(f"转发：{said.replace('明显', '大幅')}。"), NOW).story == 1
    assert (
        index.find(
            sign(
                "【拡散】オレーの納車が三か月遅れています。販売店からの連絡は一度もなく、代車の手配もされていない。"
            ),
            NOW,
        ).story
        == 2
    )


def test_texts_of_few_words_are_no_copies():
    index = StoryIndex()
    index.add(1, sign("so good"), NOW)

    assert sign("so good") == sign("") == b""
    assert index.find(sign("so good"), NOW) is None
    assert len(index) == 0


def test_the_window_ends_after_a_fortnight_and_moves_with_the_copies():
    index, text = StoryIndex(), make_texts(1, 30)[0]
    index.add(1, sign(text), NOW)

    assert index.find(sign(text), NOW + timedelta(days=14)).story == 1
    assert index.find(sign(text), NOW + timedelta(days=14, seconds=1)) is None
    assert index.find(sign(f"{text} more"), NOW + timedelta(days=15)) is None
    index.add(1, sign(text), NOW + timedelta(days=13))
    assert index.find(sign(f"{text} more"), NOW + timedelta(days=15)).story == 1


def test_what_is_left_behind_makes_room_and_what_is_stored_makes_the_index_again():
    texts = make_texts(2_600, 25, seed=3)
    index = StoryIndex()
    for story, text in enumerate(texts):
        index.add(story, sign(text), NOW + timedelta(minutes=20 * story))
    again = StoryIndex()
    for story, text in enumerate(texts):
        again.add(story, sign(text), NOW + timedelta(minutes=20 * story))
    end = NOW + timedelta(minutes=20 * 2_600)

    assert len(index) < 2_600
    for story in (0, 2_000, 2_599):
        assert index.find(sign(texts[story]), end) == again.find(sign(texts[story]), end)
    assert index.find(sign(texts[2_599]), end).story == 2_599
    assert index.find(sign(texts[0]), end) is None


def test_an_erased_story_is_found_no_more():
    index, (one, other) = StoryIndex(), make_texts(2, 30)
    index.add(1, sign(one), NOW)
    index.add(2, sign(other), NOW)
    index.forget(1)

    assert index.find(sign(one), NOW) is None
    assert index.find(sign(other), NOW).story == 2


def test_what_is_taken_back_leaves_the_index_as_it_was():
    """Also where room was made for it meanwhile."""
    texts = make_texts(1_030, 25, seed=5)
    near = [edit(text, 0.1, seed) for seed, text in enumerate(texts)]
    index, untouched = StoryIndex(), StoryIndex()
    for story, text in enumerate(texts[:1_010]):
        index.add(story, sign(text), NOW)
        untouched.add(story, sign(text), NOW)
    for story, text in enumerate([*texts[1_010:], *near[:10]], 1_010):
        index.add(story, sign(text), NOW)
    assert index.find(sign(texts[1_020]), NOW).story == 1_020
    index.take_back(1_010)

    assert len(index) == len(untouched)
    for text in [*texts[::50], *texts[1_010:], *near[:20]]:
        assert index.find(sign(text), NOW) == untouched.find(sign(text), NOW)
    index.add(1_010, sign(texts[1_020]), NOW)
    assert index.find(sign(near[1_020]), NOW).story == 1_010
