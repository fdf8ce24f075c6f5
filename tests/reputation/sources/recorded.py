"""What each kind of source answers: things said, shown as a feed, a timeline, an API or a page shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from tests.reputation.sources.web import NOW, Web
from usine.reputation.sources.connectors import Place

BODY = (
    "The council met for four hours on Tuesday evening and agreed on a new plan for the river bank, number {n}. "
    "Residents asked who would pay for the bridge, and the mayor promised an answer before the end of the year. "
    "Work begins in spring, once the last ice has gone and the cranes can be brought over the old ferry road."
)


@dataclass
class Recorded:
    """One source at a server: `count` things are said there; `edited` are those that say something else now."""

    web: Web
    count: int
    edited: set[int] = field(default_factory=set)

    def text(self, n: int) -> str:
        return f"Edited thing {n}." if n in self.edited else f"Thing number {n}, said aloud."

    def at(self, n: int) -> str:
        return (NOW - timedelta(minutes=600 - n)).isoformat()

    def base(self) -> str:
        return self.web.at().rstrip("/")


def _page(path: str, size: int, count: int) -> tuple[list[int], str]:
    """The newest first, a page at a time."""
    number = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
    newest = list(range(count - 1, -1, -1))
    page = newest[(number - 1) * size : number * size]
    return page, f"?page={number + 1}" if number * size < count else ""


def record_rss(said: Recorded) -> Place:
    def answer(path, headers):
        page, older = _page(path, 40, said.count)
        etag = f'"{said.count}{sorted(said.edited)}{path}"'
        if headers["If-None-Match"] == etag:
            return 304, {"ETag": etag}, b""
        items = "".join(
            f"<item><title>T{n}</title><guid>id-{n}</guid><link>{said.base()}/{n}</link>"
            f"<pubDate>{said.at(n)}</pubDate><description>{said.text(n)}</description></item>"
            for n in page
        )
        link = f'<atom:link rel="next" href="{older}"/>' if older else ""
        body = f'<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel>{link}{items}</channel></rss>'
        return 200, {"ETag": etag}, body.encode()

    said.web.pages["/list"] = answer
    return Place("rss", said.web.at("/list"), {}, "en", "GB", 50)


def record_atom(said: Recorded) -> Place:
    def answer(path, headers):
        page, older = _page(path, 40, said.count)
        entries = "".join(
            f"<entry><id>id-{n}</id><title>T</title><updated>{said.at(n)}</updated><summary>{said.text(n)}</summary></entry>"
            for n in page
        )
        link = f'<link rel="next" href="{older}"/>' if older else ""
        return 200, {}, f'<feed xmlns="http://www.w3.org/2005/Atom">{link}{entries}</feed>'.encode()

    said.web.pages["/list"] = answer
    return Place("atom", said.web.at("/list"), {"kind": "forum"})


def record_json_feed(said: Recorded) -> Place:
    def answer(path, headers):
        page, older = _page(path, 40, said.count)
        items = [{"id": f"id-{n}", "content_text": said.text(n), "date_published": said.at(n)} for n in page]
        feed = {"items": items, **({"next_url": older} if older else {})}
        return 200, {}, json.dumps(feed).encode()

    said.web.pages["/list"] = answer
    return Place("json", said.web.at("/list"))


def record_mastodon(said: Recorded) -> Place:
    """Paging as its documentation has it: `since_id` from the newest, `min_id` from the next one, `max_id` back."""

    def answer(path, headers):
        asked = {
            name: int(values[0]) for name, values in parse_qs(urlsplit(path).query).items() if name != "local"
        }
        floor = max(asked.get("since_id", 0), asked.get("min_id", 0))
        found = [n for n in range(said.count) if floor < 100 + n < asked.get("max_id", 10**9)]
        limit = min(asked.get("limit", 20), 40)
        page = found[:limit] if "min_id" in asked else found[-limit:]
        return 200, {}, json.dumps([make_status(said, n) for n in reversed(page)]).encode()

    said.web.pages["/api/v1/timelines/public"] = answer
    return Place("mastodon", said.web.at(""), {"local": True})


def make_status(said: Recorded, n: int) -> dict[str, object]:
    return {
        "id": str(100 + n),
        "uri": f"id-{n}",
        "url": f"{said.base()}/@a/{n}",
        "created_at": said.at(n),
        "edited_at": NOW.isoformat() if n in said.edited else None,
        "visibility": "public",
        "language": "en",
        "spoiler_text": "",
        "content": f"<p>{said.text(n)}</p>",
        "account": {"acct": "ann", "followers_count": 7},
    }


def record_reviews(said: Recorded) -> Place:
    """By the order of changes: an edited review comes once more, behind the others."""

    def answer(path, headers):
        after = int(parse_qs(urlsplit(path).query).get("after", ["0"])[0])
        changes = [*range(said.count), *sorted(said.edited)]
        page = list(enumerate(changes, 1))[after : after + 40]
        reviews = [
            {"id": f"id-{n}", "text": said.text(n), "rating": 4, "published_at": said.at(n), "country": "gb"}
            for _, n in page
        ]
        return 200, {}, json.dumps({"reviews": reviews, "next": str(page[-1][0]) if page else ""}).encode()

    said.web.pages["/list"] = answer
    return Place("reviews", said.web.at("/list"))


def record_review_page(said: Recorded) -> Place:
    def answer(path, headers):
        reviews = [
            {"@type": "Review", "@id": f"id-{n}", "reviewBody": said.text(n), "datePublished": said.at(n)}
            for n in range(said.count)
        ]
        marked = json.dumps({"@type": "Product", "name": "Car", "review": reviews})
        body = f'<html><script type="application/ld+json">{marked}</script><body><p>x</p></body></html>'
        return 200, {}, body.encode()

    said.web.pages["/list"] = answer
    return Place("review-page", said.web.at("/list"))


def record_sitemap(said: Recorded) -> Place:
    def answer(path, headers):
        urls = "".join(
            f"<url><loc>{said.base()}/article/{n}</loc><lastmod>{_changed(said, n)}</lastmod></url>"
            for n in range(said.count)
        )
        return (
            200,
            {},
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(),
        )

    def article(n):
        paragraphs = f"<p>{BODY.format(n=n)}</p><p>{said.text(n)}</p>"
        return (
            f"<html><body><nav>Home</nav><article><h1>A{n}</h1>{paragraphs}</article></body></html>".encode()
        )

    said.web.pages["/list"] = answer
    for n in range(200):
        said.web.pages[f"/article/{n}"] = lambda path, headers, n=n: (200, {}, article(n))
    return Place("sitemap", said.web.at("/list"), {"match": "^/article/"})


def _changed(said: Recorded, n: int) -> str:
    return NOW.isoformat() if n in said.edited else said.at(n)


def record_files(said: Recorded) -> Place:
    """Fifty things a file, so that a new thing changes the last one."""
    folder = settings.REPUTATION_INBOX / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, said.count, 50):
        numbers = range(start, min(start + 50, said.count))
        rows = [{"id": f"id-{n}", "text": said.text(n), "published_at": said.at(n)} for n in numbers]
        (folder / f"{start:03}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return Place("files", "files")


@dataclass(frozen=True)
class Case:
    """A connector and what it reads. `count` makes for several batches; `refuses`: it knows what is not its own."""

    connector: str
    record: Callable[[Recorded], Place]
    count: int
    is_web: bool = True
    refuses: bool = True


CASES = {
    "rss": Case("feed", record_rss, 130),
    "atom": Case("feed", record_atom, 110),
    "json": Case("feed", record_json_feed, 110),
    "mastodon": Case("mastodon", record_mastodon, 50),
    "reviews": Case("reviews", record_reviews, 50),
    "review_page": Case("review_page", record_review_page, 110, refuses=False),
    "sitemap": Case("pages", record_sitemap, 11, refuses=False),
    "files": Case("files", record_files, 120, is_web=False),
}
