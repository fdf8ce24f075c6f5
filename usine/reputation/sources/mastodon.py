"""Public timelines and hashtags of Mastodon and of servers that speak its API (v1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from usine.reputation.contracts import Heard, MentionKind, SourceInvalid
from usine.reputation.sources.connectors import Batch, Cursor, Place, read_secret
from usine.reputation.sources.entries import shorten_key
from usine.reputation.sources.fetching import Fetcher
from usine.reputation.sources.hypertext import CONTROLS, read_line, read_said
from usine.reputation.sources.times import read_time, settle_time

LIMIT = 40  # the most that a server gives at once
PAGES = 25  # a visit; the next one goes on from there
HASHTAG = re.compile(r"\w+")

Status = Mapping[str, Any]


class Mastodon:
    """`address` is an instance. Options: `hashtag`, else its public timeline; `local` for its own people only;
    `token_env` names the variable of an access token; `pages` how far back a first visit goes."""

    name: ClassVar[str] = "mastodon"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {"hashtag": str, "local": bool, "token_env": str, "pages": int}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """Forwards from the last id, page by page; then what was edited among the newest."""
        since, edits = str(cursor.get("since", "")), dict(cursor.get("edits", {}))
        pages = self._go_on(place, fetcher, since) if since else self._go_back(place, fetcher)
        for page in pages:
            since = max([since, *map(_id, page)], key=_order)
            edits |= {_id(status): status["edited_at"] for status in page if status.get("edited_at")}
            yield Batch(_hear_all(place, page, now), {"since": since, "edits": _forget(edits)})
        if not cursor:
            return
        edited = [status for status in self._ask(place, fetcher) if _was_edited(status, edits, since)]
        if edited:
            edits |= {_id(status): status["edited_at"] for status in edited}
            yield Batch(_hear_all(place, edited, now), {"since": since, "edits": _forget(edits)})

    def _go_on(self, place: Place, fetcher: Fetcher, since: str) -> Iterator[list[Status]]:
        """`min_id` gives the next ones after an id, the oldest first; servers without it know `since_id`."""
        for _ in range(PAGES):
            page = self._ask(place, fetcher, min_id=since, since_id=since)
            page = sorted((status for status in page if _order(_id(status)) > _order(since)), key=_by_id)
            if not page:
                return
            yield page
            since = _id(page[-1])

    def _go_back(self, place: Place, fetcher: Fetcher) -> Iterator[list[Status]]:
        """A first visit: back from the newest, then told in the order of time."""
        pages: list[list[Status]] = []
        until: dict[str, str] = {}
        for _ in range(int(place.options.get("pages", PAGES))):
            page = sorted(self._ask(place, fetcher, **until), key=_by_id)
            if not page or (until and _order(_id(page[0])) >= _order(until["max_id"])):
                break
            pages.append(page)
            until = {"max_id": _id(page[0])}
        yield from reversed(pages)

    def _ask(self, place: Place, fetcher: Fetcher, **parameters: str) -> list[Status]:
        token = read_secret(place, "token_env")
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = fetcher.fetch(_make_address(place, parameters), headers=headers)
        return read_statuses(answer.body, answer.address)


def read_statuses(body: bytes, address: str) -> list[Status]:
    """The statuses of an answer that are whole enough to be used. Raises SourceInvalid for anything but a list."""
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise SourceInvalid(f"{address[:200]} did not answer with JSON ({str(error)[:80]}).") from error
    if not isinstance(found, list):
        raise SourceInvalid(
            f"{address[:200]} did not answer with a list of statuses: is it a Mastodon server?"
        )
    return [status for status in found if isinstance(status, dict) and _id(status).isalnum()]


def hear_status(place: Place, status: Status, now: datetime) -> Heard | None:
    """The mention that a status is; None for what is not public, a boost, or empty."""
    if status.get("visibility") != "public" or status.get("reblog"):
        return None
    said, warning = read_said(str(status.get("content") or "")), read_line(status.get("spoiler_text"))
    text = said.text
    if not text and not warning:
        return None
    account = status.get("account")
    account = account if isinstance(account, Mapping) else {}
    followers = account.get("followers_count")
    language = status.get("language")
    return Heard(
        source=place.slug,
        external_id=shorten_key(str(status.get("uri") or _id(status))),
        address=_web(status.get("url")) or _web(status.get("uri")),
        title=warning,  # a content warning stands before what it hides
        text=text or warning,
        cut_from=said.cut_from,
        published_at=settle_time(read_time(status.get("created_at")), now),
        author=_name_author(account, place.address),
        reach=followers if isinstance(followers, int) and 0 < followers < 2**31 else place.reach,
        kind=MentionKind.COMMENT if status.get("in_reply_to_id") else MentionKind.POST,
        language=language.partition("-")[0][:8] if isinstance(language, str) else place.language,
        country=place.country,
        in_reply_to=str(status.get("in_reply_to_id") or "")[:300],
    )


def _hear_all(place: Place, page: list[Status], now: datetime) -> tuple[Heard, ...]:
    return tuple(heard for status in page if (heard := hear_status(place, status, now)))


def _make_address(place: Place, parameters: Mapping[str, str]) -> str:
    tag = str(place.options.get("hashtag", "")).removeprefix("#")
    if tag and not HASHTAG.fullmatch(tag):
        raise SourceInvalid(f"The source {place.slug} has the hashtag {tag[:80]}, which is no single word.")
    path = f"tag/{quote(tag)}" if tag else "public"
    asked = {"limit": str(LIMIT), **parameters}
    if place.options.get("local"):
        asked["local"] = "true"
    return f"{place.address.rstrip('/')}/api/v1/timelines/{path}?{urlencode(asked)}"


def _name_author(account: Mapping[str, Any], instance: str) -> str:
    """`name@host`, also of people of the instance itself, who are called without a host there."""
    name = read_line(account.get("acct"), 200)
    return f"{name}@{urlsplit(instance).hostname}" if name and "@" not in name else name


def _was_edited(status: Status, edits: Mapping[str, str], since: str) -> bool:
    edited = status.get("edited_at")
    is_known = _order(_id(status)) <= _order(since)
    return isinstance(edited, str) and is_known and edits.get(_id(status)) != edited


def _web(address: object) -> str:
    is_web = isinstance(address, str) and address.startswith(("http://", "https://"))
    return CONTROLS.sub("", str(address))[:1000] if is_web else ""


def _id(status: Status) -> str:
    return str(status.get("id") or "")[:60]


def _order(identifier: str) -> tuple[int, str]:
    """Numbers by their size; the identifiers of servers that use letters sort by length, then sign by sign."""
    return len(identifier), identifier


def _by_id(status: Status) -> tuple[int, str]:
    return _order(_id(status))


def _forget(edits: Mapping[str, str]) -> dict[str, str]:
    return dict(list(edits.items())[-200:])
