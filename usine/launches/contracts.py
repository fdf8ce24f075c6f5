"""Values that cross the door of `launches`."""

from __future__ import annotations

from dataclasses import dataclass

from usine.commons.errors import UsineError


@dataclass(frozen=True, slots=True)
class Frame:
    """What dresses a page of another room: everything before and after its `<main>`.

    `head_html` goes inside `<head>` (style sheets, fonts, icons); `body_start_html` opens the body with the
    symbols, the skip link to `#content` and the header; `body_end_html` is the footer and the scripts.
    """

    vehicle: str
    market: str
    language: str
    tag: str
    direction: str
    head_html: str
    body_start_html: str
    body_end_html: str
    release_key: str
    offer_key: str


class FrameNotPublished(UsineError):
    code = "frame_not_published"
    http_status = 404
