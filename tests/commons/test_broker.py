"""A broker tells workers of jobs; the table stays the truth: nothing is lost without it, nor done twice by it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.brokers import Redis, Workers, find_redis, go_on
from tests.reputation.hearing import add_source, hear
from tests.s3 import find_ports
from usine.commons import broker, jobs, sweeping
from usine.commons.errors import UsineError
from usine.commons.models import Job
from usine.commons.sweeping import Sweeper, dispatch_due, find_lost
from usine.config import cli, server
from usine.reputation.arrivals import count_waiting, put_down
from usine.reputation.models import Mention


@pytest.fixture
def redis(settings, tmp_path, monkeypatch):
    """A broker that is empty, and asked again at once after an outage."""
    server = Redis(find_redis(), tmp_path)
    server.start()
    settings.BROKER = server.address
    monkeypatch.setattr(broker, "RETRY_S", 0)
    yield server
    server.stop()


@pytest.fixture
def workers(redis, transactional_db, tmp_path):
    at = connection.settings_dict
    is_file = connection.vendor == "sqlite"
    found = Workers(
        {
            "DJANGO_SETTINGS_MODULE": "usine.config.settings",
            "DATABASE_URL": f"sqlite:///{at['NAME']}"
            if is_file
            else f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
            "USINE_VAR": str(tmp_path),
            "USINE_BROKER": redis.address,
        }
    )
    yield found
    found.stop()


@pytest.fixture
def away(settings, monkeypatch):
    """A broker at whose address nobody listens."""
    find_redis()  # for its client
    settings.BROKER = f"redis://:secret@127.0.0.1:{find_ports(1)[0]}/0"
    monkeypatch.setattr(broker._Outage, "until", float("-inf"))
    return settings.BROKER


@pytest.fixture
def ran(monkeypatch):
    """Handlers of this test only, and the list of what they did."""
    monkeypatch.setattr(jobs, "_handlers", {})
    done = []
    jobs.handler("paint")(lambda progress: done.append(progress.job_id))
    return done


def hear_and_let_go(workers):
    process, word, job_id = workers.hear()
    if word == "took":
        go_on(process)
    return word, job_id


def count_attempts(*job_ids):
    rows = Job.objects.filter(pk__in=job_ids).order_by("pk")
    assert {row.state for row in rows} == {"done"}
    return [row.attempts for row in rows]


def test_two_workers_share_what_is_told_and_a_kill_or_a_lost_broker_loses_and_doubles_nothing(
    redis, workers, caplog
):
    add_source()
    workers.start(2)
    first, second = (jobs.enqueue("hold", by="claire") for _ in range(2))
    took = {job: process for process, _word, job in (workers.hear(), workers.hear())}
    assert set(took) == {first, second} and took[first] is not took[second]  # both work, at once

    broker.send(first, "hold")  # a second time, while it runs
    broker.send(second, "hold")
    go_on(took[second])
    said = {workers.hear()[1:] for _ in range(3)}
    assert said == {("ran", second), ("left", first), ("left", second)}

    took[first].kill()
    took[first].wait()
    assert dispatch_due(timezone.now()) == 0  # it may yet be alive
    Job.objects.filter(pk=first).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert dispatch_due(timezone.now()) == 1 and dispatch_due(timezone.now()) == 0
    other = took[second]
    assert workers.hear() == (other, "took", first)
    go_on(other)
    assert workers.hear() == (other, "ran", first)

    now = datetime.now(UTC)
    put_down([hear(1), hear(2)], now=now)
    intake = Job.objects.get(kind="reputation.take").pk
    assert workers.hear() == (other, "ran", intake)
    assert (Mention.objects.count(), count_waiting()) == (2, 0)

    held, lost = (jobs.enqueue("hold", by="claire") for _ in range(2))
    assert workers.hear() == (other, "took", held)
    redis.stop()
    with caplog.at_level(logging.WARNING, "usine"):
        put_down([hear(2), hear(3)], now=now)
    unsent = Job.objects.get(kind="reputation.take", state="waiting")
    assert unsent.dispatched_at is None and f"The job {unsent.pk}" in caplog.text
    redis.start()
    go_on(other)
    later = timezone.now() + sweeping.OVERDUE
    assert (find_lost(later), find_lost(later)) == (1, 0)
    assert dispatch_due(timezone.now()) == 2
    assert workers.hear() == (other, "ran", held)
    heard = [hear_and_let_go(workers) for _ in range(3)]
    assert set(heard) == {("took", lost), ("ran", lost), ("ran", unsent.pk)}
    assert (Mention.objects.count(), count_waiting()) == (3, 0)
    assert count_attempts(first, second, intake, held, lost, unsent.pk) == [2, 1, 1, 1, 1, 1]
    assert workers.is_silent()


def test_a_message_is_sent_with_the_transaction_and_of_a_scheduled_job_when_it_is_due(
    redis, transactional_db
):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("paint", by="claire")
        raise ZeroDivisionError
    assert broker.count_messages("paint") == 0
    with transaction.atomic():
        jobs.enqueue("paint", by="claire")
        assert broker.count_messages("paint") == 0
    assert broker.count_messages("paint") == 1

    due = timezone.now() + timedelta(days=3)
    jobs.enqueue("dry", by="claire", not_before=due)
    assert dispatch_due(due - timedelta(seconds=1)) == 0
    assert (dispatch_due(due), dispatch_due(due)) == (1, 0)
    assert (broker.count_messages("paint"), broker.count_messages("dry")) == (1, 1)


def test_a_broken_handler_is_told_again(redis, transactional_db, ran):
    def break_down(progress):
        raise RuntimeError("bolt")

    jobs.handler("break")(break_down)
    job_id = jobs.enqueue("break", by="claire")
    for _ in range(jobs.MAX_ATTEMPTS - 1):
        assert jobs.run(job_id) and dispatch_due(timezone.now()) == 1
    assert jobs.run(job_id) and not jobs.run(job_id)
    assert dispatch_due(timezone.now()) == 0
    assert Job.objects.get(pk=job_id).state == "failed"
    assert broker.count_messages("break") == jobs.MAX_ATTEMPTS


def test_who_enqueues_goes_on_without_the_broker_and_the_sweeper_runs_what_it_left(
    away, transactional_db, ran, caplog
):
    first, second = (jobs.enqueue("paint", by="claire") for _ in range(2))

    for job_id, record in zip((first, second), caplog.records, strict=True):
        assert record.levelname == "WARNING" and f"The job {job_id} (paint) waits" in record.getMessage()
    assert "redis://127.0.0.1" in caplog.text and "secret" not in caplog.text
    assert "did not answer a moment ago" in caplog.records[1].getMessage()  # and nobody waits a second time
    sweeper = Sweeper()
    assert sweeper.run_next() and sweeper.run_next() and not sweeper.run_next()
    assert ran == [first, second]


def test_a_broker_that_is_stuck_holds_nobody_up(redis, transactional_db, monkeypatch, caplog):
    monkeypatch.setattr(broker, "ANSWER_S", 0.1)
    redis.freeze()

    job_id = jobs.enqueue("paint", by="claire")

    (record,) = caplog.records
    assert "does not answer: Timeout" in record.getMessage()
    assert Job.objects.get(pk=job_id).dispatched_at is None


def test_a_sweeper_leaves_jobs_to_who_is_told_until_they_are_overdue(redis, transactional_db, ran):
    job_id = jobs.enqueue("paint", by="claire")
    sweeper = Sweeper()
    assert not sweeper.run_next()

    Job.objects.update(dispatched_at=timezone.now() - sweeping.OVERDUE)
    assert sweeper.run_next() and ran == [job_id]


def test_a_sweeper_says_once_that_the_broker_went_away(redis, transactional_db, ran, caplog):
    jobs.enqueue("paint", by="claire", not_before=timezone.now())
    Job.objects.update(dispatched_at=None)
    redis.stop()
    sweeper = Sweeper()

    assert sweeper.run_next() and not sweeper.run_next()
    (record,) = caplog.records
    assert "This worker takes jobs from the table until it does." in record.getMessage()


def test_the_worker_of_a_server_sweeps_where_a_broker_is_used(
    away, transactional_db, monkeypatch, settings, tmp_path
):
    settings.RELEASES_ROOT = tmp_path
    swept = []

    def stop(_sweeper):
        swept.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(Sweeper, "run_next", stop)
    with pytest.raises(KeyboardInterrupt):
        server.work()
    assert server.work(drain=True) == 0 and swept == [1]  # who drains takes from the table


def test_without_a_broker_no_message_is_planned(settings, db, django_capture_on_commit_callbacks):
    settings.BROKER = ""
    with django_capture_on_commit_callbacks() as callbacks:
        job_id = jobs.enqueue("paint", by="claire")
    assert callbacks == [] and Job.objects.get(pk=job_id).dispatched_at is None


@pytest.mark.parametrize(
    ("address", "words", "sentence"),
    [
        ("", ["--broker"], "No broker is named: set USINE_BROKER=redis://HOST:6379/0."),
        ("kafka://u:pw@x/", ["--broker"], "USINE_BROKER=kafka://x/: only redis:// and rediss:// are spoken."),
        ("redis://x/0", ["--broker", "--kinds", "dance"], "No kind of job begins with dance: there are "),
    ],
)
def test_a_worker_that_cannot_receive_says_why(settings, capsys, address, words, sentence):
    settings.BROKER = address
    assert cli.main(["worker", *words]) == 1
    assert capsys.readouterr().err.startswith(sentence)


def test_a_kind_has_a_queue_of_its_own_whatever_it_is_called():
    assert broker.name_queue("build_market 0a1b") == "usine.build_market.0a1b"
    assert issubclass(broker.BrokerAway, UsineError)
