"""Where the real ranges lie: the folder `ranges` below what USINE_DATA names, or below ../shared."""

from __future__ import annotations

import os
from pathlib import Path


def find_ranges(family: str) -> Path:
    """The folder of a family of ranges. Stops with a sentence where it is absent: a figure without data is none."""
    shared = os.environ.get("USINE_DATA") or Path(__file__).resolve().parents[2] / "shared"
    folder = Path(shared) / "ranges" / family
    if not folder.is_dir():
        raise SystemExit(
            f"The ranges of {family} are absent: name the folder above `ranges` with USINE_DATA."
        )
    return folder
