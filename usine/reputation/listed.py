"""Lists that stand in YAML files: sources, answer templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from usine.reputation.contracts import ReputationRefused

UNREADABLE = (
    *(yaml.YAMLError, RecursionError),
    *(ValueError, ArithmeticError, AttributeError, LookupError),
)
"""What the reader of YAML raises: of the form, of the depth, and of values that are not what they are said to be."""


def read_list(file: Path, name: str, refusal: type[ReputationRefused]) -> list[Any]:
    """The list of that name in a YAML file. Raises the refusal: what cannot be read, is no YAML or has no such list."""
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except OSError as error:
        raise refusal(f"{file} cannot be read: {error.strerror}.") from error
    except UNREADABLE as error:
        said = " ".join(str(error).split())[:300]
        raise refusal(f"{file.name} is no YAML that can be read: {said}.") from error
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise refusal(f"{file.name} has no list called {name}.")
    return rows
