"""The garbage collector of a server's process: what lives as long as the process is looked through once, not for ever.

Ranges, offers, templates and compiled loops are some 300,000 objects; a full collection over them stops every request
of the process for a tenth of a second. What a full collection leaves is therefore set aside (`gc.freeze`) as soon as
it is much. What is set aside still goes as soon as nothing refers to it, unless it refers to itself: what caches drop
must have no cycles (releases, offers and kits have none; tests/config/test_collector.py).
"""

from __future__ import annotations

import gc
from typing import Any

MUCH = 20_000  # objects: a collection over fewer takes some milliseconds


def set_aside_what_stays() -> None:
    """From now on in this process."""
    if _after_collection not in gc.callbacks:
        gc.callbacks.append(_after_collection)


def _after_collection(phase: str, found: dict[str, Any]) -> None:
    if phase == "stop" and found["generation"] == 2 and len(gc.get_objects(generation=2)) > MUCH:
        gc.freeze()
