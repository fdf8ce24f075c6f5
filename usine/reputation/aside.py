"""What the intake fails on is set aside: kept with its reason, out of the way of the others, until somebody looks.

No name of an author is kept with it, only the digest by which they are forgotten: not in its reason either.
"""

from __future__ import annotations

import json
import logging
import math
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DataError, Error, IntegrityError, transaction
from django.db.models import F

from usine.accounts.contracts import SYSTEM
from usine.commons.errors import UsineError
from usine.commons.facts import record_fact
from usine.reputation.authors import find_erased, key_author
from usine.reputation.cleaning import LONGEST_AUTHOR, date_heard, drop_unsafe, tidy_id
from usine.reputation.contracts import Heard
from usine.reputation.models import SetAside, Source

SET_ASIDE = "MentionSetAside"
OF_ROWS = (DataError, IntegrityError)
"""Errors of a database that are about what it was given."""
OF_THE_HOUSE = (Error, OSError, MemoryError, ImportError, UsineError)
"""The database or the disk is away, a model or a table is missing: every mention would meet it, none is at fault."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failed:
    """Something heard, its values by name, and what became of taking it in."""

    heard: Mapping[str, Any]
    error: Exception


def is_of_what_was_heard(error: Exception) -> bool:
    """Whether the mention itself may be at fault, so that another one would be taken in."""
    return isinstance(error, OF_ROWS) or not isinstance(error, OF_THE_HOUSE)


def fail(heard: Heard, error: Exception) -> Failed:
    """Of a mention that cannot be taken in."""
    return Failed({each.name: getattr(heard, each.name) for each in fields(heard)}, error)


def write_reason(error: Exception, author: str = "") -> str:
    """`KeyError: 'x'`, without what no database keeps. Of what names the author, only where it was raised."""
    said = drop_unsafe(str(error)).strip()
    if _names(said, author):
        said = _locate(error)
    return f"{type(error).__name__}: {said}"[:500] if said else type(error).__name__


def _names(said: str, author: str) -> bool:
    """Whether it has the handle, also as Python quotes it."""
    handle = author.strip().lstrip("@")
    quoted = {_fold(each) for each in (handle, repr(handle)[1:-1], ascii(handle)[1:-1])}
    return bool(handle) and any(each in _fold(said) for each in quoted)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _locate(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""


def set_aside(failed: Collection[Failed], *, now: datetime) -> int:
    """Keep what the intake failed on; returns how much. The same again is the same, with its latest text and reason.

    All of it or nothing. What erased authors said is not kept.
    """
    if not failed:
        return 0
    with transaction.atomic():
        rows = [row for row in (_make_row(each, now) for each in failed) if row]
        erased = find_erased(row.author_key for row in rows)
        kept = [row for row in rows if row.author_key not in erased]
        for row in kept:
            _keep(row)
    return len(kept)


def _make_row(failed: Failed, now: datetime) -> SetAside | None:
    values = _make_all_fit(failed.heard)
    slug = str(values.get("source", ""))
    source = Source.objects.filter(slug=slug).first()
    author = str(values.get("author", "")).strip()[:LONGEST_AUTHOR]
    reason = write_reason(failed.error, author)
    if source is None:
        log.error("Something heard of no known source, %s, cannot be set aside: %s", slug[:80], reason)
        return None
    key = str(values.get("author_key") or key_author(slug, author))
    return SetAside(
        source=source,
        external_id=tidy_id(values.get("external_id", "")),
        heard={**values, "author": "", "author_key": key},
        author_key=key,
        reason=reason,
        published_at=_read_time(values.get("published_at"), now),
        at=now,
        tried_at=now,
    )


def _keep(row: SetAside) -> None:
    known = SetAside.objects.filter(source=row.source, external_id=row.external_id)
    values = {
        name: getattr(row, name) for name in ("heard", "author_key", "reason", "published_at", "tried_at")
    }
    if not known.update(**values, refused=[], tries=F("tries") + 1):
        row.save()
        record_fact(
            SET_ASIDE,
            by=SYSTEM.name,
            market=row.source.country,
            subject=f"source:{row.source.slug}",
            aside=row.pk,
            why=row.reason.partition(":")[0],  # what follows may quote the text
        )


def _make_all_fit(heard: Mapping[str, Any]) -> dict[str, Any]:
    """Its texts alone where something in it cannot be written: it would have its whole batch fail again."""
    try:
        values = {name: make_fit(value) for name, value in heard.items()}
        json.dumps(values)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        log.warning("Something heard is set aside without all of its values.", exc_info=error)
        texts = {name: value for name, value in heard.items() if isinstance(value, (str, datetime))}
        return {name: make_fit(value) for name, value in texts.items()}
    return values


def make_fit(value: Any) -> Any:
    """A value that the JSON of every database keeps."""
    if isinstance(value, str):
        return drop_unsafe(value)
    if isinstance(value, Mapping):
        return {drop_unsafe(str(name)): make_fit(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [make_fit(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return 0
    return value if value is None or isinstance(value, (bool, int, float)) else drop_unsafe(str(value))


def _read_time(value: Any, now: datetime) -> datetime:
    """As the intake dates it: so it is kept as long as the mention would be."""
    try:
        return date_heard(datetime.fromisoformat(str(value)), now)
    except ValueError:
        return now


def drop_told_again(told: Collection[tuple[str, str]]) -> None:
    """Forget what is set aside of what is told anew and taken, by source and identifier. One query, mostly."""
    ids = set(told)
    rows = SetAside.objects.filter(
        source__slug__in={slug for slug, _id in ids}, external_id__in={own for _slug, own in ids}
    )
    found = rows.values_list("pk", "source__slug", "external_id") if ids else ()
    stale = [key for key, slug, own in found if (slug, own) in ids]
    if stale:
        SetAside.objects.filter(pk__in=stale).delete()
