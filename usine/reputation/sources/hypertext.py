"""What a piece of HTML says to its reader: scripts and tags gone, paragraphs as lines. Never raises."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

LONGEST = 100_000  # characters that are kept of one text
LARGEST = 400_000  # characters of HTML that are looked at
UNREAD = {"script", "style", "template", "noscript", "svg", "head", "iframe", "object"}
BREAKS = {
    *("p", "div", "br", "li", "ul", "ol", "blockquote", "pre", "tr", "table", "section", "article"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "hr", "dd", "dt"),
}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What no text needs, what databases refuse, and what turns the reading direction of what stands around it."""


class Said(NamedTuple):
    """A text, and where it was cut how many characters it had at least."""

    text: str
    cut_from: int | None = None


class _Reader(HTMLParser):
    """Collects text. Without a stack: a document as deep as one likes costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            self._depth += tag == self._unread
        elif tag in UNREAD:
            self._unread, self._depth = tag, 1
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            self._depth -= tag == self._unread
            self._unread = self._unread if self._depth else ""
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.parts.append(data)


def read_said(html: str) -> Said:
    """The text of a piece of HTML, at most LONGEST characters."""
    if "<" not in html and "&" not in html:
        return tidy(html)
    is_cut = len(html) > LARGEST
    if is_cut:
        html = html[: html.rfind("<", 0, LARGEST)]
    said = _read_tags(html)
    return Said(said.text, max(said.cut_from or 0, len(said.text) + 1)) if is_cut else said


def _read_tags(html: str) -> Said:
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError, RecursionError):  # the parser's own on some broken declarations
        return tidy(re.sub(r"<[^>]*>", " ", html))
    return tidy("".join(reader.parts))


def read_hypertext(html: str) -> str:
    """The same where a cut need not be told."""
    return read_said(html).text


def tidy(text: str) -> Said:
    """One space between words, one line between paragraphs, no control characters."""
    lines = (" ".join(line.split()) for line in CONTROLS.sub("", text[:LARGEST]).splitlines())
    whole = "\n".join(filter(None, lines))
    return Said(whole[:LONGEST].strip(), len(whole) if len(whole) > LONGEST else None)


def read_line(html: object, longest: int = 500) -> str:
    """The same as one line: titles, names of people. A value that is no text is an empty one."""
    return " ".join(read_hypertext(html).split())[:longest] if isinstance(html, str) else ""
