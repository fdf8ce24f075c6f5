"""RSS, Atom and JSON Feed, with the pages that lead further back (RFC 5005, `next_url`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from usine.reputation.contracts import Heard, MentionKind, ReputationRefused
from usine.reputation.sources.connectors import Batch, Cursor, Place, cut_batches, read_kind
from usine.reputation.sources.entries import Entry, digest, read_feed
from usine.reputation.sources.fetching import Answer, Fetcher
from usine.reputation.sources.reading import read_page
from usine.reputation.sources.times import settle_time

REMEMBERED = 1_000
"""Entries that a cursor knows. A feed shows some fifty at a time."""
PAGES = 20
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class Feeds:
    """`address` is a feed. Options: `article` reads each entry's page in full, `kind` what its entries are,
    `pages` how far back a first visit goes."""

    name: ClassVar[str] = "feed"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {"article": bool, "kind": str, "pages": int}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """The oldest new entry first: what is known is then always the older part, wherever a kill cuts."""
        kind = read_kind(place, MentionKind.ARTICLE)
        seen: dict[str, str] = dict(cursor.get("seen", {}))
        answer = fetcher.fetch(
            place.address,
            etag=cursor.get("etag", ""),
            modified=cursor.get("modified", ""),
            headers={"Accept": ACCEPT},
        )
        if answer.is_unchanged:
            return
        fresh = self._find_fresh(place, answer, seen, fetcher)
        for group in cut_batches(fresh):
            heard = tuple(self._hear(place, entry, kind, fetcher, now) for entry in group)
            seen |= {digest(entry.key): entry.print for entry in group}
            yield Batch(heard, {**cursor, "seen": _forget(seen)})
        yield Batch((), {"seen": _forget(seen), "etag": answer.etag, "modified": answer.modified})

    def _find_fresh(
        self, place: Place, answer: Answer, seen: Mapping[str, str], fetcher: Fetcher
    ) -> list[Entry]:
        """New and edited entries, the oldest first: page after page until one has nothing new."""
        fresh: dict[str, Entry] = {}
        asked = {place.address, answer.address}
        for _ in range(max(1, int(place.options.get("pages", PAGES)))):
            page = read_feed(answer.body, answer.address, answer.charset)
            found = {
                entry.key: entry
                for entry in page.entries
                if seen.get(digest(entry.key)) != entry.print and entry.key not in fresh
            }
            fresh |= found
            if not found or not page.next or page.next in asked:
                break
            asked.add(page.next)
            answer = fetcher.fetch(page.next, headers={"Accept": ACCEPT})
        return list(reversed(fresh.values()))

    def _hear(self, place: Place, entry: Entry, kind: MentionKind, fetcher: Fetcher, now: datetime) -> Heard:
        if place.options.get("article") and entry.address:
            entry = _read_whole(entry, fetcher)
        return Heard(
            source=place.slug,
            external_id=entry.key,
            address=entry.address,
            title=entry.title,
            text=entry.text or entry.title,
            cut_from=entry.cut_from,
            published_at=settle_time(entry.published_at, now),
            author=entry.author,
            reach=place.reach,
            kind=kind,
            language=place.language or entry.language,
            country=place.country,
        )


def _read_whole(entry: Entry, fetcher: Fetcher) -> Entry:
    """The entry with its page's text; as the feed has it where the page cannot be had."""
    try:
        page = read_page(fetcher.fetch(entry.address))
    except ReputationRefused:
        return entry
    return (
        replace(entry, text=page.text, cut_from=page.cut_from)
        if page and len(page.text) > len(entry.text)
        else entry
    )


def _forget(seen: Mapping[str, str]) -> dict[str, str]:
    return dict(list(seen.items())[-REMEMBERED:])
