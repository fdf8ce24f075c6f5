"""What one compilation leaves for the next one of nearly the same model.

It only makes that one faster: the configurations are those of the model, whatever the memory. Whoever edits a range
keeps one, as a cache that is theirs; it may be a file (magic USINEMEM, in the form of an artefact).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.kernel.artefact import is_artefact, naturals, pack, texts, unpack, write_whole
from usine.kernel.circuit import Ints
from usine.kernel.decomposition.trace import Trace
from usine.kernel.errors import ArtefactCorrupted

MAGIC = b"USINEMEM"
VERSION = 1  # of what keys and nodes of a search mean, too
NOUN = "memory of a compilation"
LIMIT = 1 << 29  # bytes
ARRAYS = {  # of a trace: type, shape
    "spans": ("<i4", (-1, 2)),
    "literals": ("<i4", (-1,)),
    "rank": ("<f8", (-1,)),
    "nodes": ("<i4", (-1, 2)),
    "edges": ("<i4", (-1, 3)),
    "edge_literals": ("<i4", (-1,)),
    "links": ("<i4", (-1, 2)),
    "keys": ("u1", (-1,)),
    "entries": ("<i8", (-1, 4)),
}


@dataclass(frozen=True)
class Known:
    """The `trace` of a decomposition; or the `order` of a diagram's decisions, and the nodes that it was allowed."""

    trace: Trace | None = None
    order: tuple[str, ...] = ()
    nodes: int = 0


class Memory:
    """Hand the same one to every compilation of a range that is being edited. Not to be shared between threads.

    `reused` says how many components (or orders) the last compilation took from the one before, of how many `offered`.
    """

    def __init__(self, *, limit: int = LIMIT):
        self.limit = limit
        self.known = Known()
        self.offered = self.reused = 0

    @property
    def has_served(self) -> bool:
        """Whether the last compilation used what was known."""
        return self.reused > 0

    @property
    def served(self) -> str:
        """What the last compilation reused, for people."""
        if self.known.order:
            return "the order of the variables" if self.reused else "nothing"
        return f"{self.reused} of {self.offered} components"

    def keep(self, known: Known, *, reused: int) -> None:
        """Note what a compilation leaves, if it is not larger than the limit, and what it reused."""
        before = self.known
        self.offered = len(before.trace.entries) if before.trace else int(bool(before.order))
        self.reused = reused
        fits = known.trace is None or known.trace.size <= self.limit
        self.known = known if fits else Known()

    def save(self, path: Path) -> None:
        """Write it as a file, whole or not at all. Raises OSError."""
        write_whole(self.to_bytes(), path)

    def to_bytes(self) -> bytes:
        """The file; the same memory gives the same bytes."""
        trace = self.known.trace
        header: dict[str, Any] = {"order": self.known.order, "nodes": self.known.nodes}
        if trace is None:
            return pack(MAGIC, VERSION, header, [])
        header["names"] = [name.hex() for name in trace.names]
        arrays = [np.ravel(getattr(trace, name)).astype(kind) for name, (kind, _) in ARRAYS.items()]
        return pack(MAGIC, VERSION, header, [_as_numbers(array) for array in arrays])

    @classmethod
    def from_bytes(cls, data: bytes, *, limit: int = LIMIT) -> Memory:
        """Raises ArtefactCorrupted when the bytes are not those that `to_bytes` made.

        Bytes that another program wrote and signed are refused where their numbers lead outside. Which components were
        counted right is not checked: like any cache, a memory is to be kept where only its owner writes.
        """
        header, arrays = unpack(data, MAGIC, VERSION, NOUN)
        memory = cls(limit=limit)
        try:
            (nodes,) = naturals([header["nodes"]])
            memory.known = Known(_read_trace(header, arrays), texts(header["order"]), min(nodes, LIMIT))
        except (ValueError, TypeError, KeyError) as error:
            raise ArtefactCorrupted(
                f"The numbers of this {NOUN} are altered: compile the range again."
            ) from error
        return memory


def _read_trace(header: Mapping[str, Any], arrays: Sequence[Ints]) -> Trace | None:
    if "names" not in header:
        return None
    typed = (
        np.array(array).view(kind).reshape(shape)
        for array, (kind, shape) in zip(arrays, ARRAYS.values(), strict=True)
    )
    trace = Trace([bytes.fromhex(name) for name in texts(header["names"])], *typed)
    if not trace.is_whole():
        raise ValueError("A number leads outside.")
    return trace


def _as_numbers(array: NDArray[Any]) -> NDArray[np.int32]:
    """The bytes as numbers of four; zeros behind the last ones."""
    return np.frombuffer(array.tobytes() + bytes(-array.nbytes % 4), "<i4")


def is_memory(path: Path) -> bool:
    """Whether a file starts as a memory does. Raises OSError."""
    return is_artefact(path, MAGIC)
