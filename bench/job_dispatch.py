"""From wanting a job to its start, and jobs a second: workers that look into the table beside workers that are told.

    scripts/with_postgres .venv/bin/python bench/job_dispatch.py [--workers 2] [--jobs 1000] [--single 60]

Needs redis-server. Both ways in turn, in one run, on the same database (without scripts/with_postgres a SQLite of its
own): first single jobs, each enqueued at a random moment while all workers are idle, timed from before its enqueueing
to the first line of its handler; then many empty jobs enqueued in one transaction, timed until the last one is over.
With the broker one more process sweeps, as in production.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.brokers import Redis, find_redis  # noqa: E402

KIND = "bench.note"
PROGRAM = f"""
import sys, time, django; django.setup()
from usine.commons import jobs
from usine.config import server
jobs.handler("{KIND}")(lambda progress: {{"at": time.time()}})
server.receive(kinds=["{KIND}"]) if sys.argv[1] == "receive" else server.work()
"""
WARM = 20
"""Jobs that are not timed: connections are made, modules are loaded."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=1000, help="enqueued at once")
    parser.add_argument("--single", type=int, default=60, help="enqueued one by one")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"USINE_VAR": folder, "DJANGO_SETTINGS_MODULE": "usine.config.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        redis = Redis(find_redis(), Path(folder))
        redis.start()
        try:
            found = {
                "table": measure("", ["work"] * args.workers, args),
                "broker": measure(redis.address, ["receive"] * args.workers + ["work"], args),
            }
        finally:
            redis.stop()
        report(found, args)


def measure(broker: str, roles: list[str], args: argparse.Namespace) -> dict[str, Any]:
    from django.conf import settings
    from django.db import transaction

    from usine.commons import jobs

    settings.BROKER = broker
    draw = random.Random(7)
    with running(broker, roles):
        for _ in range(WARM):
            time_single()
        delays = []
        for _ in range(args.single):
            time.sleep(draw.uniform(1, 2))
            delays.append(time_single())
        start = time.perf_counter()
        with transaction.atomic():
            for _ in range(args.jobs):
                last = jobs.enqueue(KIND, by="bench")
        enqueued = time.perf_counter() - start
        wait_until_over(last)
        whole = time.perf_counter() - start
    delays.sort()
    return {
        "start_ms": {
            "median": round(1e3 * delays[len(delays) // 2], 1),
            "p95": round(1e3 * delays[int(0.95 * len(delays))], 1),
        },
        "jobs_per_second": round(args.jobs / whole),
        "enqueued_per_second": round(args.jobs / enqueued),
    }


@contextmanager
def running(broker: str, roles: list[str]) -> Iterator[None]:
    environment = {**os.environ, "USINE_BROKER": broker, "PYTHONPATH": str(PROJECT)}
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, role], env=environment, stdout=subprocess.DEVNULL)
        for role in roles
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def time_single() -> float:
    """Seconds from before the enqueueing of a job to the first line of its handler."""
    from usine.commons import jobs
    from usine.commons.models import Job

    before = time.time()
    job_id = jobs.enqueue(KIND, by="bench")
    wait_until_over(job_id)
    return float(Job.objects.values_list("result", flat=True).get(pk=job_id)["at"]) - before


def wait_until_over(last: int) -> None:
    """Until no job up to this one is left, looking seldom: the database is the workers'."""
    from usine.commons.models import Job

    while Job.objects.filter(kind=KIND, pk__lte=last, state__in=("waiting", "running")).exists():
        time.sleep(0.02)


def report(found: dict[str, Any], args: argparse.Namespace) -> None:
    from django.db import connection

    from bench.record import keep
    from usine.commons.models import Job

    asked = 2 * (WARM + args.single + args.jobs)
    once = Job.objects.filter(kind=KIND, state="done", attempts=1).count()
    if once != asked:
        raise SystemExit(f"Of {asked} jobs {once} were done once.")
    figures = {"database": connection.vendor, "workers": args.workers, "jobs": args.jobs, **found}
    keep("job_dispatch", figures)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
