"""Clicks arrive as numbers: held against the offer, counted once, without a trace of who clicked."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.oree import publish_oree
from tests.visitors import NUMBER, write_choice
from usine.commons.consent import COOKIE
from usine.commons.facts import read_facts
from usine.commons.models import Fact
from usine.journeys import views
from usine.journeys.clicks import MAX_BYTES
from usine.journeys.models import ReceivedBatch

PAGE = "/nl-be/oree/configurator/"
DOOR = f"{PAGE}clicks/"
TOKEN = "0123456789abcdef" * 2
GLASS = {"wanted": "roof.glass", "in_the_way": ["roof_bars.yes"], "count": 1}


@pytest.fixture(autouse=True)
def allowing(client):
    client.cookies[COOKIE] = write_choice(NUMBER)


@pytest.fixture
def belgium(db):
    return publish_oree("BE", "FR")[0]


@pytest.fixture
def post(client, belgium):
    def send(**changed):
        batch = {"token": TOKEN, "offer": belgium.offer_key, "choices": {"trim.futaie": 2}, "conflicts": []}
        return client.post(DOOR, json.dumps({**batch, **changed}), content_type="application/json")

    return send


def list_clicks():
    return [(f.name, f.by, f.market, f.subject, f.payload) for f in read_facts() if f.by == "visitor"]


def test_a_batch_becomes_facts_that_hold_nothing_of_the_visitor(post, belgium):
    assert post(choices={"trim.futaie": 2, "alarm.no": 1}, conflicts=[GLASS]).status_code == 204

    about = {"offer_key": belgium.offer_key, "locale": "nl-be"}
    assert list_clicks() == [
        (
            "ChoicesMade",
            "visitor",
            "BE",
            "oree",
            {**about, "counts": {"trim.futaie": 2, "alarm.no": 1}},
        ),
        ("ConflictsMet", "visitor", "BE", "oree", {**about, "counts": [GLASS]}),
    ]
    assert not Fact.objects.filter(payload__icontains=TOKEN).exists()
    assert not Fact.objects.filter(payload__icontains=NUMBER).exists()


@pytest.mark.parametrize("choice", ["", write_choice(), write_choice("me"), "1.2020-01-01." + NUMBER])
def test_nothing_is_counted_without_consent(client, post, choice):
    client.cookies[COOKIE] = choice
    assert post().status_code == 403
    client.get(PAGE, {"state": "trim.futaie~powertrain.ev52", "want": "roof.glass"})
    assert list_clicks() == []


def test_a_batch_posted_again_is_counted_once(post):
    assert [post().status_code for _ in range(3)] == [204, 204, 204]
    assert len(list_clicks()) == 1
    assert post(token=TOKEN[::-1]).status_code == 204
    assert len(list_clicks()) == 2


def test_tokens_are_forgotten_after_a_month(post):
    old = timezone.now().date() - timedelta(days=31)
    ReceivedBatch.objects.create(token="f" * 32, received_on=old)
    post()
    assert list(ReceivedBatch.objects.values_list("token", flat=True)) == [TOKEN]


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "short"},
        {"token": TOKEN.upper()},
        {"offer": "\0"},
        {"visitor": "me"},
        {"choices": {}},
        {"choices": []},
        {"choices": {"trim.nope": 1}},
        {"choices": {"market.BE": 1}},
        {"choices": {"block_heater.no": 1}},
        {"choices": {"trim.futaie": 0}},
        {"choices": {"trim.futaie": 1001}},
        {"choices": {"trim.futaie": 1.5}},
        {"choices": {"trim.futaie": True}},
        {"choices": {f"x{i}.y": 1 for i in range(301)}},
        {"conflicts": {}},
        {"conflicts": [GLASS] * 51},
        {"conflicts": [{**GLASS, "wanted": 3}]},
        {"conflicts": [{**GLASS, "when": "now"}]},
        {"conflicts": [{**GLASS, "in_the_way": []}]},
        {"conflicts": [{**GLASS, "in_the_way": ["roof.body"]}]},
        {"conflicts": [{**GLASS, "in_the_way": ["roof_bars.yes", "roof_bars.yes"]}]},
        {"conflicts": [{**GLASS, "in_the_way": ["colour.lichen"]}]},  # goes with glass
        {"conflicts": [{**GLASS, "count": -1}]},
    ],
)
def test_what_cannot_be_right_is_refused_whole(post, wrong):
    assert post(**wrong).status_code == 400
    assert list_clicks() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 20_000, b"\xff", b'{"token": 1}', b"null"])
def test_what_is_no_batch_is_refused(client, belgium, body):
    assert client.post(DOOR, body, content_type="application/json").status_code == 400


def test_a_large_batch_is_refused_and_so_is_a_foreign_offer(client, post, belgium):
    assert post(token=" " * MAX_BYTES).status_code == 413
    french = client.get("/fr-fr/oree/configurator/answers/").json()["offer"]
    assert post(offer=french).status_code == 404
    assert post(offer="0" * 64).status_code == 404
    assert client.get(DOOR).status_code == 405
    assert list_clicks() == []


def test_another_site_cannot_post_and_an_address_not_for_ever(belgium, post, monkeypatch):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[COOKIE] = write_choice(NUMBER)
    page = strict.get(PAGE)
    body = {"token": TOKEN, "offer": belgium.offer_key, "choices": {"trim.futaie": 1}, "conflicts": []}
    assert strict.post(DOOR, body, content_type="application/json").status_code == 403
    token = {"X-CSRFToken": page.cookies["csrftoken"].value}
    assert strict.post(DOOR, body, content_type="application/json", headers=token).status_code == 204
    monkeypatch.setattr(views, "BATCHES_PER_HOUR", 1)
    assert post().status_code == 429


def test_a_batch_costs_few_queries(post, django_assert_max_num_queries):
    post(token="a" * 32)
    with django_assert_max_num_queries(14):
        post(conflicts=[GLASS] * 50)


def test_a_step_that_the_server_answers_is_recorded_alike(client, belgium):
    state = "trim.futaie~powertrain.ev52~roof_bars.yes"
    client.head(PAGE, {"state": state, "want": "roof.glass"})
    client.get(PAGE, {"state": state, "want": "roof.glass"})
    client.get(PAGE, {"state": state, "want": "roof.nope"})

    counts = [(name, payload["counts"]) for name, *_, payload in list_clicks()]
    assert counts == [("ChoicesMade", {"roof.glass": 1}), ("ConflictsMet", [GLASS])]
