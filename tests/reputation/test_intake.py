"""Intake: what is heard is stored once, edited when it is told otherwise, refused with a reason; never half."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.reputation.hearing import CAR, NOW, OTHER, WordReader, add_source, hear, take
from usine.commons.jobs import run_next
from usine.commons.models import Fact, Job
from usine.reputation import arrivals, halving, intake
from usine.reputation.arrivals import count_waiting, put_down, take_arrivals
from usine.reputation.clocks import find_due
from usine.reputation.contracts import Guess, Intent
from usine.reputation.models import Arrival, Correction, Mention, SearchText, Story, Volume
from usine.reputation.sources.health import read_refusals
from usine.reputation.stories import Stories
from usine.reputation.written import read_heard, write_heard

pytestmark = pytest.mark.django_db
LONG = (
    "the charging station in the harbour was closed all day and nobody told the drivers who had come for it"
)


@pytest.fixture(autouse=True)
def source(db):
    return add_source(reach=7)


def test_a_mention_is_stored_with_all_its_labels_and_without_its_author():
    taken = take(hear(1, "an awful bramble, its safety and a nettle", title="Listen", reach=50))

    mention = Mention.objects.get(pk__in=taken.new)
    assert (mention.language, mention.country, mention.country_why) == ("fr", "FR", "profile")
    assert (mention.sentiment, mention.reach, mention.heard_at) == ("negative", 50, NOW)
    assert mention.canonical == "https://forum.example/1"
    assert {row.entity for row in mention.entities.all()} == {CAR, OTHER}
    assert [(row.aspect, row.entity) for row in mention.aspects.all()] == [("safety", CAR)]
    assert len(mention.author_key) == 32
    assert "author 1" not in str(Mention.objects.values().get())
    fact = Fact.objects.get(name="MentionsHeard")
    assert fact.payload["countries"] == {"FR": 1}
    assert fact.payload["negative"] == {"FR": 1}


def test_the_place_of_an_entity_is_that_of_title_and_text_together():
    take(hear(1, "what a bramble", title="Seen"))

    row = Mention.objects.get().entities.get()
    assert "Seen\nwhat a bramble"[row.start : row.end] == "bramble"


def test_what_is_told_twice_is_stored_once_whatever_batch_it_comes_in():
    assert len(take(hear(1), hear(1), hear(2)).new) == 2
    again = take(hear(1), hear(2), hear(3))

    assert (len(again.new), again.known, again.updated) == (1, 2, ())
    assert Mention.objects.count() == SearchText.objects.count() == 3


def test_a_changed_text_updates_mention_labels_index_and_counts():
    take(hear(1, "a lovely bramble"))
    taken = take(hear(1, "an awful nettle, on reflection"))

    mention = Mention.objects.get()
    assert taken.updated == (mention.pk,)
    assert (mention.sentiment, [row.entity for row in mention.entities.all()]) == ("negative", [OTHER])
    assert "reflection" in mention.search_text.tokens
    assert set(Volume.objects.values_list("entity", "sentiment", "mentions")) == {
        ("", "negative", 1),
        (OTHER, "negative", 1),
    }


def test_what_people_set_right_survives_an_edit():
    mention = Mention.objects.get(pk__in=take(hear(1, "an awful bramble")).new)
    for field, after in (("sentiment", "positive"), (f"entity:{OTHER}", "neutral"), (f"entity:{CAR}", "")):
        Correction.objects.create(mention=mention, field=field, after=after, by="Ann", at=NOW)

    take(hear(1, "an awful bramble, I say"))

    mention.refresh_from_db()
    assert mention.sentiment == "positive"
    assert [(row.entity, row.sentiment) for row in mention.entities.all()] == [(OTHER, "neutral")]


def test_copies_join_a_story_and_are_counted_once():
    index = Stories()
    first = take(hear(1, LONG, reach=10), hear(2, LONG.upper(), reach=5), index=index)
    take(
        hear(3, f"{LONG} again", reach=100),
        hear(4, "quite another thing is said here of the bramble"),
        index=index,
    )

    story = Mention.objects.get(pk=first.new[0]).story
    assert (story.size, story.reach, story.head.external_id) == (3, 115, "3")
    assert list(Mention.objects.order_by("pk").values_list("is_copy", flat=True)) == [
        False,
        True,
        True,
        False,
    ]
    assert Story.objects.count() == 2
    assert sum(Volume.objects.filter(entity="").values_list("stories", flat=True)) == 2
    assert sum(Volume.objects.filter(entity="").values_list("mentions", flat=True)) == 4


def test_another_worker_finds_the_stories_of_the_first_one():
    take(hear(1, LONG), index=Stories())
    take(hear(2, f"Read this: {LONG}"), index=Stories())

    assert Story.objects.get().size == 2


def test_what_many_people_say_in_two_words_is_no_copy():
    take(hear(1, "great car"), hear(2, "great car"))

    assert Story.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source": "nowhere"}, "no source"),
        ({"external_id": " \x00"}, "identifier"),
        ({"text": "\x00 ", "title": ""}, "neither"),
        ({"published_at": NOW - timedelta(days=401)}, "older"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_reason_and_nothing_else_is_lost(change, reason):
    taken = take(replace(hear(1), **change), hear(2))

    assert len(taken.new) == 1
    assert reason in taken.refused[0].reason


def test_bad_values_are_made_fit_for_the_tables():
    take(
        hear(
            "i" * 900,
            "lone \ud800 half, nul \x00, <script>alert(1)</script>" + "x" * 60_000,
            title="t" * 2000,
            address="javascript:alert(1)",
            reach=10**12,
            rating=float("nan"),
            language="PT_br",
            country="France",
            published_at=NOW + timedelta(days=900),
        )
    )

    mention = Mention.objects.get()
    assert (len(mention.external_id), len(mention.title), len(mention.text)) == (300, 500, 50_000)
    assert (mention.address, mention.rating, mention.reach) == ("", None, 2**31 - 1)
    assert (mention.language, mention.published_at) == ("pt", NOW)
    assert "<script>" in mention.text
    assert "\x00" not in mention.text


@pytest.mark.parametrize(
    ("length", "kept", "cut_from"),
    [(50_000, 50_000, None), (50_001, 50_000, 50_001), (99_999, 50_000, 99_999)],
)
def test_a_text_that_is_cut_says_how_long_it_was(length, kept, cut_from):
    take(hear(1, f" \x00{'x' * length}\n"))

    mention = Mention.objects.get()
    assert (len(mention.text), mention.cut_from) == (kept, cut_from)


def test_a_text_that_its_connector_cut_says_so_too():
    take(
        hear(1, "x" * 400, cut_from=200_000),
        hear(2, "x" * 60_000, cut_from=100),
        hear(3, "x" * 400, cut_from=400),
    )

    assert [one.cut_from for one in Mention.objects.order_by("external_id")] == [200_000, 60_000, None]


def test_a_cut_text_that_is_told_whole_or_longer_says_so():
    take(hear(1, "x" * 60_000))
    assert take(hear(1, "x" * 60_000)).known == 1
    assert len(take(hear(1, "x" * 70_000)).updated) == 1
    assert Mention.objects.get().cut_from == 70_000
    take(hear(1, "x" * 50_000))
    assert Mention.objects.get().cut_from is None


def test_two_long_identifiers_that_begin_alike_stay_two():
    taken = take(hear("i" * 900 + "a"), hear("i" * 900 + "b"))

    assert len(taken.new) == 2


def test_a_batch_that_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr(intake, "apply_counts", lambda change: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(hear(1), hear(2))

    assert not Mention.objects.exists()
    assert not Story.objects.exists()
    assert not SearchText.objects.exists()


def test_a_batch_that_meets_another_worker_begins_again(monkeypatch):
    """The other one stores the first of two between our look and our write."""
    find_known, met = intake._find_known, []

    def look(items):
        find_known(items)
        if not met:
            met.append(True)
            take(hear(1))

    monkeypatch.setattr(intake, "_find_known", look)
    taken = take(hear(1), hear(2))

    assert (len(taken.new), taken.known) == (1, 1)
    assert Mention.objects.count() == 2


def test_a_batch_that_always_fails_says_so(monkeypatch):
    def fail(*_arguments):
        raise IntegrityError

    monkeypatch.setattr(intake, "_store", fail)
    with pytest.raises(IntegrityError):
        take(hear(1))


def test_a_batch_costs_the_same_queries_for_one_and_for_twenty():
    take(hear("first"))
    counts = []
    for size in (1, 20):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            take(*(hear(f"{size}-{number}", f"bramble {number} {size}") for number in range(size)))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 24


def test_what_is_known_costs_four_queries_and_no_reading(django_assert_max_num_queries):
    reader, index = WordReader(), Stories()
    heard = [hear(number) for number in range(5)]
    intake.take_in(heard, reader=reader, index=index, now=NOW, by="tests")
    with django_assert_max_num_queries(8):
        intake.take_in(heard, reader=reader, index=index, now=NOW, by="tests")

    assert reader.batches == [5]


def test_what_arrived_waits_until_a_worker_takes_it():
    put_down([hear(1), hear(2)], now=NOW)
    put_down([hear(2), hear(3)], now=NOW)
    reader, index = WordReader(), Stories()

    first = take_arrivals(reader=reader, index=index, now=NOW, by="tests", limit=3)
    assert (len(first.new), count_waiting()) == (2, 1)
    assert len(take_arrivals(reader=reader, index=index, now=NOW, by="tests").new) == 1
    assert take_arrivals(reader=reader, index=index, now=NOW, by="tests") is None


def test_what_is_refused_of_deliveries_stands_at_their_source(source):
    other = add_source("paper")
    put_down([hear(1), hear(2, text=" "), hear(3, source="paper")], now=NOW)
    take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests")

    source.refresh_from_db()
    other.refresh_from_db()
    kept = read_refusals(source)
    assert (kept.at, kept.of, kept.count, kept.first[0].external_id) == (NOW, 2, 1, "2")
    assert read_refusals(other) is None


def test_what_a_worker_failed_on_is_taken_at_the_next_try(monkeypatch):
    """Whatever the first one meets: a database that is away for a moment."""
    tried = []

    def take_later(heard, **values):
        tried.append(len(heard))
        if len(tried) == 1:
            raise ConnectionError
        return take(*heard)

    monkeypatch.setattr(halving, "take_in", take_later)
    put_down([hear(1)], now=NOW)
    while run_next():
        pass

    assert (tried, count_waiting(), Mention.objects.count()) == ([1, 1], 0, 1)


def test_what_a_worker_failed_on_stays_with_who_has_it_since(monkeypatch):
    """It was held up past its lease."""

    def fail(heard, **values):
        Arrival.objects.update(lease_until=later)
        raise ConnectionError

    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(halving, "take_in", fail)
    put_down([hear(1)], now=NOW)
    with pytest.raises(ConnectionError):
        take_arrivals(by="tests")

    assert Arrival.objects.get().lease_until == later


def test_what_others_have_is_looked_at_again_once_when_the_first_lease_ends(monkeypatch):
    monkeypatch.setattr(halving, "take_in", lambda heard, **values: take(*heard))
    put_down([hear(1), hear(2)], now=NOW)
    first, second = (timezone.now() + timedelta(minutes=minutes) for minutes in (3, 4))
    for row, end in zip(Arrival.objects.order_by("pk"), (second, first), strict=True):
        Arrival.objects.filter(pk=row.pk).update(lease_until=end)
    assert run_next() and not run_next()
    again = Job.objects.get(kind=arrivals.TAKE, state=Job.State.WAITING)
    assert again.not_before == first

    put_down([hear(3)], now=NOW)  # which does not wait for that
    assert run_next() and not run_next()
    assert list(Mention.objects.values_list("external_id", flat=True)) == ["3"]
    assert Job.objects.get(kind=arrivals.TAKE, state=Job.State.WAITING) == again

    monkeypatch.setattr(timezone, "now", lambda: second + timedelta(seconds=1))
    assert run_next() and not run_next()
    assert (count_waiting(), Mention.objects.count()) == (0, 3)


def test_what_arrives_while_a_worker_claims_the_job_that_waits_gets_one_of_its_own(
    django_capture_on_commit_callbacks,
):
    """The worker looked before it was there."""
    put_down([hear(1)], now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        put_down([hear(2)], now=NOW)
        Job.objects.update(state=Job.State.RUNNING)

    assert Job.objects.filter(kind=arrivals.TAKE, state=Job.State.WAITING).count() == 1


def test_four_copies_of_a_batch_that_is_begun_again_make_one_story(monkeypatch):
    """What was placed in the first try is in no story."""
    store, tried = intake._store, []

    def store_later(items, now):
        tried.append(len(items))
        if len(tried) == 1:
            raise IntegrityError
        return store(items, now)

    monkeypatch.setattr(intake, "_store", store_later)
    take(*(hear(number, f"{LONG} {word}") for number, word in enumerate(("one", "two", "three", "four"))))

    assert (tried, Story.objects.get().size) == ([4, 4], 4)


class Complaining(WordReader):
    """What has `refund` in it is a complaint."""

    def read_all(self, texts):
        return [
            replace(reading, intent=Guess(Intent.COMPLAINT, 0.9)) if "refund" in text else reading
            for reading, (_title, text, _language) in zip(super().read_all(texts), texts, strict=True)
        ]


def test_what_becomes_a_complaint_as_it_is_edited_has_its_clock_begin_then():
    later = NOW + timedelta(hours=30)

    def tell(text, now):
        intake.take_in([hear(1, text)], reader=Complaining(), index=Stories(), now=now, by="tests")
        return Mention.objects.get().due_at

    assert tell("a lovely bramble", NOW) is None
    due = find_due("complaint", "FR", later)
    assert tell("a bramble, I want a refund", later) == due
    assert tell("a bramble, I want a refund now", later + timedelta(hours=9)) == due
    assert tell("a bramble", later) is None


def test_what_arrived_is_written_and_read_whole():
    heard = hear(1, "漢字 \U0001f525", rating=0.5, extra={"likes": 3})

    assert read_heard(write_heard(heard)) == heard


def test_what_is_no_country_is_none():
    """A screen could not name it: such a mention would be in the way of all others."""
    take(hear(1, country="QQ"), hear(2, country="aq"), hear(3, country="FRA"))
    assert list(Mention.objects.order_by("pk").values_list("country", "country_why")) == [
        ("", "unknown"),
        ("AQ", "profile"),
        ("", "unknown"),
    ]
