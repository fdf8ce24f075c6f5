"""The contract of every connector: all of it, once, in the order of time, whatever is killed when; or a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from tests.reputation.sources.recorded import CASES, Recorded, record_mastodon
from tests.reputation.sources.web import NOW
from usine.reputation.contracts import MentionKind, ReputationRefused, SourceInvalid
from usine.reputation.sources.connectors import Batch, Place, check_options
from usine.reputation.sources.fetching import FetchFailed
from usine.reputation.sources.mastodon import hear_status
from usine.reputation.sources.registry import CONNECTORS


@pytest.fixture(params=CASES, ids=str)
def case(request):
    return CASES[request.param]


@pytest.fixture
def said(case, web, tmp_path, settings):
    settings.REPUTATION_INBOX = tmp_path
    return Recorded(web, case.count)


def collect(case, place, cursor, fetcher) -> list[Batch]:
    return list(CONNECTORS[case.connector].collect(place, cursor, fetcher, now=NOW))


def numbers(batches) -> list[int]:
    """What was heard, by its number: ids end with it, addresses too."""
    return [
        int(heard.external_id.replace("/", "-").rpartition("-")[2])
        for batch in batches
        for heard in batch.heard
    ]


def test_everything_is_heard_once_and_then_only_what_is_new(case, said, fetcher):
    place = case.record(said)
    first = collect(case, place, {}, fetcher)
    second = collect(case, place, first[-1].cursor, fetcher)
    said.count += 3
    case.record(said)
    third = collect(case, place, second[-1].cursor if second else first[-1].cursor, fetcher)

    assert numbers(first) == list(range(case.count))  # the oldest first
    assert numbers(second) == []
    new = {case.count, case.count + 1, case.count + 2}
    assert new <= set(numbers(third))
    if case.is_web:
        assert set(numbers(third)) == new


def test_what_is_heard_is_whole(case, said, fetcher):
    place = case.record(said)
    for heard in (heard for batch in collect(case, place, {}, fetcher) for heard in batch.heard):
        assert heard.source == place.slug
        assert heard.published_at.tzinfo is not None and heard.published_at <= NOW
        assert "said aloud" in heard.text and "<" not in heard.text
        assert heard.address == "" or heard.address.startswith("http")
        assert 0 < len(heard.external_id) <= 300


def test_an_edited_thing_is_told_again_under_its_name(case, said, fetcher):
    place = case.record(said)
    cursor = collect(case, place, {}, fetcher)[-1].cursor
    said.edited = {case.count - 2}
    case.record(said)
    again = collect(case, place, cursor, fetcher)

    texts = {heard.external_id: heard.text for batch in again for heard in batch.heard}
    assert any(f"Edited thing {case.count - 2}." in text for text in texts.values())
    if case.is_web:
        assert len(texts) == 1


@pytest.mark.parametrize("is_known", [True, False], ids=["cursor kept", "cursor lost"])
@pytest.mark.parametrize("case", sorted(CASES.keys() - {"atom", "json"}), indirect=True)
def test_a_kill_between_batches_loses_nothing(case, said, fetcher, is_known):
    """Killed behind the first batch and the last but one: its cursor was kept, or it was not yet."""
    place = case.record(said)
    whole = collect(case, place, {}, fetcher)
    assert sum(bool(batch.heard) for batch in whole) > 1
    for killed_behind in {1, len(whole) - 1}:
        stored = list(islice(CONNECTORS[case.connector].collect(place, {}, fetcher, now=NOW), killed_behind))
        kept = stored if is_known else stored[:-1]
        cursor = json.loads(json.dumps(kept[-1].cursor)) if kept else {}  # as the table keeps it
        rest = collect(case, place, cursor, fetcher)

        assert set(numbers(stored)) | set(numbers(rest)) == set(range(case.count))
        if is_known and case.is_web:
            assert not set(numbers(stored)) & set(numbers(rest))


def test_what_is_no_such_source_is_refused_with_a_sentence(case, said, web, fetcher):
    place = case.record(said)
    if not case.is_web:
        place = replace(place, address="nowhere")
    web.pages = dict.fromkeys(web.pages, b"\x00 what is this")
    if case.refuses:
        with pytest.raises(ReputationRefused, match=r"^\S+ .+\w.*[.:?]"):
            collect(case, place, {}, fetcher)
    else:  # a page without links or reviews is a page that says nothing
        assert numbers(collect(case, place, {}, fetcher)) == []


@pytest.mark.parametrize("case", [name for name, case in CASES.items() if case.is_web], indirect=True)
def test_a_source_that_fails_is_left_until_it_asks(case, said, web, fetcher):
    place = case.record(said)
    web.pages = {path: lambda path, headers: (503, {"Retry-After": "60"}, b"") for path in web.pages}
    with pytest.raises(FetchFailed) as failure:
        collect(case, place, {}, fetcher)
    assert failure.value.retry_after_s == 60


def test_each_connector_is_tried_here_or_is_pushed():
    tried = {case.connector for case in CASES.values()}
    assert tried | {name for name, connector in CONNECTORS.items() if connector.is_pushed} == set(CONNECTORS)


@pytest.mark.parametrize("connector", CONNECTORS.values(), ids=lambda connector: connector.name)
def test_options_that_it_does_not_know_are_refused(connector):
    with pytest.raises(SourceInvalid, match="the option password"):
        check_options(connector, Place("s", "https://a.example", {"password": "x"}))
    for name, kind in connector.options.items():
        wrong = 3 if kind is str else "3"
        with pytest.raises(SourceInvalid, match=f"option {name} of the source s is"):
            check_options(connector, Place("s", "https://a.example", {name: wrong}))


PLACE = Place("m", "https://social.example")
STATUS = {
    "id": "1",
    "uri": "https://social.example/users/ann/statuses/1",
    "url": "https://social.example/@ann/1",
    "created_at": "2026-11-26T08:00:00.000Z",
    "visibility": "public",
    "language": "pt-BR",
    "spoiler_text": "Car talk",
    "content": "<p>It <b>broke</b> down<br>again</p>",
    "in_reply_to_id": "77",
    "account": {"acct": "ann", "followers_count": 41},
}


def test_a_status_becomes_a_mention():
    heard = hear_status(PLACE, STATUS, NOW)

    assert heard is not None
    assert (heard.title, heard.text) == ("Car talk", "It broke down\nagain")  # the warning stands before
    assert (heard.author, heard.reach, heard.language) == ("ann@social.example", 41, "pt")
    assert (heard.kind, heard.in_reply_to) == (MentionKind.COMMENT, "77")
    assert NOW - heard.published_at == timedelta(hours=4)


@pytest.mark.parametrize(
    "change", [{"visibility": "unlisted"}, {"visibility": "private"}, {"reblog": {"id": "2"}}]
)
def test_what_is_not_for_everybody_or_said_by_another_is_not_heard(change):
    assert hear_status(PLACE, {**STATUS, **change}, NOW) is None


@pytest.mark.parametrize("account", [None, [], {"followers_count": "many"}, {"followers_count": -3}])
def test_an_account_that_tells_nothing_counts_nobody(account):
    heard = hear_status(PLACE, {**STATUS, "account": account}, NOW)
    assert heard is not None and heard.reach == 0


def test_a_token_comes_from_the_environment_and_goes_into_the_header(web, fetcher, monkeypatch):
    place = record_mastodon(Recorded(web, 3))
    place = replace(place, options={"token_env": "TEST_TOKEN"})
    connector = CONNECTORS["mastodon"]
    with pytest.raises(SourceInvalid, match="TEST_TOKEN, which is not set"):
        list(connector.collect(place, {}, fetcher, now=NOW))

    monkeypatch.setenv("TEST_TOKEN", "abc")
    list(connector.collect(place, {}, fetcher, now=NOW))
    assert web.asked[-1][1]["Authorization"] == "Bearer abc"


def test_an_article_is_read_in_full_where_the_feed_has_its_beginning(web, fetcher):
    body = (
        "A first paragraph with enough words to be an article of its own, written on a Tuesday in the rain. "
        * 6
    )
    web.pages |= {
        "/list": f"<rss><channel><item><guid>1</guid><title>T</title><link>{web.at('/1')}</link>"
        "<description>A first</description></item><item><guid>2</guid><title>Gone</title>"
        f"<link>{web.at('/2')}</link><description>As the feed has it</description></item></channel></rss>".encode(),
        "/1": f"<html><body><nav>Menu</nav><article><h1>T</h1><p>{body}</p></article></body></html>".encode(),
    }
    place = Place("s", web.at("/list"), {"article": True})
    (gone, whole), _end = (batch.heard for batch in CONNECTORS["feed"].collect(place, {}, fetcher, now=NOW))

    assert gone.text == "As the feed has it"
    assert whole.text.startswith("A first paragraph") and len(whole.text) > 400 and "Menu" not in whole.text


def test_a_page_that_cannot_be_had_is_asked_for_thrice(web, fetcher):
    web.pages["/list"] = b'<html><body><a href="/article/1">one</a></body></html>'
    web.pages["/article/1"] = lambda path, headers: (500, {}, b"")
    place, cursor = Place("s", web.at("/list"), {"match": "^/article/"}), {}
    for _ in range(5):
        cursor = list(CONNECTORS["pages"].collect(place, cursor, fetcher, now=NOW))[-1].cursor
    assert web.asked_for("/article/1") == 3


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"hashtag": "two words"}, "no single word"), ({"hashtag": "a/../b"}, "no single word")],
)
def test_a_hashtag_is_one_word(web, fetcher, options, reason):
    with pytest.raises(SourceInvalid, match=reason):
        list(CONNECTORS["mastodon"].collect(Place("s", web.at(""), options), {}, fetcher, now=NOW))
