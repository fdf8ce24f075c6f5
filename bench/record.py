"""What each benchmark measured last, kept in bench/results/ beside the day and the machine."""

from __future__ import annotations

import json
import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def keep(name: str, figures: dict[str, Any]) -> None:
    """Write the figures of a benchmark as bench/results/NAME.json, whole or not at all."""
    found = {"day": date.today().isoformat(), "machine": describe_machine(), **figures}
    path = RESULTS / f"{name}.json"
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


def recall(name: str) -> dict[str, Any]:
    """What `keep` wrote last under this name; nothing where it never did."""
    path = RESULTS / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def describe_machine() -> str:
    """The processor, the cores in use by this process, the interpreter: "Xeon 2.1 GHz, 2 cores, Python 3.11"."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    cores = len(os.sched_getaffinity(0))
    return f"{models[0] if models else platform.machine()}, {cores} cores, Python {platform.python_version()}"
