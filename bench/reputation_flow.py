"""From socket to searchable and alertable: mentions a second, and how long each takes.

    .venv/bin/python bench/reputation_flow.py [--rate 400] [--seconds 60] [--workers 2]

One process sends mentions over HTTP (90 % posts, 10 % articles of two to six kilobytes) at a steady rate, one keeps
what comes, others take them in: language, names, sentiment, aspects, stories, index, counts; the first one looks at
the counts every ten seconds. All share the machine. A mention's time runs from when it was due to be sent until the
transaction is committed that makes it searchable and counted. At the end each must be found and counted once.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.own_database import open_own_database  # noqa: E402
from bench.reputation_search import read_posts  # noqa: E402

A_REQUEST = 20
"""Mentions of a request."""
LOOK_EVERY_S = 10
COUNTRIES = ("FR", "DE", "PT", "BR", "JP", "KR", "CN", "SA", "TR", "PL", "NL", "IT")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=400, help="mentions a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with open_own_database("reputation", "commons") as folder:
        add_source()
        run(args.rate, args.seconds, args.workers, folder)


def set_up() -> None:
    import django

    django.setup()


def add_source() -> None:
    from usine.reputation.models import Source

    Source.objects.create(
        slug="posts", name="Posts", connector="webhook", address="https://x.example/", silent_after_s=10**9
    )


def run(rate: int, seconds: int, workers: int, folder: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    stop, port = spawn.Event(), spawn.Queue()
    ready = [spawn.Event() for _ in range(workers)]
    files = [folder / f"times{number}.json" for number in range(workers)]
    receiver = spawn.Process(target=receive, args=(port, stop))
    takers = [spawn.Process(target=take, args=(*pair, stop)) for pair in zip(files, ready, strict=True)]
    for process in (receiver, *takers):
        process.start()
    number = port.get(timeout=60)
    if not all(each.wait(240) for each in ready):
        raise SystemExit("A worker did not begin within four minutes.")
    begin = time.monotonic()
    sent, slowest = send(number, rate, seconds)
    stop.set()
    for process in takers:
        process.join(600)
    whole = time.monotonic() - begin
    receiver.join(10)
    told = [json.loads(file.read_text()) for file in files]
    report(
        told,
        sent,
        {"rate_sent": rate, "workers": workers, "slowest_answer_seconds": round(slowest, 2)},
        whole,
    )


def receive(port: Any, stop: Event) -> None:
    """Keep what comes before it is answered."""
    set_up()
    from usine.reputation.arrivals import put_down, read_heard

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            put_down([read_heard(row) for row in rows], now=datetime.now(UTC))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.timeout = 0.5
    port.put(server.server_address[1])
    while not stop.is_set():
        server.handle_request()


def take(target: Path, ready: Event, stop: Event) -> None:
    """Take in until all is taken in; writes each mention's seconds, and what the batches cost."""
    set_up()
    from usine.reputation.arrivals import take_arrivals
    from usine.reputation.intake import open_own_reader
    from usine.reputation.models import Mention
    from usine.reputation.trouble.watching import watch

    open_own_reader().read_all([("", "warm", "")] * 64)
    ready.set()
    times: list[float] = []
    batches: list[tuple[int, float]] = []
    alerts, looked, looks = 0, time.monotonic(), list[float]()
    while True:
        is_over = stop.is_set()
        start = time.perf_counter()
        taken = take_arrivals(by="bench")
        if taken is None and is_over:
            break
        if taken is None:
            time.sleep(0.2)
        else:
            done = time.time()
            batches.append((len(taken.new), time.perf_counter() - start))
            sent = Mention.objects.filter(pk__in=taken.new).values_list("published_at", flat=True)
            times += [done - at.timestamp() for at in sent]
        if target.stem.endswith("0") and time.monotonic() - looked > LOOK_EVERY_S:
            looked, before = time.monotonic(), time.perf_counter()
            alerts += len(watch(datetime.now(UTC)))
            looks.append(time.perf_counter() - before)
    target.write_text(json.dumps({"times": times, "batches": batches, "alerts": alerts, "looks": looks}))


def send(port: int, rate: int, seconds: int) -> tuple[int, float]:
    """Requests at their times, whether the last one was answered or not; how many mentions, the slowest answer."""
    requests = write_requests(rate * seconds // A_REQUEST)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begin, slowest, sent = time.monotonic(), 0.0, 0
    for number, rows in enumerate(requests):
        wait = begin + number * A_REQUEST / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        at = datetime.now(UTC) - timedelta(seconds=max(0.0, -wait))  # when it was due
        body = json.dumps([{**row, "published_at": at.isoformat()} for row in rows], ensure_ascii=False)
        before = time.monotonic()
        connection.request("POST", "/", body.encode())
        connection.getresponse().read()
        slowest = max(slowest, time.monotonic() - before)
        sent += len(rows)
    return sent, slowest


def write_requests(count: int) -> Iterator[list[dict[str, Any]]]:
    draw = random.Random(11)
    posts = list(read_posts())
    for number in range(count):
        yield [write_mention(draw, posts, number * A_REQUEST + place) for place in range(A_REQUEST)]


def write_mention(draw: random.Random, posts: list[str], number: int) -> dict[str, Any]:
    is_article = draw.random() < 0.1
    text = "\n".join(draw.choices(posts, k=draw.randint(15, 45))) if is_article else draw.choice(posts)
    return {
        "source": "posts",
        "external_id": str(number),
        "address": f"https://x.example/{number}?utm_source=feed",
        "title": draw.choice(posts)[:80] if is_article else "",
        "text": text,
        "kind": "article" if is_article else "post",
        "author": f"author {draw.randrange(5000)}",
        "reach": draw.randrange(1000),
        "country": draw.choice(COUNTRIES),
    }


def report(told: list[dict[str, Any]], sent: int, asked: dict[str, Any], whole: float) -> None:
    from django.db.models import Sum

    from bench.record import keep
    from usine.accounts.contracts import SYSTEM
    from usine.reputation.models import Mention, SearchText, Volume
    from usine.reputation.searching import find_ids

    times = sorted(seconds for each in told for seconds in each["times"])
    busy = [sum(seconds for _count, seconds in each["batches"]) for each in told]
    counted = Volume.objects.filter(entity="", aspect="").aggregate(Sum("mentions"))["mentions__sum"]
    stored = (
        Mention.objects.count(),
        SearchText.objects.count(),
        counted,
        len(find_ids(SYSTEM, "", limit=10**7)),
    )
    if stored != (sent,) * 4:
        raise SystemExit(f"Of {sent} mentions {stored} are stored, in the index, counted and found.")
    figures = {
        **asked,
        "mentions": sent,
        "copies": Mention.objects.filter(is_copy=True).count(),
        "taken_per_second": round(sent / whole),
        "taken_per_busy_second_of_a_worker": round(sent / sum(busy)),
        "seconds_from_socket_to_searchable": {
            "median": round(times[len(times) // 2], 2),
            "p95": round(times[int(0.95 * len(times))], 2),
            "longest": round(times[-1], 2),
        },
        "look_at_the_counts_seconds": round(max((s for each in told for s in each["looks"]), default=0), 3),
        "alerts": sum(each["alerts"] for each in told),
    }
    keep("reputation_flow", figures)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
