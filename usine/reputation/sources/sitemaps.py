"""Where a site's pages are: sitemaps (sitemaps.org) and pages that list links."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

from usine.reputation.contracts import SourceInvalid
from usine.reputation.sources.entries import refuse_entities
from usine.reputation.sources.fetching import LARGEST, Answer
from usine.reputation.sources.times import read_time

MOST_LINKS = 5_000


@dataclass(frozen=True, slots=True)
class Link:
    """A page and when it last changed, as far as the list tells; `title` is the words of the link."""

    address: str
    changed_at: datetime | None = None
    title: str = ""


def read_sitemap(answer: Answer) -> tuple[list[Link], list[Link]]:
    """The pages, and the further sitemaps, that a sitemap names; both empty when it is none. Raises SourceInvalid."""
    body = _open_gzip(answer)
    refuse_entities(body, answer.address)
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceInvalid(f"{answer.address[:200]} is no XML that can be read ({error}).") from error
    found: dict[str, list[Link]] = {"url": [], "sitemap": []}
    for element in root:
        kind = _name(element)
        parts = {_name(part): (part.text or "").strip() for part in element}
        if kind in found and parts.get("loc", "").startswith(("http://", "https://")):
            found[kind].append(Link(parts["loc"][:1000], read_time(parts.get("lastmod"))))
    return found["url"][:MOST_LINKS], found["sitemap"][:MOST_LINKS]


def is_sitemap(answer: Answer) -> bool:
    """By its first bytes: servers call a sitemap many things."""
    head = answer.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:2] == b"\x1f\x8b" or re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", head) is not None


def read_links(html: str, base: str) -> list[Link]:
    """The links of a page to its own host, in its order, each once."""
    reader = _Links()
    with suppress(AssertionError, ValueError):  # the parser's own on some broken declarations
        reader.feed(html[:LARGEST])
    found: dict[str, Link] = {}
    for href, words in reader.links[:MOST_LINKS]:
        try:
            address = urldefrag(urljoin(base, href.strip())).url
            is_own = urlsplit(address).netloc == urlsplit(base).netloc
        except ValueError:
            continue
        if is_own and address.startswith(("http://", "https://")) and len(address) <= 1000:
            found.setdefault(address, Link(address, None, " ".join(words.split())[:500]))
    return list(found.values())


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            self.links.append((href, ""))
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._is_inside and len(self.links[-1][1]) < 500:
            href, words = self.links[-1]
            self.links[-1] = (href, words + data)


def _open_gzip(answer: Answer) -> bytes:
    """A sitemap that is a .gz file, within the limit of any answer."""
    if answer.body[:2] != b"\x1f\x8b":
        return answer.body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(answer.body)) as file:
            body = file.read(LARGEST + 1)
    except (OSError, EOFError) as error:
        raise SourceInvalid(f"{answer.address[:200]} is a damaged gzip file ({error}).") from error
    if len(body) > LARGEST:
        raise SourceInvalid(
            f"{answer.address[:200]} unpacks to more than {LARGEST // 1024} kB: it was not read."
        )
    return body


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def list_changed(links: list[Link]) -> Iterator[Link]:
    """The oldest first; what has no date keeps the list's order, which is mostly the newest first."""
    dated = sorted((link for link in links if link.changed_at), key=lambda link: str(link.changed_at))
    yield from dated
    yield from reversed([link for link in links if not link.changed_at])
