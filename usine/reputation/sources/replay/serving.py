"""What an outlet answers at a moment: only what has been said by then, with ETags, robots.txt and its own troubles."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from usine.reputation.sources.replay import rendering
from usine.reputation.sources.replay.content import Outlet
from usine.reputation.sources.replay.schedule import Said

PAGE = 50  # entries of a feed, as most have
SITE_PAGE = 200
STATUSES = 40


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Fortnight:
    """Everything that is said, by outlet, and what each answers."""

    def __init__(self, outlets: Sequence[Outlet], said: Sequence[Said], begins: datetime, port: int) -> None:
        self.begins = begins
        self._port = port
        self._outlets: dict[str, list[Outlet]] = {}
        for outlet in outlets:
            self._outlets.setdefault(outlet.host, []).append(outlet)
        self._said: dict[str, list[Said]] = {}
        hosts = {outlet.slug: outlet.host for outlet in outlets}
        for one in said:
            self._said.setdefault(hosts[one.outlet], []).append(one)

    def answer(self, host: str, target: str, headers: Mapping[str, str], now: datetime) -> Reply:
        """The reply of a host to GET `target` at the moment `now`."""
        outlets = self._outlets.get(host)
        if not outlets:
            return _say(404, "There is no such outlet in this replay.")
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            return _say(200, _write_robots(max(outlet.delay_s for outlet in outlets)))
        if trouble := self._find_trouble(outlets, now):
            return trouble
        heard = [one for one in self._said.get(host, []) if one.at <= now]
        found = self._find_page(outlets, host, parts.path, asked, heard, now)
        if found is None:
            return _say(404, "There is no such page.")
        return _stamp(*found, headers)

    def _find_trouble(self, outlets: Sequence[Outlet], now: datetime) -> Reply | None:
        days = (now - self.begins).total_seconds() / 86_400
        for outlet in outlets:
            if outlet.fails and outlet.fails[0] <= days < outlet.fails[1]:
                return Reply(
                    503,
                    b"Down for maintenance.",
                    {"Retry-After": str(outlet.retry_after_s), **_type("text/plain")},
                )
        return None

    def _find_page(
        self,
        outlets: Sequence[Outlet],
        host: str,
        path: str,
        asked: Mapping[str, str],
        heard: Sequence[Said],
        now: datetime,
    ) -> tuple[bytes, str] | None:
        """A body and its type; None for what is not there."""
        base, first = f"http://{host}:{self._port}", outlets[0]
        if first.form == "mastodon":
            return _find_timeline(first, base, path, asked, heard, now)
        if found := re.fullmatch(r"/\d{4}/\d\d/\d\d/(\d+)", path):
            one = next((one for one in heard if one.number == int(found[1])), None)
            return (rendering.render_article(first, one, now), "text/html") if one else None
        outlet = next((outlet for outlet in outlets if outlet.path == path), None)
        return _render_list(outlet, base, asked, heard, now) if outlet else None


def _find_timeline(
    outlet: Outlet, base: str, path: str, asked: Mapping[str, str], heard: Sequence[Said], now: datetime
) -> tuple[bytes, str] | None:
    """As Mastodon pages: `max_id` and `since_id` from the newest, `min_id` from the oldest; the newest first."""
    tag = re.fullmatch(r"/api/v1/timelines/(?:public|tag/(\w+))", unquote(path))
    if not tag:
        return None
    if tag[1]:
        heard = [one for one in heard if f"#{tag[1]}".lower() in one.text.lower()]
    limit = min(_number(asked, "limit", 20), STATUSES)
    floor = max(_number(asked, "since_id", 0), _number(asked, "min_id", 0))
    ceiling = _number(asked, "max_id", 2**80)
    found = [one for one in heard if floor < one.number < ceiling]
    page = found[:limit] if "min_id" in asked else found[-limit:]
    return rendering.render_statuses(outlet, base, page[::-1], now), "application/json"


def _render_list(
    outlet: Outlet, base: str, asked: Mapping[str, str], heard: Sequence[Said], now: datetime
) -> tuple[bytes, str]:
    if outlet.form == "reviews":
        after = _number(asked, "after", 0)
        page = [one for one in heard if one.number > after][:PAGE]
        return rendering.render_reviews(base, page, str(page[-1].number) if page else ""), "application/json"
    if outlet.form == "review_page":
        return rendering.render_review_page(outlet, base, heard[::-1][:PAGE]), "text/html"
    if outlet.form == "site":
        newest = heard[::-1][:SITE_PAGE]
        if outlet.path.endswith(".xml"):
            return rendering.render_sitemap(base, newest), "application/xml"
        return rendering.render_list(outlet, base, newest), "text/html"
    number = max(_number(asked, "page", 1), 1)
    newest = heard[::-1][(number - 1) * PAGE : number * PAGE]
    following = f"{outlet.path}?page={number + 1}" if len(heard) > number * PAGE else ""
    form = {
        "rss": (rendering.render_rss, "application/rss+xml"),
        "atom": (rendering.render_atom, "application/atom+xml"),
        "json": (rendering.render_json_feed, "application/feed+json"),
    }[outlet.form]
    return form[0](outlet, base, newest, following, now), form[1]


def _stamp(body: bytes, media_type: str, headers: Mapping[str, str]) -> Reply:
    """200 with an ETag, packed for those who unpack; 304 for those who have it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    told = {"ETag": etag, "Vary": "Accept-Encoding"}
    if headers.get("If-None-Match") == etag:
        return Reply(304, b"", told)
    told |= _type(media_type)
    if "gzip" in headers.get("Accept-Encoding", ""):
        return Reply(200, gzip.compress(body, 1, mtime=0), {**told, "Content-Encoding": "gzip"})
    return Reply(200, body, told)


def _write_robots(delay_s: int) -> str:
    delay = f"Crawl-delay: {delay_s}\n" if delay_s else ""
    return f"User-agent: *\nDisallow: /admin/\nDisallow: /*?print=\n{delay}"


def _say(status: int, text: str) -> Reply:
    return Reply(status, text.encode(), _type("text/plain"))


def _type(media_type: str) -> dict[str, str]:
    return {"Content-Type": f"{media_type}; charset=utf-8"}


def _number(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    value = asked.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 30 else otherwise
