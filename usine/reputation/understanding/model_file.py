"""One file for a model's arrays: a header in JSON, arrays as they lie in memory, and a digest of both.

    8 bytes   magic
    32 bytes  SHA-256 of all that follows
    8 bytes   length of the header, little endian
    header    {"about": …, "arrays": {name: [dtype, shape, offset from the first array]}}, padded to 64 bytes
    arrays    each at a multiple of 64 bytes

Read by a memory map: processes on one machine share the pages.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import ModelInvalid

MAGIC = b"USINEREP"
ALIGNED = 64
_START = len(MAGIC) + 32 + 8
_TYPES = frozenset({"int8", "uint8", "uint16", "uint32", "int32", "float16", "float32"})

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """Arrays of a model by name, what is said about it, and the digest (32 hex digits) of its content."""

    about: Mapping[str, Any]
    arrays: Mapping[str, Array]
    digest: str


def write_model(path: Path, about: Mapping[str, Any], arrays: Mapping[str, Array]) -> str:
    """Write the file, whole or not at all. The same content gives the same bytes. Returns the digest."""
    places, offset = {}, 0
    for name in sorted(arrays):
        array = arrays[name]
        if array.dtype.name not in _TYPES:
            raise ValueError(f"{name} is of {array.dtype}: one of {', '.join(sorted(_TYPES))} is needed")
        places[name] = [array.dtype.name, list(array.shape), offset]
        offset += array.nbytes + -array.nbytes % ALIGNED
    header = json.dumps({"about": about, "arrays": places}, sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-(_START + len(header)) % ALIGNED)
    body = bytearray(len(header).to_bytes(8, "little") + header)
    for name in sorted(arrays):
        raw = np.ascontiguousarray(arrays[name]).tobytes()
        body += raw + bytes(-len(raw) % ALIGNED)
    digest = hashlib.sha256(body)
    draft = path.with_suffix(".draft")
    draft.write_bytes(MAGIC + digest.digest() + body)
    draft.replace(path)
    return digest.hexdigest()[:32]


def read_model(path: Path) -> ModelFile:
    """Map a file. `ModelInvalid` where it is absent, of another kind, cut short or changed since it was written."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise ModelInvalid(
            f"The model {path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from error
    if len(mapped) < _START or mapped[: len(MAGIC)] != MAGIC:
        raise ModelInvalid(f"{path} is no model of this program: make one with `usine reputation train`.")
    digest = hashlib.sha256(memoryview(mapped)[len(MAGIC) + 32 :])
    if digest.digest() != mapped[len(MAGIC) : len(MAGIC) + 32]:
        raise ModelInvalid(f"{path} is damaged: its digest is another one. Restore it, or train it again.")
    length = int.from_bytes(mapped[_START - 8 : _START], "little")
    header = json.loads(mapped[_START : _START + length])
    arrays = {}
    for name, (kind, shape, offset) in header["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        flat = np.frombuffer(mapped, dtype=kind, count=count, offset=_START + length + offset)
        arrays[name] = flat.reshape(shape)
    return ModelFile(header["about"], arrays, digest.hexdigest()[:32])
