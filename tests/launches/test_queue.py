"""Markets as parts of a publication's job: built once each by whoever is free, switched together by the publication."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from tests.oree import TODAY, load_oree, release_oree
from tests.releases import own_releases
from usine.accounts.contracts import SYSTEM
from usine.commons import jobs
from usine.commons.models import Fact, Job
from usine.launches import store
from usine.launches.contracts import Refusal
from usine.launches.jobs import request_publication
from usine.launches.models import MasterPage, Overlay, Publication
from usine.launches.public import list_live_sites, publish_sites
from usine.launches.publishing import queue
from usine.launches.sources.drafts import dump_content, keep_draft, list_drafts, take_draft
from usine.launches.sources.releases import Content, digest_inputs, read_content

ENGLISH = ("001", "GB", "IE")
HOLD = """
import django; django.setup()
from usine.config import server
from usine.launches.publishing import queue
build, held = queue.build_market, []
def hold(content, task):
    if not held:
        held.append(task)
        print(task.plan.market, flush=True)
        input()
    return build(content, task)
queue.build_market = hold
server.work(drain=True, parts_only=True)
"""
"""A builder that says what it took first, and goes on with it once it is told."""


@pytest.fixture(autouse=True)
def releases(settings, tmp_path):
    own_releases(settings, tmp_path / "releases")
    settings.QUEUE_ABOVE = 1


@pytest.fixture
def asked(db):
    """A publication of two markets that waits for a worker."""
    release_oree()
    load_oree()
    return request_publication("oree", markets=["001", "IE"], by=SYSTEM).job_id


def list_live():
    return {site.market: site.release_key for site in list_live_sites("oree")}


def list_parts(job_id):
    return [(row.arguments["market"], row.state) for row in Job.objects.filter(part_of=job_id).order_by("id")]


def run_publication(job_id):
    """Run the job as the next worker does; what became of it."""
    assert jobs.run_next()
    return Job.objects.values_list("state", "progress", "message").get(pk=job_id)


def test_one_worker_alone_builds_every_part_shows_progress_and_makes_the_same_releases(asked, monkeypatch):
    seen = []
    settle = store.settle
    monkeypatch.setattr(store, "settle", lambda: (seen.append(Job.objects.get(pk=asked).progress), settle()))

    assert run_publication(asked) == ("done", 100, "")
    assert list_parts(asked) == [("001", "done"), ("IE", "done")]
    assert seen == [0, 33, 66]  # before each part is over, and before the switch
    assert not list((django_settings.RELEASES_ROOT / "shared" / "drafts").iterdir())

    by_queue = list_live()
    Publication.objects.all().delete()
    assert {
        site.market: site.release_key
        for site in publish_sites("oree", markets=["001", "IE"], on=TODAY, by=SYSTEM)
    } == by_queue


def test_a_few_markets_are_built_by_the_process_itself(asked, settings):
    settings.QUEUE_ABOVE = 2
    assert run_publication(asked)[0] == "done"
    assert list_parts(asked) == [] and len(list_live()) == 2


def test_a_cancelled_publication_calls_its_parts_off_and_switches_nothing(asked, monkeypatch):
    settle = store.settle
    monkeypatch.setattr(store, "settle", lambda: (jobs.cancel(asked), settle()))

    assert run_publication(asked)[0] == "cancelled"
    assert list_parts(asked) == [("001", "done"), ("IE", "cancelled")]
    assert list_live() == {}


@pytest.mark.parametrize("fails", ["refused", "broken"])
def test_one_market_that_cannot_be_made_keeps_every_market_as_it_was(asked, monkeypatch, fails):
    build = queue.build_market

    def build_or_fail(content, task):
        if task.plan.market != "IE":
            return build(content, task)
        if fails == "refused":
            return Refusal("IE", "no lawyer was asked")
        raise RuntimeError("bolt")

    monkeypatch.setattr(queue, "build_market", build_or_fail)
    state, _percent, message = run_publication(asked)

    reason = {"refused": "no lawyer was asked", "broken": "its worker failed: RuntimeError: bolt"}[fails]
    assert (state, message) == ("failed", f"Nothing was published. IE: {reason}")
    assert list_live() == {}


def test_a_draft_says_what_was_read_whatever_is_written_meanwhile(db):
    load_oree()
    Overlay.objects.filter(scope="fr-be").update(after=["a", "b"])
    content = read_content("oree")
    content.place_pictures()
    draft = keep_draft(content, job_id=7)
    MasterPage.objects.get(slug="home").delete()

    taken = take_draft(draft)
    assert json.dumps(dump_content(taken)) == json.dumps(dump_content(content))
    assert taken.placed.keys() == content.placed.keys() != set()
    assert (taken.master, list(taken.overlays), taken.rights) == (
        content.master,
        list(content.overlays),
        content.rights,
    )
    assert digest_inputs(taken, "BE", "terms") == digest_inputs(content, "BE", "terms")


@pytest.fixture
def builders(tmp_path, transactional_db):
    """Two workers of other processes, told apart by their ids; whatever happens, none is left."""
    if connection.vendor != "postgresql":
        pytest.skip("two workers side by side need PostgreSQL: make test-postgres")
    at = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "usine.config.settings",
        "DATABASE_URL": f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "USINE_VAR": str(tmp_path),
        "USINE_TODAY": TODAY.isoformat(),
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

    def begin():
        command = [sys.executable, "-c", HOLD]
        started.extend(subprocess.Popen(command, env=environment, **pipes) for _ in range(2))
        return started

    started: list[subprocess.Popen] = []
    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.postgres
def test_two_workers_build_each_market_once_and_a_kill_loses_nothing(builders, monkeypatch):
    release_oree()
    load_oree()
    job_id = request_publication("oree", markets=ENGLISH, by=SYSTEM).job_id

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:  # the publication is killed once it has handed its markets out
        patched.setattr(queue, "_list_over", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_next()
    killed, other = builders()
    took = [process.stdout.readline().strip() for process in (killed, other)]
    assert len(set(took)) == 2 and set(took) < set(ENGLISH)  # both work, at once

    killed.kill()
    killed.wait()
    running = Job.objects.filter(state="running")
    running.update(lease_until=timezone.now() + timedelta(hours=1))  # however slow this machine is
    other.communicate("go on\n", timeout=120)
    parts = Job.objects.filter(part_of=job_id)
    rest = [market for market in ENGLISH if market != took[0]]
    assert list_live() == {}
    assert sorted(part.arguments["market"] for part in parts.filter(state="done")) == rest
    assert all(part.worker.endswith(f":{other.pid}") for part in parts.filter(state="done"))

    running.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_publication(job_id) == ("done", 100, "")
    attempts = {part.arguments["market"]: part.attempts for part in parts.all()}
    assert attempts == {market: 2 if market == took[0] else 1 for market in ENGLISH}
    assert sorted(list_live()) == sorted(ENGLISH)
    assert Fact.objects.filter(name="ReleaseMade").count() == len(ENGLISH)
    assert all(store.find_damage(key) == "" for key in list_live().values())


def test_a_part_of_other_texts_hides_none_that_was_built_from_these(db):
    """A publication read one text, was killed, read another, was killed, and reads the first again."""
    job_id = jobs.enqueue("publish_sites", by="system")
    first, second = ({"market": "BE", "draft": draft} for draft in ("one", "two"))
    for said, state in ((first, "done"), (second, "cancelled")):
        part = jobs.enqueue(queue.BUILD, by="system", part_of=job_id, **said)
        Job.objects.filter(pk=part).update(state=state)

    queue._hand_out(job_id, {"BE": first})

    assert list_parts(job_id) == [("BE", "done"), ("BE", "cancelled")]
    assert queue._list_over(job_id, {"BE": first})["BE"].state == Job.State.DONE


@pytest.mark.parametrize(
    ("end", "is_over"),
    [(None, True), (jobs.JobCancelled(), True), (jobs.JobLost(), False), (RuntimeError(), False)],
)
def test_drafts_of_publications_that_are_over_are_forgotten(db, end, is_over):
    own, waiting, dead = (jobs.enqueue("publish_sites", by="system") for _ in range(3))
    jobs.cancel(dead)
    drafts = {job_id: keep_draft(Content("oree", {}, []), job_id=job_id) for job_id in (own, waiting, dead)}
    earlier = keep_draft(Content("lisiere", {}, []), job_id=own)  # of a run that was killed
    assert len(list_drafts()) == 4

    with suppress(jobs.JobCancelled, jobs.JobLost, RuntimeError), queue.tidied(own):
        if end:
            raise end

    kept = {drafts[waiting]: waiting}
    assert list_drafts() == (
        kept if is_over else {draft: id_ for id_, draft in drafts.items()} | {earlier: own}
    )


def test_whoever_places_pictures_says_so_before_each(db):
    load_oree()
    content, told = read_content("oree"), []
    content.place_pictures(lambda: told.append(len(content.placed)))
    assert told == list(range(len(content.placed))) != []
