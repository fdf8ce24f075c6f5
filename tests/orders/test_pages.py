"""After booking: the appointment in words, a calendar file, a page that cancels. An expired form is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from scripts.compile_messages import main as compile_messages
from tests.oree import load_oree_dealers, publish_oree
from usine.dealers.contracts import Slot
from usine.dealers.public import list_dealers
from usine.offers.public import get_current_offer
from usine.orders import public, rules
from usine.orders.contracts import Consent, Contact, Lead
from usine.orders.models import TestDriveBooking

FAR = datetime(2099, 3, 18, 10, tzinfo=UTC)
PAGE = "/nl-be/oree/test-drive/"


@pytest.fixture(scope="module", autouse=True)
def catalogues():
    assert compile_messages() == 0


@pytest.fixture
def belgium(db):
    publish_oree("BE")
    load_oree_dealers()


def book(at: datetime = FAR, *, newsletter: bool = False, language: str = "nl") -> Lead:
    dealer = next(one for one in list_dealers("BE") if one.city == "Gent")
    return public.book_test_drive(
        dealer,
        slot=Slot(at, True),
        vehicle="oree",
        language=language,
        contact=Contact("Marie", "Maes", "marie@example.com"),
        consent=Consent(rules.CONSENT_VERSION, "Ik ga akkoord.", newsletter),
        submission_key=at.isoformat(),
        now=datetime(2026, 11, 24, tzinfo=UTC),
        offer_key=get_current_offer("oree", market="BE").key,
    )


def test_the_confirmation_says_when_where_and_what_was_agreed(client, belgium):
    lead = book(newsletter=True)
    token = public.make_cancel_token(lead.id)

    text = client.get(f"{PAGE}{token}/").content.decode()

    for words in (
        "woensdag 18 maart 2099",
        "11:00",
        "Weverslaan 22, 9000 Gent",
        'href="geo:51.05430,3.71740"',
        "09:00–12:00, 13:00–18:00",
        "nieuwsbrief over deze auto, één keer per maand",
        f'href="/test-drive/cancel/{token}/"',
        'href="test-drive.ics"',
    ):
        assert words in text
    assert "marie@example.com" not in text


def test_the_calendar_file_is_the_appointment_and_says_when_it_is_cancelled(client, belgium):
    lead = book()
    address = f"{PAGE}{public.make_cancel_token(lead.id)}/test-drive.ics"

    answer = client.get(address)
    text = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20990318T100000Z" in text and "STATUS:CONFIRMED" in text
    assert "LOCATION:Aurige Gent Leie\\, Weverslaan 22\\, 9000 Gent" in text

    public.cancel_test_drive(public.make_cancel_token(lead.id), now=datetime(2026, 12, 1, tzinfo=UTC))
    assert "STATUS:CANCELLED" in client.get(address).content.decode()
    assert client.get(f"{PAGE}bad-token/test-drive.ics").status_code == 404


def test_a_drive_is_cancelled_in_the_language_in_which_it_was_booked(client, belgium):
    address = f"/test-drive/cancel/{public.make_cancel_token(book(language='fr').id)}/"

    asked = client.get(address, headers={"Accept-Language": "de"})
    assert "Annuler l’essai" in asked.content.decode() and 'lang="fr-BE"' in asked.content.decode()
    assert TestDriveBooking.objects.get().cancelled_at is None

    done = client.post(address)
    assert done.status_code == 200 and "L’essai est annulé" in done.content.decode()
    assert TestDriveBooking.objects.get().cancelled_at is not None


def test_a_drive_that_has_begun_has_nothing_to_cancel(client, belgium):
    lead = book()
    TestDriveBooking.objects.update(starts_at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    address = f"/test-drive/cancel/{public.make_cancel_token(lead.id)}/"

    assert "Er valt niets meer te annuleren" in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    assert TestDriveBooking.objects.get().cancelled_at is None


def test_a_broken_link_is_explained_in_the_readers_language(client, belgium):
    answer = client.get("/test-drive/cancel/x/", headers={"Accept-Language": "nl"})
    assert answer.status_code == 404
    assert "Deze link is niet volledig" in answer.content.decode()


def test_a_closed_site_still_lets_its_visitors_cancel(client, belgium, monkeypatch):
    from usine.launches.contracts import FrameNotPublished
    from usine.orders import views

    token = public.make_cancel_token(book().id)

    def close(*_args: object, **_names: object) -> None:
        raise FrameNotPublished("closed")

    monkeypatch.setattr(views, "get_frame", close)
    assert client.post(f"/test-drive/cancel/{token}/").status_code == 200
    assert TestDriveBooking.objects.get().cancelled_at is not None


def test_a_form_whose_token_has_expired_keeps_what_was_typed(belgium):
    strict = Client(enforce_csrf_checks=True)
    form = {"step": "book", "first_name": "Marie", "email": "marie@example.com", "csrfmiddlewaretoken": "old"}

    answer = strict.post(PAGE, form)

    text = answer.content.decode()
    assert answer.status_code == 422 and not TestDriveBooking.objects.exists()
    assert 'value="Marie"' in text and "druk nog eens op de knop" in text

    token = answer.cookies["csrftoken"].value
    again = strict.post(PAGE, {**form, "csrfmiddlewaretoken": token})
    assert "send" not in again.context["faults"]


def test_a_look_needs_no_token_as_it_changes_nothing(belgium):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAGE, {"step": "look", "first_name": "Marie"}).status_code == 200


def test_enter_in_the_place_field_searches_and_shows_no_fault(client, belgium):
    answer = client.post(PAGE, {"step": "book", "near": "Gent", "was_near": ""})
    assert answer.status_code == 200
    assert answer.context["dealer"].city == "Gent"
