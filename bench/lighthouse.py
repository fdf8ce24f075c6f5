"""Lighthouse on a phone's settings, on every kind of page of a launch site, in French and in Arabic.

`python bench/lighthouse.py [--runs 5] [--pages home versions] [--locales fr-fr] [--at http://localhost:8000]` publishes
the demo in a folder of its own and serves it as `usine serve` does, unless `--at` names a server that runs already.
Needs `scripts/setup bench` (Lighthouse, of bench/lighthouse) and the system's Chromium. Half an hour for all 27 pages.

Lighthouse simulates the phone and its network from what it saw; the visitor has not been asked yet, so every page is
measured with the question whether they may be counted. Of several runs the performance is the median, the other three
categories are those of the first. A goal that is missed is kept with the audits that say why. `machine` is Lighthouse's
own measure of the processor at each run: some 1,500 on an idle office computer, a few hundred where others work on it,
and what takes a processor's time is then told too long.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep, recall  # noqa: E402
from bench.service import _free_port  # noqa: E402
from usine.config.web import web_command  # noqa: E402

FOLDER = PROJECT / "bench" / "lighthouse"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
LOCALES = ("fr-fr", "ar-ma")
PAGES = {
    "home": "",
    **{name: f"{name}/" for name in ("design", "driving", "technology", "versions", "gallery", "companies")},
    **{name: f"{name}/" for name in ("questions", "brochure", "legal", "configurator", "test-drive")},
    "virtual-drive": "virtual-drive/",
    "not-found": "nowhere/",
}

ABSENT = {("ar-ma", "companies")}
"""Pages that a site has not: Morocco sells no car for companies alone."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pages", nargs="+", default=list(PAGES), choices=PAGES)
    parser.add_argument("--locales", nargs="+", default=list(LOCALES))
    parser.add_argument("--at", default="", help="a server that runs already, with its host and port")
    args = parser.parse_args()
    pages = dict(recall("lighthouse").get("pages", {}))
    with served(args.at) as site:
        wanted = {
            f"{site}/{path}/oree/{PAGES[page]}": (path, page)
            for path in args.locales
            for page in args.pages
            if (path, page) not in ABSENT
        }
        for found in measure(args.runs, list(wanted)):
            path, page = wanted[found["address"]]
            pages[f"{path} {page}"] = summarise(found)
            print(f"{path} {page:14} {tell(pages[f'{path} {page}'])}", flush=True)
            keep("lighthouse", {"pages": pages, "lighthouse": find_version()})


@contextmanager
def served(address: str) -> Iterator[str]:
    """The address of a server with the demo: the one that is named, or one of its own."""
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "USINE_VAR": folder}
        load = [sys.executable, "-m", "usine.config.cli", "demo", "load"]
        subprocess.run(load, env=environment, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        command = web_command(host="127.0.0.1", port=port, processes=1)
        server = subprocess.Popen(command, env=environment, cwd=PROJECT)
        try:
            wait_for(f"http://localhost:{port}/robots.txt")
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"Nothing answers at {address}.")


def measure(runs: int, addresses: list[str]) -> Iterator[dict[str, Any]]:
    """What measure.mjs says of each address, as it comes."""
    if not (FOLDER / "node_modules").exists():
        raise SystemExit("Lighthouse is not installed: run scripts/setup bench.")
    command = ["node", "measure.mjs", CHROMIUM, str(runs), *addresses]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        for line in node.stdout:
            yield json.loads(line)
    if node.returncode:
        raise SystemExit("Lighthouse stopped (see above).")


def summarise(found: dict[str, Any]) -> dict[str, Any]:
    """The median of the runs with their range; the other categories with what broke them."""
    middle = {
        name: round(median(figures[name] for figures in found["figures"]), 3 if name == "cls" else 0)
        for name in found["figures"][0]
    }
    scores = {"performance": median(found["performance"]), **found["scores"]}
    return {
        "scores": scores,
        "performances": found["performance"],
        "machine": found["machine"],
        "faults": found["faults"],
        **middle,
    }


def tell(page: dict[str, Any]) -> str:
    scores = ", ".join(f"{name} {score:.0f}" for name, score in page["scores"].items())
    spread = f"{min(page['performances'])} to {max(page['performances'])}"
    return f"{scores} ({spread}; LCP {page['lcp_ms']:.0f} ms, TBT {page['tbt_ms']:.0f} ms) {' '.join(page['faults'])}"


def find_version() -> str:
    package = FOLDER / "node_modules" / "lighthouse" / "package.json"
    return str(json.loads(package.read_text("utf-8"))["version"])


if __name__ == "__main__":
    main()
