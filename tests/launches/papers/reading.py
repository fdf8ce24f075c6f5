"""A paper as a foreign reader (pypdf) meets it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from tests.launches.sites import build_site
from usine.launches.content.figures import Figures
from usine.launches.pages.shapes import Making
from usine.launches.papers.making import make_papers


@lru_cache
def build_making(path: str) -> Making:
    """The demo's site of a locale, the same for all tests: its values are frozen. Needs the database the first time."""
    site = build_site(path)
    return Making(site, Figures(site.offer))


@lru_cache
def make_oree_papers(path: str) -> dict[str, bytes]:
    return make_papers(build_making(path))


@lru_cache
def read_oree_paper(path: str, file: str) -> Paper:
    return Paper(make_oree_papers(path)[file])


class Paper:
    """The catalogue, the tags and the words of a PDF file."""

    def __init__(self, content: bytes):
        self.reader = PdfReader(io.BytesIO(content), strict=True)
        self.root = self.reader.trailer["/Root"]
        self.metadata = self.root["/Metadata"].get_data().decode()
        self.tags = list(walk(self.root["/StructTreeRoot"]))

    @cached_property
    def words(self) -> str:
        return squeeze(" ".join(page.extract_text() for page in self.reader.pages))

    def list_tags(self, name: str) -> list[DictionaryObject]:
        return [tag for tag in self.tags if tag.get("/S") == name]


def squeeze(text: str) -> str:
    """The text with every run of spaces, of whatever width, as one."""
    return re.sub(r"\s+", " ", text)


def walk(node: DictionaryObject) -> Iterator[DictionaryObject]:
    yield node
    kids = node.get("/K", ())
    for kid in kids if isinstance(kids, (list, ArrayObject)) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, DictionaryObject) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            yield from walk(kid)
