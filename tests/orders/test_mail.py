"""The confirmation: in the visitor's language, once, with the appointment and a link to cancel."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings

from scripts.compile_messages import main as compile_messages
from tests.orders.test_leads import NOW, book
from usine.commons import jobs
from usine.orders import public
from usine.orders.calendar import make_event
from usine.orders.models import TestDriveBooking


@pytest.fixture(scope="module", autouse=True)
def catalogues():
    assert compile_messages() == 0


@pytest.mark.django_db
def test_the_visitor_is_written_to_once_in_their_language(mailoutbox):
    lead = book()
    while jobs.run_next():
        pass
    jobs.enqueue("orders.confirm", by="test", booking_id=lead.id)
    jobs.run_next()

    (mail,) = mailoutbox
    assert mail.to == ["marie@exemple.be"]
    assert mail.subject == "Uw proefrit op donderdag 26 november 2026"
    assert "om 11:00, Aurige 1" in mail.body
    assert 'lang="nl"' in mail.alternatives[0][0]
    assert "DTSTART:20261126T100000Z" in mail.attachments[0][1]
    token = re.search(r"/cancel/([^/\s]+)/", mail.body).group(1)
    assert public.cancel_test_drive(token, now=NOW).is_cancelled


@pytest.mark.django_db
@pytest.mark.parametrize("language", [language for language, _name in settings.LANGUAGES])
def test_every_language_has_its_words(language, mailoutbox):
    lead = book()
    TestDriveBooking.objects.filter(pk=lead.id).update(language=language)
    jobs.run_next()
    assert len(mailoutbox) == 1
    assert ("Hello" in mailoutbox[0].body) == (language == "en")


@pytest.mark.django_db
def test_a_cancelled_drive_is_not_confirmed(mailoutbox):
    public.cancel_test_drive(public.make_cancel_token(book().id), now=NOW)
    jobs.run_next()
    assert mailoutbox == []


def test_an_event_escapes_and_folds_its_text():
    at = datetime(2026, 11, 26, 10, tzinfo=UTC)
    event = make_event(uid="1", starts_at=at, made_at=at, summary="Essai, Orée; " + "é" * 60, place="a\nb")
    assert all(len(line.encode()) <= 75 for line in event.split("\r\n"))
    assert "Essai\\, Orée\\; " in event and "LOCATION:a\\nb" in event
