"""Deliveries: signed, new, within limits, all or nothing; sent twice, taken as the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import include, path

from usine.commons import ratelimit
from usine.commons.models import RateWindow
from usine.reputation.models import Source
from usine.reputation.sources import webhook
from usine.reputation.sources.webhook import LARGEST, sign

urlpatterns = [path("", include("usine.reputation.sources.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SECRET = "a secret of thirty-two characters"
MENTION = {
    "id": "1",
    "text": "They never called back.",
    "published_at": "2026-11-25T08:00:00Z",
    "author": "ann",
}


@pytest.fixture
def source(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    return Source.objects.create(
        slug="crm", name="CRM", connector="webhook", options={"secret_env": "HOOK_SECRET"}, country="GB"
    )


@pytest.fixture
def stored(monkeypatch):
    """What was put down for a worker: the same id of a source twice is the same mention."""
    found: dict[tuple[str, str], object] = {}

    def put_down(heard, *, now):
        found.update({(one.source, one.external_id): one for one in heard})

    monkeypatch.setattr(webhook, "put_down", put_down)
    return found


def send(
    client, body, *, secret=SECRET, at=None, slug="crm", content_type="application/json", signature=None
):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    seconds = int((at or datetime.now(UTC)).timestamp())
    headers = {"Usine-Signature": sign(secret, body, seconds) if signature is None else signature}
    return client.post(f"/hooks/reputation/{slug}/", body, content_type=content_type, headers=headers)


def test_a_delivery_is_taken_and_taken_once(client, source, stored):
    for _ in range(2):
        answer = send(client, {"mentions": [MENTION, {**MENTION, "id": "2"}]})
        assert (answer.status_code, answer.json()) == (200, {"mentions": 2})

    assert set(stored) == {("crm", "1"), ("crm", "2")}
    heard = stored[("crm", "1")]
    assert (heard.text, heard.country, heard.author) == ("They never called back.", "GB", "ann")
    source.refresh_from_db()
    assert source.heard_at is not None and source.answered_at is not None


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another secret"},
        {"signature": ""},
        {"signature": "t=1,v1=zz"},
        {"minutes": -6},
        {"minutes": 6},
    ],
    ids=["another's", "none", "no signature", "old", "of the future"],
)
def test_what_is_not_signed_now_by_the_source_is_refused(client, source, stored, how):
    if "minutes" in how:  # counted from now, not from when tests were collected
        how = {"at": datetime.now(UTC) + timedelta(**how)}
    answer = send(client, {"mentions": [MENTION]}, **how)
    assert (answer.status_code, answer.json()["error"]) == (401, "signature_wrong")
    assert stored == {}


def test_a_signature_holds_for_its_body_alone(client, source, stored):
    body = json.dumps({"mentions": [MENTION]}).encode()
    signature = sign(SECRET, body, int(datetime.now(UTC).timestamp()))
    assert send(client, body.replace(b"never", b"always"), signature=signature).status_code == 401
    assert send(client, body, signature=signature).status_code == 200


def test_two_secrets_hold_while_a_sender_changes(client, source, stored, monkeypatch):
    monkeypatch.setenv("HOOK_OLD", "the old secret")
    Source.objects.update(options={"secret_env": "HOOK_SECRET", "old_secret_env": "HOOK_OLD"})
    assert send(client, {"mentions": [MENTION]}, secret="the old secret").status_code == 200
    assert send(client, {"mentions": [MENTION]}).status_code == 200


def test_without_its_secret_a_source_takes_nothing(client, source, stored, monkeypatch):
    Source.objects.update(options={})
    assert send(client, {"mentions": [MENTION]}, secret="").status_code == 401
    Source.objects.update(options={"secret_env": "HOOK_MISSING"})
    assert send(client, {"mentions": [MENTION]}, secret="").status_code == 400
    assert stored == {}


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"{", 400, "The delivery is no JSON"),
        (b"[]", 400, "not of the form"),
        ({"mentions": [3]}, 400, "not of the form"),
        ({"mentions": [MENTION, {**MENTION, "id": "2", "text": ""}]}, 400, "mention 2, text: it is empty"),
        (
            {"mentions": [MENTION, {**MENTION, "id": "2", "published_at": "2020-01-31"}]},
            400,
            "mention 2, published_at: 2020-01-31 00:00 UTC is older than the 400 days that this source keeps",
        ),
        ({"mentions": [{**MENTION, "published_at": 0}]}, 400, "1970-01-01 00:00 UTC is before 1990"),
        ({"mentions": [{**MENTION, "text": "<script>x()</script>"}]}, 400, "text: nothing of it can be read"),
        ({"mentions": [{**MENTION, "id": ""}]}, 400, "mention 1, id: it is missing"),
        ({"mentions": [{**MENTION, "mood": 1}]}, 400, "mention 1, mood: it is none of"),
        ({"mentions": [MENTION, MENTION]}, 400, "two mentions with the id '1'"),
        ({"mentions": [{**MENTION, "id": str(n)} for n in range(501)]}, 400, "at most 500"),
        (b" " * (LARGEST + 1), 413, "at most 1024 kB"),
    ],
)
def test_all_of_a_delivery_or_nothing(client, source, stored, body, status, sentence):
    answer = send(client, body)
    assert answer.status_code == status
    assert sentence in answer.json()["message"]
    assert stored == {}


def test_an_empty_delivery_is_a_sign_of_life(client, source, stored):
    assert send(client, {"mentions": []}).json() == {"mentions": 0}
    source.refresh_from_db()
    assert source.answered_at is not None and source.heard_at is None


def test_only_sources_that_take_deliveries_and_are_on(client, source, stored):
    Source.objects.create(slug="feed", name="F", connector="feed", address="https://a.example")
    assert send(client, {"mentions": []}, slug="feed").status_code == 404
    assert send(client, {"mentions": []}, slug="nobody").status_code == 404
    Source.objects.filter(slug="crm").update(is_on=False)
    assert send(client, {"mentions": []}).status_code == 404
    assert client.get("/hooks/reputation/crm/").status_code == 405


def test_other_types_than_json_are_refused(client, source, stored):
    assert send(client, b"{}", content_type="text/plain").status_code == 415


def test_too_many_deliveries_are_told_when_to_come_again(client, source, stored):
    send(client, {"mentions": []})
    RateWindow.objects.filter(key="reputation webhook crm").update(count=webhook.PER_MINUTE)
    answer = send(client, {"mentions": [MENTION]})
    assert answer.status_code == ratelimit.TooManyRequests.http_status
    assert 0 < int(answer["Retry-After"]) <= 60
    assert stored == {}


def test_the_form_of_a_signature_is_public():
    """HMAC-SHA256 of `1.{}` under `key`, as openssl computes it."""
    expected = "v1=" + _openssl("key", b"1.{}")
    assert sign("key", b"{}", 1) == f"t=1,{expected}"


def _openssl(key, text):
    import subprocess

    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", key], input=text, capture_output=True, check=True
    )
    return done.stdout.decode().strip().rpartition(" ")[2]
