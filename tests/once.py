"""What one process of a test run makes, for the others too."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings

Made = TypeVar("Made")


@contextmanager
def alone_in(name: str) -> Iterator[Path]:
    """A folder of this run, to oneself meanwhile."""
    place = Path(settings.VAR) / "made" / name
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def build_once(name: str, build: Callable[[], Made]) -> Made:
    """A value that depends on nothing but its name; it has to stand being pickled."""
    with alone_in(name) as place:
        kept = place / "value"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(build()))
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]
