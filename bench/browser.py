"""Renault's big range in the browser: what the phone loads, and how long a click takes in Node and in Chromium.

`python bench/browser.py` prints the lines of the tables in Markdown. The questions are those of bench/renault.py, the
answers are checked against Python's; the last column is the same question asked from Python in this run. "Best of 5"
is the least time of each click in five rounds: what a click costs where nothing else runs on the machine.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.data import find_ranges  # noqa: E402
from bench.record import keep  # noqa: E402
from bench.renault import CLICKS  # noqa: E402
from bench.visitors import add_prices, find_blocked, sessions, timed, told  # noqa: E402
from tests.conftest import CHROMIUM_ARGUMENTS  # noqa: E402
from usine.kernel import (  # noqa: E402
    Explainer,
    PricedRange,
    ask,
    compile,
    conflict,
    count_values,
    iterate_cheapest,
    iterate_restorations,
    price,
    restore,
    rules_to_bytes,
    to_bytes,
)
from usine.ranges.readers.sniffing import read_model  # noqa: E402

Times = dict[str, list[float]]
BLOCKED, EXPLAINED = 400, 100
STARTING_MS = 5000  # what a browser does as it starts takes both cores, and is no part of a click
PAGE = """<!doctype html><title>bench</title><script type="module">
import * as kernel from "./kernel.mjs";
import { measure } from "./browser.mjs";
const bytes = async (name) => (await fetch(name)).arrayBuffer();
const asked = await (await fetch("asked.json")).json();
window.found = measure(kernel, await bytes("range.bin"), await bytes("rules.bin"), asked);
</script>"""


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        python = prepare(folder)
        subprocess.run(["node", PROJECT / "scripts/bundle_kernel.mjs", folder], check=True)
        found: dict[str, Any] = {"gzip_kb": sizes(folder)}
        node = json.loads(subprocess.check_output(["node", PROJECT / "bench/browser.mjs", folder]))
        chromium = in_chromium(folder)
        table(node, chromium, python)
        for place, times in (("node", node), ("chromium", chromium)):
            found[place] = {
                **told(sorted(times["click"])),
                "best of 5": told(sorted(times["click, best of 5"])),
            }
        keep("browser", found)


def prepare(folder: Path) -> Times:
    """Write what the browser reads, and ask the same from Python."""
    model, amounts = add_prices(read_model(find_ranges("renault") / "big_contraintes.xml.xz"))
    priced = price(compile(model), amounts)
    states = sessions(priced, CLICKS)
    blocked = [found for state in states if (found := find_blocked(priced, state))][:BLOCKED]
    explainer = Explainer(model)
    contradicting = [{**state, wanted[0]: wanted[1]} for state, wanted in blocked[:EXPLAINED]]
    asked = {
        "prices": [[n, [[list(row), amount] for row, amount in a.items()]] for n, a in amounts.items()],
        "states": [list(state.items()) for state in states],
        "counts": [str(ask(priced, state).count) for state in states],
        "blocked": [[list(state.items()), list(wanted)] for state, wanted in blocked],
        "explained": [len(explainer.explain(choices)) for choices in contradicting],
    }
    (folder / "range.bin").write_bytes(to_bytes(priced.compiled))
    (folder / "rules.bin").write_bytes(rules_to_bytes(model))
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (folder / "browser.mjs").write_bytes((PROJECT / "bench/browser.mjs").read_bytes())
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    return ask_python(priced, explainer, states, blocked, contradicting)


def ask_python(
    priced: PricedRange, explainer: Explainer, states: list[Any], blocked: list[Any], contradicting: list[Any]
) -> Times:
    def read_all(state: dict[str, str]) -> int:
        answer = ask(priced, state)
        return answer.count + sum(len(values) for values in answer.values.values())

    questions: list[tuple[str, Callable[[Any], Any], list[Any]]] = [
        ("click", lambda s: ask(priced, s).count, states),
        ("click, every bound read", read_all, states),
        ("count values", lambda s: count_values(priced.compiled, s), states[:100]),
        ("minimal conflict", lambda s: conflict(priced, *s), blocked),
        ("cheapest restoration", lambda s: restore(priced, *s), blocked),
        ("three restorations", lambda s: list(islice(iterate_restorations(priced, *s), 3)), blocked),
        ("k = 10 cheapest", lambda s: list(islice(iterate_cheapest(priced, s), 10)), states[:400]),
        ("explanation", explainer.explain, contradicting),
    ]
    return {what: timed(question, asked) for what, question, asked in questions}


def sizes(folder: Path) -> float:
    """Print a line a file; the range's kB gzipped."""
    found = {}
    print("| what the phone loads | kB | gzip, kB |\n|---|--:|--:|")
    for name, what in (
        ("range.bin", "range"),
        ("rules.bin", "rules"),
        ("kernel.mjs", "kernel, not minified"),
    ):
        data = (folder / name).read_bytes()
        found[name] = len(gzip.compress(data, 9)) / 1000
        print(f"| {what} | {len(data) / 1000:.0f} | {found[name]:.0f} |")
    return found["range.bin"]


def in_chromium(folder: Path) -> Times:
    """The same measurements in the system's Chromium; the page is isolated, so that its clock ticks in 5 µs."""
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Isolated, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(CHROMIUM_ARGUMENTS)
            )
            page = browser.new_page()
            page.wait_for_timeout(STARTING_MS)
            page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
            page.wait_for_function("window.found", timeout=60_000, polling=1000)
            found: Times = page.evaluate("window.found")
            browser.close()
            return found
    finally:
        server.shutdown()


class Isolated(SimpleHTTPRequestHandler):
    """Serves a folder under the headers that isolate a page from others."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def table(node: Times, chromium: Times, python: Times) -> None:
    print("\n| on big, ms (questions) | Node: median | p99 | Chromium: median | p99 | Python: median | p99 |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for what, times in node.items():
        cells = [cell for each in (times, chromium[what], python.get(what)) for cell in figures(each)]
        print(f"| {what} ({len(times)}) | {' | '.join(cells)} |")
    print(f"\n{time.strftime('%Y-%m-%d')}")


def figures(times: list[float] | None) -> tuple[str, str]:
    if not times:
        return "", ""
    found = told(sorted(times))
    return f"{found['median']:.3f}", f"{found['p99']:.3f}"


if __name__ == "__main__":
    main()
