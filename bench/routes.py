"""What the virtual drive draws along each whole route, from every camera: `python bench/routes.py`.

The goals are 80 draw calls and 200,000 triangles anywhere. The car's own file is taken where there is one.
Counted by three's `renderer.info` in headless Chromium on a small canvas: what is counted does not depend on its size.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.conftest import CHROMIUM_ARGUMENTS  # noqa: E402
from usine.studio.takes import serve_folder  # noqa: E402

MOST_CALLS, MOST_TRIANGLES = 80, 200_000
WEATHERS = ("day", "dusk", "rain")
PAGE = """<!doctype html><canvas width="96" height="54"></canvas><script type="module">
import { costsAlong } from "./costs.js";
window.measure = (options, every, file) =>
  costsAlong(document.querySelector("canvas").cloneNode(), options, every, file);
</script>"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=float, default=60, help="metres between two looks")
    parser.add_argument("--weathers", nargs="+", default=["day"], choices=WEATHERS)
    parser.add_argument("--car", type=Path, default=PROJECT / "frontend/src/assets/cars/oree.drive.glb")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        subprocess.run(
            ["node", "scripts/bundle_entry.mjs", "testdrive/view/costs.ts", folder], cwd=PROJECT, check=True
        )
        Path(folder, "index.html").write_text(PAGE, "utf-8")
        if options.car.exists():
            shutil.copy(options.car, Path(folder, "car.glb"))
        with serve_folder(Path(folder)) as address:
            found = list(_measure(address, options, has_car=options.car.exists()))
    return int(any(calls > MOST_CALLS or triangles > MOST_TRIANGLES for calls, triangles in found))


def _measure(address: str, options: argparse.Namespace, *, has_car: bool) -> Any:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM_ARGUMENTS)
        )
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(address)
        page.wait_for_function("!!window.measure")
        print(
            "route      weather  draw calls  triangles  dearest at" + ("" if has_car else "  (no car file)")
        )
        for route in ("coast", "city", "motorway"):
            for weather in options.weathers:
                drive = {
                    "route": route,
                    "weather": weather,
                    "side": "right",
                    "isMiles": False,
                    "vehicle": "ev52",
                }
                costs = page.evaluate(
                    "([drive, every, file]) => window.measure(drive, every, file)",
                    [drive | {"inches": 17, "seed": 7}, options.every, "car.glb" if has_car else ""],
                )
                dear = max(costs, key=lambda cost: cost["triangles"])
                calls = max(cost["calls"] for cost in costs)
                where = f"{dear['station']:.0f} m, {dear['view']}"
                print(f"{route:10} {weather:8} {calls:10} {dear['triangles']:10,}  {where}")
                yield calls, dear["triangles"]
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
