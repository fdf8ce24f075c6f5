"""The title, the text and the date of a page from the web, without what surrounds them (trafilatura).

Pages come from anybody: too large, broken, made to keep a reader busy. So `extract` has them read by a process of its
own, with limits of time and memory, which is begun again after it had to be ended; `read_page` reads in this process.
"""

from __future__ import annotations

import atexit
import contextlib
import html
import json
import os
import re
import resource
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from usine.reputation.contracts import PageUnreadable

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 60_000
MAX_TEXT = 100_000
LIMIT_S = 10.0
START_S = 20.0
"""How long the other process may take to begin."""
MEMORY = 2_000_000_000
_LANGUAGE = re.compile(rb"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})(?=[-_\"'\s>])", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_DATES = (
    re.compile(
        r"<meta[^>]+?article:published_time[^>]+?content\s*=\s*[\"']([^\"']{8,40})[\"']", re.IGNORECASE
    ),
    re.compile(
        r"<meta[^>]+?content\s*=\s*[\"']([^\"']{8,40})[\"'][^>]+?article:published_time", re.IGNORECASE
    ),
    re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\""),
    re.compile(
        r"itemprop\s*=\s*[\"']datePublished[\"'][^>]+?(?:content|datetime)\s*=\s*[\"']([^\"']{8,40})[\"']"
    ),
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. `published_at` is aware, None where it does not say; `language` is what it claims, or empty."""

    title: str
    text: str
    published_at: datetime | None = None
    language: str = ""
    cut_from: int | None = None  # how many characters `text` had before it was cut


def extract(page: bytes, address: str = "", *, charset: str = "", limit_s: float = LIMIT_S) -> Page:
    """The article of a page, read in another process within `limit_s` seconds; `charset` is what its server claims.

    Raises `PageUnreadable` for a page over 5 MB, one that is no HTML or has no text, and one that takes too long.
    """
    _check_size(page, address)
    return _reader.read(page, address, charset, limit_s)


def read_page(page: bytes, address: str = "", *, charset: str = "") -> Page:
    """The same in this process: bounded in size and elements, not in time."""
    _check_size(page, address)
    head = page[:4096].lstrip()
    if not head:
        raise PageUnreadable(f"{_name(address)} is empty.")
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")):
        raise PageUnreadable(f"{_name(address)} is a file of another kind, not a page.")
    text = decode(page, charset).replace("\x00", "")
    if not re.search(r"<[a-zA-Z!/]", text[:100_000]):
        raise PageUnreadable(f"{_name(address)} is not HTML: it has no element at its beginning.")
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise PageUnreadable(
            f"{_name(address)} has more than {MAX_ELEMENTS:,} elements, which nothing to read has."
        )
    found = _ask_trafilatura(text, address)
    said = (getattr(found, "text", None) or "").strip()
    if not said:
        raise PageUnreadable(f"{_name(address)} has no text of its own, only what surrounds one.")
    title = " ".join(html.unescape(getattr(found, "title", None) or "").split())
    if title and said.startswith(f"{title}\n"):
        said = said[len(title) :].lstrip()
    day = getattr(found, "date", None) or ""
    claimed = _LANGUAGE.search(page[:20_000])
    return Page(
        title[:500],
        said[:MAX_TEXT],
        _find_date(text) or _parse_date(day),
        claimed[1].decode("ascii").lower() if claimed else "",
        len(said) if len(said) > MAX_TEXT else None,
    )


def decode(page: bytes, charset: str = "") -> str:
    """The signs of a page: by its byte order mark, as UTF-8 where it is that, by what it or its server claims, guessed.

    Bytes that are UTF-8 are nothing else but by design, whatever a server claims.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if page.startswith(mark):
            return page.decode(name, "replace")
    claimed = _CHARSET.search(page[:4096])
    for name in ("utf-8", charset, claimed[1].decode("ascii") if claimed else ""):
        try:
            if name:
                return page.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    from trafilatura.utils import decode_file

    return str(decode_file(page))


def _check_size(page: bytes, address: str) -> None:
    if len(page) > MAX_BYTES:
        raise PageUnreadable(
            f"{_name(address)} has {len(page) / 1e6:.1f} MB, more than the {MAX_BYTES / 1e6:.0f} MB that are read."
        )


def _ask_trafilatura(text: str, address: str) -> Any:
    import trafilatura  # half a second

    try:
        return trafilatura.bare_extraction(
            text, url=address or None, include_comments=False, with_metadata=True
        )
    except RecursionError as error:
        raise PageUnreadable(f"{_name(address)} is nested too deep to be read.") from error
    except MemoryError as error:
        raise PageUnreadable(f"{_name(address)} takes more memory than a page may.") from error
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise PageUnreadable(
            f"{_name(address)} is too broken to be read ({type(error).__name__})."
        ) from error


def _find_date(text: str) -> datetime | None:
    for pattern in _DATES:
        if (found := pattern.search(text)) and (date := _parse_date(found[1])):
            return date
    return None


def _parse_date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _name(address: str) -> str:
    return f"The page {address}" if address else "The page"


class _Reader:
    """The other process, begun when it is first needed; one page at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, page: bytes, address: str, charset: str, limit_s: float) -> Page:
        with self._lock:
            try:
                process = self._begin(address)
                head = {"size": len(page), "address": address, "charset": charset}
                assert process.stdin
                process.stdin.write(json.dumps(head).encode() + b"\n" + page)
                process.stdin.flush()
                answer = self._await(process, limit_s)
            except (BrokenPipeError, EOFError) as error:
                self.end()
                raise PageUnreadable(
                    f"{_name(address)} made its reader stop: it may need more memory than a page may."
                ) from error
            except TimeoutError as error:
                self.end()
                raise PageUnreadable(f"{_name(address)} was not read within {limit_s:g} s.") from error
        if "refused" in answer:
            raise PageUnreadable(answer["refused"])
        at = answer["published_at"]
        return Page(
            answer["title"],
            answer["text"],
            datetime.fromisoformat(at) if at else None,
            answer["language"],
            answer["cut_from"],
        )

    def _begin(self, address: str) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "usine.reputation.texts.extraction"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
        )
        self._await(self._process, START_S)
        return self._process

    @staticmethod
    def _await(process: subprocess.Popen[bytes], limit_s: float) -> dict[str, Any]:
        """A line of the other process. Raises `TimeoutError`, or `EOFError` where it ended."""
        assert process.stdout
        until, heard = time.monotonic() + limit_s, b""
        while not heard.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                raise TimeoutError
            part = os.read(process.stdout.fileno(), 1 << 16)
            if not part:
                raise EOFError
            heard += part
        return dict(json.loads(heard))

    def end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            self._process = None


_reader = _Reader()
atexit.register(_reader.end)
os.register_at_fork(after_in_child=lambda: _reader.__init__())  # type: ignore[misc]


def _serve(pages: BinaryIO, answers: BinaryIO) -> None:
    """The other process: a line and a page in, a line out, until the pages end."""

    def answer(said: dict[str, Any]) -> None:
        answers.write(json.dumps(said).encode() + b"\n")
        answers.flush()

    import trafilatura  # noqa: F401

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer({"ready": True})
    while head := pages.readline():
        asked = json.loads(head)
        content = pages.read(asked["size"])
        try:
            page = read_page(content, asked["address"], charset=asked["charset"])
        except PageUnreadable as error:
            answer({"refused": str(error)})
            continue
        at = page.published_at.isoformat() if page.published_at else None
        answer(
            {
                "title": page.title,
                "text": page.text,
                "published_at": at,
                "language": page.language,
                "cut_from": page.cut_from,
            }
        )


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
