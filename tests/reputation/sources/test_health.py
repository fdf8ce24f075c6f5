"""Each source says how it goes; what falls silent is found, a night is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reputation.sources.web import NOW
from usine.reputation.models import Mention, Source
from usine.reputation.sources.health import (
    State,
    find_silent_languages,
    find_silent_sources,
    list_health,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def make(slug, **values):
    return Source.objects.create(
        slug=slug, name=slug.title(), connector="feed", **{"silent_after_s": 86_400, **values}
    )


def test_each_source_is_in_one_state_with_a_sentence():
    heard = {"asked_at": NOW, "answered_at": NOW, "heard_at": NOW - HOUR}
    make("well", **heard)
    make("quiet", asked_at=NOW, answered_at=NOW)
    make("tripped", **{**heard, "failures": 1, "error": "It answered 500."})
    make("failing", **{**heard, "failures": 3, "error": "It answered 500.", "answered_at": NOW - 3 * HOUR})
    make("silent", **{**heard, "heard_at": NOW - 25 * HOUR})
    make("off", **heard, is_on=False)
    make("new")

    found = {health.slug: (health.state, health.sentence) for health in list_health(NOW)}

    assert next(iter(found)) == "failing"  # what needs somebody comes first
    assert found == {
        "failing": (State.FAILING, "Failed 3 times in a row: It answered 500. It answered 3 h ago."),
        "silent": (State.SILENT, "Answers, but has had nothing new for 25 h; 24 h is usual at most."),
        "new": (State.NEVER_ASKED, "Not asked yet: usine reputation listen does."),
        "quiet": (State.WELL, "Answers, and has had nothing to say yet: is its address the right one?"),
        "tripped": (State.WELL, "Failed the last time: It answered 500."),
        "well": (State.WELL, "Had something new 60 min ago."),
        "off": (State.OFF, "Switched off: nobody listens here."),
    }


def test_silent_sources_are_those_that_are_on_and_used_to_be_heard():
    make(
        "silent", heard_at=NOW - 25 * HOUR, failures=9, error="It answered 500.", language="pl", country="PL"
    )
    make("slow", heard_at=NOW - 25 * HOUR, silent_after_s=200_000)
    make("off", heard_at=NOW - 99 * HOUR, is_on=False)
    make("never")

    (found,) = find_silent_sources(NOW)
    assert (found.slug, found.since, found.after) == ("silent", NOW - 25 * HOUR, timedelta(days=1))
    assert (found.error, found.language, found.country) == ("It answered 500.", "pl", "PL")


def speak(source, language, *, hours, each):
    """A mention every `each` hours, from `hours[0]` ago until `hours[1]` ago."""
    times = range(int(hours[1] * 60), int(hours[0] * 60), int(each * 60))
    Mention.objects.bulk_create(
        Mention(
            source=source,
            external_id=f"{language}{minutes}",
            text="x",
            digest="",
            kind="post",
            published_at=NOW - timedelta(minutes=minutes),
            heard_at=NOW,
            language=language,
            sentiment="neutral",
        )
        for minutes in times
    )


def test_a_language_that_used_to_be_heard_and_is_not_is_found():
    source = make("s")
    speak(source, "fr", hours=(300, 1), each=1)
    speak(source, "pl", hours=(300, 30), each=1)  # silent for 30 hours
    speak(source, "de", hours=(300, 20), each=0.5)  # for a night and a morning
    speak(source, "mt", hours=(300, 60), each=20)  # rarely heard: no surprise
    speak(source, "", hours=(300, 60), each=1)
    speak(source, "tr", hours=(900, 400), each=2)  # long forgotten

    (found,) = find_silent_languages(NOW)
    assert (found.language, found.since) == ("pl", NOW - 30 * HOUR)
    assert found.expected == pytest.approx(30, abs=1)


def test_time_can_be_set_back(django_assert_num_queries):
    """At an earlier moment only what was said by then counts, as the replay needs it."""
    source = make("s")
    speak(source, "pl", hours=(300, 30), each=1)
    with django_assert_num_queries(1):
        assert find_silent_languages(NOW - 20 * HOUR) == []
