"""A paper as a foreign reader (pypdf) meets it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from tests.launches.sites import build_site
from usine.launches.figures import Figures
from usine.launches.shapes import Making


def build_making(path: str) -> Making:
    site = build_site(path)
    return Making(site, Figures(site.offer))


class Paper:
    """The catalogue, the tags and the words of a PDF file."""

    def __init__(self, content: bytes):
        self.reader = PdfReader(io.BytesIO(content), strict=True)
        self.root = self.reader.trailer["/Root"]
        self.metadata = self.root["/Metadata"].get_data().decode()
        self.words = squeeze(" ".join(page.extract_text() for page in self.reader.pages))
        self.tags = list(_walk(self.root["/StructTreeRoot"]))

    def list_tags(self, name: str) -> list[DictionaryObject]:
        return [tag for tag in self.tags if tag.get("/S") == name]


def squeeze(text: str) -> str:
    """The text with every run of spaces, of whatever width, as one."""
    return re.sub(r"\s+", " ", text)


def _walk(node: DictionaryObject) -> Iterator[DictionaryObject]:
    yield node
    kids = node.get("/K", ())
    for kid in kids if isinstance(kids, (list, ArrayObject)) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, DictionaryObject) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            yield from _walk(kid)
