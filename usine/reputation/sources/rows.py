"""One mention as others bring it, by names: a row of a file, or what a webhook was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from usine.reputation.contracts import FileUnreadable, Heard, MentionKind
from usine.reputation.sources.connectors import Place
from usine.reputation.sources.entries import digest, shorten_key
from usine.reputation.sources.hypertext import CONTROLS, LONGEST, read_hypertext, read_line
from usine.reputation.sources.reviews import rate
from usine.reputation.sources.times import AHEAD, EARLIEST, read_time

NEEDED = ("text", "published_at")
COLUMNS = (
    *("id", "text", "published_at", "title", "address", "author", "reach", "kind"),
    *("language", "country", "rating", "in_reply_to"),
)
Refuse = Callable[[str, str], FileUnreadable]
"""From a column and a reason to the refusal that names where it is."""


def check_columns(names: Iterable[str], file: str) -> None:
    """Refuse a file that lacks a needed column, has one twice, or one that nobody knows."""
    given = list(names)
    for name in NEEDED:
        if name not in given:
            raise FileUnreadable(f"{file} has no column {name}: its columns are {', '.join(COLUMNS)}.")
    for name in given:
        if name not in COLUMNS:
            raise FileUnreadable(
                f"{file} has the column {name[:60]!r}, which is none of {', '.join(COLUMNS)}."
            )
        if given.count(name) > 1:
            raise FileUnreadable(f"{file} has the column {name} twice: keep one of them.")


def read_row(row: Mapping[str, Any], place: Place, refuse: Refuse, *, now: datetime) -> Heard:
    """The mention of a row. Raises what `refuse` makes of the first column that cannot be taken."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise refuse("text", "it is empty")
    if len(text) > LONGEST:
        raise refuse("text", f"it has {len(text)} characters, more than {LONGEST}")
    address = _read_text(row, "address", refuse, longest=1000)
    if address and not re.match("https?://[^/]", address):
        raise refuse("address", f"{address[:80]!r} is no web address")
    author, title = _read_text(row, "author", refuse), _read_text(row, "title", refuse, longest=500)
    published_at = _read_published(row, place, refuse, now)
    said, title = read_hypertext(text), read_line(title)
    if not said and not title:
        raise refuse("text", "nothing of it can be read")
    key = _read_text(row, "id", refuse, longest=2000)
    return Heard(
        source=place.slug,
        external_id=shorten_key(key or address or f"digest:{digest(f'{author}{published_at}{text}')}"),
        address=address,
        title=title,
        text=said,
        published_at=published_at,
        author=author,
        reach=_read_reach(row, refuse) or place.reach,
        kind=_read_kind(row, refuse),
        language=_read_code(row, "language", refuse, "[A-Za-z]{2,3}").lower() or place.language,
        country=_read_code(row, "country", refuse, "[A-Za-z]{2,3}").upper() or place.country,
        rating=_read_rating(row, refuse),
        in_reply_to=_read_text(row, "in_reply_to", refuse),
    )


def _read_text(row: Mapping[str, Any], column: str, refuse: Refuse, *, longest: int = 300) -> str:
    value = row.get(column)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets keep identifiers as numbers
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise refuse(column, f"{str(value)[:40]!r} is no text")
    text = CONTROLS.sub("", str(value)).strip()
    if len(text) > longest:
        raise refuse(column, f"it has {len(text)} characters, more than {longest}")
    return text


def _read_published(row: Mapping[str, Any], place: Place, refuse: Refuse, now: datetime) -> datetime:
    value = row.get("published_at")
    found = read_time(value)
    if found is None:
        said = "" if value is None else str(value)[:40]
        raise refuse("published_at", f"{said!r} is no date: write 2026-11-26T08:30:00+01:00")
    if found > now + AHEAD:
        raise refuse("published_at", f"{found:%Y-%m-%d %H:%M} UTC is no time that has been")
    if found < EARLIEST:
        raise refuse(
            "published_at", f"{found:%Y-%m-%d %H:%M} UTC is before {EARLIEST.year}: is it the right one?"
        )
    if place.keep_days is not None and found < now - timedelta(days=place.keep_days):
        raise refuse(
            "published_at",
            f"{found:%Y-%m-%d %H:%M} UTC is older than the {place.keep_days} days that this source keeps",
        )
    return found


def _read_reach(row: Mapping[str, Any], refuse: Refuse) -> int:
    text = _read_text(row, "reach", refuse)
    if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise refuse("reach", f"{text[:40]!r} is no number of people")
    return int(text or 0)


def _read_kind(row: Mapping[str, Any], refuse: Refuse) -> MentionKind:
    text = _read_text(row, "kind", refuse) or MentionKind.POST.value
    if text not in set(MentionKind):
        raise refuse("kind", f"{text[:40]!r} is none of {', '.join(MentionKind)}")
    return MentionKind(text)


def _read_code(row: Mapping[str, Any], column: str, refuse: Refuse, pattern: str) -> str:
    text = _read_text(row, column, refuse)
    if text and not re.fullmatch(pattern, text):
        raise refuse(column, f"{text[:40]!r} is no code of two or three letters")
    return text


def _read_rating(row: Mapping[str, Any], refuse: Refuse) -> float | None:
    """A share from 0 to 1, or what was given of the best: 4/5."""
    value = row.get("rating")
    if value is None or value == "":
        return None
    given, _, best = str(value).partition("/")
    rating = rate(given.strip(), 0, best.strip() or 1)
    if isinstance(value, bool) or rating is None:
        raise refuse("rating", f"{str(value)[:40]!r} is no rating: write 0.8 or 4/5")
    return rating
