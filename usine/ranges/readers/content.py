"""The bytes of one file, unpacked where it is an xz archive, within limits that no file can talk its way around."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from pathlib import Path

from usine.ranges.contracts import Fault, RangeInvalid

XZ_MAGIC = b"\xfd7zXZ\x00"
MAX_BYTES = 32 * 2**20  # of a file, and of what an archive unpacks to
MAX_UNPACKING = 128 * 2**20  # of memory for the archive's own tables
CHUNK = 2**20
MAX_NAME = 500  # characters of a name


@dataclass(frozen=True, slots=True)
class Content:
    """The unpacked bytes of a file, and its name for faults."""

    name: str
    data: bytes

    def invalid(self, message: str, line: int = 0) -> RangeInvalid:
        """The error to raise: one sentence, at a line of this file."""
        return RangeInvalid((Fault(message, file=self.name, line=line),))

    def decode(self) -> str:
        """The text, its lines ended by line feeds alone. Raises RangeInvalid where this is not UTF-8 text."""
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.data[: error.start].count(b"\n") + 1
            raise self.invalid("The file is not UTF-8: save it again as UTF-8.", line) from error
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        zero = text.find("\0")
        if zero >= 0:
            raise self.invalid(
                "A zero byte stands here: this is not a text file.", text.count("\n", 0, zero) + 1
            )
        return text


def read_content(path: Path) -> Content:
    """Read a file, plain or xz-compressed (told by its first bytes). Raises RangeInvalid."""
    content = Content(path.name, b"")
    try:
        if not path.is_file():
            raise content.invalid("This is not a file: name one.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise content.invalid(f"The file cannot be read: {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise content.invalid(f"The file holds more than {MAX_BYTES // 2**20} MiB: split it.")
    if data.startswith(XZ_MAGIC):
        data = _unpack(content, data)
    return Content(path.name, data)


def _unpack(content: Content, packed: bytes) -> bytes:
    """What an archive of one or several streams holds; stops at the limit, whatever the archive promises."""
    parts: list[bytes] = []
    room = MAX_BYTES + 1
    try:
        while packed:
            stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_UNPACKING)
            while not stream.eof:
                if stream.needs_input and not packed:
                    raise content.invalid("The archive ends too early: copy it again, whole.")
                part = stream.decompress(packed, max_length=min(CHUNK, room))
                packed = b""
                parts.append(part)
                room -= len(part)
                if room <= 0:
                    raise content.invalid(
                        f"The archive unpacks to more than {MAX_BYTES // 2**20} MiB: split the file."
                    )
            packed = stream.unused_data.lstrip(b"\0")  # streams may be padded
            if packed and not packed.startswith(XZ_MAGIC):
                raise lzma.LZMAError
    except lzma.LZMAError as error:
        raise content.invalid("The archive is damaged: copy it again, or unpack it first.") from error
    return b"".join(parts)
