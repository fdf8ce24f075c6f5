"""Rows stored by plain SQL are those that `bulk_create` would have stored, and know their keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from usine.reputation.contracts import Aspect, MentionKind, Sentiment
from usine.reputation.models import Arrival, Mention, MentionAspect, Source, Story
from usine.reputation.storing import insert_rows, insert_with_keys

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 26, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))


def write(source: Source, number: int) -> Mention:
    return Mention(
        source=source,
        external_id=str(number),
        text=f"“Über 100 % çà et là” {number}\n'quoted'",
        signature=bytes(range(256)),
        kind=MentionKind.ARTICLE,
        sentiment=Sentiment.NEGATIVE,
        rating=None if number % 2 else 0.25,
        reach=number,
        published_at=AT,
        heard_at=AT + timedelta(minutes=number),
    )


@pytest.fixture
def source() -> Source:
    return Source.objects.create(slug="a", name="A", connector="webhook", address="https://a.example/")


def test_rows_are_those_of_bulk_create_in_as_many_statements_as_it_takes(source):
    rows = [write(source, number) for number in range(1200)]
    insert_with_keys(rows)
    stored = list(Mention.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values())
    Mention.objects.all().delete()
    Mention.objects.bulk_create(write(source, number) for number in range(1200))
    expected = list(Mention.objects.order_by("pk").values())

    assert [row.pop("id") for row in stored] == [row.pk for row in rows]
    assert [row.pop("id") for row in expected]
    assert [{**row, "signature": bytes(row["signature"])} for row in stored] == [
        {**row, "signature": bytes(row["signature"])} for row in expected
    ]
    assert not rows[0]._state.adding


def test_what_needs_no_key_is_stored_too(source):
    mention = write(source, 1)
    insert_with_keys([mention])
    insert_rows(
        [MentionAspect(mention=mention, aspect=aspect, sentiment=Sentiment.POSITIVE) for aspect in Aspect]
    )
    insert_rows([Arrival(heard={"text": "ça", "extra": {"n": [1, None]}}, at=AT)])

    assert set(mention.aspects.values_list("aspect", flat=True)) == {each.value for each in Aspect}
    [arrival] = Arrival.objects.all()
    assert (arrival.heard, arrival.at, arrival.lease_until) == (
        {"text": "ça", "extra": {"n": [1, None]}},
        AT.astimezone(UTC),
        None,
    )


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows([])
        insert_with_keys([])
    assert not Story.objects.exists()
