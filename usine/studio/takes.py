"""Takes for films: guided drives of the virtual test drive, drawn frame by frame in headless Chromium.

Needs the front end's packages, Playwright and Chromium (`scripts/setup test`). A take is kept under the key of all that
it depends on; one that was stopped begins again.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from usine.commons.errors import UsineError

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
FINER = 2  # a processor that draws smooths no edges: made small, they are smooth
ENTRY = "testdrive/view/take.ts"
PAGE = """<!doctype html><canvas></canvas><script type="module">
import { Take } from "./take.js";
const canvas = document.querySelector("canvas");
window.open_take = async ([width, height], options) => {
  Object.assign(canvas, { width, height });
  window.take = await Take.open(canvas, options, "car.glb");
};
window.ready = true;
</script>"""
USUAL = {"side": "right", "isMiles": False, "vehicle": "ev52", "inches": 17, "seed": 7, "weather": "day"}
USUAL |= {"view": "chase", "mode": "normal", "from": 24.0, "lead": 20.0, "values": {}}


class TakeFailed(UsineError):
    code = "take_failed"


class Takes:
    """The takes of a folder for films of some size, with a car's file for the drive; frames are FINER times larger."""

    def __init__(self, folder: Path, car: Path, *, size: tuple[int, int], rate: int):
        self._folder, self._car, self._rate = folder, car, rate
        self._size = tuple(FINER * side for side in size)

    def find_frame(self, scene: Mapping[str, Any], number: int) -> Path:
        """The file of a frame; the last one stays."""
        frames = sorted(self.place(scene).glob("*.jpg"))
        if not frames:
            raise TakeFailed("A take was not recorded: run `usine studio film` again.")
        return frames[min(number, len(frames) - 1)]

    def record(
        self, scenes: Mapping[str, tuple[Mapping[str, Any], float]], say: Callable[[str], None]
    ) -> None:
        """Record what is missing: by name the scene and how long it is, seconds. Raises TakeFailed."""
        missing = {name: said for name, said in scenes.items() if not self._is_whole(*said)}
        if not missing:
            return
        with TemporaryDirectory() as folder, serve_folder(self._prepare(Path(folder))) as address:
            for name, (scene, seconds) in missing.items():
                for done in self._record(address, scene, self._count(seconds)):
                    if done % self._rate == 0:
                        say(f"{name}: {done} of {self._count(seconds)} frames")

    def _prepare(self, folder: Path) -> Path:
        try:
            command = ["node", "scripts/bundle_entry.mjs", ENTRY, str(folder)]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise TakeFailed("The drive could not be bundled: run `scripts/setup test`.") from error
        (folder / "index.html").write_text(PAGE, "utf-8")
        shutil.copy(self._car, folder / "car.glb")
        return folder

    def _record(self, address: str, scene: Mapping[str, Any], count: int) -> Iterator[int]:
        """How many frames there are, after each."""
        final = self.place(scene)
        partial = final.with_name(f".{final.name}")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(final, ignore_errors=True)
        partial.mkdir(parents=True)
        with _browse(address) as page:
            page.evaluate("([size, options]) => open_take(size, options)", [self._size, {**USUAL, **scene}])
            for number in range(count):
                told = page.evaluate("(seconds) => take.frame(seconds)", 1 / self._rate)
                (partial / f"{number:05}.jpg").write_bytes(base64.b64decode(told.partition(",")[2]))
                yield number + 1
        partial.rename(final)

    def _count(self, seconds: float) -> int:
        return round(seconds * self._rate)

    def _is_whole(self, scene: Mapping[str, Any], seconds: float) -> bool:
        return len(list(self.place(scene).glob("*.jpg"))) >= self._count(seconds)

    def place(self, scene: Mapping[str, Any]) -> Path:
        """The folder of a scene's frames."""
        return (
            self._folder
            / hashlib.sha256(
                json.dumps([dict(scene), self._size, self._rate, self._digest], sort_keys=True).encode()
            ).hexdigest()[:20]
        )

    @functools.cached_property
    def _digest(self) -> str:
        """Of the car's file and of all code that draws a drive."""
        sources = sorted((ROOT / "frontend/src/testdrive").rglob("*.ts")) + sorted(
            (ROOT / "frontend/src/scene").rglob("*.ts")
        )
        digest = hashlib.sha256(self._car.read_bytes())
        for source in sources:
            digest.update(source.read_bytes())
        return digest.hexdigest()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads which files were served."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """A folder at an address of this machine."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _browse(address: str) -> Iterator[Any]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as error:
        raise TakeFailed("Takes are drawn by Playwright and Chromium: run `scripts/setup test`.") from error
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            page = browser.new_page()
            page.set_default_timeout(0)
            page.goto(address)
            page.wait_for_function("window.ready")
            yield page
            browser.close()
        except Error as error:
            raise TakeFailed(f"The take was not drawn: {str(error).splitlines()[0]}") from error
