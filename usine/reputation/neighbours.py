"""Other parts of the room that the desk works with where they are there: found when they are first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

ROOM = "usine.reputation"


@cache
def find_part(module: str, name: str) -> Any | None:
    """`find_part("volumes", "recounted")`: a function of the room; None where the room has no such module."""
    whole = f"{ROOM}.{module}"
    try:
        is_there = find_spec(whole) is not None
    except ModuleNotFoundError:  # not even the package that it would be in
        is_there = False
    return getattr(import_module(whole), name) if is_there else None
