"""Jobs: run once, survive a kill, stop when asked, fail with a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from usine.commons import jobs
from usine.commons.errors import UsineError
from usine.commons.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch):
    """Handlers of this test only, and the list of what they did."""
    monkeypatch.setattr(jobs, "_handlers", {})
    return []


def state_of(job_id: int) -> tuple[str, int, str]:
    return Job.objects.values_list("state", "progress", "message").get(pk=job_id)


def test_a_job_runs_once_with_its_arguments(ran):
    jobs.handler("paint")(lambda progress, colour: ran.append(colour))
    job_id = jobs.enqueue("paint", by="claire", colour="lichen")

    assert jobs.run_next() is True
    assert jobs.run_next() is False
    assert ran == ["lichen"]
    assert state_of(job_id) == ("done", 100, "")


def test_a_job_of_a_rolled_back_change_never_runs(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("paint", by="claire")
        raise ZeroDivisionError

    assert jobs.run_next() is False
    assert ran == []


def test_a_job_whose_worker_was_killed_is_taken_again_after_its_lease(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    job_id = jobs.enqueue("paint", by="claire")
    Job.objects.filter(pk=job_id).update(
        state="running", attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )

    assert jobs.run_next() is True
    assert state_of(job_id)[0] == "done"


def test_a_running_job_is_not_taken_by_a_second_worker(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    job_id = jobs.enqueue("paint", by="claire")
    Job.objects.filter(pk=job_id).update(state="running", lease_until=timezone.now() + timedelta(minutes=1))

    assert jobs.run_next() is False


def test_a_job_that_kills_its_worker_each_time_is_given_up(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    job_id = jobs.enqueue("paint", by="claire")
    Job.objects.filter(pk=job_id).update(
        state="running", attempts=jobs.MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(seconds=1)
    )

    jobs.run_next()

    assert ran == []
    assert state_of(job_id)[0] == "failed"


def test_a_refusal_fails_at_once_with_its_sentence(ran):
    def refuse(progress):
        raise UsineError("There is no paint left: order some.")

    jobs.handler("paint")(refuse)
    job_id = jobs.enqueue("paint", by="claire")
    jobs.run_next()

    assert state_of(job_id) == ("failed", 0, "There is no paint left: order some.")


def test_a_broken_handler_is_tried_again_then_fails(ran):
    def break_down(progress):
        ran.append(1)
        raise RuntimeError("bolt")

    jobs.handler("paint")(break_down)
    job_id = jobs.enqueue("paint", by="claire")
    while jobs.run_next():
        pass

    assert len(ran) == jobs.MAX_ATTEMPTS
    assert state_of(job_id) == ("failed", 0, "RuntimeError: bolt")


def test_a_handler_whose_module_cannot_be_imported_fails_and_holds_nobody_up(ran, monkeypatch):
    monkeypatch.setattr(jobs, "_modules", {"carve": "usine.no_such_module"})
    jobs.handler("paint")(lambda progress: ran.append(1))
    broken = jobs.enqueue("carve", by="claire")
    jobs.enqueue("paint", by="claire")
    while jobs.run_next():
        pass

    state, _progress, message = state_of(broken)
    assert (ran, state) == ([1], "failed")
    assert "usine.no_such_module" in message


def test_a_kind_whose_module_is_loaded_for_its_first_job_has_its_own_lease_at_once(ran, monkeypatch):
    def load(module):
        jobs.handler("carve", lease=timedelta(hours=2))(
            lambda progress: ran.append(Job.objects.get(pk=progress.job_id).lease_until)
        )

    monkeypatch.setattr(jobs, "_leases", {})
    monkeypatch.setattr(jobs, "_modules", {"carve": "usine.carving"})
    monkeypatch.setattr(jobs, "import_module", load)
    jobs.enqueue("carve", by="claire")
    now = timezone.now()
    assert jobs.run_next()

    assert ran[0] >= now + timedelta(hours=2)


def test_a_running_job_stops_at_its_next_report_when_cancelled(ran):
    def paint(progress):
        progress.report(30, "doors")
        jobs.cancel(job_id)
        progress.report(60, "boot")
        ran.append("finished")

    jobs.handler("paint")(paint)
    job_id = jobs.enqueue("paint", by="claire")
    jobs.run_next()

    assert ran == []
    assert state_of(job_id)[0] == "cancelled"


def test_a_job_waits_for_its_time_while_others_pass_and_runs_once(ran):
    jobs.handler("paint")(lambda progress, colour: ran.append(colour))
    due = timezone.now() + timedelta(days=3)
    jobs.enqueue("paint", by="claire", not_before=due, colour="later")
    jobs.enqueue("paint", by="claire", colour="now")

    assert jobs.run_next() and not jobs.run_next()
    assert not jobs.run_next(due - timedelta(seconds=1))
    assert jobs.run_next(due) and not jobs.run_next(due + timedelta(days=1))
    assert ran == ["now", "later"]


def test_what_a_handler_says_is_said_of_its_job(ran):
    jobs.handler("paint")(lambda progress: "Two coats.")
    job_id = jobs.enqueue("paint", by="claire")
    jobs.run_next()
    assert state_of(job_id) == ("done", 100, "Two coats.")


def test_a_waiting_job_is_cancelled_at_once(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    job_id = jobs.enqueue("paint", by="claire")
    jobs.cancel(job_id)

    assert jobs.run_next() is False
    assert state_of(job_id)[0] == "cancelled"


def test_a_builder_takes_parts_only_and_a_job_its_own(ran):
    jobs.handler("paint")(lambda progress, what: ran.append(what) or {"coats": 2})
    car = jobs.enqueue("paint", by="claire", what="car")
    other = jobs.enqueue("paint", by="claire", what="van")
    doors = jobs.enqueue("paint", by="claire", part_of=other, what="doors")

    assert not jobs.run_next(part_of=car)
    assert jobs.run_next(parts_only=True) and not jobs.run_next(parts_only=True)
    assert ran == ["doors"]
    (part,) = jobs.list_parts(other)
    assert (part.job_id, part.is_over, part.result, part.arguments) == (
        doors,
        True,
        {"coats": 2},
        {"what": "doors"},
    )


def test_a_cancelled_job_takes_its_parts_along(ran):
    jobs.handler("paint")(lambda progress: ran.append(1))
    car = jobs.enqueue("paint", by="claire")
    jobs.enqueue("paint", by="claire", part_of=car)
    jobs.cancel(car)

    assert not jobs.run_next()
    assert [part.state for part in jobs.list_parts(car)] == [Job.State.CANCELLED]


def test_a_worker_that_was_held_up_past_its_lease_says_nothing_of_a_job_that_another_has(ran):
    def paint(progress):
        Job.objects.filter(pk=progress.job_id).update(attempts=2, message="by another")
        progress.report(50, "doors")

    jobs.handler("paint")(paint)
    job_id = jobs.enqueue("paint", by="claire")

    assert jobs.run_next()
    assert state_of(job_id) == ("running", 0, "by another")


def test_a_job_is_asked_to_stop_before_its_parts_are(ran, monkeypatch):
    """Else it could take a part that was called off for one that failed."""
    jobs.handler("paint")(lambda progress: ran.append(1))
    car = jobs.enqueue("paint", by="claire")
    Job.objects.filter(pk=car).update(state="running", lease_until=timezone.now() + timedelta(minutes=1))
    door = jobs.enqueue("paint", by="claire", part_of=car)
    list_parts = jobs.list_parts

    def look(job_id):
        ran.append(Job.objects.get(pk=car).cancel_asked)
        return list_parts(job_id)

    monkeypatch.setattr(jobs, "list_parts", look)
    jobs.cancel(car)

    assert all(ran) and ran
    assert state_of(door)[0] == "cancelled"


def test_a_job_that_fails_or_stops_leaves_no_part_waiting(ran):
    def paint(progress, end):
        jobs.enqueue("paint", by="claire", part_of=progress.job_id, end=end)
        raise end_of[end]

    end_of = {"refused": UsineError("No paint."), "stopped": jobs.JobCancelled("Cancelled.")}
    jobs.handler("paint")(paint)
    for end in end_of:
        car = jobs.enqueue("paint", by="claire", end=end)
        assert jobs.run_next() and not jobs.run_next()
        assert [part.state for part in jobs.list_parts(car)] == [Job.State.CANCELLED]
