"""Which story a mention belongs to: exact copies by the digest of their words, near ones by an index in memory.

The index holds what was heard within a fortnight; it is filled from the table as a worker begins, and follows what
other workers store.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, OuterRef, Subquery, Sum
from django.db.models.functions import Length

from usine.reputation.contracts import COPIED_WITHIN
from usine.reputation.models import Mention, Story

SHORTEST = 24
"""Letters of a text from which on the same words are a copy, and not just what many people say."""
AT_ONCE = 5000


@dataclass(slots=True)
class Placed:
    """A text of a batch: its number in the index, and the story that it resembles if that is stored already."""

    number: int
    story: int | None
    like: int | None = None  # the number in the index of what it resembles


class Stories:
    """One for each worker. Not safe between threads.

    The index holds numbers of ours instead of stories: those of a batch have no key before they are stored.
    """

    def __init__(self) -> None:
        from usine.reputation.texts.copies import StoryIndex  # whoever only refreshes stories needs no index

        self._copies = StoryIndex()
        self._story_of: dict[int, int] = {}
        self._own: set[int] = set()
        self._last = 0
        self._number = 0

    def catch_up(self, now: datetime) -> None:
        """Learn what was stored since the last time, by others too. One query for 5,000 mentions."""
        while True:
            rows = list(
                Mention.objects.filter(pk__gt=self._last, published_at__gte=now - COPIED_WITHIN)
                .exclude(story=None)
                .order_by("pk")
                .values_list("pk", "story_id", "signature", "published_at")[:AT_ONCE]
            )
            for mention, story, signature, at in rows:
                if mention not in self._own and signature:
                    self._story_of[self._remember(bytes(signature), at)] = story
            self._own.difference_update(row[0] for row in rows)
            if rows:
                self._last = rows[-1][0]
            if len(rows) < AT_ONCE:
                return

    def place(self, signature: bytes, at: datetime) -> Placed:
        """Find what a text resembles, then remember it; its story is told once it is stored (`settle`)."""
        near = self._copies.find(signature, at)
        like = near.story if near else None
        number = self._remember(signature, at) if signature else 0
        return Placed(number, None if like is None else self._story_of.get(like), like)

    @contextmanager
    def kept_if_stored(self) -> Iterator[None]:
        """Forget what is placed within where it raises: who tries again would find copies of what is in no story."""
        first = self._number + 1
        try:
            yield
        except BaseException:
            self._copies.take_back(first)
            raise

    def settle(self, placed: Iterable[tuple[Placed, int, int]]) -> None:
        """Texts that are stored now: their places, mentions and stories."""
        for place, mention, story in placed:
            self._own.add(mention)
            for number in (place.number, place.like):
                if number:
                    self._story_of[number] = story

    def _remember(self, signature: bytes, at: datetime) -> int:
        self._number += 1
        self._copies.add(self._number, signature, at)
        return self._number


def find_exact(digests: Collection[str], now: datetime) -> dict[str, int]:
    """Stories that have a text of the same words within the window. One query."""
    rows = Mention.objects.filter(
        digest__in=digests, published_at__gte=now - COPIED_WITHIN, story__isnull=False
    ).order_by("-pk")
    return dict(rows.values_list("digest", "story_id"))


def refresh_stories(ids: Collection[int]) -> None:
    """Have stories say what their mentions say: how many, when, reach, the fullest. Empty ones go. Two queries."""
    if not ids:
        return
    mentions = Mention.objects.filter(story=OuterRef("pk")).order_by().values("story")
    fullest = Mention.objects.filter(story=OuterRef("pk")).order_by(
        (Length("title") + Length("text")).desc(), "pk"
    )
    Story.objects.filter(pk__in=ids, mentions=None).delete()
    Story.objects.filter(pk__in=ids).update(
        size=Subquery(mentions.annotate(found=Count("pk")).values("found")),
        reach=Subquery(mentions.annotate(found=Sum("reach")).values("found")),
        first_at=Subquery(mentions.annotate(found=Min("published_at")).values("found")),
        last_at=Subquery(mentions.annotate(found=Max("published_at")).values("found")),
        head=Subquery(fullest.values("pk")[:1]),
    )


def find_orphans(stories: Collection[int], leaving: Collection[int]) -> list[int]:
    """Copies that become what their story is counted by as other mentions leave it: the first one left of each."""
    left = Mention.objects.filter(story__in=stories).exclude(pk__in=leaving)
    kept = left.filter(is_copy=False).values("story")
    firsts = left.exclude(story__in=kept).order_by().values("story").annotate(first=Min("pk"))
    return list(firsts.values_list("first", flat=True).order_by(F("first")))
