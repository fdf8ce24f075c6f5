"""The way of a site to the public: who moves it, what an approval covers, what waits for a time, who is kept out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.launches.editors import CLAIRE, ELS, approve, retell, sign_in, write
from tests.oree import TODAY, publish_oree
from usine.accounts.contracts import SYSTEM, Role
from usine.commons.errors import Forbidden
from usine.commons.jobs import run_next
from usine.commons.models import Fact, Job
from usine.config.cli import main
from usine.launches.contracts import PublicationRefused
from usine.launches.jobs import request_publication
from usine.launches.models import Move, Publication, Schedule
from usine.launches.public import list_live_sites, publish_sites, roll_back
from usine.launches.workflow.approvals import NotApproved, get_standing, move_site
from usine.launches.workflow.embargoes import Embargoed, set_embargo
from usine.launches.workflow.schedules import (
    ScheduleRefused,
    cancel_schedule,
    hold_back,
    list_planned,
    schedule_publication,
)
from usine.launches.workflow.steps import (
    LocalTimeInvalid,
    MoveRefused,
    Step,
    check_move,
    may_change_embargo,
    read_local,
    write_local,
)

MARKET = "/desk/launches/oree/BE/"
LATER = "2036-12-01T06:00"  # 05:00 in UTC


@pytest.fixture(autouse=True)
def launch(db):
    publish_oree("BE", "FR")


def count_publications(market="BE"):
    return Publication.objects.filter(vehicle="oree", market=market).count()


# steps


@pytest.mark.parametrize(
    ("at", "to"),
    [
        (Step.DRAFT, Step.APPROVED),
        (Step.DRAFT, Step.LEGAL),
        (Step.APPROVED, Step.REVIEW),
        (Step.LEGAL, Step.LEGAL),
    ],
)
def test_a_step_that_does_not_follow_is_refused_with_those_that_do(at, to):
    with pytest.raises(MoveRefused, match=f"at the step {at}: from there it goes to"):
        check_move(ELS, "BE", at=at, to=to, note="")


def test_a_market_moves_its_own_site_through_the_steps_and_each_move_is_a_fact():
    for to in (Step.REVIEW, Step.LEGAL, Step.APPROVED):
        assert move_site("oree", market="BE", to=to, by=ELS, note=f"to {to}").step is to

    facts = Fact.objects.filter(name="SiteMoved", market="BE", subject="oree").order_by("id")
    assert [(fact.by, fact.payload["step"]) for fact in facts] == [
        ("Els", "review"),
        ("Els", "legal"),
        ("Els", "approved"),
    ]
    standing = get_standing("oree", "BE")
    assert (standing.by, standing.note, standing.number) == ("Els", "to approved", 3)
    assert get_standing("oree", "FR").step is Step.DRAFT


def test_nobody_moves_the_site_of_another_market_nor_learns_its_step():
    with pytest.raises(Forbidden, match="Els does not decide for FR"):
        move_site("oree", market="FR", to=Step.LEGAL, by=ELS)
    assert not Move.objects.exists()


def test_the_central_team_approves_in_a_markets_place_only_with_a_reason():
    move_site("oree", market="BE", to=Step.REVIEW, by=CLAIRE)
    with pytest.raises(MoveRefused, match="say why"):
        move_site("oree", market="BE", to=Step.APPROVED, by=CLAIRE, note=" ")
    assert move_site("oree", market="BE", to=Step.APPROVED, by=CLAIRE, note="Els is away").is_approved


def test_a_site_that_changes_after_its_approval_is_a_draft_that_says_what_changed(client):
    approve("BE", "FR")
    els = sign_in(client, "els", Role.MARKET, "BE")
    write(els, title="La ville s’arrête ici.")

    standing = get_standing("oree", "BE")
    assert (standing.step, standing.before, standing.changed) == (Step.DRAFT, Step.APPROVED, ("home",))
    assert get_standing("oree", "FR").is_approved  # its own words stayed
    assert "Changed since it was “approved”: Home." in els.get(MARKET).content.decode()

    write(els, verb="inherit")  # what was approved is back, and so is its approval
    assert get_standing("oree", "BE").is_approved


def test_a_changed_master_asks_every_market_for_another_approval():
    approve("BE", "FR")
    retell("Where the road begins.")
    assert {get_standing("oree", code).changed for code in ("BE", "FR")} == {("home",)}


def test_an_approval_is_of_what_was_on_the_screen():
    seen = move_site("oree", market="BE", to=Step.REVIEW, by=ELS).looked.inputs
    retell("Where the road begins.")
    move_site("oree", market="BE", to=Step.REVIEW, by=ELS)
    with pytest.raises(MoveRefused, match="changed while you looked"):
        move_site("oree", market="BE", to=Step.APPROVED, by=ELS, seen=seen)
    assert get_standing("oree", "BE").step is Step.REVIEW


# publication


def test_nobody_publishes_what_was_not_approved_the_central_team_neither():
    before = count_publications("FR")
    with pytest.raises(PublicationRefused, match="FR: waits for approval, is at the step draft"):
        request_publication("oree", markets=["FR"], by=CLAIRE)
    assert not Job.objects.filter(kind="publish_sites").exists()
    assert count_publications("FR") == before


def test_the_approved_are_published_and_the_others_named():
    approve("BE")
    asked = request_publication("oree", markets=["BE", "FR"], by=CLAIRE)
    assert (asked.markets, [refusal.market for refusal in asked.waiting]) == (("BE",), ["FR"])
    assert run_next()

    job = Job.objects.get(pk=asked.job_id)
    assert (job.state, job.message) == (
        "done",
        "Left as they were: FR: waits for approval, is at the step draft.",
    )
    assert (count_publications("BE"), count_publications("FR")) == (2, 1)


def test_what_changes_between_the_request_and_the_job_stays_where_it_is():
    approve("BE")
    asked = request_publication("oree", markets=["BE"], by=ELS)
    retell("Where the road begins.")
    run_next()
    job = Job.objects.get(pk=asked.job_id)
    assert job.state == "failed"
    assert "BE: changed since it was at the step approved (home)" in job.message
    assert count_publications() == 1


def test_the_system_publishes_all_and_is_named():
    request_publication("oree", markets=["BE", "FR"], by=SYSTEM)
    assert run_next()
    assert {site.by for site in list_live_sites("oree")} == {"system"}


# times


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-12-01T06:00", "Europe/Brussels", "2026-12-01T05:00"),
        ("2026-07-01T06:00", "Europe/Brussels", "2026-07-01T04:00"),
        ("2026-12-01T06:00", "Asia/Kathmandu", "2026-12-01T00:15"),
        ("2026-12-01T06:00", "Pacific/Auckland", "2026-11-30T17:00"),
    ],
)
def test_a_local_time_is_one_instant(local, zone, instant):
    at = read_local(local, zone)
    assert at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert write_local(at, zone) == f"{local.replace('T', ' ')} ({zone})"


@pytest.mark.parametrize(
    ("local", "zone", "why"),
    [
        ("2026-03-29T02:30", "Europe/Brussels", "There is no 2026-03-29 02:30"),
        ("2026-10-25T02:30", "Europe/Brussels", "comes twice"),
        ("2026-03-08T02:00", "America/New_York", "There is no"),
        ("2026-04-05T02:59", "Australia/Sydney", "comes twice"),
        ("tomorrow", "Europe/Brussels", "Write a date"),
        ("", "Europe/Brussels", "Write a date"),
        ("2026-02-30T06:00", "Europe/Brussels", "Write a date"),
    ],
)
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused(local, zone, why):
    with pytest.raises(LocalTimeInvalid, match=why):
        read_local(local, zone)


def test_a_planned_publication_waits_for_its_minute_and_happens_once():
    approve("BE")
    planned = schedule_publication("oree", market="BE", local=LATER, by=ELS)
    assert planned.local == "2036-12-01 06:00 (Europe/Brussels)"
    due = datetime(2036, 12, 1, 5, 0, tzinfo=UTC)
    assert planned.at == due

    assert not run_next(due - timedelta(seconds=1))
    assert run_next(due + timedelta(hours=2))  # the worker was down at six
    assert count_publications() == 2
    job = Schedule.objects.get().job
    Job.objects.filter(pk=job.pk).update(
        state="waiting"
    )  # and it was killed before it could say that it was done
    assert run_next(due + timedelta(hours=3))
    assert count_publications() == 2
    assert Publication.objects.latest("id").by == "Els"
    assert list_planned("oree") == {}


def test_a_plan_can_be_dropped_and_a_later_one_replaces_it():
    approve("BE")
    schedule_publication("oree", market="BE", local=LATER, by=ELS)
    schedule_publication("oree", market="BE", local="2036-12-02T06:00", by=ELS)
    assert list_planned("oree")["BE"].local.startswith("2036-12-02")
    with pytest.raises(Forbidden):
        cancel_schedule("oree", market="FR", by=ELS)
    assert cancel_schedule("oree", market="BE", by=ELS) == 1
    assert not run_next(datetime(2037, 1, 1, tzinfo=UTC))
    assert count_publications() == 1


def test_a_planned_site_that_changed_meanwhile_stays_and_says_so(client):
    approve("BE")
    schedule_publication("oree", market="BE", local=LATER, by=ELS)
    retell("Where the road begins.")
    run_next(datetime(2037, 1, 1, tzinfo=UTC))

    assert count_publications() == 1
    assert "changed since it was at the step approved" in list_planned("oree")["BE"].fault
    page = sign_in(client, "els", Role.MARKET, "BE").get(MARKET).content.decode()
    assert "but not done" in page


def test_only_the_approved_is_planned_and_not_in_the_past():
    with pytest.raises(NotApproved, match="approve it first"):
        schedule_publication("oree", market="BE", local=LATER, by=ELS)
    approve("BE")
    with pytest.raises(ScheduleRefused, match="is past"):
        schedule_publication("oree", market="BE", local="2020-01-01T06:00", by=ELS)
    with pytest.raises(Forbidden):
        schedule_publication("oree", market="FR", local=LATER, by=ELS)


# embargo


def test_under_embargo_nothing_goes_live_whoever_publishes_until_its_minute():
    set_embargo("oree", market="BE", until=LATER, note="world premiere", by=CLAIRE)
    due = datetime(2036, 12, 1, 5, 0, tzinfo=UTC)
    for now in (None, due - timedelta(minutes=1)):
        with pytest.raises(
            PublicationRefused, match=r"BE: under embargo until 2036-12-01 06:00 \(Europe/Brussels\)"
        ):
            publish_sites("oree", markets=["BE", "FR"], on=TODAY, by=SYSTEM, now=now)
    with pytest.raises(Embargoed, match="nothing of it goes live before"):
        roll_back("oree", market="BE", by=SYSTEM)
    assert (count_publications("BE"), count_publications("FR")) == (1, 1)

    publish_sites("oree", markets=["BE"], on=TODAY, by=SYSTEM, now=due)
    assert count_publications("BE") == 2


def test_only_the_system_publishes_despite_an_embargo_and_only_when_told(capsys):
    set_embargo("oree", market="BE", until=LATER, by=CLAIRE)
    with pytest.raises(Forbidden, match="despite an embargo"):
        publish_sites("oree", markets=["BE"], on=TODAY, by=CLAIRE, despite_embargo=True)
    on = ["--on", TODAY.isoformat()]
    assert main(["publish", "oree", "--markets", "BE", *on]) != 0
    assert main(["publish", "oree", "--markets", "BE", "--despite-embargo", *on]) == 0
    capsys.readouterr()


def test_a_market_makes_its_embargo_later_the_centre_lifts_it():
    early, late = datetime(2036, 1, 1, tzinfo=UTC), datetime(2036, 1, 2, tzinfo=UTC)
    assert may_change_embargo(ELS, "BE", before=None, until=early)
    assert may_change_embargo(ELS, "BE", before=early, until=late)
    assert not may_change_embargo(ELS, "BE", before=late, until=early)
    assert not may_change_embargo(ELS, "BE", before=late, until=None)
    assert not may_change_embargo(ELS, "FR", before=None, until=late)
    assert may_change_embargo(CLAIRE, "FR", before=late, until=None)

    set_embargo("oree", market="BE", until=LATER, by=CLAIRE)
    with pytest.raises(Forbidden, match="does not shorten"):
        set_embargo("oree", market="BE", until="", by=ELS)
    assert set_embargo("oree", market="BE", until="", by=CLAIRE) is None


def test_an_embargo_drops_what_was_planned_before_it_ends_and_stops_earlier_plans():
    approve("BE")
    schedule_publication("oree", market="BE", local=LATER, by=ELS)
    held, dropped = hold_back("oree", market="BE", until="2036-12-05T09:30", by=CLAIRE)
    assert held.local.startswith("2036-12-05 09:30") and dropped == 1
    with pytest.raises(ScheduleRefused, match="under embargo until 2036-12-05"):
        schedule_publication("oree", market="BE", local=LATER, by=ELS)
    assert schedule_publication("oree", market="BE", local="2036-12-05T09:30", by=ELS)


# at the desk


def test_the_bar_leads_a_market_from_draft_to_a_plan(client):
    els = sign_in(client, "els", Role.MARKET, "BE")
    retell("Where the road begins.")  # so that what is live is not what is said today

    def post(verb, **data):
        return els.post(f"{MARKET}workflow/{verb}/", data, follow=True)

    flow = els.get(MARKET).context["flow"]
    assert (flow["step"], [to for to, _label in flow["verbs"]]) == (Step.DRAFT, [Step.REVIEW])
    post("move", to="review", note="ready")
    flow = post("move", to="approved", seen=flow["standing"].looked.inputs).context["flow"]
    assert flow["step"] is Step.APPROVED
    flow = post("plan", local=LATER).context["flow"]
    assert (flow["step"], flow["planned"].local) == (Step.SCHEDULED, "2036-12-01 06:00 (Europe/Brussels)")
    html = els.get("/desk/launches/").content.decode()
    assert "planned" in html and "2036-12-01 06:00" in html
    assert "comes twice" in post("plan", local="2026-10-25T02:30").content.decode()
    assert post("drop").context["flow"]["step"] is Step.APPROVED
    assert post("embargo", local=LATER).context["flow"]["embargo"].by == "Els"
    assert "does not shorten" in post("embargo", local="").content.decode()


def test_the_bar_of_another_market_is_not_there(client):
    els = sign_in(client, "els", Role.MARKET, "BE")
    for verb in ("move", "plan", "drop", "embargo", "invite", "revoke"):
        assert els.post(f"/desk/launches/oree/FR/workflow/{verb}/", {"to": "review"}).status_code == 404
    assert els.post(f"{MARKET}workflow/burn/").status_code == 404
    assert els.post(f"{MARKET}workflow/move/", {"to": "live"}).status_code == 404
    assert not Move.objects.exists()


def test_publishing_at_the_desk_says_who_is_left_out(client):
    claire = sign_in(client, "claire", Role.CENTRAL)
    approve("BE")
    answer = claire.post(
        "/desk/launches/oree/publish/", {"market": ["BE", "FR"]}, follow=True
    ).content.decode()
    assert "The publication of 1 market has begun." in answer
    assert "Left as they are: FR: waits for approval" in answer


def test_a_refusal_speaks_the_language_of_who_is_refused(client):
    els = sign_in(client, "els", Role.MARKET, "BE")
    els.cookies["usine_desk_language"] = "fr"
    answer = els.post("/desk/launches/oree/BE/workflow/move/", {"to": "approved"}, follow=True)
    assert "Le site de BE en est à l’étape brouillon : de là il passe à relecture." in answer.content.decode()
