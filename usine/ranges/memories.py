"""`--memory FILE`: what an earlier compilation of nearly the same range left, for whoever edits it."""

from __future__ import annotations

import sys
from pathlib import Path

from usine.commons.errors import UsineError
from usine.kernel import ArtefactCorrupted, Memory, is_memory


class MemoryRefused(UsineError):
    code = "memory_refused"


def open_memory(path: Path | None) -> Memory | None:
    """The memory of a file, a new one where there is none; one that cannot be used is ignored with a sentence.

    Raises MemoryRefused for a file that is something else: it would be written over.
    """
    if path is None or not path.exists():
        return None if path is None else Memory()
    try:
        if not is_memory(path):
            raise MemoryRefused(f"{path} is no memory of a compilation: name another file.")
        return Memory.from_bytes(path.read_bytes())
    except OSError as error:
        raise MemoryRefused(f"{path} cannot be read: {error.strerror}.") from error
    except ArtefactCorrupted as error:
        sys.stderr.write(f"{path}: {error} Nothing of it is used.\n")
        return Memory()


def keep_memory(memory: Memory | None, path: Path | None) -> dict[str, str]:
    """Write the memory; the figure that says what it spared. Raises MemoryRefused."""
    if memory is None or path is None:
        return {}
    try:
        memory.save(path)
    except OSError as error:
        raise MemoryRefused(f"{path} cannot be written: {error.strerror}.") from error
    return {"reused": memory.served}
