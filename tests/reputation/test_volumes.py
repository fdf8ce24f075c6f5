"""Counts: whatever happens to mentions, the rows say what counting all of them anew says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reputation.hearing import CAR, NOW, OTHER, add_source, hear, take
from usine.reputation.erasing import erase_author
from usine.reputation.models import Mention, MentionEntity, Volume
from usine.reputation.search_index import relabelled
from usine.reputation.stories import Stories
from usine.reputation.volumes import BIN, count_mentions, floor_bin, read_series

pytestmark = pytest.mark.django_db
LONG = "the charging station in the harbour was closed all day and nobody told the drivers"
TEXTS = (
    "a lovely bramble",
    "an awful bramble, safety",
    "nettle and bramble, price",
    LONG,
    f"{LONG}, awful bramble",
)


def read_counts() -> dict[tuple[object, ...], tuple[int, int, int]]:
    rows = Volume.objects.values_list(
        "at", "country", "language", "entity", "aspect", "sentiment", "stories", "mentions", "reach"
    )
    return {row[:6]: row[6:] for row in rows}


def count_anew() -> dict[tuple[object, ...], tuple[int, int, int]]:
    counted = count_mentions(list(Mention.objects.values_list("pk", flat=True)))
    return {tuple(cell): (count.stories, count.mentions, count.reach) for cell, count in counted.items()}


hearing = st.tuples(
    st.just("hear"),
    st.integers(0, 5),
    st.sampled_from(TEXTS),
    st.sampled_from(["FR", "PT", ""]),
    st.integers(0, 9),
    st.integers(0, 900),
)
steps = st.lists(
    st.one_of(
        hearing,
        hearing,
        hearing,
        st.tuples(st.just("correct"), st.integers(0, 5), st.sampled_from(["negative", "positive"])),
        st.tuples(st.just("erase"), st.integers(0, 2)),
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_counts_are_those_of_the_mentions_after_any_sequence(db, steps):
    Mention.objects.all().delete()
    Volume.objects.all().delete()
    add_source()
    index = Stories()
    for step in steps:
        do(step, index)

    assert read_counts() == count_anew()
    total = sum(Volume.objects.filter(entity="", aspect="").values_list("mentions", flat=True))
    assert total == Mention.objects.count()


def do(step: tuple, index: Stories) -> None:
    kind, *what = step
    if kind == "hear":
        number, text, country, reach, minutes = what
        at = NOW - timedelta(minutes=minutes)
        take(
            hear(number, text, country=country, reach=reach, published_at=at, author=f"author {number % 3}"),
            index=index,
        )
    elif kind == "erase":
        erase_author("forum", f"author {what[0]}", by="tests", now=NOW)
        from usine.reputation.models import Erasure

        Erasure.objects.all().delete()  # so that the next steps are heard
    else:
        mention = Mention.objects.filter(external_id=str(what[0])).first()
        if mention:
            with relabelled([mention.pk]):
                Mention.objects.filter(pk=mention.pk).update(sentiment=what[1], country="BE")
                MentionEntity.objects.filter(mention=mention).update(sentiment=what[1])


def test_a_series_counts_by_steps_and_keys():
    add_source()
    hour = timedelta(hours=1)
    since = NOW - 3 * hour
    take(
        hear(1, "a lovely bramble", published_at=since, reach=4),
        hear(2, "an awful bramble and a nettle", published_at=since + hour + BIN, country="BE"),
        hear(3, "price of a bramble, safety", published_at=since + 2 * hour, language="nl"),
    )

    def read(**how):
        return {
            line.key: line.mentions for line in read_series(since=since, until=NOW, step=hour, **how).lines
        }

    assert read(by="entity") == {CAR: (1, 1, 1), OTHER: (0, 1, 0)}
    assert read(by="sentiment") == {"positive": (1, 0, 0), "negative": (0, 1, 0), "neutral": (0, 0, 1)}
    assert read(by="country") == {"FR": (1, 0, 1), "BE": (0, 1, 0)}
    assert read(by="language", entities=[CAR]) == {"fr": (1, 1, 0), "nl": (0, 0, 1)}
    assert read(by="aspect") == {"price": (0, 0, 1), "safety": (0, 0, 1)}
    assert read(by="entity", countries=["BE"]) == {CAR: (0, 1, 0), OTHER: (0, 1, 0)}
    assert read(by="entity", languages=["nl"]) == {CAR: (0, 0, 1)}
    line = read_series(since=since, until=NOW, step=3 * hour, by="entity", entities=[CAR]).lines[0]
    assert (line.stories, line.reach) == ((3,), (4,))


def test_a_series_that_does_not_fit_five_minutes_is_refused():
    with pytest.raises(ValueError, match="five minutes"):
        read_series(since=NOW, until=NOW + BIN, step=timedelta(minutes=7), by="entity")
    with pytest.raises(ValueError, match="ends after"):
        read_series(since=NOW, until=NOW, step=BIN, by="entity")


def test_a_bin_begins_at_a_multiple_of_five_minutes():
    assert floor_bin(NOW + timedelta(minutes=4, seconds=59)) == NOW


def test_a_read_series_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        read_series(since=NOW - timedelta(days=30), until=NOW, step=timedelta(days=1), by="country")
