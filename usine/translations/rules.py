"""Pure decisions about translations: ids of units, digests, what is kept of a state."""

from __future__ import annotations

import hashlib
import re

from usine.launches.contracts import ScopeText

UNSAFE = re.compile(r"[^A-Za-z0-9.:_-]")
DONE = ("translated", "reviewed", "final")
"""States of a segment (XLIFF 2.1, attribute `state`) whose target is meant to be used."""


def make_unit_id(text: ScopeText) -> str:
    """Stable, and an NMTOKEN as XLIFF 2.1 wants every `id`: the block's id and the path, with points for slashes."""
    return UNSAFE.sub(lambda found: f"_{ord(found[0]):x}_", f"{text.block_id}.{text.path.replace('/', '.')}")


def digest_source(source: str) -> str:
    """What a file remembers of the source that it was made from."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def digest_pair(source_language: str, language: str, source: str, target: str) -> str:
    """The identity of a pair of the memory."""
    said = "\0".join((source_language, language, source, target))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def name_text(text: ScopeText) -> str:
    """How reports call a text: `home, Opening view, Title`."""
    return f"{text.page}, {text.block_label}, {text.label}"
