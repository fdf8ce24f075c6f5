"""Who allows it is counted, by a number that goes when they change their mind; nobody else leaves a trace."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.oree import publish_oree
from tests.visitors import NUMBER, write_choice
from usine.audience import actions, views
from usine.audience.actions import forget_visitors, prove
from usine.audience.contracts import PAGES
from usine.commons.consent import COOKIE, KEPT, WORDING
from usine.commons.models import Fact, RateWindow
from usine.launches.rules import PATHS

SITE = "/nl-be/oree/"
ABOUT = {"locale": "nl-be"}


@pytest.fixture(autouse=True)
def belgium(db):
    publish_oree("BE")


@pytest.fixture
def post(client):
    def send(door, message, *, site=SITE, kind="application/json"):
        body = message if isinstance(message, bytes) else json.dumps(message)
        headers = {"Accept": "application/json"}
        return client.post(f"{site}{door}/", body, content_type=kind, headers=headers)

    return send


def choose(post, counted, **changed):
    return post("consent", {"counted": counted, "wording": WORDING}, **changed)


def list_facts():
    facts = Fact.objects.filter(by="visitor").order_by("id")
    return [(fact.name, fact.market, fact.subject, fact.payload) for fact in facts]


def test_who_accepts_is_counted_and_the_consent_is_proven(client, post):
    assert choose(post, True).status_code == 204
    wording, day, visitor = client.cookies[COOKIE].value.split(".")
    assert (int(wording), day) == (WORDING, timezone.now().date().isoformat())
    assert client.cookies[COOKIE]["max-age"] == 183 * 86_400

    assert post("visits", {"page": "versions"}).status_code == 204
    assert list_facts() == [
        ("CountingAllowed", "BE", "oree", {**ABOUT, "proof": prove(visitor), "wording": WORDING}),
        ("PageRead", "BE", "oree", {**ABOUT, "visitor": visitor, "page": "versions"}),
    ]


def test_who_refuses_leaves_no_trace(client, post):
    assert choose(post, False).status_code == 204
    assert client.cookies[COOKIE].value == write_choice()
    assert post("visits", {"page": "home"}).status_code == 403
    assert list_facts() == []


def test_who_changes_their_mind_is_forgotten_and_others_are_not(client, post):
    client.cookies[COOKIE] = write_choice("ab" * 16)
    post("visits", {"page": "home"})
    del client.cookies[COOKIE]
    choose(post, True)
    number = client.cookies[COOKIE].value.split(".")[2]
    post("visits", {"page": "home"})
    assert choose(post, False).status_code == 204

    proof = {**ABOUT, "proof": prove(number), "wording": WORDING}
    assert [(name, payload) for name, _market, _subject, payload in list_facts()] == [
        ("PageRead", {**ABOUT, "page": "home", "visitor": "ab" * 16}),
        ("CountingAllowed", proof),
        ("PageRead", {**ABOUT, "page": "home"}),
        ("CountingEnded", proof),
    ]
    assert not [fact for fact in Fact.objects.all() if number in json.dumps(fact.payload)]
    assert post("visits", {"page": "home"}).status_code == 403


def test_a_number_that_was_never_given_is_erased_and_ends_nothing(client, post):
    client.cookies[COOKIE] = write_choice(NUMBER)
    post("visits", {"page": "home"})
    assert choose(post, False).status_code == 204
    assert [(name, payload) for name, *_, payload in list_facts()] == [
        ("PageRead", {**ABOUT, "page": "home"})
    ]


def test_who_accepts_again_gets_another_number_and_the_first_is_erased(client, post):
    client.cookies[COOKIE] = write_choice(NUMBER)
    post("visits", {"page": "home"})
    choose(post, True)
    number = client.cookies[COOKIE].value.split(".")[2]
    assert re.fullmatch("[0-9a-f]{32}", number) and number != NUMBER
    assert not [fact for fact in Fact.objects.all() if NUMBER in json.dumps(fact.payload)]


def test_numbers_and_their_digests_are_erased_after_six_months_what_was_read_and_allowed_stays(client, post):
    choose(post, True)
    post("visits", {"page": "home"})
    assert forget_visitors(before=timezone.now() - KEPT) == 0
    assert forget_visitors(before=timezone.now() + timedelta(days=1)) == 1
    assert [payload for *_, payload in list_facts()] == [
        {**ABOUT, "wording": WORDING},
        {**ABOUT, "page": "home"},
    ]


def test_forgetting_goes_on_past_what_one_query_takes(client, post, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    client.cookies[COOKIE] = write_choice(NUMBER)
    for _ in range(5):
        post("visits", {"page": "home"})
    assert forget_visitors(before=timezone.now() + timedelta(days=1)) == 5
    assert [payload for *_, payload in list_facts()] == [{**ABOUT, "page": "home"}] * 5


@pytest.mark.parametrize(
    ("find", "index"), [(actions.find_read, "fact_visitor"), (actions.find_allowed, "fact_proof")]
)
def test_taking_it_back_reads_no_fact_of_another_visitor(find, index):
    """As the database plans it, on either of both; PostgreSQL reads a table of few rows whole unless it may not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = find(NUMBER).explain()
    assert index in plan, plan


def test_taking_it_back_is_as_many_queries_whatever_was_read(client, post):
    counts = []
    for visits in (1, 1, 6):  # the first also begins the hour of withdrawals
        client.cookies.clear()
        choose(post, True)
        for _ in range(visits):
            post("visits", {"page": "home"})
        with CaptureQueriesContext(connection) as queries:
            assert choose(post, False).status_code == 204
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    "choice",
    [
        *("", "yes", f"1.2026-02-30.{NUMBER}", f"{WORDING - 1}.2026-11-26.{NUMBER}", write_choice("x" * 32)),
        *(f"1.2020-01-01.{NUMBER}", f"1.2099-01-01.{NUMBER}", write_choice(NUMBER, wording=WORDING - 1)),
    ],
)
def test_a_choice_that_is_none_or_too_old_counts_as_none(client, post, choice):
    client.cookies[COOKIE] = choice
    assert post("visits", {"page": "home"}).status_code == 403
    assert list_facts() == []


@pytest.mark.parametrize(
    ("door", "message", "status"),
    [
        ("visits", {"page": "nowhere"}, 400),
        ("visits", {"page": ["home"]}, 400),
        ("visits", {"page": "home", "who": "me"}, 400),
        ("visits", b" ", 400),
        ("visits", b"\xff", 400),
        ("visits", b"[" * 150, 400),
        ("visits", {"page": "x" * 200}, 413),
        ("consent", {"counted": "yes", "wording": 1}, 400),
        ("consent", {"counted": True, "wording": 0}, 400),
        ("consent", {"counted": True, "wording": WORDING + 1}, 400),
        ("consent", {"counted": True, "wording": True}, 400),
        ("consent", {"counted": True}, 400),
        ("consent", b"null", 400),
        ("consent", {"counted": True, "wording": "1" * 200}, 413),
    ],
)
def test_what_cannot_be_right_is_refused(client, post, door, message, status):
    client.cookies[COOKIE] = write_choice(NUMBER)
    answer = post(door, message)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert list_facts() == []
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("site", ["/xx-yy/oree/", "/fr-fr/oree/", "/nl-be/nothing/"])
def test_a_site_that_is_not_live_takes_nothing(client, post, site):
    client.cookies[COOKIE] = write_choice(NUMBER)
    assert choose(post, True, site=site).status_code == 404
    assert post("visits", {"page": "home"}, site=site).status_code == 404
    assert list_facts() == []


def test_a_form_of_another_site_cannot_choose_for_a_visitor(client, post):
    assert choose(post, True, kind="text/plain").status_code == 415
    assert choose(post, True, kind="application/x-www-form-urlencoded").status_code == 415
    assert client.get(f"{SITE}consent/").status_code == 405
    assert COOKIE not in client.cookies


def test_one_address_cannot_post_for_ever(client, post, monkeypatch):
    monkeypatch.setattr(views, "VISITS_PER_HOUR", 1)
    monkeypatch.setattr(views, "CHOICES_PER_HOUR", 1)
    client.cookies[COOKIE] = write_choice(NUMBER)
    assert [post("visits", {"page": "home"}).status_code for _ in range(2)] == [204, 429]
    assert [choose(post, True).status_code for _ in range(2)] == [204, 429]


def test_nobody_is_kept_from_refusing_by_those_who_accepted_from_there(client, post, monkeypatch):
    monkeypatch.setattr(views, "CHOICES_PER_HOUR", 0)
    client.cookies[COOKIE] = write_choice(NUMBER)
    assert choose(post, False).status_code == 204  # takes it back
    assert client.cookies[COOKIE].value == write_choice()
    monkeypatch.setattr(views, "WITHDRAWALS_PER_HOUR", 0)
    windows = RateWindow.objects.count()
    assert [choose(post, False).status_code for _ in range(3)] == [204] * 3  # was not counted
    assert RateWindow.objects.count() == windows
    client.cookies[COOKIE] = write_choice(NUMBER)
    assert [choose(post, False).status_code for _ in range(2)] == [429, 429]


def test_every_kind_of_page_is_known():
    assert set(PAGES) == {*PATHS, "virtual-drive"}
