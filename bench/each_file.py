"""Measure every published rule set, each file in a process of its own, going on where the last run stopped."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import find_ranges
from bench.record import keep, recall

FAMILIES = ("mercedes", "automotive-cn", "automotive-fm")
Row = dict[str, Any]


@dataclass(frozen=True)
class EachFile:
    """A benchmark over files: `measure` is called in the child, `patience` are the seconds before it is stopped.

    What is kept for this `version` of what is measured is not measured again.
    """

    name: str
    version: int
    measure: Callable[[Path], Row]
    patience: Callable[[Path], float]
    tell: Callable[[str, Row], str]
    write_table: Callable[[dict[str, Row]], None]

    def run(self, script: str, about: str) -> None:
        """What the command line asks for. `script` is the file that is run, which the child runs again."""
        parser = argparse.ArgumentParser(description=about.splitlines()[0])
        parser.add_argument("families", nargs="*", default=FAMILIES, metavar="|".join(FAMILIES))
        parser.add_argument(
            "--again", nargs="*", metavar="NAME", help="measure these files once more; all without a name"
        )
        parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
        args = parser.parse_args()
        if args.one:
            print(json.dumps(self.measure(args.one)))
            return
        found = recall(self.name).get("files", {})
        for family in args.families:
            for path in sorted(find_ranges(family).glob("*")):
                name = f"{family}/{path.name}"
                if path.name == "README.md" or not self._is_due(name, found, args.again):
                    continue
                found[name] = {"version": self.version} | self._in_own_process(script, path)
                print(self.tell(name, found[name]), flush=True)
                keep(self.name, {"files": found})
                self.write_table(found)

    def _is_due(self, name: str, found: dict[str, Row], again: list[str] | None) -> bool:
        named = again is not None and (not again or any(part in name for part in again))
        return named or bool(found.get(name, {}).get("version") != self.version)

    def _in_own_process(self, script: str, path: Path) -> Row:
        """`measure` in a child; what it says where it does not come back."""
        command = [sys.executable, script, "--one", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=self.patience(path))
        except subprocess.TimeoutExpired:
            return {"refused": "stopped from outside"}
        try:
            return dict(json.loads(done.stdout))
        except ValueError:
            return {"refused": (done.stderr.strip().splitlines() or ["ended without an answer"])[-1]}
