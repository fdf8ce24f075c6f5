"""How well the shipped models judge mentions, language by language: what screens say beside a sentiment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "models"
FILE = "quality.json"


@cache
def get_quality() -> Mapping[str, float]:
    """Macro-F1 of sentiment in per cent by language, on our own labelled set. An absent language has no score."""
    path = FOLDER / FILE
    if not path.exists():
        return {}
    return {
        language: float(score) for language, score in json.loads(path.read_text("utf-8"))["sentiment"].items()
    }
