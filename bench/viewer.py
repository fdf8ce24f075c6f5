"""The viewer beside Google's model-viewer: code, first frame, frames a second; the paint shown beside the paint chosen.

`python bench/viewer.py` measures both with the same car file in headless Chromium, by turns, each time in a browser
that has nothing cached, and keeps medians; `--car FILE` takes another file. The processor draws, 640x360, one pixel for
one of the page's. While a car turns, the viewer then takes one sample a pixel (and more for the picture that stays),
the peer four. The peer draws every option of the file at once, for it cannot choose; with all of them drawn by the
viewer too, the ratio of frames was 2.0.

- *first frame*: from asking for the code to the second animation frame after the car was drawn for the first time.
- *frames a second*: the car turning by 0.5 rad/s at full size, over eight seconds; frames that drew something.
- *paint*: CIEDE2000 between the hex of the range and the median of the door's pixels, from the side, in daylight.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402
from tests.colour import difference, read_hex, to_lab  # noqa: E402
from tests.conftest import CHROMIUM_ARGUMENTS  # noqa: E402

DIST = PROJECT / "frontend/dist"
PEER = PROJECT / "node_modules/@google/model-viewer"
DECODER = PROJECT / "node_modules/meshoptimizer/meshopt_decoder.cjs"
COLOURS = PROJECT / "demo/ranges/oree/features/30-colour.yaml"
CARS = PROJECT / "frontend/src/assets/cars"
RUNS, SECONDS = 5, 8
WIDTH, HEIGHT = 640, 360
DOOR = (0.40, 0.50, 0.54, 0.64)
"""Of the side view: from x to x, from y to y, measured from the top left; the front door below its handle."""

COUNTER = """
let drawn = false;
const draw = WebGL2RenderingContext.prototype.drawElements;
WebGL2RenderingContext.prototype.drawElements = function (...all) { drawn = true; return draw.apply(this, all); };
const frame = () => new Promise(requestAnimationFrame);
window.twoFrames = async () => { await frame(); await frame(); };
window.count = async (seconds) => {
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) { drawn = false; await frame(); if (drawn) frames += 1; }
  return frames / ((performance.now() - start) / 1000);
};
"""
HEAD = f"""<!doctype html><style>body {{ margin: 0 }}
canvas, model-viewer {{ display: block; width: {WIDTH}px; height: {HEIGHT}px }}</style>"""
OURS = (
    HEAD
    + """<canvas></canvas><script type="module">
const canvas = document.querySelector("canvas");
const looks = { choices: {}, view: "front", doors: false, lights: true, night: false };
const start = performance.now();
const { openScene } = await import("./%s");
const first = new Promise((drawn) => {
  const nothing = () => undefined;
  const edge = { top: 0, right: 0, bottom: 0, left: 0 };
  const events = { covered: () => edge, lost: nothing, restored: nothing, replaced: nothing, drawn };
  window.scene = openScene(canvas, "car.glb", looks, events, new AbortController().signal);
});
await first;
await twoFrames();
window.first = performance.now() - start;
window.scene = await scene;
window.fps = async (seconds) => {
  let turning = true;
  const begun = performance.now();
  const turn = (now) => {
    scene.renderAt(((now - begun) / 1000) * 0.5 / (2 * Math.PI), canvas.clientWidth, canvas.clientHeight);
    if (turning) requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
  const found = await count(seconds);
  turning = false;
  return found;
};
window.door = (colour, [left, right, top, foot]) => {
  scene.show({ ...looks, view: "side", choices: { colour } });
  scene.renderAt(0, canvas.clientWidth, canvas.clientHeight);
  const gl = canvas.getContext("webgl2");
  const [wide, high] = [canvas.width, canvas.height];
  const size = [Math.round((right - left) * wide), Math.round((foot - top) * high)];
  const pixels = new Uint8Array(4 * size[0] * size[1]);
  gl.readPixels(left * wide, (1 - foot) * high, ...size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return [0, 1, 2].map((part) => pixels.filter((_, at) => at % 4 === part).sort()[pixels.length >> 3]);
};
</script>"""
)
THEIRS = (
    HEAD
    + """<script type="module">
const start = performance.now();
window.ModelViewerElement = { meshoptDecoderLocation: "meshopt.js" };
const { ModelViewerElement } = await import("./model-viewer.min.js");
ModelViewerElement.minimumRenderScale = 1;
const viewer = document.createElement("model-viewer");
const shown = new Promise((seen) => viewer.addEventListener("load", seen, { once: true }));
viewer.src = "car.glb";
viewer.autoRotate = true;
viewer.autoRotateDelay = 0;
viewer.rotationPerSecond = "0.5rad";
document.body.append(viewer);
await shown;
await twoFrames();
window.first = performance.now() - start;
window.fps = (seconds) => count(seconds);
</script>"""
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--car", type=Path, default=CARS / "oree.viewer.glb")
    car = parser.parse_args().car
    chunks = list_chunks()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, car, chunks)
        found = measure(folder)
    paints = found.pop("paints")
    figures = {
        "code_gzip_kb": round(sum(map(gzipped, chunks)) / 1000, 1),
        "peer_code_gzip_kb": round(gzipped(PEER / "dist/model-viewer.min.js") / 1000, 1),
        "car_kb": round(car.stat().st_size / 1000, 1),
        "paints": paints,
        **found,
    }
    print(json.dumps(figures, indent=1))
    keep("viewer", figures)


def list_chunks() -> list[Path]:
    """The built files that a page loads once somebody asks for 3D: the element's and all that it imports in turn."""
    manifest = json.loads((DIST / "manifest.json").read_text("utf-8"))
    waiting, seen = ["src/viewer/main.ts"], dict[str, Path]()
    while waiting:
        entry = waiting.pop()
        if entry in seen:
            continue
        seen[entry] = DIST / manifest[entry]["file"]
        waiting += [*manifest[entry].get("imports", ()), *manifest[entry].get("dynamicImports", ())]
    return list(seen.values())


def write_pages(folder: Path, car: Path, chunks: list[Path]) -> None:
    for chunk in chunks:
        shutil.copy(chunk, folder)
    scene = next(chunk.name for chunk in chunks if re.match(r"carScene-", chunk.name))
    shutil.copy(car, folder / "car.glb")
    shutil.copy(PEER / "dist/model-viewer.min.js", folder)
    shutil.copy(DECODER, folder / "meshopt.js")
    (folder / "ours.html").write_text(OURS.replace("%s", scene), encoding="utf-8")
    (folder / "theirs.html").write_text(THEIRS, encoding="utf-8")


def gzipped(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """A bench prints figures, not requests."""


def measure(folder: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    found: dict[str, dict[str, list[float]]] = {
        who: {"first_ms": [], "fps": []} for who in ("ours", "theirs")
    }
    paints: dict[str, Any] = {}
    try:
        with sync_playwright() as playwright:
            for run in range(RUNS):
                for who, times in found.items():
                    browser = playwright.chromium.launch(
                        executable_path="/usr/bin/chromium", args=list(CHROMIUM_ARGUMENTS)
                    )
                    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
                    time_page(page, f"{address}/{who}.html", times)
                    print(
                        f"{who:6} {times['first_ms'][-1]:6.0f} ms, {times['fps'][-1]:5.2f} frames/s",
                        flush=True,
                    )
                    if who == "ours" and run == 0:
                        paints = measure_paints(page)
                    browser.close()
    finally:
        server.shutdown()
    middle = {who: {what: median(values) for what, values in times.items()} for who, times in found.items()}
    return {
        **middle,
        "first_ratio": round(middle["ours"]["first_ms"] / middle["theirs"]["first_ms"], 3),
        "fps_ratio": round(middle["ours"]["fps"] / middle["theirs"]["fps"], 3),
        "paints": paints,
    }


def time_page(page: Any, address: str, times: dict[str, list[float]]) -> None:
    page.add_init_script(COUNTER)
    page.goto(address)
    page.wait_for_function("window.fps !== undefined", timeout=120_000)
    times["first_ms"].append(page.evaluate("window.first"))
    times["fps"].append(page.evaluate("seconds => fps(seconds)", SECONDS))


def measure_paints(page: Any) -> dict[str, Any]:
    """For each paint of the range: the colour chosen, the one shown on the door, and their difference."""
    values = yaml.safe_load(COLOURS.read_text("utf-8"))["features"]["colour"]["values"]
    found = {}
    for name, value in values.items():
        chosen, shown = (
            read_hex(value["attributes"]["hex"]),
            tuple(page.evaluate("([c, d]) => door(c, d)", [name, DOOR])),
        )
        found[name] = {
            "chosen": list(chosen),
            "shown": list(shown),
            "difference": round(difference(to_lab(chosen), to_lab(shown)), 1),
        }
    return found


if __name__ == "__main__":
    main()
