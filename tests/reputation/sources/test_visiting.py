"""A visit keeps its cursor behind what is stored, writes down how it went, and never takes others with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from tests.reputation.sources.recorded import Recorded, record_mastodon, record_rss
from tests.reputation.sources.storing import take_in
from tests.reputation.sources.web import NOW, StandingTime
from usine.reputation.cleaning import NO_TEXT, TOO_OLD, Refused
from usine.reputation.intake import TakenIn
from usine.reputation.models import Mention, Source
from usine.reputation.sources.health import REFUSALS_KEPT, back_off, read_refusals
from usine.reputation.sources.listening import LEASE, claim, find_due, listen, listen_once
from usine.reputation.sources.visiting import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(web):
    return Recorded(web, 130)


@pytest.fixture
def source(said):
    place = record_rss(said)
    return Source.objects.create(slug="rss", name="R", connector="feed", address=place.address, every_s=300)


def go(source, fetcher, **changes):
    values = {"now": NOW, "take_in": take_in, "fetcher": fetcher, "draw": lambda: 0.5, **changes}
    return visit(source, **values)


def test_a_visit_stores_what_is_new_and_writes_down_how_it_went(source, said, fetcher):
    first = go(source, fetcher)
    second = go(source, fetcher, now=NOW + timedelta(minutes=5))

    assert (first.mentions, first.error, second.mentions) == (130, "", 0)
    source.refresh_from_db()
    assert (source.failures, source.error) == (0, "")
    assert source.heard_at == NOW - timedelta(minutes=600 - 129)  # a first visit: when it last spoke
    assert source.answered_at == NOW + timedelta(minutes=5)
    assert source.next_at == NOW + timedelta(minutes=10)

    said.count += 1
    go(source, fetcher, now=NOW + timedelta(minutes=10))
    source.refresh_from_db()
    assert source.heard_at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("is_stored", [True, False], ids=["behind storing", "before storing"])
def test_a_kill_loses_and_doubles_nothing(source, fetcher, is_stored):
    """Killed in the second batch: the process is gone, and the row is what another process finds."""
    batches = 0

    class Killed(BaseException):
        pass

    def die(heard, *, by, now):
        nonlocal batches
        batches += 1
        if batches == 1 or is_stored:
            taken = take_in(heard, by=by, now=now)
        if batches == 2:
            raise Killed
        return taken

    with pytest.raises(Killed):
        go(source, fetcher, take_in=die)
    again = Source.objects.get(pk=source.pk)
    go(again, fetcher)

    assert Mention.objects.count() == 130
    assert Mention.objects.values("external_id").distinct().count() == 130


def test_an_edited_mention_is_the_same_mention(source, said, fetcher):
    go(source, fetcher)
    said.edited = {128}
    go(source, fetcher)

    assert Mention.objects.count() == 130
    assert Mention.objects.get(external_id="id-128").text == "Edited thing 128."


def test_a_source_that_fails_is_left_longer_each_time_and_forgiven_at_once(source, web, fetcher, standing):
    page = web.pages["/list"]
    web.pages["/list"] = lambda path, headers: (500, {}, b"")
    waits = []
    for _ in range(4):
        assert "answered 500" in go(source, fetcher).error
        waits.append((source.next_at - NOW).total_seconds())
    web.pages["/list"] = page
    done = go(source, fetcher)

    assert waits == [225, 450, 900, 1800]
    assert (done.error, source.failures, source.error) == ("", 0, "")


def test_retry_after_is_the_least_that_a_source_is_left(source, web, fetcher):
    web.pages["/list"] = lambda path, headers: (503, {"Retry-After": "7200"}, b"")
    go(source, fetcher)
    assert source.next_at == NOW + timedelta(hours=2)


def test_an_intake_that_refuses_keeps_the_cursor_where_it_was(source, fetcher):
    def refuse(heard, *, by, now):
        raise ValueError("the disk is full")

    done = go(source, fetcher, take_in=refuse)
    assert (done.mentions, done.error) == (0, "ValueError: the disk is full")
    source.refresh_from_db()
    assert (source.cursor, source.failures, source.heard_at) == ({}, 1, None)


def test_what_the_intake_refuses_is_counted_and_told(source, fetcher, caplog):
    def refuse_one(heard, *, by, now):
        return TakenIn(refused=(Refused("rss", heard[0].external_id, "It is too old."),))

    done = go(source, fetcher, take_in=refuse_one)
    assert done.refused == "2 of 130 mentions refused, the last one: It is too old."
    assert f"The source rss: {done.refused}" in caplog.text and done.error == ""


def test_a_source_keeps_what_was_refused_of_the_latest_visit_that_brought_something(source, said, fetcher):
    def refuse(heard, *, by, now):
        taken = take_in(heard, by=by, now=now)
        old = [
            Refused("rss", one.external_id, TOO_OLD, {"days": 9}) for one in heard if "1" in one.external_id
        ]
        return replace(taken, refused=tuple(old))

    go(source, fetcher, take_in=refuse)
    kept = read_refusals(Source.objects.get(pk=source.pk))
    assert (kept.at, kept.of, kept.count, len(kept.first)) == (NOW, 130, 49, REFUSALS_KEPT)
    assert kept.first[0].external_id == "id-1"
    assert kept.first[0].reason == "It is older than the 9 days that this source keeps."

    go(source, fetcher, now=NOW + timedelta(minutes=5))  # which brings nothing
    assert read_refusals(Source.objects.get(pk=source.pk)) == kept
    said.count += 1
    go(source, fetcher, now=NOW + timedelta(minutes=10))
    assert read_refusals(Source.objects.get(pk=source.pk)) is None


def test_a_visit_that_fails_half_way_keeps_what_was_refused_before(source, fetcher):
    def fail_later(heard, *, by, now):
        if Mention.objects.exists():
            raise ValueError("the disk is full")
        return replace(take_in(heard, by=by, now=now), refused=(Refused("rss", "id-1", NO_TEXT),))

    assert go(source, fetcher, take_in=fail_later).error
    kept = read_refusals(Source.objects.get(pk=source.pk))
    assert (kept.of, kept.first) == (100, (Refused("rss", "id-1", NO_TEXT),))


def test_a_connector_or_an_option_that_there_is_not_is_a_failure_of_that_source(source, fetcher):
    source.connector = "telepathy"
    assert "the connector telepathy: there are feed, files" in go(source, fetcher).error
    source.connector, source.options = "feed", {"colour": "red"}
    assert "the option colour" in go(source, fetcher).error


@pytest.mark.parametrize(
    ("failures", "retry_after_s", "draw", "seconds"),
    [
        (0, None, 0.0, 270),
        (0, None, 1.0, 330),
        (1, None, 0.0, 150),
        (1, None, 1.0, 300),
        (3, None, 1.0, 1200),
        (60, None, 1.0, 21_600),
        (1, 900.0, 1.0, 900),
        (0, 900.0, 0.0, 900),
    ],
)
def test_how_long_a_source_is_left(failures, retry_after_s, draw, seconds):
    assert back_off(failures, 300, retry_after_s, lambda: draw).total_seconds() == pytest.approx(seconds)


def test_who_is_due_and_whose_turn_it_is(source):
    Source.objects.create(slug="off", name="O", connector="feed", is_on=False)
    Source.objects.create(slug="hook", name="H", connector="webhook")
    Source.objects.create(slug="later", name="L", connector="feed", next_at=NOW + timedelta(seconds=1))
    Source.objects.create(slug="due", name="D", connector="feed", next_at=NOW)

    assert [one.slug for one in find_due(NOW)] == ["rss", "due"]
    assert [one.slug for one in find_due(NOW, ["due"])] == ["due"]


def test_a_due_source_is_visited_by_one_listener_and_by_another_after_a_kill(source):
    one, other = Source.objects.get(pk=source.pk), Source.objects.get(pk=source.pk)
    assert claim(one, NOW) is True
    assert claim(other, NOW) is False
    assert find_due(NOW) == []
    assert [late.slug for late in find_due(NOW + LEASE)] == ["rss"]


def test_one_broken_source_keeps_no_other_from_being_heard(source, said, web, fetcher, standing):
    Source.objects.create(slug="bad", name="B", connector="feed", address=web.at("/nothing"))
    told = []
    listen_once(
        find_due(NOW), clock=standing, take_in=take_in, fetcher=fetcher, tell=told.append, draw=lambda: 0.5
    )
    assert {one.slug: bool(one.error) for one in told} == {"bad": True, "rss": False}


@pytest.mark.django_db(transaction=True)
def test_listening_visits_in_threads_until_it_is_stopped(source, web, fetcher):
    web2 = Recorded(web, 30)
    place = record_mastodon(web2)
    Source.objects.create(slug="m", name="M", connector="mastodon", address=place.address)
    stop, told, time = Event(), [], StandingTime()

    def tell(visited):
        told.append(visited)
        if len(told) == 2:
            stop.set()

    listen(clock=time, take_in=take_in, fetcher=fetcher, tell=tell, stop=stop, workers=2, draw=lambda: 0.5)

    assert {one.slug: one.mentions for one in told} == {"rss": 130, "m": 30}
    assert Mention.objects.count() == 160
    assert find_due(time.now()) == []


def test_a_stop_ends_a_visit_behind_its_batch(source, fetcher):
    done = go(source, fetcher, is_stopped=lambda: True)
    assert 0 < done.mentions < 130
    go(source, fetcher)
    assert Mention.objects.count() == 130
