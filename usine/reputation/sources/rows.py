"""One mention as others bring it, by names: a row of a file, or what a webhook was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from usine.markets.public import is_country
from usine.reputation.contracts import FileUnreadable, Heard, MentionKind
from usine.reputation.sources.connectors import Place
from usine.reputation.sources.entries import digest, shorten_key
from usine.reputation.sources.hypertext import CONTROLS, LONGEST, read_line, read_said
from usine.reputation.sources.reviews import rate
from usine.reputation.sources.times import AHEAD, EARLIEST, read_time

NEEDED = ("text", "published_at")
COLUMNS = (
    *("id", "text", "published_at", "title", "address", "author", "reach", "kind"),
    *("language", "country", "rating", "in_reply_to"),
)
Refuse = Callable[[str, str], FileUnreadable]
"""From a column and a reason to the refusal that names where it is."""


def quote(value: object, longest: int = 40) -> str:
    """What somebody wrote, to stand in a sentence: its beginning, without signs that show nothing."""
    return repr(str(value)[:longest])[1:-1]


def check_columns(names: Iterable[str], file: str) -> None:
    """Refuse a file that lacks a needed column, has one twice, or one that nobody knows."""
    given = list(names)
    for name in NEEDED:
        if name not in given:
            said = _("%(file)s has no column %(column)s: its columns are %(known)s.")
            raise FileUnreadable(said % {"file": file, "column": name, "known": ", ".join(COLUMNS)})
    for name in given:
        if name not in COLUMNS:
            said = _("%(file)s has the column “%(column)s”, which is none of %(known)s.")
            values = {"file": file, "column": quote(name, 60), "known": ", ".join(COLUMNS)}
            raise FileUnreadable(said % values)
        if given.count(name) > 1:
            said = _("%(file)s has the column %(column)s twice: keep one of them.")
            raise FileUnreadable(said % {"file": file, "column": name})


def read_row(row: Mapping[str, Any], place: Place, refuse: Refuse, *, now: datetime) -> Heard:
    """The mention of a row. Raises what `refuse` makes of the first column that cannot be taken."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise refuse("text", _("it is empty"))
    if len(text) > LONGEST:
        raise refuse("text", _say_too_long(text, LONGEST))
    address = _read_text(row, "address", refuse, longest=1000)
    if address and not re.match("https?://[^/]", address):
        raise refuse("address", _("“%(said)s” is no web address") % {"said": quote(address, 80)})
    author, title = _read_text(row, "author", refuse), _read_text(row, "title", refuse, longest=500)
    published_at = _read_published(row, place, refuse, now)
    said, title = read_said(text), read_line(title)
    if not said.text and not title:
        raise refuse("text", _("nothing of it can be read"))
    key = _read_text(row, "id", refuse, longest=2000)
    return Heard(
        source=place.slug,
        external_id=shorten_key(key or address or f"digest:{digest(f'{author}{published_at}{text}')}"),
        address=address,
        title=title,
        text=said.text,
        cut_from=said.cut_from,
        published_at=published_at,
        author=author,
        reach=_read_reach(row, refuse) or place.reach,
        kind=_read_kind(row, refuse),
        language=_read_code(row, "language", refuse, "[A-Za-z]{2,3}").lower() or place.language,
        country=_read_country(row, refuse) or place.country,
        rating=_read_rating(row, refuse),
        in_reply_to=_read_text(row, "in_reply_to", refuse),
    )


def _say_too_long(text: str, longest: int) -> str:
    said = _("it has %(count)s characters, more than %(most)s")
    return said % {"count": len(text), "most": longest}


def _read_text(row: Mapping[str, Any], column: str, refuse: Refuse, *, longest: int = 300) -> str:
    value = row.get(column)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets keep identifiers as numbers
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise refuse(column, _("“%(said)s” is no text") % {"said": quote(value)})
    text = CONTROLS.sub("", str(value)).strip()
    if len(text) > longest:
        raise refuse(column, _say_too_long(text, longest))
    return text


def _read_published(row: Mapping[str, Any], place: Place, refuse: Refuse, now: datetime) -> datetime:
    value = row.get("published_at")
    found = read_time(value)
    if found is None:
        said = _("“%(said)s” is no date: write 2026-11-26T08:30:00+01:00")
        raise refuse("published_at", said % {"said": "" if value is None else quote(value)})
    values = {"time": f"{found:%Y-%m-%d %H:%M}", "first": EARLIEST.year, "days": place.keep_days}
    if found > now + AHEAD:
        raise refuse("published_at", _("%(time)s UTC is no time that has been") % values)
    if found < EARLIEST:
        raise refuse("published_at", _("%(time)s UTC is before %(first)s: is it the right one?") % values)
    if place.keep_days is not None and found < now - timedelta(days=place.keep_days):
        said = _("%(time)s UTC is older than the %(days)s days that this source keeps")
        raise refuse("published_at", said % values)
    return found


def _read_reach(row: Mapping[str, Any], refuse: Refuse) -> int:
    text = _read_text(row, "reach", refuse)
    if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise refuse("reach", _("“%(said)s” is no number of people") % {"said": quote(text)})
    return int(text or 0)


def _read_kind(row: Mapping[str, Any], refuse: Refuse) -> MentionKind:
    text = _read_text(row, "kind", refuse) or MentionKind.POST.value
    if text not in set(MentionKind):
        said = _("“%(said)s” is none of %(known)s")
        raise refuse("kind", said % {"said": quote(text), "known": ", ".join(MentionKind)})
    return MentionKind(text)


def _read_code(row: Mapping[str, Any], column: str, refuse: Refuse, pattern: str) -> str:
    text = _read_text(row, column, refuse)
    if text and not re.fullmatch(pattern, text):
        raise refuse(column, _("“%(said)s” is no code of two or three letters") % {"said": quote(text)})
    return text


def _read_country(row: Mapping[str, Any], refuse: Refuse) -> str:
    text = _read_text(row, "country", refuse).strip().upper()
    if text and not is_country(text):
        raise refuse(
            "country",
            _("“%(said)s” is no code of a country, of two letters as in ISO 3166") % {"said": quote(text)},
        )
    return text


def _read_rating(row: Mapping[str, Any], refuse: Refuse) -> float | None:
    """A share from 0 to 1, or what was given of the best: 4/5."""
    value = row.get("rating")
    if value is None or value == "":
        return None
    given, _slash, best = str(value).partition("/")
    rating = rate(given.strip(), 0, best.strip() or 1)
    if isinstance(value, bool) or rating is None:
        said = _("“%(said)s” is no rating: write 0.8 or 4/5")
        raise refuse("rating", said % {"said": quote(value)})
    return rating
