"""Talk to the darkroom: a process of Blender's Python, which has its own packages (requirements/photos.txt)."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from usine.commons.errors import UsineError
from usine.studio.photos.job import Exposure

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-photos/bin/python"


class DarkroomMissing(UsineError):
    code = "darkroom_missing"


class DarkroomFailed(UsineError):
    code = "darkroom_failed"


class DarkroomProcess:
    """A running darkroom; `close` ends it. Raises DarkroomMissing where Blender's Python is not installed."""

    def __init__(self, *, threads: int = 2):
        if not PYTHON.exists():
            raise DarkroomMissing(
                "Photographs need Blender as a Python module (bpy, about 400 MB): run `scripts/setup photos`."
            )
        self._threads = threads
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(
            [PYTHON, "-m", "usine.studio.photos.darkroom"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def expose(self, exposure: Exposure, target: Path) -> float:
        """Write a negative, whole or not at all; its CPU seconds. Raises DarkroomFailed."""
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(f".{os.getpid()}")
        order = {
            "car": str(exposure.car.resolve()),
            "shot": exposure.staged,
            "threads": self._threads,
            "to": str(unfinished.resolve()),
        }
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise DarkroomFailed(f"The darkroom stopped: {self._last_words()}")
        unfinished.replace(target)
        return float(json.loads(answer)["seconds"])

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        self._process.wait(timeout=30)
        self._log.seek(0)
        lines = self._log.read().strip().splitlines()
        return lines[-1] if lines else f"status {self._process.returncode}"
