"""What is set aside and told, tried or kept at the edges: nothing is lost, overwritten or kept for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.reputation.hearing import NOW, WordReader, add_source, hear
from tests.reputation.pages import ROOM
from tests.reputation.poison import Poisoned, hear_many, list_ids, take
from usine.reputation import intake, retrying
from usine.reputation.arrivals import TOO_MANY, count_waiting, put_down, take_arrivals
from usine.reputation.desk import sources
from usine.reputation.erasing import expire
from usine.reputation.models import Arrival, Mention, SetAside
from usine.reputation.retrying import try_again
from usine.reputation.stories import Stories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def source(db):
    return add_source(country="FR")


@pytest.fixture
def at_now(monkeypatch):
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW)


def list_texts() -> list[str]:
    return list(Mention.objects.order_by("external_id").values_list("text", flat=True))


def test_twenty_at_the_head_of_a_batch_hold_up_none_behind():
    taken = take(*hear_many(30, *range(20)))

    assert (taken.aside, list_ids()) == (20, [str(number) for number in range(20, 30)])


@pytest.mark.parametrize("name", ["x" * 400, " 7 ", "7\x00"])
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_what_is_told_anew_and_refused_stays_set_aside(name, is_one_batch):
    told = [hear(name, "poison"), hear(name, " ")]
    for batch in [told] if is_one_batch else [[each] for each in told]:
        taken = take(*batch)

    assert (len(taken.refused), SetAside.objects.count(), Mention.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize("name", ["x" * 400, " 7 "])
def test_what_is_told_soundly_under_such_a_name_is_set_aside_no_more(name):
    take(hear(name, "poison"))
    take(hear(name, "poison"), hear(name, "lovely"), hear(name, " "))

    assert (list_texts(), SetAside.objects.count()) == (["lovely"], 0)


def test_what_is_told_while_it_is_tried_again_and_fails_is_kept(hugo, poisoned, mend, at_now, monkeypatch):
    take(hear(1, "poison"))
    mend()
    do = intake.take_in

    def tell_behind(heard, **values):
        taken = do(heard, **values)
        take(hear(1, "poison, edited"))
        return taken

    monkeypatch.setattr(intake, "take_in", tell_behind)
    try_again("forum", by=hugo)

    assert SetAside.objects.get().heard["text"] == "poison, edited"


def test_what_is_told_soundly_while_it_is_tried_again_is_not_overwritten(
    hugo, poisoned, mend, at_now, monkeypatch
):
    take(hear(1, "poison"))
    mend()
    do = intake.take_in

    def tell_before(heard, **values):
        take(hear(1, "lovely, corrected"))
        return do(heard, **values)

    monkeypatch.setattr(intake, "take_in", tell_before)

    assert try_again("forum", by=hugo) == (0, 0)
    assert (list_texts(), SetAside.objects.count()) == (["lovely, corrected"], 0)


def test_what_is_told_while_others_are_tried_is_tried_no_more(hugo, poisoned, mend, at_now, monkeypatch):
    take(hear(1, "poison"), hear(2, "poison"), hear(3, "poison"))
    mend()
    do = intake.take_in
    tried: list[str] = []

    def tell_others(heard, **values):
        if not tried:
            take(hear(2, "lovely, corrected"), hear(3, "poison, edited"))
        tried.extend(each.external_id for each in heard)
        return do(heard, **values)

    monkeypatch.setattr(intake, "take_in", tell_others)

    assert (try_again("forum", by=hugo), tried) == ((1, 0), ["1"])
    assert (list_texts(), list_ids(SetAside)) == (["poison", "lovely, corrected"], ["3"])


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_what_is_dated_wrongly_is_kept_as_long_as_what_is_heard_today(source, at):
    take(hear(1, "poison", published_at=at))

    expire(by="tests", now=NOW + timedelta(days=source.keep_days - 1))
    assert SetAside.objects.exists()
    expire(by="tests", now=NOW + timedelta(days=source.keep_days + 1))
    assert not SetAside.objects.exists()


EDGES = [
    {"published_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))},
    {"published_at": datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=2)))},
    {"extra": {"n": 10**5000}},
]


@pytest.mark.parametrize("values", EDGES, ids=["first", "last", "endless"])
def test_no_value_keeps_its_batch_from_being_taken(values, hugo, poisoned, mend, at_now):
    assert take(hear(1, "poison", **values), hear(2)).aside == 1
    assert list_ids() == ["2"]

    mend()
    assert try_again("forum", by=hugo) == (1, 0)


def test_what_a_later_release_adds_is_not_needed():
    put_down(hear_many(3), now=NOW)
    for row in Arrival.objects.all():
        Arrival.objects.filter(pk=row.pk).update(heard={**row.heard, "mood": "blue"})
    take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests")

    assert (list_ids(), SetAside.objects.count(), count_waiting()) == (["0", "1", "2"], 0, 0)


def test_much_that_only_a_later_release_reads_waits_for_it_and_holds_up_nothing():
    put_down(hear_many(TOO_MANY + 1), now=NOW)
    rows = Arrival.objects.exclude(heard__external_id="7")
    for row in rows:
        Arrival.objects.filter(pk=row.pk).update(heard={**row.heard, "kind": "smell"})
    put_down([hear(99)], now=NOW)

    while take_arrivals(reader=WordReader(), index=Stories(), now=NOW, by="tests", limit=TOO_MANY + 1):
        pass

    assert (list_ids(), SetAside.objects.count(), count_waiting()) == (["7", "99"], 0, TOO_MANY)


def test_an_error_that_names_the_author_is_kept_without_what_it_says():
    class Quoting(Poisoned):
        def read_all(self, texts):
            for _title, text, _language in texts:
                if "poison" in text:
                    raise KeyError(text)
            return WordReader.read_all(self, texts)

    quoting = Quoting()
    take(hear(1, "poison by ann o'author", author="@Ann O'Author"), reader=quoting)
    take(hear(2, 'poison by "Zoë\'s"', author='"Zoë\'s"'), reader=quoting)
    take(hear(3, "poison by somebody", author="@Ann"), reader=quoting)

    first, second, third = SetAside.objects.order_by("external_id").values_list("reason", flat=True)
    assert first.startswith("KeyError: test_aside_again.py, line ") and first[:40] == second[:40]
    assert third == "KeyError: 'poison by somebody'"


def test_each_has_its_turn_though_those_before_it_fail_again(hugo, poisoned, monkeypatch):
    take(*hear_many(3, 0, 1, 2))
    monkeypatch.setattr(retrying, "AT_ONCE", 1)
    for _click in range(3):
        try_again("forum", by=hugo)

    assert set(SetAside.objects.values_list("tries", flat=True)) == {2}


def test_the_screen_says_how_many_are_left_and_pages_through_them(enter, hugo, poisoned, monkeypatch):
    take(*hear_many(5, *range(5)))
    monkeypatch.setattr(retrying, "AT_ONCE", 2)
    monkeypatch.setattr(sources, "SHOWN", 2)
    client = enter("hugo")

    for left in ("3 are not tried yet", "3 are not tried yet"):
        page = client.post(f"{ROOM}sources/forum/aside/", follow=True).content.decode()
        assert left in page
    assert set(SetAside.objects.values_list("tries", flat=True)) == {1, 2}
    shown = [client.get(f"{ROOM}sources/forum/?page={number}").content.decode() for number in (1, 2, 3)]
    assert all(sum(f"poison {n}" in page for page in shown) == 1 for n in range(5))
    assert ["Older" in page for page in shown] == [True, True, False]
    assert client.get(f"{ROOM}sources/forum/?page=none").status_code == 200


def test_why_a_retry_is_refused_is_said_in_the_readers_language(enter, poisoned, mend, monkeypatch):
    take(hear(1, "poison"))
    mend()
    monkeypatch.setattr(intake.timezone, "now", lambda: NOW + timedelta(days=9999))
    client = enter("hugo")
    client.post(f"{ROOM}sources/forum/aside/")
    assert "It is older than the 400 days" in client.get(f"{ROOM}sources/forum/").content.decode()

    client.cookies["usine_desk_language"] = "fr"
    page = client.get(f"{ROOM}sources/forum/").content.decode()
    assert "400 jours" in page and "It is older" not in page

    SetAside.objects.update(refused=[["It is older than the %(days)s days that this source keeps.", {}]])
    assert client.get(f"{ROOM}sources/forum/").status_code == 200
