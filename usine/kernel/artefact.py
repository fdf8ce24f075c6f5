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
from typing import Any

import numpy as np

from usine.kernel.circuit import ARRAYS, Circuit, Ints
from usine.kernel.compiled import CompiledRange
from usine.kernel.counting import count_all, count_combinations
from usine.kernel.digits import read_digits, write_digits
from usine.kernel.errors import ArtefactCorrupted, ArtefactOutdated
from usine.kernel.model import Variable
from usine.kernel.soundness import altered, check_range

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
        "configurations": write_digits(count_all(compiled)),
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


def unpack(
    data: bytes | mmap.mmap,
    magic: bytes,
    version: int,
    what: str = "compiled range",
    remedy: str = "compile the range again",
) -> tuple[dict[str, Any], list[Ints]]:
    """The header and the arrays of a file of this form, left where they are.

    Raises ArtefactOutdated on another version, ArtefactCorrupted when the bytes are not those that `pack` made.
    """
    if len(data) < 48 or data[:8] != magic:
        raise ArtefactCorrupted(f"This is no {what}: {remedy}.")
    found, header_length = struct.unpack("<II", data[8:16])
    if found != version:
        raise ArtefactOutdated(f"This {what} has version {found}, not {version}: {remedy}.")
    with memoryview(data) as view:
        digest = hashlib.sha256(view[:-32]).digest()
    if digest != data[-32:]:
        raise ArtefactCorrupted(f"This {what} is truncated or altered: {remedy}.")
    try:
        header = json.loads(data[16 : 16 + header_length])
        lengths = naturals(header["lengths"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ArtefactCorrupted(f"The header of this {what} is altered: {remedy}.") from error
    if 16 + header_length + sum(4 * n + (-4 * n % 8) for n in lengths) != len(data) - 32:
        raise ArtefactCorrupted(f"The lengths of this {what} are altered: {remedy}.")
    offset, arrays = 16 + header_length, []
    for length in lengths:
        array = np.frombuffer(data, dtype="<i4", count=length, offset=offset)
        arrays.append(array.astype(np.int32, copy=False))
        offset += 4 * length + (-4 * length % 8)
    return header, arrays


def naturals(numbers: object) -> tuple[int, ...]:
    """A list of whole numbers from 0, as JSON has them. Raises ValueError."""
    if not isinstance(numbers, list) or not {*map(type, numbers)} <= {int} or min(numbers, default=0) < 0:
        raise ValueError("Lengths and places are whole numbers from 0.")
    return tuple(numbers)


def from_bytes(data: bytes | mmap.mmap) -> CompiledRange:
    """The compiled range, its arrays left where they are. Raises as `unpack` does, and where it contradicts itself."""
    header, arrays = unpack(data, MAGIC, VERSION)
    try:
        compiled = _read(header, arrays)
        configurations = read_digits(_text(header["configurations"]), count_combinations(compiled))
        check_range(compiled, configurations)
    except ArtefactCorrupted:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise altered("header") from error
    compiled.__dict__["_configurations"] = configurations
    return compiled


def _read(header: Mapping[str, Any], arrays: Sequence[Ints]) -> CompiledRange:
    return CompiledRange(
        key=_text(header["key"]),
        variables=tuple(Variable(_text(name), texts(values)) for name, values in header["variables"]),
        decisions=texts(header["decisions"]),
        circuit=Circuit(*arrays),
        determined={
            name: (_text(key), naturals(values)) for name, (key, values) in header["determined"].items()
        },
        terms={
            name: (texts(scope), tuple(texts(row) for row in rows))
            for name, (scope, rows) in header["terms"].items()
        },
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("Names are text.")
    return value


def texts(values: object) -> tuple[str, ...]:
    """A list of names, as JSON has them. Raises TypeError."""
    if not isinstance(values, list) or not {*map(type, values)} <= {str}:
        raise TypeError("Names are text, in a list.")
    return tuple(values)


def save(compiled: CompiledRange, path: Path) -> None:
    """Write the artefact atomically: the file is whole or not there."""
    write_whole(to_bytes(compiled), path)


def write_whole(data: bytes, path: Path) -> None:
    """Write a file by way of a neighbouring one."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as partial:
        try:
            partial.write(data)
            partial.flush()
            os.fsync(partial.fileno())
            os.replace(partial.name, path)
        except BaseException:
            os.unlink(partial.name)
            raise


def is_artefact(path: Path, magic: bytes = MAGIC) -> bool:
    """Whether a file starts as a compiled range does, or with another magic. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def load(path: Path) -> CompiledRange:
    """Map an artefact into memory: processes share its pages. Raises ArtefactCorrupted, or OSError without a file."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            raise ArtefactCorrupted("This compiled range is empty: compile the range again.")
        return from_bytes(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
