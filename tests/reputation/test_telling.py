"""Alerts reach people and machines: quiet hours, markets, mail, push and signed POST over real HTTP, tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pywebpush
from django.core import mail
from django.db import transaction

from tests.reputation.browsing import Browser
from tests.reputation.hearing import CAR, NOW, add_source, hear, take
from usine.accounts.contracts import SYSTEM, Role
from usine.accounts.models import User
from usine.accounts.public import create_account
from usine.commons.jobs import run_next
from usine.commons.models import Job
from usine.reputation.contracts import AlertKind
from usine.reputation.models import Alert, AlertHook, AlertListener, AlertTelling, PushSubscription
from usine.reputation.trouble import push
from usine.reputation.trouble.alerts import Sighting, acknowledge, note_sightings
from usine.reputation.trouble.telling import RETRIES, end_quiet, plan, sign_body

pytestmark = pytest.mark.django_db


def add_listener(name: str, role: Role, *markets: str, **values: object) -> User:
    key = create_account(
        name, name=name.title(), password="long-enough-for-a-test", role=role, markets=markets
    )
    user = User.objects.get(pk=key)
    user.email = f"{name}@example.com"
    user.save()
    AlertListener.objects.create(user=user, **{"by_push": False, **values})
    return user


def raise_alert(kind: AlertKind = AlertKind.NEGATIVE, country: str = "PT", now: datetime = NOW) -> Alert:
    add_source()
    take(hear(1, "an awful bramble on fire, safety", country=country, author="Zoe"), now=now)
    sighting = Sighting(
        kind, CAR, country, scale_min=60, began_at=now - timedelta(hours=1), seen=9, expected=0.5
    )
    with transaction.atomic():
        [alert] = note_sightings([sighting], now=now)
        plan(alert, now=now)
    return alert


def run_jobs(now: datetime) -> None:
    while run_next(now):
        pass


def test_a_mail_says_what_is_new_to_those_who_may_see_it(settings):
    settings.SITE_URL = "https://desk.example"
    add_listener("salma", Role.MARKET, "PT")
    add_listener("els", Role.MARKET, "BE")
    add_listener("claire", Role.CENTRAL)
    alert = raise_alert()
    run_jobs(NOW)

    assert sorted(letter.to[0] for letter in mail.outbox) == ["claire@example.com", "salma@example.com"]
    letter = mail.outbox[0]
    assert letter.subject == "! Portugal: anger about Bramble"
    for said in (
        "Seen: 9 within 60 minutes, where 0.5 are usual. Since 24 Nov 2026, 11:00",
        "Aspects (negative/all): safety (1/1)",
        "an awful bramble on fire",
        f"https://desk.example/desk/reputation/alerts/{alert.pk}/",
    ):
        assert said in letter.body
    assert "Zoe" not in letter.body
    alert.refresh_from_db()
    assert alert.told_at is not None
    assert AlertTelling.objects.filter(told_at__isnull=False).count() == 2


def test_each_is_told_in_their_own_language_and_by_their_own_clock():
    add_listener("salma", Role.MARKET, "PT", language="fr")
    add_listener("claire", Role.CENTRAL, language="xx")
    raise_alert()
    run_jobs(NOW)

    english, french = sorted(mail.outbox, key=lambda letter: letter.to)
    assert english.subject == "! Portugal: anger about Bramble"
    assert french.subject == "! Portugal, Bramble\xa0: colère"
    assert "Vu\xa0: 9 en 60 minutes, contre 0,5 d’habitude. Depuis le 24 nov. 2026, 11:00 WET" in french.body
    assert "Au moment de l’alerte\xa0: 1 mention, 1 auteur, 1 négative." in french.body
    assert "sécurité (1/1)" in french.body
    assert "11:00 UTC" in english.body
    assert "an awful bramble on fire" in french.body  # what somebody said stays as it was said


def test_who_is_told_late_hears_what_has_come_since():
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    add_listener("salma", Role.MARKET, "PT", quiet_from=time(22), quiet_until=time(7))
    alert = raise_alert(AlertKind.VOLUME, now=night)
    said = {"country": "PT", "published_at": night + timedelta(hours=1)}
    take(hear(2, "one more bramble, awful", **said), hear(3, "and a lovely bramble", **said), now=night)
    Alert.objects.filter(pk=alert.pk).update(last_at=night + timedelta(hours=2))
    run_jobs(night + timedelta(hours=4))

    [letter] = mail.outbox
    assert (
        "When it was raised: 1 mention, 1 author, 1 negative.\nNow: 3 mentions, 3 authors, 2 negative ones.\n"
        in letter.body
    )


def test_what_somebody_took_on_meanwhile_is_told_to_nobody_else():
    """It waited for the end of the quiet hours."""
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    add_listener("salma", Role.MARKET, "PT", quiet_from=time(22), quiet_until=time(7))
    alert = raise_alert(AlertKind.VOLUME, now=night)
    acknowledge(alert.pk, by=SYSTEM)
    run_jobs(night + timedelta(hours=4))

    assert mail.outbox == []
    assert "taken it on" in AlertTelling.objects.get().reason


def test_who_lost_the_market_meanwhile_is_not_told():
    user = add_listener("salma", Role.MARKET, "PT")
    raise_alert()
    user.memberships.update(market="BE")
    run_jobs(NOW)

    assert mail.outbox == []
    assert AlertTelling.objects.get().reason == "Its market is not theirs any more."


def test_an_alert_of_no_country_is_for_those_who_see_all():
    add_listener("salma", Role.MARKET, "PT")
    add_listener("claire", Role.CENTRAL)
    raise_alert(country="")

    assert [row.to for row in AlertTelling.objects.all()] == ["Claire"]


def test_quiet_hours_hold_back_what_is_not_urgent():
    """Three o'clock in the night of Lisbon: told at seven."""
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    add_listener("salma", Role.MARKET, "PT", quiet_from=time(22), quiet_until=time(7))
    raise_alert(AlertKind.VOLUME, now=night)
    run_jobs(night + timedelta(hours=3, minutes=59))
    assert mail.outbox == []

    run_jobs(night + timedelta(hours=4))
    assert len(mail.outbox) == 1


def test_urgent_alerts_pass_quiet_hours():
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    add_listener("salma", Role.MARKET, "PT", quiet_from=time(22), quiet_until=time(7))
    raise_alert(AlertKind.SAFETY, now=night)
    run_jobs(night)

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("hour", "begin", "end", "told"),
    [
        (23, 22, 7, "2026-11-25 07:00"),
        (6, 22, 7, "2026-11-24 07:00"),
        (7, 22, 7, "2026-11-24 07:00"),
        (12, 22, 7, "2026-11-24 12:00"),
        (13, 12, 14, "2026-11-24 14:00"),
        (14, 12, 14, "2026-11-24 14:00"),
        (9, 9, 9, "2026-11-24 09:00"),
    ],
)
def test_quiet_hours_end_by_the_clock_of_the_place(hour, begin, end, told):
    zone = ZoneInfo("Asia/Tokyo")
    now = datetime(2026, 11, 24, hour, tzinfo=zone).astimezone(UTC)

    assert f"{end_quiet(now, time(begin), time(end), zone).astimezone(zone):%Y-%m-%d %H:%M}" == told


def test_a_hook_is_signed_and_quotes_nobody(receiver):
    AlertHook.objects.create(address=f"{receiver.address}/alerts?key=x", secret="s3cret")
    alert = raise_alert()
    run_jobs(NOW)

    [(path, headers, body)] = receiver.requests
    assert path == "/alerts?key=x"
    assert headers["X-Usine-Signature"] == sign_body("s3cret", headers["X-Usine-Time"], body)
    said = json.loads(body)
    assert (said["alert"], said["kind"], said["country"], said["is_urgent"]) == (
        alert.pk,
        "negative",
        "PT",
        True,
    )
    assert "on fire" not in body.decode()
    assert "key=x" not in AlertTelling.objects.get().to


def test_a_hook_that_fails_is_tried_again_later_and_told_once(receiver):
    AlertHook.objects.create(address=receiver.address, secret="s3cret")
    receiver.answers = [503]
    raise_alert()
    run_jobs(NOW)

    telling = AlertTelling.objects.get()
    assert (telling.told_at, telling.reason) == (None, "It answered with 503.")
    again = Job.objects.get(state=Job.State.WAITING)
    run_jobs(again.not_before)
    telling.refresh_from_db()
    assert (len(receiver.requests), telling.reason, telling.told_at is None) == (2, "", False)
    assert not Job.objects.filter(state=Job.State.WAITING).exists()


def test_a_hook_that_never_answers_is_given_up(receiver):
    AlertHook.objects.create(address=receiver.address, secret="s3cret")
    receiver.answers = [500] * 9
    raise_alert()
    run_jobs(NOW)
    while waiting := Job.objects.filter(state=Job.State.WAITING).first():
        run_jobs(waiting.not_before)

    assert len(receiver.requests) == 1 + len(RETRIES)
    assert "500" in AlertTelling.objects.get().reason


def test_without_a_key_nothing_is_pushed_and_the_telling_says_so(settings):
    settings.PUSH_KEY = ""
    add_listener("salma", Role.MARKET, "PT", by_mail=False, by_push=True)
    raise_alert()
    run_jobs(NOW)

    assert "USINE_PUSH_KEY" in AlertTelling.objects.get().reason
    assert push.find_public_key() == ""


def test_a_push_is_encrypted_for_the_browser_and_signed(receiver, settings):
    settings.PUSH_KEY = push.make_key()
    user = add_listener("salma", Role.MARKET, "PT", by_mail=False, by_push=True, language="fr")
    browser = Browser(f"{receiver.address}/push")
    PushSubscription.objects.create(user=user, endpoint=browser.endpoint, at=NOW, **browser.keys)
    alert = raise_alert()
    run_jobs(NOW)

    [(_path, headers, body)] = receiver.requests
    assert browser.read_json(body) == {
        "title": "Portugal, Bramble\xa0: colère",
        "body": "Bien plus de négatif que d’habitude. 1 mention.",
        "address": f"/desk/reputation/alerts/{alert.pk}/",
        "tag": f"alert-{alert.pk}",
        "lang": "fr",
    }
    assert headers["Authorization"].startswith("vapid t=")
    assert f"k={push.find_public_key()}" in headers["Authorization"]
    assert AlertTelling.objects.get().told_at is not None


@pytest.mark.parametrize("answer", [429, 500, 503, None])
def test_a_push_service_that_is_away_or_has_too_much_to_do_is_asked_again(receiver, settings, answer):
    settings.PUSH_KEY = push.make_key()
    user = add_listener("salma", Role.MARKET, "PT", by_mail=False, by_push=True)
    browser = Browser(receiver.address)
    row = PushSubscription.objects.create(user=user, endpoint=browser.endpoint, at=NOW, **browser.keys)
    receiver.answers = [answer] if answer else []
    if answer is None:
        PushSubscription.objects.update(endpoint="http://127.0.0.1:9/nobody")
    raise_alert()
    run_jobs(NOW)
    assert AlertTelling.objects.get().told_at is None

    PushSubscription.objects.filter(pk=row.pk).update(endpoint=browser.endpoint)
    run_jobs(Job.objects.get(state=Job.State.WAITING).not_before)
    telling = AlertTelling.objects.get()
    assert (telling.reason, telling.told_at is None) == ("", False)


@pytest.mark.parametrize(("answer", "said"), [(400, "refused: "), (413, "not reached")])
def test_a_push_service_that_refuses_is_not_asked_again(receiver, settings, monkeypatch, answer, said):
    """Whatever words it says it in."""
    settings.PUSH_KEY = push.make_key()
    user = add_listener("salma", Role.MARKET, "PT", by_mail=False, by_push=True)
    browser = Browser(f"{receiver.address}/not reached")
    PushSubscription.objects.create(user=user, endpoint=browser.endpoint, at=NOW, **browser.keys)
    webpush = pywebpush.webpush

    def refuse(*arguments, **values):
        try:
            webpush(*arguments, **values)
        except pywebpush.WebPushException as error:
            error.message = f"{said}{error.message}"
            raise

    monkeypatch.setattr(pywebpush, "webpush", refuse)
    receiver.answers = [answer]
    raise_alert()
    run_jobs(NOW)

    assert said in AlertTelling.objects.get().reason
    assert PushSubscription.objects.exists()
    assert not Job.objects.filter(state=Job.State.WAITING).exists()


@pytest.mark.parametrize("market", ["", "PT"])
def test_what_somebody_switched_off_meanwhile_is_not_sent(market):
    """It waited for the end of the quiet hours. What they say of a market counts before what they say of all."""
    night = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    user = add_listener("salma", Role.MARKET, "PT", quiet_from=time(22), quiet_until=time(7))
    raise_alert(AlertKind.VOLUME, now=night)
    AlertListener.objects.update_or_create(
        user=user, market=market, defaults={"by_mail": False, "by_push": True}
    )
    run_jobs(night + timedelta(hours=4))

    assert mail.outbox == []
    assert AlertTelling.objects.get().reason == "They do not want to be told in this way any more."
    assert not Job.objects.filter(state=Job.State.WAITING).exists()


def test_mails_of_one_market_are_sent_where_those_of_all_are_off():
    user = add_listener("claire", Role.CENTRAL, by_mail=False)
    AlertListener.objects.create(user=user, market="PT", by_push=False)
    raise_alert()
    run_jobs(NOW)

    assert [letter.to for letter in mail.outbox] == [["claire@example.com"]]


def test_a_browser_that_ended_its_subscription_is_forgotten(receiver, settings):
    settings.PUSH_KEY = push.make_key()
    user = add_listener("salma", Role.MARKET, "PT", by_mail=False, by_push=True)
    browser = Browser(receiver.address)
    PushSubscription.objects.create(user=user, endpoint=browser.endpoint, at=NOW, **browser.keys)
    receiver.answers = [410]
    raise_alert()
    run_jobs(NOW)

    assert not PushSubscription.objects.exists()
    assert "ended" in AlertTelling.objects.get().reason
