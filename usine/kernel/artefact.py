"""A compiled range as one file: a header that says what follows, flat arrays, a checksum.

magic (8 bytes) | version, header length (little-endian u32 each) | header, JSON | arrays, int64 | SHA-256 of all before
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from usine.kernel.compiled import CompiledRange
from usine.kernel.errors import ArtefactCorrupted
from usine.kernel.model import Variable

MAGIC = b"USINERNG"
VERSION = 1
ARRAYS = ("node_start", "edge_start", "edge_value", "edge_target")


def to_bytes(compiled: CompiledRange) -> bytes:
    """The artefact; the same compiled range gives the same bytes."""
    arrays = [np.ascontiguousarray(getattr(compiled, name), dtype="<i8") for name in ARRAYS]
    header = json.dumps(
        {
            "key": compiled.key,
            "variables": [[v.name, list(v.values)] for v in compiled.variables],
            "levels": list(compiled.levels),
            "level_sizes": list(compiled.level_sizes),
            "determined": {name: [key, list(values)] for name, (key, values) in compiled.determined.items()},
            "terms": {
                n: [list(scope), [list(r) for r in rows]] for n, (scope, rows) in compiled.terms.items()
            },
            "lengths": [len(array) for array in arrays],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    body = b"".join([MAGIC, struct.pack("<II", VERSION, len(header)), header, *(a.tobytes() for a in arrays)])
    return body + hashlib.sha256(body).digest()


def from_bytes(data: bytes) -> CompiledRange:
    """Raises ArtefactCorrupted when the bytes are not those that `to_bytes` wrote."""
    if len(data) < 48 or data[:8] != MAGIC:
        raise ArtefactCorrupted("This is not a compiled range: compile the range again.")
    version, header_length = struct.unpack("<II", data[8:16])
    if version != VERSION:
        raise ArtefactCorrupted(
            f"This compiled range has version {version}, not {VERSION}: compile the range again."
        )
    if hashlib.sha256(data[:-32]).digest() != data[-32:]:
        raise ArtefactCorrupted("This compiled range is truncated or altered: compile the range again.")
    header = json.loads(data[16 : 16 + header_length])
    arrays, offset = [], 16 + header_length
    for length in header["lengths"]:
        arrays.append(
            np.frombuffer(data, dtype="<i8", count=length, offset=offset).astype(np.int64, copy=False)
        )
        offset += 8 * length
    terms = header["terms"].items()
    return CompiledRange(
        key=header["key"],
        variables=tuple(Variable(name, tuple(values)) for name, values in header["variables"]),
        levels=tuple(header["levels"]),
        level_sizes=tuple(header["level_sizes"]),
        node_start=arrays[0],
        edge_start=arrays[1],
        edge_value=arrays[2],
        edge_target=arrays[3],
        determined={name: (key, tuple(values)) for name, (key, values) in header["determined"].items()},
        terms={name: (tuple(scope), tuple(tuple(row) for row in rows)) for name, (scope, rows) in terms},
    )


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


def load(path: Path) -> CompiledRange:
    """Read an artefact. Raises ArtefactCorrupted, or OSError when there is no file."""
    return from_bytes(path.read_bytes())
