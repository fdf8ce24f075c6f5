"""A launch in every market: how long it takes until it is live, and until a correction is.

`python bench/launches.py [--all]` loads the demo in a folder of its own and measures, one after the other:

- the first publication of the 60 active markets, pictures placed and papers typeset (cold)
- the same once pictures and papers are there (warm): releases and their rows are removed before
- one word of the master, to live in every market that inherits it
- one price of one market: its file written, the range released, the market live
- the same pages each rendered alone from the database, as a dynamic site does (the peer; a sample, scaled)
- with `--all`, a range priced in all 170 markets, published; the memory of the processes together; the board of them

Seconds are those of a clock, CPU seconds those of every process. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402

VEHICLE = "oree"
SAMPLE = 40
HOLDERS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true", help="also all 170 markets")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"USINE_VAR": folder, "DJANGO_SETTINGS_MODULE": "usine.config.settings"}
        import django

        django.setup()
        found = measure(Path(folder), is_all=args.all)
    for name, value in found.items():
        print(f"{name:<28}{value}")
    keep("launches", found)


def measure(var: Path, *, is_all: bool) -> dict[str, Any]:
    """Every figure by its name."""
    from usine.config import demo
    from usine.launches.jobs import request_papers
    from usine.launches.public import list_live_sites, list_sold_markets

    for label, step in demo._steps(demo.FOLDER):
        if label == f"Launch “{VEHICLE}”: its sites, published":
            break
        if label.startswith(
            ("Database", "Accounts", "Range", "Points of sale", "Launch")
        ):  # what is said is not measured
            step()
    markets = [code for code in list_sold_markets(VEHICLE) if code != "001"]
    found: dict[str, Any] = {"markets": len(markets), "processes": os.cpu_count()}
    with timed(found, "cold"):
        publish(markets)
        request_papers(VEHICLE, by=demo.SYSTEM)
        run_jobs()
    sites = list_live_sites(VEHICLE)
    found["sites"] = sum(len(site.locales) for site in sites)
    found["pages"] = sum(site.page_count for site in sites)
    forget(var)
    with timed(found, "warm"):
        publish(markets)
    found["warm_960_s"] = round(found["warm_s"] * 960 / found["pages"], 1)
    retell("Where every road begins.")
    with timed(found, "word"):
        publish(markets)
    folder = var / "range"
    shutil.copytree(demo.FOLDER / "ranges" / VEHICLE, folder)
    reprice(folder)  # once before, as a worker has read the range before
    with timed(found, "price"):
        reprice(folder)
        publish(["BE"])
    found |= weigh(var)
    with timed(found, "peer"):
        render_alone(SAMPLE)
    for name in ("peer_s", "peer_cpu_s"):
        found[name] = round(found[name] * found["pages"] / SAMPLE, 1)
    if is_all:
        price_everywhere(folder)
        every = list_sold_markets(VEHICLE)
        forget(var)
        with timed(found, "all"), watched_memory(found, "all"):
            publish(every)
        found |= time_board()
        found["all_markets"] = len(every)
        found["all_pages"] = sum(site.page_count for site in list_live_sites(VEHICLE))
    return found


@contextmanager
def watched_memory(found: dict[str, Any], name: str) -> Iterator[None]:
    """The most memory that this process and its children held together, in MB, under `<name>_mb`.

    Pages that they share count once (proportional set size of Linux), read ten times a second.
    """
    done, most = threading.Event(), [0]

    def watch() -> None:
        while not done.wait(0.1):
            most[0] = max(most[0], sum(map(read_pss, list_processes())))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        found[f"{name}_mb"] = most[0] // 1024


def list_processes() -> list[int]:
    """This process and its children."""
    me = os.getpid()
    return [me, *map(int, Path(f"/proc/{me}/task/{me}/children").read_text().split())]


def read_pss(process: int) -> int:
    """kB; nothing for a process that has ended meanwhile."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pss:")))


@contextmanager
def timed(found: dict[str, Any], name: str) -> Iterator[None]:
    """Seconds of the clock and of the processors, under `<name>_s` and `<name>_cpu_s`."""
    cpu, clock = spent(), time.perf_counter()
    yield
    found[f"{name}_s"] = round(time.perf_counter() - clock, 2)
    found[f"{name}_cpu_s"] = round(spent() - cpu, 2)


def spent() -> float:
    usages = [resource.getrusage(who) for who in HOLDERS]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def publish(markets: Any) -> None:
    from usine.accounts.contracts import SYSTEM
    from usine.launches.public import publish_sites
    from usine.offers.public import get_today

    publish_sites(VEHICLE, markets=markets, on=get_today(), by=SYSTEM)


def run_jobs() -> None:
    from usine.commons.jobs import run_next

    while run_next():
        pass


def forget(var: Path) -> None:
    """Every release, as if none had been made; pictures, papers and built files stay."""
    from usine.launches.models import Publication, Release

    Publication.objects.all().delete()
    Release.objects.all().delete()
    shutil.rmtree(var / "releases" / "releases", ignore_errors=True)


def retell(title: str) -> None:
    from usine.launches.models import MasterPage

    page = MasterPage.objects.get(slug="technology")
    raw = list(page.body.raw_data)
    next(block for block in raw if block["type"] == "chapter")["value"]["caption"] = title
    page.body = raw
    page.save_revision().publish()


def reprice(folder: Path) -> None:
    """Belgium's cheapest car ten euros dearer, released."""
    from usine.accounts.contracts import SYSTEM
    from usine.ranges.public import release_range

    base = folder / "prices" / "base.csv"
    rows = [line.split(",") for line in base.read_text("utf-8").splitlines()]
    column = rows[0].index("BE")
    rows[1][column] = str(int(rows[1][column]) + 10)
    base.write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    release_range(folder, by=SYSTEM)


def price_everywhere(folder: Path) -> None:
    """A price list like the master's for every country organisation that has none."""
    from usine.accounts.contracts import SYSTEM
    from usine.markets.public import list_markets
    from usine.ranges.public import release_range

    head = folder / "range.yaml"
    text = head.read_text("utf-8").rstrip()
    known = set(re.findall(r"(?m)^  \"?(\w+)\"?: \{currency", text))
    lines = [
        f'  {market.code}: {{currency: {market.currency}, like: "001", round: 1}}'
        for market in list_markets()
        if market.code not in known
    ]
    head.write_text("\n".join([text, *lines]) + "\n", "utf-8")
    release_range(folder, by=SYSTEM)


def time_board() -> dict[str, float]:
    """The board's answer to the centre, ms: by pages and by blocks, the middle of nine."""
    from django.test import Client

    from usine.accounts.models import User

    client, found = Client(headers={"Host": "localhost"}), {}
    client.force_login(User.objects.get(username="claire"))
    for rows in ("pages", "blocks"):
        seconds = []
        for _ in range(9):
            began = time.perf_counter()
            answer = client.get(f"/desk/launches/{VEHICLE}/board/?rows={rows}")
            seconds.append(time.perf_counter() - began)
            assert answer.status_code == 200
        found[f"board_{rows}_ms"] = round(1000 * median(seconds))
    return found


def render_alone(count: int) -> None:
    """The peer: pages one by one, each from the database."""
    from usine.launches.public import list_live_sites
    from usine.launches.publishing.previews import render_adapted
    from usine.launches.rules import PAGE_KINDS

    locales = [locale for site in list_live_sites(VEHICLE) for locale in site.locales]
    pages = ((locale, kind) for locale in locales for kind in PAGE_KINDS if kind != "companies")
    for _number, (locale, kind) in zip(range(count), pages, strict=False):
        render_adapted(VEHICLE, kind, locale)


def weigh(var: Path) -> dict[str, float]:
    """The launch's home on the wire before anybody asks for the car in 3D: kB of 1,000 bytes, gzip."""
    from usine.launches import store
    from usine.launches.public import list_live_sites

    (site,) = (site for site in list_live_sites(VEHICLE) if site.market == "FR")
    file = store.find_file(site.release_key, "fr-fr/index.html")
    assert file is not None
    html = file.read_text("utf-8")
    names = re.findall(r'(?:<link rel="stylesheet" href|<script type="module" src)="/static/([^"]+)"', html)
    fonts = re.findall(r'<link rel="preload" href="/static/([^"]+woff2)"', html)
    read: Callable[[str], bytes] = lambda name: (var / "releases" / "shared" / "static" / name).read_bytes()  # noqa: E731
    code = sum(len(gzip.compress(read(name))) for name in names)
    return {
        "home_kb": round((len(gzip.compress(html.encode())) + code) / 1000, 1),
        "fonts_kb": round(sum(len(read(name)) for name in fonts) / 1000, 1),
    }


if __name__ == "__main__":
    main()
