"""What a feed says: entries of RSS, Atom and JSON Feed, sound or damaged. Never more than it holds, never executed."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.entities import name2codepoint
from typing import Any
from urllib.parse import urljoin

from usine.reputation.contracts import SourceInvalid
from usine.reputation.sources.hypertext import CONTROLS as UNSAFE
from usine.reputation.sources.hypertext import Said, read_line, read_said, tidy
from usine.reputation.sources.times import read_time
from usine.reputation.texts.addresses import canonicalise

LOST = "\N{REPLACEMENT CHARACTER}"
OWN_ENTITIES = (b"amp", b"lt", b"gt", b"quot", b"apos")  # those that XML has itself
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
CONTROL_NUMBERS = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its feed has it; `key` names it for ever."""

    key: str
    address: str
    title: str
    text: str
    published_at: datetime | None
    author: str = ""
    language: str = ""
    cut_from: int | None = None

    @property
    def print(self) -> str:
        """Changes when the entry was edited."""
        return digest(f"{self.title}\0{self.text}")


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[Entry, ...]
    next: str = ""


def read_feed(body: bytes, address: str, charset: str = "") -> Page:
    """The entries of a feed in its order, also of one that is damaged. Raises SourceInvalid for anything else."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, address)
    refuse_entities(body, address)
    body = _mend(body)
    page = _read_fast(body, address)
    if page is None or not page.entries or _is_misread(page, body):
        page = _read_damaged(body, address, charset) or page
    if page is None:
        raise SourceInvalid(
            f"{address[:200]} is no feed that can be read: give the address of RSS, Atom or JSON."
        )
    return page


def _read_fast(body: bytes, address: str) -> Page | None:
    """By the quick reader; None where it gives up."""
    import fastfeedparser  # both readers are slow to load, for those who listen to feeds

    try:
        found = fastfeedparser.parse(body)
    except (ValueError, TypeError, AttributeError, KeyError, LookupError):
        return None
    return _make_page(found.get("feed", {}), found.get("entries", []), address)


def _is_misread(page: Page, body: bytes) -> bool:
    """Whether signs were lost because the feed is not in the charset that it claims."""
    lost = any(LOST in entry.title or LOST in entry.text for entry in page.entries)
    return lost and LOST.encode() not in body


def _mend(body: bytes) -> bytes:
    """Without what makes XML readers lose their way: control signs, and the named signs of HTML (`&eacute;`), which
    XML does not know, by their numbers. A body in UTF-16 stays as it is."""
    if b"\0" in body[:400]:
        return body

    def write_out(name: re.Match[bytes]) -> bytes:
        number = name2codepoint.get(name[1].decode())
        return name[0] if number is None or name[1] in OWN_ENTITIES else b"&#%d;" % number

    body = CONTROL_NUMBERS.sub(b"", body.translate(None, CONTROLS))
    return re.sub(rb"&([A-Za-z][A-Za-z0-9]{1,7});", write_out, body)


def refuse_entities(body: bytes, address: str) -> None:
    """Raises SourceInvalid for XML that defines entities: no feed needs them, and they can grow without end."""
    head = body
    if b"\0" in body[:400]:
        codec = "utf-16-be" if body[:1] == b"\0" or body.startswith(b"\xfe\xff") else "utf-16-le"
        head = body.decode(codec, "ignore").encode("utf-8", "ignore")
    if re.search(rb"<!ENTITY", head, re.IGNORECASE):
        raise SourceInvalid(
            f"{address[:200]} defines XML entities, which can grow without end: it was not read."
        )


def digest(text: str) -> str:
    """Sixteen signs that stand for a text within a cursor."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _read_json(body: bytes, address: str) -> Page:
    """JSON Feed 1.1 (jsonfeed.org). Items that are none are left out."""
    try:
        found = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise SourceInvalid(f"{address[:200]} is no JSON that can be read ({str(error)[:80]}).") from error
    items = found.get("items")
    if not isinstance(items, list):
        raise SourceInvalid(f"{address[:200]} is JSON but no feed: it has no items.")
    language = found.get("language")
    language = language[:8] if isinstance(language, str) else ""
    made = [_make_item(item, address, language) for item in items if isinstance(item, Mapping)]
    following = found.get("next_url")
    entries = tuple(entry for entry in made if entry.title or entry.text)
    return Page(entries, _join(address, following) if isinstance(following, str) else "")


def _make_item(item: Mapping[str, Any], address: str, language: str) -> Entry:
    plain, html = item.get("content_text"), item.get("content_html") or item.get("summary")
    said = tidy(plain) if isinstance(plain, str) else read_said(html if isinstance(html, str) else "")
    authors = item.get("authors") or [item.get("author")]
    author = authors[0] if isinstance(authors, list) and authors else None
    spoken = item.get("language")
    return _name_entry(
        key=str(item.get("id") or ""),
        link=str(item.get("url") or item.get("external_url") or ""),
        base=address,
        title=read_line(item.get("title")),
        said=said,
        published_at=read_time(item.get("date_published")) or read_time(item.get("date_modified")),
        author=read_line(author.get("name"), 200) if isinstance(author, Mapping) else "",
        language=spoken[:8] if isinstance(spoken, str) else language,
    )


def _read_damaged(body: bytes, address: str, charset: str) -> Page | None:
    """By the slower reader, which forgives nearly everything; None when it finds no feed either."""
    import feedparser

    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        found = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    except Exception:  # noqa: BLE001 (damaged input reaches depths that its authors did not foresee)
        return None
    if not found.get("version") and not found.get("entries"):
        return None
    entries = [dict(entry) for entry in found.get("entries", [])]
    return _make_page(dict(found.get("feed", {})), entries, address)


def _make_page(feed: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], address: str) -> Page:
    language = str(feed.get("language") or "")[:8]
    made = (_make_entry(entry, address, language) for entry in entries)
    return Page(tuple(entry for entry in made if entry.title or entry.text), _find_next(feed, address))


def _find_next(feed: Mapping[str, Any], address: str) -> str:
    for link in feed.get("links") or ():
        if isinstance(link, Mapping) and link.get("rel") == "next" and link.get("href"):
            return _join(address, str(link["href"]))
    return ""


def _make_entry(entry: Mapping[str, Any], address: str, language: str) -> Entry:
    return _name_entry(
        key=str(entry.get("id") or entry.get("guid") or ""),
        link=str(entry.get("link") or ""),
        base=address,
        title=read_line(entry.get("title")),
        said=_read_text(entry),
        published_at=read_time(entry.get("published")) or read_time(entry.get("updated")),
        author=read_line(entry.get("author"), 200),
        language=language,
    )


def _name_entry(*, key: str, link: str, base: str, title: str, said: Said, **others: Any) -> Entry:
    """Without an id of its own, an entry is called by its canonical address, else by a digest of what it says."""
    is_named = bool(key.strip()) and key != link  # readers put the link where there is no id
    link = _join(base, link)
    key = key if is_named else (canonicalise(link) if link else "")
    key = shorten_key(key) if key.strip() else f"digest:{digest(f'{title}{said.text}')}"
    return Entry(key=key, address=link, title=title, text=said.text, cut_from=said.cut_from, **others)


def _join(base: str, link: str) -> str:
    """A web address, or nothing: a feed's links lead into pages of ours."""
    try:
        whole = urljoin(base, UNSAFE.sub("", link).strip()) if link.strip() else ""
    except ValueError:
        return ""
    return whole[:1000] if whole.startswith(("http://", "https://")) else ""


def shorten_key(key: str, longest: int = 300) -> str:
    """The source's own name for a thing; one that is too long keeps its beginning and a digest."""
    key = " ".join(UNSAFE.sub("", key).split())
    return key if len(key) <= longest else f"{key[: longest - 17]}#{digest(key)}"


def _read_text(entry: Mapping[str, Any]) -> Said:
    """The longest of what the entry offers: content or summary."""
    offered = [part.get("value") for part in entry.get("content") or () if isinstance(part, Mapping)]
    offered += [entry.get("description"), entry.get("summary")]
    read = (read_said(text) for text in offered if isinstance(text, str))
    return max(read, key=lambda said: len(said.text), default=Said(""))
