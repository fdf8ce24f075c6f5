"""Write the golden vectors: `python -m tests.golden.write`. Run it when the kernel's answers or its artefact change."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.golden.answers import describe
from tests.golden.worlds import FAMILIES, worlds_of

FOLDER = Path(__file__).parent


def path_of(family: str) -> Path:
    return FOLDER / f"{family}.json"


def render(family: str) -> str:
    """The file of a family: one world a line, so that a change shows where it is."""
    worlds = [json.dumps(describe(w), ensure_ascii=False, separators=(",", ":")) for w in worlds_of(family)]
    return "[\n" + ",\n".join(worlds) + "\n]\n"


def main() -> None:
    for family in FAMILIES:
        path_of(family).write_text(render(family), encoding="utf-8")
        sys.stdout.write(f"{path_of(family).name}: {path_of(family).stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
