"""What a source hands over, made fit to be stored, or refused with a sentence. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from usine.markets.public import is_country
from usine.reputation.contracts import Heard, MentionKind

MAX_TEXT = 50_000
MAX_TITLE, MAX_ADDRESS, MAX_ID = 500, 1000, 300
MAX_REACH = 2**31 - 1
LONGEST_AUTHOR = 1000
AHEAD = timedelta(minutes=5)
"""So much later than ours a source's clock may be; what is dated later still is dated as it was heard."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NO_IDENTIFIER = gettext_noop("It has no identifier of its source: it could not be known again.")
NO_TEXT = gettext_noop("It has neither text nor title.")
NO_SOURCE = gettext_noop("There is no source called %(slug)s.")
TOO_OLD = gettext_noop("It is older than the %(days)s days that this source keeps.")
_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken and why, for the source's screen: a sentence to be said in any language, and its figures."""

    source: str
    external_id: str
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """In English."""
        return self.sentence % self.values


def clean(heard: Heard, *, now: datetime) -> Heard | Refused:
    """Within the limits of the tables: signs that no database keeps are taken out, what is too long is cut.

    A text that is cut, here or by its connector, says how long it was. An address that is not of the web is dropped,
    for it is shown as a link. Without a date: heard now.
    """
    told, title = drop_unsafe(heard.text).strip(), _tidy(heard.title, MAX_TITLE)
    text = told[:MAX_TEXT]
    external_id = tidy_id(heard.external_id)
    if not external_id:
        return Refused(heard.source, "", NO_IDENTIFIER)
    if not text and not title:
        return Refused(heard.source, external_id, NO_TEXT)
    address = _tidy(heard.address, 100_000)
    return replace(
        heard,
        external_id=external_id,
        text=text,
        cut_from=_measure_cut(heard, told, text),
        title=title,
        address=address if _WEB.match(address) and len(address) <= MAX_ADDRESS else "",
        author=_tidy(heard.author, LONGEST_AUTHOR),
        reach=_clamp(heard.reach),
        rating=_rate(heard.rating),
        kind=MentionKind(heard.kind),
        language=_tag(heard.language),
        country=_code(heard.country),
        published_at=date_heard(heard.published_at, now),
    )


def _measure_cut(heard: Heard, told: str, text: str) -> int | None:
    """How long a text was before anybody cut it; None where nobody did."""
    longest = max(len(told), _clamp(heard.cut_from or 0))
    return longest if longest > len(text) else None


def drop_unsafe(text: str) -> str:
    """Without the signs that no database keeps and no page shows; lines and tabs stay."""
    return text if text.isprintable() else _UNSAFE.sub("", text)


def _tidy(text: str, length: int) -> str:
    return drop_unsafe(text).strip()[:length]


def tidy_id(external_id: object) -> str:
    """The identifier as the tables keep it, whatever its source wrote: mentions and what is set aside have the same."""
    return _shorten_id(_tidy("" if external_id is None else str(external_id), 100_000))


def _shorten_id(external_id: str) -> str:
    """A long one keeps its beginning and a digest of all of it."""
    if len(external_id) <= MAX_ID:
        return external_id
    digest = hashlib.sha256(external_id.encode()).hexdigest()[:32]
    return f"{external_id[: MAX_ID - 33]}#{digest}"


def _clamp(reach: int | float) -> int:
    return max(0, min(int(reach), MAX_REACH)) if math.isfinite(reach) else 0


def _rate(rating: float | None) -> float | None:
    return None if rating is None or not math.isfinite(rating) else max(0.0, min(rating, 1.0))


def _tag(language: str) -> str:
    """`pt_BR` is pt; what is no language is nothing."""
    primary = language.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3 else ""


def _code(country: str) -> str:
    """What is no country is nothing: no screen could name it."""
    code = country.strip().upper()
    return code if is_country(code) else ""


def date_heard(at: datetime, now: datetime) -> datetime:
    """When it was said; heard now where that is dated before 1990 or ahead of our clock."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware if EARLIEST <= aware <= now + AHEAD else now
