"""A roll-out as operators see it: sixty markets by one command, a worker killed in the middle, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.oree import DEMO, LAUNCH
from tests.releases import share_pictures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the demo of `make run` is on SQLite"),
]
PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import django; django.setup()
from usine.accounts.contracts import SYSTEM
from usine.launches.jobs import request_publication
request_publication("oree", markets="{markets}".split(","), by=SYSTEM)
"""
ENGLISH = ("001", "GB", "IE", "AU", "NZ", "SG")
"""Markets enough for several processes, which all read the word that changes."""


@pytest.fixture(scope="module")
def var(tmp_path_factory, django_db_setup, django_db_blocker):
    """A folder of its own with the demo's range and texts, as `make run` loads them, and nothing published."""
    folder = tmp_path_factory.mktemp("rollout")
    share_pictures(settings, folder / "releases")
    with (
        django_db_blocker.unblock(),
        connection.cursor() as cursor,
    ):  # as `usine demo load` would make it by migrating
        cursor.execute("VACUUM INTO %s", [str(folder / "usine.sqlite3")])
    run(folder, "usine.config.cli", "range", "release", DEMO / "ranges" / "oree")
    run(folder, "usine.config.cli", "launch", "load", LAUNCH)
    return folder


def environ(var, **more):
    return {
        **os.environ, "USINE_VAR": str(var), "USINE_TODAY": "2026-11-24", "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "usine.config.settings", **more,
    }  # fmt: skip


def run(var, module, *words, **more):
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, env=environ(var, **more), cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def ask_database(var, question):
    with closing(sqlite3.connect(var / "usine.sqlite3")) as database:
        return database.execute(question).fetchall()


def change_database(var, change):
    with closing(sqlite3.connect(var / "usine.sqlite3")) as database, database:
        database.execute(change)


def work_until(var, question):
    """A worker, killed with the processes that build for it as soon as a question's answer is not 0."""
    worker = [sys.executable, "-m", "usine.config.cli", "worker"]
    process = subprocess.Popen(worker, env=environ(var), cwd=PROJECT, start_new_session=True)
    while process.poll() is None and ask_database(var, question) == [(0,)]:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    assert process.returncode is None, "the worker has ended before its work"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def list_live(var):
    """Each market with the release that it serves."""
    newest = "SELECT MAX(id) FROM launches_publication GROUP BY vehicle, market"
    found = ask_database(
        var,
        "SELECT p.market, r.key FROM launches_publication p JOIN launches_release r ON r.id = p.release_id "
        f"WHERE p.id IN ({newest})",
    )
    return dict(found)


def list_broken(var, live):
    """The releases that are not as they were made."""
    broken = []
    for key in live.values():
        folder = var / "releases" / "releases" / key
        for path, digest in json.loads((folder / "manifest.json").read_text()).items():
            if hashlib.sha256((folder / path).read_bytes()).hexdigest() != digest:
                broken.append((key, path))
    return broken


def test_sixty_markets_go_live_by_one_command_the_same_by_many_hands_or_by_one(var, tmp_path):
    lines = run(
        var, "usine.config.cli", "publish", "oree", "--markets", "active", "--json", USINE_BUILDERS="2"
    )

    published = [json.loads(line) for line in lines.splitlines()]
    live = list_live(var)
    assert len(published) == len(live) == 60
    assert sum(site["pages"] for site in published) > 700
    assert list_broken(var, live) == []
    alone = tmp_path / "alone"
    shutil.copytree(var, alone, ignore=shutil.ignore_patterns("releases"))
    again = run(
        alone, "usine.config.cli", "publish", "oree", "--markets", "BE,JP,MA", "--json", USINE_BUILDERS="1"
    )
    for line in again.splitlines():
        site = json.loads(line)
        assert site["release"] == live[site["market"]]


def test_a_worker_killed_in_the_middle_loses_nothing(var, tmp_path):
    run(var, "usine.config.cli", "publish", "oree", "--markets", ",".join(ENGLISH))
    before = list_live(var)
    folder = tmp_path / "oree"
    shutil.copytree(LAUNCH, folder)
    master = folder / "master.yaml"
    pictures = (LAUNCH / "../../../frontend/src/assets/cars").resolve()
    text = master.read_text().replace("../../../frontend/src/assets/cars", str(pictures))
    master.write_text(text.replace("Off the path", "Off the track"))
    run(var, "usine.config.cli", "launch", "load", folder)
    change_database(var, "DELETE FROM commons_job WHERE kind = 'make_papers'")  # 140 papers: another story
    command = [sys.executable, "-c", ASK.format(markets=",".join(ENGLISH))]
    subprocess.run(command, env=environ(var), cwd=PROJECT, check=True, capture_output=True)

    work_until(var, "SELECT COUNT(*) FROM commons_job WHERE kind = 'publish_sites' AND progress > 0")
    assert list_live(var) == before and list_broken(var, before) == []
    change_database(var, "UPDATE commons_job SET lease_until = '2000-01-01' WHERE state = 'running'")
    work_until(var, "SELECT COUNT(*) FROM commons_job WHERE kind = 'publish_sites' AND state = 'done'")
    after = list_live(var)
    changed = {market for market in after if after[market] != before[market]}
    assert set(after) == set(before) and changed == set(ENGLISH)
    assert list_broken(var, after) == []
