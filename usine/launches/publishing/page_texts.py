"""What a page of a release says: its passages as visitors read them, what machines read, the files that it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

NAMES = "a abbr b bdi bdo cite code data del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr"
INLINE = frozenset(NAMES.split())
"""Elements that go on with the passage that they stand in; every other one begins another."""
UNREAD = frozenset(["script", "style", "template", "noscript", "svg", "head"])
SPACES = re.compile(r"[ \t\n\r\f]+")
"""Those of HTML: a space that does not break is part of what is said."""
FILE = re.compile(r"""/(?:static|pictures|papers)/[^\s"'()<>?#\\,]+""")
PICTURE = re.compile(r"^/pictures/|\.(?:avif|webp|jpe?g|png|svg)$")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it is read.

    `passages` are in its order, the words of pictures where they stand; `head` is what machines read, by name (`title`,
    `meta og:image`, `Car.offers.lowPrice`); `pictures` and `files` are addresses.
    """

    passages: tuple[str, ...]
    head: Mapping[str, str]
    pictures: frozenset[str]
    files: frozenset[str]


def read_page(html: str) -> ReadPage:
    """Read a page that a release shows."""
    soup = BeautifulSoup(html, "html.parser")
    passages = (SPACES.sub(" ", words).strip() for words in _split(soup.body or soup))
    named = frozenset(FILE.findall(html))
    pictures = frozenset(filter(PICTURE.search, named))
    return ReadPage(tuple(filter(None, passages)), dict(_read_head(soup)), pictures, named - pictures)


def _split(root: Tag) -> Iterator[str]:
    """The passages of an element: text between the beginnings and ends of what is not inline."""
    buffer: list[str] = []
    for part in _walk(root):
        if part is None:
            yield "".join(buffer)
            buffer.clear()
        else:
            buffer.append(part)
    yield "".join(buffer)


def _walk(element: Tag) -> Iterator[str | None]:
    """Pieces of text; None where a passage ends."""
    for child in element.children:
        if isinstance(child, Tag):
            if child.name in UNREAD:
                continue
            if child.name in INLINE:
                yield from _walk(child)
                continue
            if child.name == "br":
                yield " "
                continue
            yield None
            if child.name == "img":
                yield str(child.get("alt") or "")
            yield from _walk(child)
            yield None
        elif isinstance(child, NavigableString) and not isinstance(child, Comment):
            yield str(child)


def _read_head(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    if soup.title is not None:
        yield "title", soup.title.get_text().strip()
    for meta in soup.find_all("meta"):
        if name := meta.get("name") or meta.get("property"):
            yield f"meta {name}", str(meta.get("content") or "")
    for link in soup.find_all("link"):
        kind = " ".join(link.get_attribute_list("rel"))
        if kind in ("canonical", "alternate"):
            yield " ".join(filter(None, (kind, str(link.get("hreflang") or "")))), str(link.get("href"))
    for script in soup.find_all("script", type="application/ld+json"):
        data = json.loads(script.string or "{}")
        yield from _flatten(str(data.get("@type", "data")), data)


def _flatten(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """`Car.offers.lowPrice`: every value of structured data by its path; places in lists count from 1."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _flatten(f"{name}.{number}", inner)
    else:
        yield name, str(value)
