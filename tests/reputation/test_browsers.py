"""Messages in the browser: who may turn them on where, what is refused, and that a browser can read what it is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.reputation.browsing import CURVE, SERVICE, Browser, read, write
from tests.reputation.hearing import NOW
from usine.accounts.models import User
from usine.commons.models import Fact
from usine.reputation.models import AlertListener, PushSubscription
from usine.reputation.trouble import push

pytestmark = pytest.mark.django_db
ROOM = "/desk/reputation/alerts/"
KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"


@pytest.fixture
def enter(claire, ana):
    def entered(username: str) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.get(username=username))
        page = client.get(ROOM)
        client.defaults["HTTP_X_CSRFTOKEN"] = str(page.context["csrf_token"])
        return client

    return entered


def post(client: Client, act: str, said: object, **headers: str):
    body = said if isinstance(said, str) else json.dumps(said)
    accepts = {"HTTP_ACCEPT": "application/json", **headers}
    return client.post(f"{ROOM}browser/{act}/", body, content_type="application/json", **accepts)


def test_the_example_of_rfc_8291_is_read():
    private = ec.derive_private_key(
        int.from_bytes(read("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big"), CURVE
    )
    browser = Browser(private=private, auth=read("BTBZMqHH6r4Tts7J_aSIgg"))
    body = read(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PB"
        "ru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    assert browser.read(body) == b"When I grow up, I want to be a watermelon"


def test_a_browser_is_told_from_when_its_owner_turns_it_on_until_they_turn_it_off(enter, ana):
    client, browser = enter("ana"), Browser()
    assert post(client, "on", browser.to_json()).status_code == 204
    row = PushSubscription.objects.get()
    assert (row.user_id, row.endpoint, row.auth) == (ana.user_id, browser.endpoint, browser.keys["auth"])
    listener = AlertListener.objects.get()
    assert (listener.by_push, listener.by_mail, listener.language) == (True, False, "en")
    assert post(client, "on", browser.to_json()).status_code == 204  # twice is once
    assert PushSubscription.objects.count() == 1

    assert post(client, "off", {"endpoint": browser.endpoint}).status_code == 204
    listener.refresh_from_db()
    assert not PushSubscription.objects.exists() and not listener.by_push
    names = list(Fact.objects.filter(name__startswith="Browser").order_by("pk").values_list("name", "by"))
    assert names[0] == ("BrowserSubscribed", "Ana Sequeira")
    assert names[-1] == ("BrowserUnsubscribed", "Ana Sequeira")
    assert browser.endpoint not in str(list(Fact.objects.values_list("payload", flat=True)))


def test_who_reads_french_is_told_in_french_and_what_one_chose_stays(enter):
    client = enter("ana")
    client.cookies["usine_desk_language"] = "fr"
    post(client, "on", Browser().to_json())
    assert AlertListener.objects.get().language == "fr"

    client.cookies["usine_desk_language"] = "en"
    post(client, "on", Browser(f"{SERVICE}/two").to_json())
    assert AlertListener.objects.get().language == "fr"


def test_with_the_last_browser_messages_are_off_and_mail_stays(enter, ana):
    AlertListener.objects.create(user_id=ana.user_id, by_mail=True, by_push=False)
    client = enter("ana")
    for name in ("one", "two"):
        post(client, "on", Browser(f"{SERVICE}/{name}").to_json())
    post(client, "off", {"endpoint": f"{SERVICE}/one"})
    assert AlertListener.objects.get().by_push
    post(client, "off", {"endpoint": f"{SERVICE}/two"})
    listener = AlertListener.objects.get()
    assert listener.by_mail and not listener.by_push


def test_the_oldest_of_many_browsers_makes_room(ana):
    for number in range(push.MOST + 2):
        browser = push.read_browser(Browser(f"{SERVICE}/{number}").to_json())
        push.subscribe(browser, language="en", by=ana, now=NOW + timedelta(minutes=number))

    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert kept == {f"{SERVICE}/{number}" for number in range(2, push.MOST + 2)}


def test_nobody_turns_off_or_tries_somebody_elses_browser(enter, settings):
    settings.PUSH_KEY = KEY
    browser = Browser()
    post(enter("ana"), "on", browser.to_json())
    claire = enter("claire")

    assert post(claire, "off", {"endpoint": browser.endpoint}).status_code == 204
    assert PushSubscription.objects.count() == 1
    tried = post(claire, "try", {"endpoint": browser.endpoint})
    assert tried.status_code == 502 and "No browser of theirs" in tried.json()["message"]
    assert browser.endpoint not in claire.get(ROOM).content.decode()
    assert claire.get(ROOM).context["known"] == ""


def test_a_shared_browser_is_of_who_sits_before_it_and_knows_its_keys(enter, ana, claire):
    browser = Browser()
    post(enter("ana"), "on", browser.to_json())
    clients = enter("claire")
    stranger = Browser(browser.endpoint)
    assert post(clients, "on", stranger.to_json()).status_code == 400
    assert PushSubscription.objects.get().user_id == ana.user_id

    assert post(clients, "on", browser.to_json()).status_code == 204
    assert PushSubscription.objects.get().user_id == claire.user_id
    assert not AlertListener.objects.get(user=ana.user_id).by_push


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"endpoint": "http://updates.push.services.mozilla.com/1"}, "no push service"),
        ({"endpoint": "https://10.0.0.1/admin"}, "“10.0.0.1” is no push service"),
        ({"endpoint": "https://localhost/"}, "no push service"),
        ({"endpoint": "https://evil-fcm.googleapis.com.example/"}, "no push service"),
        ({"endpoint": "https://me@fcm.googleapis.com/"}, "no push service"),
        ({"endpoint": "https://fcm.googleapis.com:22/"}, "no push service"),
        ({"endpoint": "https://fcm.googleapis.com:port/"}, "no push service"),
        ({"endpoint": "https://[::1/"}, "no push service"),
        ({"endpoint": f"{SERVICE}/{'x' * 700}"}, "cannot be read"),
        ({"endpoint": 7}, "no push service"),
        ({"keys": None}, "cannot be read"),
        ({"keys": {}}, "cannot be read"),
        ({"keys": {"p256dh": write(b"\4" + b"1" * 64), "auth": write(b"0" * 16)}}, "cannot be read"),
        ({"keys": {**Browser().keys, "auth": write(b"0" * 15)}}, "cannot be read"),
        ({"keys": {**Browser().keys, "auth": "é"}}, "cannot be read"),
    ],
)
def test_what_is_no_subscription_is_refused_in_a_sentence(enter, change, sentence):
    answer = post(enter("ana"), "on", {**Browser().to_json(), **change})

    assert answer.status_code == 400 and sentence in answer.json()["message"]
    assert not PushSubscription.objects.exists() and not AlertListener.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "nothing", '{"endpoint":', "[" * 5_000, "[" * 3000])
def test_what_is_no_json_is_refused(enter, body):
    assert post(enter("ana"), "on", body).status_code == 400
    assert post(enter("ana"), "off", body).status_code == 204


def test_another_site_a_visitor_and_who_has_no_role_change_nothing(enter):
    client = enter("ana")
    assert post(client, "on", Browser().to_json(), HTTP_X_CSRFTOKEN="").status_code == 409
    assert "/desk/login/" in post(Client(), "on", Browser().to_json())["Location"]
    nobody = Client()
    nobody.force_login(User.objects.create(username="nobody"))
    for act in ("on", "off", "try"):
        assert post(nobody, act, Browser().to_json()).status_code == 403
        assert client.get(f"{ROOM}browser/{act}/").status_code == 405
    assert not PushSubscription.objects.exists()


def test_the_page_says_when_no_key_is_set(enter, settings):
    settings.PUSH_KEY = ""
    page = enter("ana").get(ROOM).content.decode()
    assert "an administrator sets USINE_PUSH_KEY" in page and "data-turn=" not in page

    settings.PUSH_KEY = KEY
    page = enter("ana").get(ROOM).content.decode()
    assert f'data-server-key="{push.find_public_key()}"' in page and "Tell me in this browser" in page
    assert '<span data-state="unscripted">' in page  # shown until a script knows better, and without buttons
    assert page.count('data-turn="') == page.count("hidden>Tell me") + page.count("hidden>Send") + page.count(
        "hidden>No "
    )


def test_a_page_knows_ones_browsers_by_their_digests_alone(enter):
    client, browser = enter("ana"), Browser()
    post(client, "on", browser.to_json())
    page = client.get(ROOM)

    assert len(page.context["known"]) == 64
    assert browser.endpoint not in page.content.decode()


def test_a_test_message_is_read_by_its_browser_in_ones_language(enter, settings, receiver):
    settings.PUSH_KEY = KEY
    client, browser = enter("ana"), Browser()
    post(client, "on", browser.to_json())
    PushSubscription.objects.update(endpoint=receiver.address)
    client.cookies["usine_desk_language"] = "fr"
    assert post(client, "try", {"endpoint": receiver.address}).status_code == 204

    [(_path, headers, body)] = receiver.requests
    said = browser.read_json(body)
    assert (said["title"], said["lang"]) == ("Voici à quoi ressemble une alerte", "fr")
    assert said["address"] == ROOM
    assert headers["Authorization"].startswith("vapid t=")
    for _ in range(4):
        post(client, "try", {"endpoint": receiver.address})
    assert post(client, "try", {"endpoint": receiver.address}).status_code == 429


def test_a_test_message_that_does_not_get_there_says_why(enter, settings, receiver):
    client, browser = enter("ana"), Browser()
    post(client, "on", browser.to_json())
    settings.PUSH_KEY = ""
    assert "USINE_PUSH_KEY" in post(client, "try", {"endpoint": browser.endpoint}).json()["message"]

    settings.PUSH_KEY = KEY
    PushSubscription.objects.update(endpoint=receiver.address)
    receiver.answers = [410]
    answer = post(client, "try", {"endpoint": receiver.address})
    assert answer.status_code == 502 and "ended its subscription" in answer.json()["message"]
    assert not PushSubscription.objects.exists()


def test_the_worker_is_a_script_of_the_room_that_is_asked_for_anew():
    answer = Client().get("/desk/reputation/worker.js")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert b"showNotification" in answer.content and b"import" not in answer.content


def test_what_a_push_service_gives_a_browser_takes_the_place_of_what_it_had(enter, ana):
    client, old, new = enter("ana"), Browser(), Browser(f"{SERVICE}/renewed")
    post(client, "on", old.to_json())
    AlertListener.objects.update(language="fr")

    assert post(client, "renew", {"old": old.endpoint, "new": new.to_json()}).status_code == 204

    row = PushSubscription.objects.get()
    assert (row.user_id, row.endpoint, row.auth) == (ana.user_id, new.endpoint, new.keys["auth"])
    listener = AlertListener.objects.get()
    assert (listener.by_push, listener.by_mail, listener.language) == (True, False, "fr")
    fact = Fact.objects.get(name="BrowserRenewed")
    assert fact.by == "Ana Sequeira" and new.endpoint not in str(fact.payload)
    # told twice, the old one is gone
    assert post(client, "renew", {"old": old.endpoint, "new": new.to_json()}).status_code == 400
    assert PushSubscription.objects.get() == row


def test_nobody_renews_for_somebody_else_with_a_strange_service_or_signed_out(enter):
    own, others, new = Browser(), Browser(f"{SERVICE}/others"), Browser(f"{SERVICE}renewed")
    client, other = enter("ana"), enter("claire")
    post(client, "on", own.to_json())
    post(other, "on", others.to_json())
    before = list(PushSubscription.objects.order_by("pk").values())
    strange = Browser("https://push.evil.example/x")
    said = [
        {"old": others.endpoint, "new": new.to_json()},  # somebody else's in front of nobody
        {
            "old": own.endpoint,
            "new": {**others.to_json(), "keys": Browser().keys},
        },  # whose keys one does not know
        {"old": own.endpoint, "new": strange.to_json()},
        {"old": own.endpoint, "new": None},
        {"old": None, "new": new.to_json()},
        {"new": new.to_json()},
        "no json",
        [],
    ]
    assert {post(client, "renew", one).status_code for one in said} == {400}
    assert (
        post(client, "renew", {"old": own.endpoint, "new": new.to_json()}, HTTP_X_CSRFTOKEN="x").status_code
        == 409
    )
    assert post(Client(), "renew", {"old": own.endpoint, "new": new.to_json()}).status_code in (302, 401, 403)
    assert list(PushSubscription.objects.order_by("pk").values()) == before
