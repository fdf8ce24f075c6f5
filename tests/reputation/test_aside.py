"""What the intake always fails on is set aside with its reason and holds up nothing else; people deal with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError

from tests.reputation.hearing import NOW, WordReader, add_source, hear
from tests.reputation.pages import ROOM
from tests.reputation.poison import Poisoned, hear_many, list_ids, take
from tests.reputation.sources.recorded import Recorded, record_rss
from tests.reputation.sources.web import StandingTime, Web, fetching
from usine.commons.errors import Forbidden, NotFound
from usine.commons.jobs import run_next
from usine.commons.models import Fact
from usine.reputation import halving, intake, retrying
from usine.reputation.arrivals import count_waiting, put_down, take_arrivals
from usine.reputation.authors import key_author
from usine.reputation.contracts import ModelInvalid, SourceUnknown
from usine.reputation.erasing import erase_author, expire
from usine.reputation.halving import TOO_MANY, take_in_sound
from usine.reputation.models import Arrival, Mention, SetAside, Source
from usine.reputation.retrying import discard, try_again
from usine.reputation.sources.health import list_health, read_refusals
from usine.reputation.sources.visiting import visit
from usine.reputation.stories import Stories
from usine.reputation.switching import Brought, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def source(db):
    return add_source(country="FR")


@pytest.mark.parametrize("poisons", [(0,), (6,), (12,), (3, 4), (0, 5, 12)])
def test_the_culprits_are_set_aside_and_the_rest_is_stored(poisons):
    taken = take(*hear_many(13, *poisons))

    assert (len(taken.new), taken.aside) == (13 - len(poisons), len(poisons))
    assert list_ids(SetAside) == [str(number) for number in poisons]
    assert sorted([*list_ids(), *list_ids(SetAside)], key=int) == [str(n) for n in range(13)]


def test_what_is_set_aside_says_what_why_whence_and_when_but_not_who(source):
    poison = hear(1, "poison \x00 \ud800 pill", author="@Ann Author", reach=float("nan"), extra={"x": {1}})
    take(poison)

    row = SetAside.objects.get()
    assert (row.source, row.reason, row.at, row.tries) == (source, "ValueError: no such clause", NOW, 1)
    assert (row.heard["text"], row.heard["address"]) == ("poison   pill", poison.address)
    assert "Author" not in json.dumps(row.heard) and row.author_key == key_author("forum", "Ann Author")
    fact = Fact.objects.get(name="MentionSetAside")
    assert (fact.subject, fact.market, fact.payload) == (
        "source:forum",
        "FR",
        {"aside": row.pk, "why": "ValueError"},
    )


def test_what_fails_again_is_the_same_and_what_is_told_soundly_is_a_mention():
    index = Stories()
    take(hear(1, "poison"), index=index)
    take(hear(1, "poison, edited"), index=index)
    row = SetAside.objects.get()
    assert (row.tries, row.heard["text"]) == (2, "poison, edited")
    assert Fact.objects.filter(name="MentionSetAside").count() == 1

    take(hear(1, "an antidote"), index=index)
    assert (Mention.objects.get().text, SetAside.objects.count()) == ("an antidote", 0)


def test_of_the_same_twice_in_a_batch_the_last_one_counts_also_when_the_first_one_is_poison():
    take(hear(1, "poison"), hear(2, "poison"), hear(1, "lovely"), hear(3, "fine"), hear(3, "poison"))

    assert dict(Mention.objects.values_list("external_id", "text")) == {"1": "lovely", "3": "fine"}
    assert list_ids(SetAside) == ["2", "3"]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        InterfaceError("connection already closed"),
        ProgrammingError("no such table"),
        ConnectionError("away"),
        OSError("no space left on device"),
        MemoryError(),
        ModelInvalid("There is no model."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_mentions_fault_is_tried_again_as_it_was(error):
    put_down(hear_many(3, 1), now=NOW)
    with pytest.raises(type(error)):
        take_arrivals(reader=Poisoned(error), index=Stories(), now=NOW, by="tests")

    assert (count_waiting(), SetAside.objects.count(), Mention.objects.count()) == (3, 0, 0)
    assert len(take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests").new) == 3


def test_a_value_that_the_database_refuses_is_the_mentions_fault():
    assert take(hear(1, "poison"), hear(2), reader=Poisoned(DataError("out of range"))).aside == 1


def test_where_every_one_fails_it_is_nobodys_fault_and_nothing_is_set_aside():
    with pytest.raises(ValueError, match="no such clause"):
        take(*hear_many(TOO_MANY, *range(TOO_MANY)))
    assert not SetAside.objects.exists()

    assert take(*hear_many(TOO_MANY + 1, *range(1, TOO_MANY + 1))).aside == TOO_MANY


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(9))
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(monkeypatch, at):
    """Before or behind any of its writes, one after the other."""
    left = [at]

    def die_around(module, name):
        done = getattr(module, name)

        def die(*arguments, **values):
            _die_in_turn()
            found = done(*arguments, **values)
            _die_in_turn()
            return found

        monkeypatch.setattr(module, name, die)

    def _die_in_turn():
        left[0] -= 1
        if left[0] == -1:
            raise Killed

    put_down(hear_many(4, 2), now=NOW)
    with monkeypatch.context():
        die_around(halving, "take_in")
        die_around(halving, "set_aside")
        with pytest.raises(Killed):
            take_arrivals(reader=Poisoned(), index=Stories(), now=NOW, by="tests")
    monkeypatch.undo()
    assert count_waiting() == 4
    Arrival.objects.update(lease_until=None)  # once it ends
    take_arrivals(reader=Poisoned(), index=Stories(), now=NOW, by="tests")

    assert (list_ids(), list_ids(SetAside), count_waiting()) == (["0", "1", "3"], ["2"], 0)


def test_deliveries_go_on_behind_a_poison(poisoned):
    put_down(hear_many(5, 2), now=NOW)
    while run_next():
        pass

    assert (count_waiting(), Mention.objects.count(), SetAside.objects.count()) == (0, 4, 1)


def test_an_arrival_that_this_release_cannot_read_is_set_aside_without_its_author():
    put_down([hear(1), hear(2, author="Ann")], now=NOW)
    row = Arrival.objects.get(heard__external_id="2")
    Arrival.objects.filter(pk=row.pk).update(heard={**row.heard, "kind": "smell"})
    take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests")

    kept = SetAside.objects.get()
    assert (list_ids(), kept.external_id, kept.author_key) == (["1"], "2", key_author("forum", "ann"))
    assert "smell" in kept.reason and kept.heard["author"] == ""


def test_what_was_refused_of_a_delivery_is_told_until_a_sound_one(source):
    for heard, count in (([hear(1), hear(2, text=" ")], 1), ([hear(3)], None)):
        put_down(heard, now=NOW)
        take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests")
        source.refresh_from_db()
        refusals = read_refusals(source)
        assert (refusals and refusals.count) == count


def test_a_visit_goes_on_behind_a_poison(poisoned):
    web = Web()
    try:
        said = Recorded(web, 5)
        place = record_rss(said)
        rss = Source.objects.create(slug="rss", name="R", connector="feed", address=place.address)
        poisoned.read_all = _fail_on(poisoned, "number 3")
        with fetching(StandingTime()) as fetcher:
            done = visit(rss, now=NOW, take_in=take_in_sound, fetcher=fetcher, draw=lambda: 0.5)
    finally:
        web.close()

    assert (done.error, Mention.objects.count()) == ("", 4)
    assert "number 3" in SetAside.objects.get(source=rss).heard["text"]


def _fail_on(reader, words):
    def read_all(texts):
        if any(words in f"{title} {text}" for title, text, _language in texts):
            raise RecursionError
        return WordReader.read_all(reader, texts)

    return read_all


def test_a_file_with_a_poison_is_taken_but_for_that(poisoned, hugo, monkeypatch):
    rows = "text,published_at\nfine,2026-11-24T08:00Z\npoison,2026-11-24T08:00Z\n"
    monkeypatch.setattr("usine.reputation.switching.timezone.now", lambda: NOW)

    assert import_file("forum", "m.csv", rows.encode(), by=hugo) == Brought(taken=1, aside=1, refused=0)
    assert (Mention.objects.count(), SetAside.objects.count()) == (1, 1)


def test_health_counts_what_is_set_aside():
    take(hear(1, "poison"), hear(2, "poison"), hear(3))

    [health] = list_health(NOW)
    assert health.aside == 2 and "failed on 2" in health.sentence


def test_it_is_tried_again_once_the_intake_is_mended(hugo, poisoned, mend, monkeypatch):
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW)
    take(*hear_many(4, 1, 2))
    first = SetAside.objects.get(external_id="1")

    assert try_again("forum", by=hugo) == (0, 2)
    assert set(SetAside.objects.values_list("tries", flat=True)) == {2}
    mend()
    assert try_again("forum", only=first.pk, by=hugo) == (1, 0)
    assert try_again("forum", by=hugo) == (1, 0)

    assert (len(list_ids()), SetAside.objects.count()) == (4, 0)
    assert Mention.objects.get(external_id="1").author_key == key_author("forum", "author 1")
    tried = Fact.objects.filter(name="MentionTriedAgain", by=hugo.name, subject="source:forum")
    assert [fact.payload["is_taken"] for fact in tried.order_by("pk")] == [False, False, True, True]
    with pytest.raises(NotFound):
        try_again("forum", only=first.pk, by=hugo)


def test_a_kill_between_taking_and_forgetting_doubles_nothing(hugo, poisoned, mend, monkeypatch):
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW)
    take(hear(1, "poison"))
    mend()

    def die(*_arguments, **_values):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(retrying, "record_fact", die)
        with pytest.raises(Killed):
            try_again("forum", by=hugo)
    assert (Mention.objects.count(), SetAside.objects.count()) == (0, 1)
    assert try_again("forum", by=hugo) == (1, 0)
    assert (Mention.objects.count(), SetAside.objects.count()) == (1, 0)


def test_a_database_that_is_away_leaves_what_is_set_aside_as_it_was(hugo, poisoned):
    take(hear(1, "poison"))
    poisoned.error = OperationalError("database is locked")
    with pytest.raises(OperationalError):
        try_again("forum", by=hugo)

    assert SetAside.objects.get().tries == 1


def test_it_is_discarded_by_who_may_manage_the_source_alone(hugo, ana, claire):
    add_source("world")
    take(hear(1, "poison"), hear(1, "poison", source="world"))
    own, other = SetAside.objects.get(source__slug="forum"), SetAside.objects.get(source__slug="world")

    with pytest.raises(SourceUnknown):  # which ana does not see
        discard("forum", own.pk, by=ana)
    with pytest.raises(Forbidden):
        discard("world", other.pk, by=hugo)
    with pytest.raises(Forbidden):
        try_again("world", by=hugo)
    with pytest.raises(NotFound):
        discard("forum", other.pk, by=hugo)
    discard("forum", own.pk, by=hugo)
    discard("world", other.pk, by=claire)

    assert not SetAside.objects.exists()
    facts = Fact.objects.filter(name="MentionDiscarded").order_by("pk")
    assert [(fact.by, fact.payload["aside"]) for fact in facts] == [
        (hugo.name, own.pk),
        (claire.name, other.pk),
    ]


def test_an_author_who_is_forgotten_is_forgotten_there_too():
    take(hear(1, "poison", author="Ann"), hear(2, "poison", author="Bob"))
    erase_author("forum", "@ann", by="Eve", now=NOW)
    take(hear(3, "poison", author="Ann"))

    assert list_ids(SetAside) == ["2"]


def test_it_is_kept_no_longer_than_its_source_keeps(source):
    take(hear(1, "poison"))
    expire(by="tests", now=NOW + timedelta(days=source.keep_days - 1))
    assert SetAside.objects.exists()
    expire(by="tests", now=NOW + timedelta(days=source.keep_days + 1))
    assert not SetAside.objects.exists()


def test_the_screen_of_a_source_shows_it_and_acts_on_it(enter, poisoned, mend, monkeypatch):
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW)
    take(*(replace(each, text=f"{each.text} <b>") for each in hear_many(4, 1, 2)))
    first, second = SetAside.objects.order_by("pk")
    client = enter("hugo")
    assert "2 set aside" in client.get(f"{ROOM}sources/").content.decode()
    page = client.get(f"{ROOM}sources/forum/").content.decode()
    assert "poison 1 &lt;b&gt;" in page and page.count("ValueError: no such clause") == 2

    answer = client.post(f"{ROOM}sources/forum/aside/{first.pk}/", {"verb": "discard"}, follow=True)
    assert "It is discarded." in answer.content.decode()
    answer = client.post(f"{ROOM}sources/forum/aside/{second.pk}/", {"verb": "try"}, follow=True)
    assert "1 still cannot be taken" in answer.content.decode()
    mend()
    answer = client.post(f"{ROOM}sources/forum/aside/", follow=True)
    assert (
        "1 mention is taken." in answer.content.decode()
        and "Nothing is set aside." in answer.content.decode()
    )
    assert list_ids() == ["0", "2", "3"]


def test_others_see_neither_its_words_nor_a_source_that_is_not_theirs(enter):
    add_source("world")
    take(hear(1, "poison"), hear(1, "poison", source="world"))
    row = SetAside.objects.get(source__slug="world")
    client = enter("ana")
    assert client.get(f"{ROOM}sources/forum/").status_code == 404
    page = client.get(f"{ROOM}sources/world/").content.decode()
    assert "poison" not in page and "ValueError" not in page and "central team" in page
    for verb in ("try", "discard"):
        client.post(f"{ROOM}sources/world/aside/{row.pk}/", {"verb": verb})
    client.post(f"{ROOM}sources/world/aside/")
    row.refresh_from_db()
    assert row.tries == 1
    assert "poison" in enter("claire").get(f"{ROOM}sources/world/").content.decode()


def test_a_source_of_another_market_is_answered_as_one_that_there_is_not(enter):
    add_source("secret", country="PT")
    row = take(hear(1, "poison", source="secret")) and SetAside.objects.get()
    client = enter("hugo")
    for path, values in (("aside/", {}), (f"aside/{row.pk}/", {"verb": "discard"}), ("", {"on": "0"})):
        said = [client.post(f"{ROOM}sources/{slug}/{path}", values) for slug in ("secret", "nothing")]
        told = [[str(each) for each in get_messages(answer.wsgi_request)][-1] for answer in said]
        assert told[0] == told[1] and "no such source" in told[0]
        assert said[0]["Location"] == said[1]["Location"]


def test_a_try_that_the_database_interrupts_tells_what_was_taken_before(enter, poisoned, monkeypatch):
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW)
    take(hear(1, "poison"), hear(2, "poison"))
    poisoned.error = OperationalError("database is locked")
    tried = []

    def read_all(texts):
        tried.append(texts)
        return (WordReader if len(tried) == 1 else Poisoned).read_all(poisoned, texts)

    poisoned.read_all = read_all
    answer = enter("hugo").post(f"{ROOM}sources/forum/aside/")

    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said == ["1 mention is taken.", "The rest could not be tried just now: try again later."]
    assert SetAside.objects.count() == 1
