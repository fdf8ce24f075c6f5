"""Forgetting: an author who asks for it, for ever; what a source keeps no longer, each day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from usine.commons.facts import record_fact
from usine.reputation.authors import key_author
from usine.reputation.contracts import ReputationRefused, SourceInvalid
from usine.reputation.models import Arrival, Erasure, Mention, SetAside, Source
from usine.reputation.search_index import reindex
from usine.reputation.stories import find_orphans, refresh_stories
from usine.reputation.volumes import recounted

ERASED, EXPIRED = "AuthorErased", "MentionsExpired"
AT_ONCE = 500


def erase_author(source: str, handle: str, *, by: str, now: datetime) -> int:
    """Delete everything that an author said at a source (its slug), and never take anything of theirs again.

    Mentions go with their notes, corrections and words in the index, and what is set aside of theirs; counts are
    corrected; what alerts show is read from the mentions, so nothing is left there. Only the digest of the author is
    kept. Returns how many mentions went.

    Raises SourceInvalid for a source that there is not, under whose name nobody would be forgotten.
    """
    key = key_author(source, handle)
    if not key:
        raise ReputationRefused("An author is erased by the name that the source knows them by: give it.")
    if not Source.objects.filter(slug=source).exists():
        raise SourceInvalid(f"There is no source {source[:80]}: nobody was erased. Name it as its list does.")
    with transaction.atomic():
        Erasure.objects.get_or_create(author_key=key, defaults={"by": by, "at": now})
        _drop_arrivals(source, key)
        SetAside.objects.filter(author_key=key).delete()
        count = 0
        while ids := list(Mention.objects.filter(author_key=key).values_list("pk", flat=True)[:AT_ONCE]):
            count += _delete(ids, keeps_counts=False)
        record_fact(ERASED, by=by, mentions=count)
    return count


def expire(*, by: str, now: datetime) -> int:
    """Delete what is older than its source keeps (`keep_days`), set aside or not. Returns how many mentions went.

    The counts stay: they are of nobody. What is told again later is refused by its date.
    """
    count = 0
    for source in Source.objects.order_by("slug"):
        before = now - timedelta(days=source.keep_days)
        SetAside.objects.filter(source=source, published_at__lt=before).delete()
        for ids in _list_expired(source, before):
            with transaction.atomic():
                count += _delete(ids, keeps_counts=True)
    if count:
        with transaction.atomic():
            record_fact(EXPIRED, by=by, mentions=count)
    return count


def _list_expired(source: Source, before: datetime) -> Iterator[list[int]]:
    old = Mention.objects.filter(source=source, published_at__lt=before)
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield ids


def _delete(ids: Collection[int], *, keeps_counts: bool) -> int:
    """Of a story that loses its first mention, another becomes the one that is counted."""
    stories = set(Mention.objects.filter(pk__in=ids, story__isnull=False).values_list("story", flat=True))
    orphans = find_orphans(stories, ids)
    with recounted(orphans if keeps_counts else [*ids, *orphans]):
        Mention.objects.filter(pk__in=ids).delete()
        Mention.objects.filter(pk__in=orphans).update(is_copy=False)
    reindex(orphans)
    refresh_stories(stories)
    return len(ids)


def _drop_arrivals(source: str, key: str) -> None:
    """What waits to be taken in would be skipped then; it goes now."""
    waiting = Arrival.objects.filter(heard__source=source).only("pk", "heard")
    theirs = [row.pk for row in waiting.iterator() if key_author(source, row.heard["author"]) == key]
    Arrival.objects.filter(pk__in=theirs).delete()
