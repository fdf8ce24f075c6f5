"""Choices in addresses and in hidden fields.

The browser has a twin of this file, configurator/local/addresses.ts: change both (docs/decisions/configurator.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode


def encode(choices: Mapping[str, str]) -> str:
    """Choices as one word for a hidden field: `trim.futaie~roof.glass`."""
    return "~".join(f"{name}.{value}" for name, value in choices.items())


def decode(state: str) -> dict[str, str]:
    """The inverse of `encode`; what is not a choice is left out."""
    pairs = (part.partition(".") for part in state.split("~"))
    return {name: value for name, dot, value in pairs if dot}


def with_query(path: str, choices: Mapping[str, str]) -> str:
    """The address of a car; the bare path for the car without choices."""
    return f"{path}?{urlencode(choices)}" if choices else path
