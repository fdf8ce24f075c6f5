"""Values that cross the door of `launches`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from usine.commons.errors import UsineError
from usine.markets.contracts import Locale


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


@dataclass(frozen=True, slots=True)
class LiveSite:
    """A market's site that is live: which release is served, in which locales, sold by which offer."""

    vehicle: str
    market: str
    locales: tuple[Locale, ...]  # the market's default first
    release_key: str
    offer_key: str
    cover: Mapping[str, Any]  # "name"; "picture" and "fallback" when the site opens with one
    page_count: int
    published_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a market's site could not be made, in one sentence."""

    market: str
    reason: str


class TextStanding(StrEnum):
    """How a text of a scope stands beside the master: not said there, said, or said of another text."""

    MISSING = "missing"
    TRANSLATED = "translated"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class ScopeText:
    """One text of a launch as a scope says it (`target`, empty when missing) of what it inherits (`source`)."""

    page: str
    block_id: str
    block_label: str
    path: str  # in the block's value: "title", "facts/0/label"
    label: str
    is_long: bool  # several lines, or a long one
    longest: int  # characters that it may have
    source: str
    is_master: bool  # the source is the master's text, not one of the scope's language
    target: str
    standing: TextStanding


@dataclass(frozen=True, slots=True)
class ScopeTexts:
    """The texts of a vehicle's launch in a scope (`es`, `fr-be`), in the order of the site."""

    vehicle: str
    scope: str
    tag: str  # BCP 47: "es", "fr-BE"
    direction: str
    source_language: str  # "en"; of a locale its language, once that says something
    texts: tuple[ScopeText, ...]


class FrameNotPublished(UsineError):
    code = "frame_not_published"
    http_status = 404


class PublicationRefused(UsineError):
    """Nothing was published: at least one market could not be made."""

    code = "publication_refused"
    http_status = 422

    def __init__(self, refusals: tuple[Refusal, ...]):
        self.refusals = refusals
        said = "; ".join(f"{refusal.market}: {refusal.reason}" for refusal in refusals)
        super().__init__(f"Nothing was published. {said}")
