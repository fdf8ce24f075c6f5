"""Which format a file is in, told by its content alone; and the model that it holds."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from usine.kernel import Model
from usine.ranges.readers.content import Content, read_content
from usine.ranges.readers.dimacs import is_dimacs, read_dimacs
from usine.ranges.readers.logicng import is_logicng, read_logicng
from usine.ranges.readers.uvl import is_uvl, read_uvl
from usine.ranges.readers.xcsp import read_xcsp
from usine.ranges.readers.xcsp3 import read_xcsp3
from usine.ranges.readers.xmltree import parse_xml

XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
FORMATS = "XCSP 2.1, XCSP3, DIMACS CNF, LogicNG formulas and UVL"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds, and the name of the format that it was in."""

    model: Model
    format: str


def read(path: Path) -> Reading:
    """Read a range in any of the known formats, plain or xz-compressed. Raises RangeInvalid with the reason."""
    with _collection_paused():
        return _read(read_content(path))


def read_model(path: Path) -> Model:
    """The model alone."""
    return read(path).model


@contextmanager
def _collection_paused() -> Iterator[None]:
    """A reader makes millions of objects and drops none: looking for garbage meanwhile doubles its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(content: Content) -> Reading:
    if not content.data.strip():
        raise content.invalid("The file is empty.", 1)
    if XML.match(content.data):
        return _read_xml(content)
    text = content.decode()
    if is_dimacs(text):
        return Reading(read_dimacs(text, content), "DIMACS CNF")
    if is_uvl(text):
        return Reading(read_uvl(text, content), "UVL")
    if is_logicng(text):
        return Reading(read_logicng(text, content), "LogicNG")
    raise content.invalid(f"This is in none of the formats that are read: {FORMATS}.", 1)


def _read_xml(content: Content) -> Reading:
    root = parse_xml(content)
    if root.tag != "instance":
        raise content.invalid(
            f"This XML is a <{root.tag[:40]}>, not a range: only instances of XCSP are read.", root.line
        )
    if root.attributes.get("format", "").upper().replace(" ", "").startswith("XCSP3"):
        return Reading(read_xcsp3(root, content), "XCSP3")
    presentation = root.find("presentation")
    format_ = presentation.attributes.get("format", "XCSP 2") if presentation else "XCSP 2"
    if not format_.upper().replace(" ", "").startswith("XCSP2"):
        line = presentation.line if presentation else root.line
        raise content.invalid(
            f"The file is in the format {format_[:40]}: only XCSP 2.1 and XCSP3 are read.", line
        )
    return Reading(read_xcsp(root, content), "XCSP 2.1")
