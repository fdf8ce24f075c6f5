"""Bookings: stored once, one person a slot, seen by their market only, erased in time."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from usine.accounts.contracts import Actor, Role
from usine.commons.models import Fact, Job
from usine.dealers.contracts import Dealer, Slot
from usine.orders import public, rules
from usine.orders.contracts import (
    CancellationTooLate,
    Consent,
    Contact,
    LeadNotFound,
    LeadState,
    LinkInvalid,
    SlotTaken,
)
from usine.orders.models import TestDriveBooking

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AT = datetime(2026, 11, 26, 10, tzinfo=UTC)
ELS = Actor(2, "Els Peeters", Role.MARKET, frozenset({"BE"}))
HUGO = Actor(3, "Hugo Lemaire", Role.MARKET, frozenset({"FR"}))
CLAIRE = Actor(1, "Claire Vasseur", Role.CENTRAL, frozenset())


def dealer(market: str = "BE", number: int = 1) -> Dealer:
    zone = {"BE": "Europe/Brussels", "FR": "Europe/Paris"}[market]
    return Dealer(number, market, f"Aurige {number}", "", "", "Gent", "", "", zone, 51.0, 3.7, "")


def book(key: str = "k1", *, at: datetime = AT, to: Dealer | None = None, first_name: str = "Marie"):
    return public.book_test_drive(
        to or dealer(),
        slot=Slot(at, True),
        vehicle="oree",
        language="nl",
        contact=Contact(first_name, "Maes", "marie@exemple.be"),
        consent=Consent(rules.CONSENT_VERSION, "Ik ga akkoord."),
        submission_key=key,
        now=NOW,
        configuration_code="7K4MR2P",
        offer_key="offer-1",
    )


@pytest.mark.django_db
def test_a_booking_is_stored_with_a_fact_that_names_nobody_and_a_job_for_its_mail():
    lead = book()

    fact = Fact.objects.get(name="TestDriveBooked")
    assert (fact.market, fact.subject, fact.payload["offer_key"]) == ("BE", f"lead:{lead.id}", "offer-1")
    assert not any(word in str(fact.payload) for word in ("Marie", "Maes", "exemple"))
    assert Job.objects.get().arguments == {"booking_id": lead.id}


@pytest.mark.django_db
def test_a_double_submit_is_one_booking():
    assert book("same").id == book("same").id
    assert TestDriveBooking.objects.count() == Job.objects.count() == Fact.objects.count() == 1


@pytest.mark.django_db
def test_a_taken_slot_is_refused_and_leaves_nothing_behind():
    book("k1")
    with pytest.raises(SlotTaken):
        book("k2")
    assert TestDriveBooking.objects.count() == Job.objects.count() == Fact.objects.count() == 1


@pytest.mark.django_db
def test_a_past_slot_is_refused():
    with pytest.raises(SlotTaken):
        book(at=NOW - timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_gets_the_slot():
    start, results = threading.Barrier(2), []

    def run(key: str) -> None:
        try:
            start.wait(10)
            results.append(book(key).id)
        except SlotTaken:
            results.append("taken")
        finally:
            connection.close()

    people = [threading.Thread(target=run, args=(key,)) for key in ("a", "b")]
    for person in people:
        person.start()
    for person in people:
        person.join(30)

    assert results.count("taken") == 1
    assert TestDriveBooking.objects.count() == 1


@pytest.mark.django_db
def test_cancelling_frees_the_slot_once_and_until_the_eve():
    token = public.make_cancel_token(book().id)
    public.cancel_test_drive(token, now=NOW)
    public.cancel_test_drive(token, now=NOW)
    second = book("k2")

    assert Fact.objects.filter(name="TestDriveCancelled").count() == 1
    assert public.list_taken(1, after=NOW) == {AT}
    with pytest.raises(CancellationTooLate):
        public.cancel_test_drive(public.make_cancel_token(second.id), now=AT - timedelta(hours=2))
    with pytest.raises(LinkInvalid):
        public.cancel_test_drive(token + "x", now=NOW)


@pytest.mark.django_db
def test_a_manager_sees_the_leads_of_their_market_only():
    belgian = book("be")
    french = book("fr", to=dealer("FR", 2))

    assert [lead.id for lead in public.list_leads(ELS).leads] == [belgian.id]
    assert [lead.id for lead in public.iterate_leads(HUGO)] == [french.id]
    assert public.list_leads(ELS, market="FR").total == public.list_leads(ELS, search="Aurige 2").total == 0
    assert public.list_leads(CLAIRE).total == 2
    assert public.count_by_state(ELS)[LeadState.NEW] == 1
    with pytest.raises(LeadNotFound):
        public.get_lead(french.id, actor=ELS)
    with pytest.raises(LeadNotFound):
        public.change_state(french.id, state=LeadState.LOST, by=ELS)


@pytest.mark.django_db
def test_a_list_asks_the_same_number_of_questions_whatever_its_length(django_assert_num_queries):
    for i in range(12):
        book(f"k{i}", at=AT + timedelta(hours=i))
    with django_assert_num_queries(2):
        page = public.list_leads(ELS, page=99, size=5)
    assert (len(page.leads), page.page, page.page_count, page.total) == (2, 3, 3, 12)


@pytest.mark.django_db
def test_a_change_of_state_names_its_author_once():
    lead = book()
    for _ in range(2):
        assert public.change_state(lead.id, state=LeadState.CONTACTED, by=ELS).state is LeadState.CONTACTED
    fact = Fact.objects.get(name="LeadStateChanged")
    assert (fact.by, fact.payload) == ("Els Peeters", {"before": "new", "after": "contacted"})


@pytest.mark.django_db
def test_contact_data_are_erased_after_three_months_and_only_then():
    lead = book()
    assert public.purge_contacts(now=datetime(2027, 2, 26, 12, tzinfo=UTC)) == 0
    assert public.purge_contacts(now=datetime(2027, 2, 27, 1, tzinfo=UTC)) == 1
    kept = public.get_lead(lead.id, actor=ELS)
    assert kept.is_erased and kept.contact == Contact("", "", "", "")
    assert public.purge_contacts(now=datetime(2027, 6, 1, tzinfo=UTC)) == 0


def test_three_months_back_from_the_end_of_may_is_the_end_of_february():
    assert rules.erased_before(date(2027, 5, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("contact", "faults"),
    [
        (Contact("Marie", "Maes", "marie@exemple.be"), {}),
        (Contact("Marie", "Maes", "marie.exemple.be"), {"email": "no_at"}),
        (Contact(" ", "", "a@b"), {"first_name": "missing", "last_name": "missing", "email": "malformed"}),
        (Contact("Marie", "Maes", "a@b.be", "call me"), {"phone": "malformed"}),
    ],
)
def test_contacts_are_judged_field_by_field(contact, faults):
    assert rules.find_contact_faults(contact) == faults


def test_the_nearest_slot_is_offered():
    free = [AT - timedelta(hours=3), AT + timedelta(minutes=30)]
    assert rules.find_nearest_slot(free, AT) == free[1]
    assert rules.find_nearest_slot([], AT) is None


@pytest.mark.parametrize("value", ["=1+1", "+32", "-2", "@x", "\t=1"])
def test_no_cell_of_an_export_is_a_formula(value):
    assert rules.make_safe_cell(value) == "'" + value
