"""A compiled range as one file: a header that says what follows, flat arrays, a checksum. docs/kernel.md has the form.

magic (8 bytes) | version, header length (little-endian u32 each) | header, JSON padded with spaces to a multiple of 8 |
the arrays of the circuit, int32, each padded with zeros to a multiple of 8 | SHA-256 of all before
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from usine.kernel.circuit import ARRAYS, Circuit, Ints
from usine.kernel.compiled import CompiledRange
from usine.kernel.counting import count_all
from usine.kernel.errors import ArtefactCorrupted, ArtefactOutdated
from usine.kernel.model import Variable

MAGIC = b"USINERNG"
VERSION = 2


def to_bytes(compiled: CompiledRange) -> bytes:
    """The artefact; the same compiled range gives the same bytes."""
    header = {
        "key": compiled.key,
        "variables": [[v.name, list(v.values)] for v in compiled.variables],
        "decisions": list(compiled.decisions),
        "determined": {name: [key, list(values)] for name, (key, values) in compiled.determined.items()},
        "terms": {n: [list(scope), [list(r) for r in rows]] for n, (scope, rows) in compiled.terms.items()},
        "configurations": str(count_all(compiled)),
    }
    return pack(MAGIC, VERSION, header, [getattr(compiled.circuit, name) for name in ARRAYS])


def pack(magic: bytes, version: int, header: Mapping[str, object], arrays: Sequence[Ints]) -> bytes:
    """A file of this form; the lengths of the arrays are added to the header."""
    flat = [np.ascontiguousarray(array, dtype="<i4") for array in arrays]
    whole = {**header, "lengths": [len(array) for array in flat]}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    padded = [a.tobytes() + bytes(-a.nbytes % 8) for a in flat]
    body = b"".join([magic, struct.pack("<II", version, len(text)), text, *padded])
    return body + hashlib.sha256(body).digest()


def from_bytes(data: bytes | mmap.mmap) -> CompiledRange:
    """The compiled range, its arrays left where they are.

    Raises ArtefactOutdated on another version, ArtefactCorrupted when the bytes are not those that `to_bytes` wrote.
    """
    if len(data) < 48 or data[:8] != MAGIC:
        raise ArtefactCorrupted("This is not a compiled range: compile the range again.")
    version, header_length = struct.unpack("<II", data[8:16])
    if version != VERSION:
        raise ArtefactOutdated(
            f"This compiled range has version {version}, not {VERSION}: compile the range again."
        )
    with memoryview(data) as view:
        digest = hashlib.sha256(view[:-32]).digest()
    if digest != data[-32:]:
        raise ArtefactCorrupted("This compiled range is truncated or altered: compile the range again.")
    header = json.loads(data[16 : 16 + header_length])
    circuit = _read_circuit(data, 16 + header_length, header["lengths"])
    circuit.check()
    compiled = CompiledRange(
        key=header["key"],
        variables=tuple(Variable(name, tuple(values)) for name, values in header["variables"]),
        decisions=tuple(header["decisions"]),
        circuit=circuit,
        determined={name: (key, tuple(values)) for name, (key, values) in header["determined"].items()},
        terms={
            name: (tuple(scope), tuple(tuple(row) for row in rows))
            for name, (scope, rows) in header["terms"].items()
        },
    )
    compiled.__dict__["_configurations"] = int(header["configurations"])
    return compiled


def _read_circuit(data: bytes | mmap.mmap, offset: int, lengths: list[int]) -> Circuit:
    arrays = []
    for length in lengths:
        array = np.frombuffer(data, dtype="<i4", count=length, offset=offset)
        arrays.append(array.astype(np.int32, copy=False))
        offset += 4 * length + (-4 * length % 8)
    return Circuit(*arrays)


def save(compiled: CompiledRange, path: Path) -> None:
    """Write the artefact atomically: the file is whole or not there."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as partial:
        try:
            partial.write(to_bytes(compiled))
            partial.flush()
            os.fsync(partial.fileno())
            os.replace(partial.name, path)
        except BaseException:
            os.unlink(partial.name)
            raise


def is_artefact(path: Path) -> bool:
    """Whether a file starts as a compiled range does. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def load(path: Path) -> CompiledRange:
    """Map an artefact into memory: processes share its pages. Raises ArtefactCorrupted, or OSError without a file."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            raise ArtefactCorrupted("This compiled range is empty: compile the range again.")
        return from_bytes(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
