"""Web pages: the articles that a sitemap or a page of links leads to, each read in full without its surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from usine.reputation.contracts import Heard, MentionKind, SourceInvalid
from usine.reputation.sources.addresses import AddressRefused
from usine.reputation.sources.connectors import Batch, Cursor, Place, cut_batches, read_kind
from usine.reputation.sources.entries import digest, shorten_key
from usine.reputation.sources.fetching import Answer, Fetcher, FetchFailed
from usine.reputation.sources.reading import decode, read_page
from usine.reputation.sources.sitemaps import Link, is_sitemap, list_changed, read_links, read_sitemap
from usine.reputation.sources.times import settle_time
from usine.reputation.texts.addresses import canonicalise

GROUP = 10  # pages that are read before their cursor is kept
PAGES = 100  # a visit
MAPS = 20  # sitemaps of one index
REMEMBERED = 5_000


class Pages:
    """`address` is a sitemap or a page of links. Options: `match` (a regular expression of paths that are articles),
    `pages` (how many a visit), `kind`."""

    name: ClassVar[str] = "pages"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {"match": str, "pages": int, "kind": str}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """Pages that are new, or changed by their sitemap; those that cannot be had are asked for again, thrice."""
        kind = read_kind(place, MentionKind.ARTICLE)
        seen: dict[str, str] = dict(cursor.get("seen", {}))
        missed: dict[str, int] = dict(cursor.get("missed", {}))
        answer = fetcher.fetch(
            place.address, etag=cursor.get("etag", ""), modified=cursor.get("modified", "")
        )
        if answer.is_unchanged:
            return
        links = [link for link in _list_links(place, answer, fetcher) if _is_fresh(link, seen)]
        turn = links[: int(place.options.get("pages", PAGES))]
        for group in cut_batches(turn, GROUP):
            heard = [self._hear(place, link, kind, fetcher, now, seen, missed) for link in group]
            yield Batch(tuple(filter(None, heard)), {"seen": _forget(seen), "missed": _forget(missed)})
        stamps = {"etag": answer.etag, "modified": answer.modified}
        is_done = len(turn) == len(links) and not missed  # else the list has to be read again, changed or not
        yield Batch((), {"seen": _forget(seen), "missed": _forget(missed), **(stamps if is_done else {})})

    def _hear(
        self,
        place: Place,
        link: Link,
        kind: MentionKind,
        fetcher: Fetcher,
        now: datetime,
        seen: dict[str, str],
        missed: dict[str, int],
    ) -> Heard | None:
        """The mention of one page; None for one without an article, or that cannot be had."""
        key = digest(link.address)
        try:
            answer = fetcher.fetch(link.address)
        except FetchFailed as error:
            if error.retry_after_s is not None:
                raise  # the host asks for peace: so do the pages behind this one
            missed[key] = missed.get(key, 0) + 1
            if missed[key] < 3:
                return None
            answer = None
        except AddressRefused:
            answer = None
        missed.pop(key, None)
        seen[key] = _stamp(link)
        page = read_page(answer) if answer else None
        if answer is None or page is None:
            return None
        return Heard(
            source=place.slug,
            external_id=shorten_key(canonicalise(link.address)),
            address=answer.address[:1000],
            title=page.title or link.title,
            text=page.text,
            cut_from=page.cut_from,
            published_at=settle_time(page.published_at or link.changed_at, now),
            reach=place.reach,
            kind=kind,
            language=place.language or page.language,
            country=place.country,
        )


def _list_links(place: Place, answer: Answer, fetcher: Fetcher) -> list[Link]:
    pattern = _read_pattern(place)
    if is_sitemap(answer):
        pages, maps = read_sitemap(answer)
        newest = sorted(maps, key=lambda link: str(link.changed_at or ""), reverse=True)[:MAPS]
        for link in newest:
            pages += read_sitemap(fetcher.fetch(link.address))[0]
    else:
        pages = read_links(decode(answer), answer.address)
    host = urlsplit(answer.address).netloc
    own = [link for link in pages if urlsplit(link.address).netloc == host and link.address != answer.address]
    return list(list_changed([link for link in own if pattern.search(urlsplit(link.address).path)]))


def _read_pattern(place: Place) -> re.Pattern[str]:
    try:
        return re.compile(str(place.options.get("match", "")))
    except re.error as error:
        raise SourceInvalid(
            f"The option match of the source {place.slug} is no regular expression ({error})."
        ) from error


def _is_fresh(link: Link, seen: Mapping[str, str]) -> bool:
    return seen.get(digest(link.address)) != _stamp(link)


def _stamp(link: Link) -> str:
    return link.changed_at.isoformat() if link.changed_at else ""


def _forget(seen: Mapping[str, Any]) -> dict[str, Any]:
    return dict(list(seen.items())[-REMEMBERED:])
