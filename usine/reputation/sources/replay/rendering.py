"""How what was said looks at each kind of outlet: feeds, pages, APIs. Pure: from values to bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from usine.reputation.sources.replay.content import Outlet
from usine.reputation.sources.replay.schedule import Said

CLUTTER = (
    '<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li><li><a href="/mail">Newsletter</a>'
    '</li></ul></nav><div class="cookie-banner" role="dialog"><span>We and our 214 partners would like to store '
    "cookies.</span><button>Accept all</button><button>Settings</button></div>"
)
TAIL = (
    '<aside><h2>Read more</h2><ul><li><a href="/weather">Rain until Thursday, then less of it</a></li>'
    '<li><a href="/sport">Handball: the home side keeps its lead</a></li></ul></aside>'
    '<footer><p>© All rights reserved. <a href="/terms">Terms</a> · <a href="/privacy">Privacy</a></p></footer>'
)


def find_path(said: Said) -> str:
    """The path of something said at its outlet's host."""
    return f"/{said.at:%Y/%m/%d}/{said.number}"


def tell(said: Said, now: datetime) -> str:
    """What it says at a moment: before it was edited, or after."""
    return said.before if said.edited_at and said.edited_at > now else said.text


def render_rss(outlet: Outlet, base: str, page: Sequence[Said], following: str, now: datetime) -> bytes:
    items = "".join(_render_item(outlet, base, said, now) for said in page)
    older = f'<atom:link rel="next" href="{escape(base + following)}"/>' if following else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{escape(base)}/</link><language>{outlet.language}</language>"
        f"<description>{escape(outlet.name)}</description>{older}{items}</channel></rss>"
    ).encode()


def render_atom(outlet: Outlet, base: str, page: Sequence[Said], following: str, now: datetime) -> bytes:
    entries = "".join(
        f"<entry><id>tag:{outlet.host},2026:{said.number}</id><title>{escape(said.title or _begin(said))}</title>"
        f'<link href="{escape(base + find_path(said))}"/><published>{said.at.isoformat()}</published>'
        f"<updated>{(said.edited_at or said.at).isoformat()}</updated>"
        f"<author><name>{escape(said.author)}</name></author>"
        f'<content type="html">{escape(_hypertext(tell(said, now)))}</content></entry>'
        for said in page
    )
    older = f'<link rel="next" href="{escape(base + following)}"/>' if following else ""
    newest = page[0].at.isoformat() if page else now.isoformat()
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{outlet.language}"><title>{escape(outlet.name)}</title><id>{escape(base)}/</id>'
        f"<updated>{newest}</updated>{older}{entries}</feed>"
    ).encode()


def render_json_feed(outlet: Outlet, base: str, page: Sequence[Said], following: str, now: datetime) -> bytes:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/",
        "language": outlet.language,
        "items": [
            {
                "id": str(said.number),
                "url": base + find_path(said),
                "title": said.title or _begin(said),
                "content_html": _hypertext(tell(said, now)),
                "date_published": said.at.isoformat(),
                "authors": [{"name": said.author}],
            }
            for said in page
        ],
    }
    if following:
        feed["next_url"] = base + following
    return json.dumps(feed, ensure_ascii=False).encode()


def render_statuses(outlet: Outlet, base: str, page: Sequence[Said], now: datetime) -> bytes:
    """As Mastodon's API writes statuses."""
    return json.dumps([_render_status(outlet, base, said, now) for said in page], ensure_ascii=False).encode()


def render_reviews(base: str, page: Sequence[Said], following: str) -> bytes:
    reviews = [
        {
            "id": str(said.number),
            "url": base + find_path(said),
            "title": said.title,
            "text": said.text,
            "author": said.author,
            "rating": said.rating,
            "best": 5,
            "worst": 1,
            "published_at": said.at.isoformat(),
            "language": said.language,
            "country": said.country,
        }
        for said in page
    ]
    return json.dumps({"reviews": reviews, "next": following}, ensure_ascii=False).encode()


def render_review_page(outlet: Outlet, base: str, page: Sequence[Said]) -> bytes:
    """A page of a shop with its reviews marked up for search engines."""
    reviews = [
        {
            "@type": "Review",
            "@id": f"https://{outlet.host}{find_path(said)}",
            "reviewBody": said.text,
            "datePublished": said.at.isoformat(),
            "author": {"@type": "Person", "name": said.author},
            "reviewRating": {
                "@type": "Rating",
                "ratingValue": said.rating,
                "bestRating": 5,
                "worstRating": 1,
            },
            "inLanguage": said.language,
        }
        for said in page
    ]
    marked = {"@context": "https://schema.org", "@type": "Product", "name": outlet.name, "review": reviews}
    words = json.dumps(marked, ensure_ascii=False).replace("</", "<\\/")
    listed = "".join(f"<li>{escape(said.text)}</li>" for said in page)
    head = f'<script type="application/ld+json">{words}</script>'
    return _render_page(
        outlet.language, outlet.name, head, f"<h1>{escape(outlet.name)}</h1><ul>{listed}</ul>"
    )


def render_list(outlet: Outlet, base: str, page: Sequence[Said]) -> bytes:
    """A front page: links to articles among others."""
    links = "".join(
        f'<li><a href="{find_path(said)}">{escape(said.title or _begin(said))}</a></li>' for said in page
    )
    return _render_page(outlet.language, outlet.name, "", f"<h1>{escape(outlet.name)}</h1><ul>{links}</ul>")


def render_sitemap(base: str, page: Sequence[Said]) -> bytes:
    urls = "".join(
        f"<url><loc>{escape(base + find_path(said))}</loc><lastmod>{said.at.isoformat()}</lastmod></url>"
        for said in page
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{urls}</urlset>"
    ).encode()


def render_article(outlet: Outlet, said: Said, now: datetime) -> bytes:
    title = said.title or _begin(said)
    head = f'<meta property="article:published_time" content="{said.at.isoformat()}">'
    body = (
        f"<main><article><h1>{escape(title)}</h1><p class=byline>{escape(said.author)}</p>"
        f"{_hypertext(tell(said, now))}</article></main>"
    )
    return _render_page(said.language, f"{title} – {outlet.name}", head, body)


def _render_page(language: str, title: str, head: str, body: str) -> bytes:
    direction = ' dir="rtl"' if language == "ar" else ""
    return (
        f'<!doctype html><html lang="{language or "en"}"{direction}><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{head}</head><body>{CLUTTER}{body}{TAIL}</body></html>"
    ).encode()


def _render_item(outlet: Outlet, base: str, said: Said, now: datetime) -> str:
    text = tell(said, now)
    summary = text.split("\n")[0] if outlet.is_whole else _hypertext(text)
    return (
        f"<item><title>{escape(said.title or _begin(said))}</title><link>{escape(base + find_path(said))}</link>"
        f'<guid isPermaLink="false">{said.number}</guid><pubDate>{format_datetime(said.at)}</pubDate>'
        f"<dc:creator>{escape(said.author)}</dc:creator><description>{escape(summary)}</description></item>"
    )


def _render_status(outlet: Outlet, base: str, said: Said, now: datetime) -> dict[str, Any]:
    address = f"{base}/@{said.author}/{said.number}"
    is_edited = said.edited_at is not None and said.edited_at <= now
    return {
        "id": str(said.number),
        "uri": f"https://{outlet.host}/users/{said.author}/statuses/{said.number}",  # whatever the port
        "url": address,
        "created_at": said.at.isoformat(),
        "edited_at": said.edited_at.isoformat() if is_edited and said.edited_at else None,
        "visibility": "public",
        "language": said.language,
        "spoiler_text": "",
        "sensitive": False,
        "in_reply_to_id": str(said.reply_to) if said.reply_to else None,
        "reblog": None,
        "content": _hypertext(tell(said, now)),
        "account": {
            "id": str(sum(map(ord, said.author))),
            "acct": said.author,
            "username": said.author,
            "url": f"{base}/@{said.author}",
            "followers_count": said.followers,
        },
        "tags": [
            {"name": word[1:].lower()}
            for word in tell(said, now).split()
            if word.startswith("#") and len(word) > 1
        ],
    }


def _hypertext(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))


def _begin(said: Said) -> str:
    """A title for what has none: its beginning."""
    text = said.before or said.text
    return text if len(text) <= 80 else text[:80].rsplit(" ", 1)[0] + "…"
