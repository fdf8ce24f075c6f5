"""Figures as people and programs read them: counts have as many digits as it takes, also more than `str` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from usine.kernel import write_digits

LONG = 10**4000
"""Python turns numbers up to 4300 digits into text by itself."""


def to_text(figure: object) -> str:
    """A figure as text."""
    return write_digits(figure) if isinstance(figure, int) and figure >= LONG else str(figure)


def to_json(figures: Mapping[str, Any]) -> str:
    """Figures as a JSON object in one line; numbers are written whole, not as text."""
    parts = (f"{json.dumps(name, ensure_ascii=False)}: {_value(figure)}" for name, figure in figures.items())
    return "{" + ", ".join(parts) + "}"


def _value(figure: object) -> str:
    if isinstance(figure, int) and not isinstance(figure, bool):
        return to_text(figure)
    if isinstance(figure, dict):
        return to_json(figure)
    if isinstance(figure, list):
        return "[" + ", ".join(map(_value, figure)) + "]"
    return json.dumps(figure, ensure_ascii=False)
