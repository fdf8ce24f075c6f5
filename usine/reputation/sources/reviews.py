"""Customer reviews: a plain JSON API, and pages that mark their reviews up as schema.org/Review."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urljoin

from usine.reputation.contracts import Heard, MentionKind, SourceInvalid
from usine.reputation.sources.connectors import Batch, Cursor, Place, cut_batches, read_secret
from usine.reputation.sources.entries import digest, shorten_key
from usine.reputation.sources.hypertext import CONTROLS, Said, read_line, read_said
from usine.reputation.sources.reading import decode
from usine.reputation.sources.times import read_time, settle_time

if TYPE_CHECKING:
    from usine.reputation.sources.fetching import Fetcher

PAGES = 50
REMEMBERED = 2_000
MARKED = re.compile(
    r"<script[^>]{0,300}type\s*=\s*[\"']?application/ld\+json[^>]{0,300}>(.*?)</script",
    re.IGNORECASE | re.DOTALL,
)
DEEPEST = 12  # of marked-up things within one another

Review = Mapping[str, Any]


class Reviews:
    """`address` answers with JSON, the oldest change first: docs/reputation-sources.md has the form.
    Option: `token_env`."""

    name: ClassVar[str] = "reviews"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {"token_env": str}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        """Page after page from where the last answer led; at the last one, from where it will go on."""
        after = str(cursor.get("after", ""))
        token = read_secret(place, "token_env")
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        for _ in range(PAGES):
            joint = "&" if "?" in place.address else "?"
            address = f"{place.address}{joint}{urlencode({'after': after})}" if after else place.address
            answer = fetcher.fetch(address, headers=headers)
            reviews, following = read_reviews(answer.body, answer.address)
            is_over = not following or following == after
            after = following or after
            yield Batch(_hear_all(place, reviews, now), {"after": after})
            if is_over:
                return


class MarkedReviews:
    """`address` is a page with reviews in JSON-LD, as search engines read them."""

    name: ClassVar[str] = "review_page"
    is_pushed: ClassVar[bool] = False
    options: ClassVar[Mapping[str, type]] = {}

    def collect(self, place: Place, cursor: Cursor, fetcher: Fetcher, *, now: datetime) -> Iterator[Batch]:
        seen: dict[str, str] = dict(cursor.get("seen", {}))
        answer = fetcher.fetch(
            place.address, etag=cursor.get("etag", ""), modified=cursor.get("modified", "")
        )
        if answer.is_unchanged:
            return
        found = list(_hear_marked(place, decode(answer), answer.address, now))
        fresh = [heard for heard in found if seen.get(digest(heard.external_id)) != digest(heard.text)]
        fresh.sort(key=lambda heard: heard.published_at)
        for group in cut_batches(fresh):
            seen |= {digest(heard.external_id): digest(heard.text) for heard in group}
            yield Batch(tuple(group), {"seen": _forget(seen)})
        yield Batch((), {"seen": _forget(seen), "etag": answer.etag, "modified": answer.modified})


def read_reviews(body: bytes, address: str) -> tuple[list[Review], str]:
    """The reviews of an answer and where to go on (`next`). Raises SourceInvalid."""
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise SourceInvalid(f"{address[:200]} did not answer with JSON ({str(error)[:80]}).") from error
    reviews = found.get("reviews") if isinstance(found, dict) else None
    if not isinstance(reviews, list):
        raise SourceInvalid(
            f"{address[:200]} did not answer with reviews: see the form in the documentation."
        )
    following = found.get("next")
    return [review for review in reviews if isinstance(review, dict)], str(following or "")[:500]


def hear_review(place: Place, review: Review, now: datetime) -> Heard | None:
    """The mention that a review of the API is; None for one without words or id."""
    told, key = read_said(str(review.get("text") or "")), str(review.get("id") or "")
    title = read_line(review.get("title"))
    if not key or not (told.text or title):
        return None
    return _make_heard(
        place,
        key=key,
        address=str(review.get("url") or ""),
        title=title or read_line(review.get("product")),
        told=told if told.text else Said(title),
        said=review.get("published_at"),
        author=review.get("author"),
        rating=rate(review.get("rating"), review.get("worst", 1), review.get("best", 5)),
        language=review.get("language"),
        country=review.get("country"),
        now=now,
    )


def rate(value: object, worst: object, best: object) -> float | None:
    """A rating between the worst and the best as 0 to 1; None for one that lies outside or is none."""
    try:
        low, high, given = float(str(worst)), float(str(best)), float(str(value).replace(",", "."))
    except ValueError:
        return None
    return (given - low) / (high - low) if low < high and low <= given <= high else None


def list_marked(html: str) -> Iterator[tuple[Review, str]]:
    """Every schema.org/Review of a page with the name of what it is about, however deep it stands."""
    for block in MARKED.findall(html):
        try:
            found = json.loads(block)
        except (ValueError, RecursionError):
            continue  # others on the page may be sound
        yield from _walk(found, "", DEEPEST)


def _walk(thing: object, about: str, depth: int) -> Iterator[tuple[Review, str]]:
    if depth == 0:
        return
    if isinstance(thing, list):
        for part in thing:
            yield from _walk(part, about, depth - 1)
    elif isinstance(thing, dict):
        kinds = thing.get("@type")
        if "Review" in (kinds if isinstance(kinds, list) else [kinds]):
            item = thing.get("itemReviewed")
            yield thing, read_line(item.get("name")) if isinstance(item, dict) else about
            return
        about = read_line(thing.get("name")) or about
        for name in ("@graph", "review", "reviews", "itemListElement", "item", "mainEntity", "hasVariant"):
            yield from _walk(thing.get(name), about, depth - 1)


def _hear_marked(place: Place, html: str, address: str, now: datetime) -> Iterator[Heard]:
    for review, about in list_marked(html):
        told = read_said(str(review.get("reviewBody") or review.get("description") or ""))
        title = read_line(review.get("name")) or about
        if not told.text:
            continue
        rating, author = review.get("reviewRating"), review.get("author")
        rating = rating if isinstance(rating, dict) else {}
        author = author.get("name") if isinstance(author, dict) else author
        said = review.get("datePublished")
        own = review.get("@id") or review.get("url") or review.get("identifier")
        yield _make_heard(
            place,
            key=str(own or f"{read_line(author)} {said} {digest(told.text) if not said else ''}"),
            address=urljoin(address, str(review.get("url") or "")),
            title=title,
            told=told,
            said=said,
            author=author,
            rating=rate(rating.get("ratingValue"), rating.get("worstRating", 1), rating.get("bestRating", 5)),
            language=review.get("inLanguage"),
            country="",
            now=now,
        )


def _make_heard(
    place: Place,
    *,
    key: str,
    address: str,
    title: str,
    told: Said,
    said: object,
    author: object,
    rating: float | None,
    language: object,
    country: object,
    now: datetime,
) -> Heard:
    claimed = country.upper() if isinstance(country, str) and re.fullmatch("[A-Za-z]{2,3}", country) else ""
    return Heard(
        source=place.slug,
        external_id=shorten_key(key),
        address=CONTROLS.sub("", address)[:1000] if address.startswith(("http://", "https://")) else "",
        title=title,
        text=told.text,
        cut_from=told.cut_from,
        published_at=settle_time(read_time(said), now),
        author=read_line(author, 200),
        reach=place.reach,
        kind=MentionKind.REVIEW,
        language=language.partition("-")[0][:8].lower() if isinstance(language, str) else place.language,
        country=claimed or place.country,
        rating=rating,
    )


def _hear_all(place: Place, reviews: Sequence[Review], now: datetime) -> tuple[Heard, ...]:
    return tuple(heard for review in reviews if (heard := hear_review(place, review, now)))


def _forget(seen: Mapping[str, str]) -> dict[str, str]:
    return dict(list(seen.items())[-REMEMBERED:])
