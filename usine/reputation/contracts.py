"""Values of the room that hears the public: what was heard, what was understood of it. No Django.

Life of a mention: a connector yields what it `Heard`; understanding adds a `Reading` (language, country, entities,
aspects, sentiments, intent); intake stores both, puts the mention into its story, counts it, and detectors look at the
counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from usine.commons.errors import NotFound, UsineError

COPIED_WITHIN = timedelta(days=14)
"""A text that says the same later than this is a story of its own."""


class Sentiment(StrEnum):
    """Towards who is spoken of, as the writer means it."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Aspect(StrEnum):
    """Of what in a car somebody speaks."""

    PRICE = "price"
    DESIGN = "design"
    RANGE = "range"  # range, battery, charging, consumption
    RELIABILITY = "reliability"
    COMFORT = "comfort"
    INFOTAINMENT = "infotainment"
    SERVICE = "service"  # dealers, delivery, workshop
    SAFETY = "safety"


class Intent(StrEnum):
    """What a mention is for: the main one."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    PURCHASE = "purchase"
    NONE = "none"


class EntityKind(StrEnum):
    BRAND = "brand"
    VEHICLE = "vehicle"
    PRODUCT = "product"
    TRIM = "trim"
    COMPETITOR = "competitor"
    DEALER = "dealer"


class MentionKind(StrEnum):
    POST = "post"
    COMMENT = "comment"
    REVIEW = "review"
    FORUM = "forum"
    ARTICLE = "article"


class Handling(StrEnum):
    """Where the answer to a mention stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class AlertKind(StrEnum):
    """What a detector saw. `URGENT` ones are told at any hour."""

    VOLUME = "volume"  # more is said than usual
    NEGATIVE = "negative"  # more, or a larger share, of it is negative
    SAFETY = "safety"  # several sources that do not copy each other speak ill of safety
    SILENT_SOURCE = "silent_source"
    SILENT_LANGUAGE = "silent_language"


URGENT = frozenset({AlertKind.NEGATIVE, AlertKind.SAFETY})


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing said in public, as a connector found it. Times are aware; `reach` counts people, 0 when unknown.

    `external_id` is the source's own name for it: the same one twice is the same mention, told again or edited.
    `author` is a handle that only leaves this value as a keyed digest; `author_key` is that digest where the handle is
    no longer kept. `language` and `country` are what the source
    claims, empty when it claims nothing.
    """

    source: str
    external_id: str
    address: str
    text: str
    published_at: datetime
    title: str = ""
    author: str = ""
    reach: int = 0
    kind: MentionKind = MentionKind.POST
    language: str = ""
    country: str = ""
    rating: float | None = None  # of a review, 0 (worst) to 1 (best)
    in_reply_to: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    author_key: str = ""
    cut_from: int | None = (
        None  # how many characters `text` had at least before it was cut, None: it is whole
    )


@dataclass(frozen=True, slots=True)
class Guess:
    """A label with how sure its maker is, 0 to 1. `why` names the maker or the reason, for the screen."""

    label: str
    confidence: float
    why: str = ""


def join_text(title: str, text: str) -> str:
    """Title and text as one, which the places of names count in."""
    return f"{title}\n{text}" if title else text


@dataclass(frozen=True, slots=True)
class Named:
    """An entity at a place of a text (`join_text`): `text[start:end]` names it.

    `entity` is `kind:slug` (`EntityKind`).
    """

    entity: str
    start: int
    end: int
    confidence: float

    @property
    def kind(self) -> EntityKind:
        return EntityKind(self.entity.partition(":")[0])


@dataclass(frozen=True, slots=True)
class AspectReading:
    """What is said of one aspect; `entity` is empty when the text does not say of whom."""

    aspect: Aspect
    sentiment: Guess
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one text, and by which models (`model` is a digest of them)."""

    language: Guess
    sentiment: Guess
    intent: Guess
    names: tuple[Named, ...] = ()
    entities: Mapping[str, Guess] = field(default_factory=dict)  # entity -> sentiment towards it
    aspects: tuple[AspectReading, ...] = ()
    model: str = ""


class ReputationRefused(UsineError):
    """The root of what this room refuses."""

    code = "reputation_refused"


class SourceInvalid(ReputationRefused):
    code = "source_invalid"


class FileUnreadable(ReputationRefused):
    """An import whose row, column and reason the sentence names; nothing of the file was taken."""

    code = "file_unreadable"


class FileInterrupted(ReputationRefused):
    """A sound file of which some may be taken: the database went away over it, or the intake fails on all of it."""

    code = "file_interrupted"
    http_status = 503


class PageUnreadable(ReputationRefused):
    """A page that is too large, too broken or too slow to be read, or has nothing to read."""

    code = "page_unreadable"


class ModelInvalid(ReputationRefused):
    code = "model_invalid"


class MentionUnknown(NotFound):
    code = "mention_unknown"


class AlertUnknown(NotFound):
    code = "alert_unknown"


class SourceUnknown(NotFound):
    code = "source_unknown"


class AsideUnknown(NotFound):
    code = "aside_unknown"


class SearchInvalid(ReputationRefused):
    code = "search_invalid"
