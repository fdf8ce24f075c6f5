"""The demo's fortnight: the same for everybody, told by real connectors over real HTTP, and only up to its moment."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from tests.reputation.sources.fortnight import BEGIN, END, TODAY, get_content, get_said, replaying
from tests.reputation.sources.web import StandingTime, fetching
from usine.reputation.intake import TakenIn
from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.fetching import FetchFailed
from usine.reputation.sources.replay import commands as replay_commands
from usine.reputation.sources.replay.commands import make_pace
from usine.reputation.sources.replay.content import ReplayInvalid, parse_moment, read_content
from usine.reputation.sources.replay.hearing import hear_fortnight
from usine.reputation.sources.replay.schedule import plan

FOLDER = settings.REPUTATION_REPLAY


@pytest.fixture
def content():
    return get_content()


@pytest.fixture
def said():
    return get_said()


@pytest.fixture(scope="module")
def replay():
    """A replay whose time is set by the test."""
    moment = [0.0]

    def go_to(text):
        moment[0] = parse_moment(text) * 86_400

    with replaying(Pace(BEGIN, 0, 1, END), lambda: moment[0]) as server:
        yield server, go_to


@pytest.fixture
def ask(replay):
    server, go_to = replay
    with fetching(StandingTime(), pause_s=0) as fetcher:

        def ask(moment, host, path, **options):
            go_to(moment)
            return fetcher.fetch(f"http://{host}.localhost:{server.server_port}{path}", **options)

        yield ask


def test_there_is_enough_to_hear_and_nothing_repeats_itself_but_copies(content, said):
    written = [text for text in content.texts if text.thread != "background"]
    own = Counter(one.text for one in said if not one.thread.startswith("crisis") and one.thread != "release")

    assert len(said) >= 1_500 and len(written) >= 400
    assert Counter(one.language for one in said).keys() == {
        *("en", "fr", "de", "es", "it", "pt", "nl", "pl", "tr", "ar", "ja", "ko")
    }
    assert min(Counter(one.language for one in said).values()) > 100
    assert max(own.values()) == 1
    assert all(BEGIN <= one.at < END for one in said)
    assert len({one.number for one in said}) == len(said)


def test_it_is_the_same_whoever_asks_and_follows_the_calendar(content, said):
    assert plan(content, TODAY) == said  # drawn twice
    week_before = plan(content, TODAY - timedelta(days=7))
    assert [one.at + timedelta(days=7) for one in week_before] == [one.at for one in said]


def test_the_rumour_begins_with_one_post_and_spreads(said):
    crisis = [one for one in said if one.thread.startswith("crisis")]
    first = crisis[0]
    sources = {one.outlet: one.at for one in reversed(crisis)}
    third = sorted(sources.values())[2]

    assert first.at == BEGIN + timedelta(days=10, hours=17, minutes=40)
    assert (first.language, first.country, first.kind) == ("pt", "PT", "post")
    assert timedelta(minutes=5) < third - first.at < timedelta(minutes=20)
    soon = [one for one in crisis if third < one.at <= third + timedelta(minutes=15)]
    assert len(soon) >= 4 and {one.country for one in soon} == {"PT"}
    assert {one.language for one in crisis} == {"pt", "es", "fr", "en"}
    by_day = Counter((one.at - BEGIN).days + 1 for one in crisis)
    assert by_day[11] > 30 and by_day[12] > 30 and by_day[14] == 0  # it fades
    assert sum(one.thread == "answer" for one in said) > 10
    assert len({one.text for one in crisis}) < len(crisis)  # copied, word for word too


def test_a_release_is_printed_by_twenty_five_papers_nearly_as_it_is(said):
    papers = [one for one in said if one.thread == "release"]
    french = [one for one in papers if one.language == "fr"]
    assert len({one.outlet for one in papers}) == 25
    assert len({one.text for one in french}) > len(french) // 2
    assert all("150 kW" in one.text for one in papers)


def test_days_nights_and_weekends_have_their_rhythm(content, said):
    background = [one for one in said if one.thread == "background"]
    japan = Counter((one.at.hour + 9) % 24 for one in background if one.country == "JP")
    night, evening = sum(japan[hour] for hour in range(1, 6)), sum(japan[hour] for hour in range(18, 23))
    assert evening > 5 * night

    weights = content.plot["background"]["days"]
    days = Counter((one.at - BEGIN).days for one in background)
    usual = {day: count / weights[day] for day, count in days.items()}
    weekend = [count for day, count in usual.items() if (BEGIN + timedelta(days=day)).weekday() >= 5]
    week = [count for day, count in usual.items() if (BEGIN + timedelta(days=day)).weekday() < 5]
    assert sum(weekend) / len(weekend) < 0.85 * sum(week) / len(week)


def test_no_language_is_without_a_word_for_a_day_unless_it_is_meant(said):
    for language in {one.language for one in said}:
        times = [one.at for one in said if one.language == language]
        longest = max(later - sooner for sooner, later in itertools.pairwise(times))
        assert longest < timedelta(hours=24), language


def test_only_what_has_been_said_by_then_is_served(ask, said):
    moments = ["11 17:39", "11 17:53"]
    before, after = (ask(moment, "correio-da-ria", "/rss.xml").body.decode() for moment in moments)
    assert "arde junto a posto" not in before and "arde junto a posto" in after


def test_what_has_not_changed_is_told_by_its_etag(ask):
    first = ask("5 00:00", "spree-kurier", "/rss.xml")
    assert ask("5 00:01", "spree-kurier", "/rss.xml", etag=first.etag).is_unchanged
    assert not ask("9 00:00", "spree-kurier", "/rss.xml", etag=first.etag).is_unchanged


def test_one_outlet_fails_for_a_while_and_asks_for_peace(ask, replay):
    assert ask("6 08:59", "motor-iberia", "/rss.xml").body
    with pytest.raises(FetchFailed, match="503") as failure:
        ask("6 09:01", "motor-iberia", "/rss.xml")
    assert failure.value.retry_after_s == 900


def test_some_fall_silent_and_with_them_a_language(said):
    polish = [one.at for one in said if one.language == "pl"]
    forum = [one.at for one in said if one.outlet == "forum-fahrwerk"]
    assert max(polish) < BEGIN + timedelta(days=11, hours=20)
    assert max(forum) < BEGIN + timedelta(days=8)


def test_a_timeline_pages_like_a_server_of_its_kind(ask):
    path = "/api/v1/timelines/public"
    whole = json.loads(ask("14 12:00", "hiroba-social", f"{path}?limit=40").body)
    oldest = whole[-1]["id"]
    older = json.loads(ask("14 12:00", "hiroba-social", f"{path}?limit=5&max_id={oldest}").body)
    newer = json.loads(ask("14 12:00", "hiroba-social", f"{path}?limit=3&min_id={oldest}").body)
    latest = json.loads(ask("14 12:00", "hiroba-social", f"{path}?limit=3&since_id={oldest}").body)

    assert len(whole) == 40 and len(older) == 5 and all(int(one["id"]) < int(oldest) for one in older)
    assert [one["id"] for one in newer] == [one["id"] for one in whole[-4:-1]]
    assert [one["id"] for one in latest] == [one["id"] for one in whole[:3]]


def test_a_hashtag_is_heard_with_its_accent(ask):
    path = "/api/v1/timelines/tag/or%C3%A9e?limit=40"
    found = json.loads(ask("14 12:00", "commons-social", path).body)
    assert found and all("#orée" in one["content"].lower() for one in found)


@pytest.mark.django_db
def test_every_word_of_some_outlets_is_heard_by_real_connectors(said, monkeypatch):
    """Feeds, pages, a timeline and reviews in one go at the end, over HTTP: nothing lost, nothing doubled."""
    monkeypatch.setattr(replay_commands, "read_content", lambda folder: get_content())
    monkeypatch.setattr(replay_commands, "plan", lambda content, today: said)
    heard, told = {}, []

    def take_in(batch, *, by, now):
        heard.update({(one.source, one.external_id): one for one in batch})
        return TakenIn()

    count = hear_fortnight(
        FOLDER, today=TODAY, now=END, take_in=take_in, tell=told.append, only=OUTLETS, port=0
    )

    assert {visited.error for visited in told} == {""}
    assert count == len(heard)
    assert Counter(slug for slug, _ in heard) == Counter(one.outlet for one in said if one.outlet in OUTLETS)
    assert {one.language for one in heard.values()} >= {"pt", "ja", "ar"}
    article = next(one for one in heard.values() if one.source == "harzer-bote")
    assert "cookies" not in article.text and len(article.text) > 200  # without what stands around it


OUTLETS = (
    *("correio-da-ria", "azulejo-social", "forum-estrada", "najd-akhbar", "kuruma-techo", "forum-handoru"),
    *("five-stars", "carosse-avis", "harzer-bote", "la-dorsale"),
)


def test_time_runs_as_it_is_told():
    now = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    plain = make_pace(TODAY, speed=1, begin=None, until=None, now=now, at_s=5)
    quick = make_pace(TODAY, speed=60, begin="11 17:30", until="11 18:30", now=now, at_s=5)

    assert plain.read(5) == now and plain.read(65) == now + timedelta(minutes=1)
    assert quick.read(35) == BEGIN + timedelta(days=10, hours=18)
    assert quick.read(10_000) == BEGIN + timedelta(days=10, hours=18, minutes=30)  # there it stands


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"begin": "soon"}, "'soon' is no moment"),
        ({"begin": "90"}, "'90' is not within"),
        ({"begin": "9", "until": "3"}, "would end"),
        ({"speed": -1}, "write a number"),
        ({"speed": float("nan")}, "write a number"),
    ],
)
def test_words_that_make_no_pace_are_refused(words, sentence):
    asked = {"speed": 1.0, "begin": None, "until": None, "now": END, "at_s": 0.0, **words}
    with pytest.raises(ReplayInvalid, match=sentence):
        make_pace(TODAY, **asked)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ReplayInvalid, match=r"plot\.yaml cannot be read"):
        read_content(tmp_path)
