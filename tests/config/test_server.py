"""The worker goes on through a database that is away for a moment, and a disk that is full."""

from __future__ import annotations

import os
import signal

import pytest
from django.db import OperationalError

from usine.commons import jobs
from usine.commons.models import Job
from usine.config import server


@pytest.fixture
def stopping(monkeypatch):
    """A kind of job that ends the worker as a service manager does."""
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(server, "FAULT_PAUSE_S", 0)
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    jobs.handler("stop")(lambda progress: os.kill(os.getpid(), signal.SIGTERM))
    yield "stop"
    for name, handler in before.items():
        signal.signal(name, handler)


def test_a_worker_outlives_a_database_that_was_restarted_and_a_full_disk(
    transactional_db, stopping, monkeypatch, settings, tmp_path, caplog
):
    settings.RELEASES_ROOT = tmp_path / "full" / "releases"
    settings.RELEASES_ROOT.parent.write_text("no folder can be made here")
    job_id = jobs.enqueue(stopping, by="system")
    claim, faults = jobs._claim, [OperationalError("the server closed the connection unexpectedly")]

    def claim_later(*which):
        if faults:
            raise faults.pop()
        return claim(*which)

    monkeypatch.setattr(jobs, "_claim", claim_later)

    assert server.work() == 0

    assert Job.objects.get(pk=job_id).state == Job.State.DONE
    disk, database = (record.getMessage() for record in caplog.records)
    assert "Make room" in disk and "the server closed the connection" in database


def test_a_worker_that_drains_says_that_the_database_is_away(db, stopping, monkeypatch, settings, tmp_path):
    settings.RELEASES_ROOT = tmp_path

    def fail(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(jobs, "_claim", fail)
    with pytest.raises(OperationalError, match="locked"):
        server.work(drain=True)
