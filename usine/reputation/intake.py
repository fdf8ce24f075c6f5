"""What connectors heard becomes mentions: cleaned, read, put into stories, searchable and counted, a batch at a time.

A batch is one transaction: a worker killed at any moment loses and doubles nothing, for what a source tells again is
known by its identifier there. Reading, which takes longest, is done before the transaction.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from threading import RLock
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from usine.commons.facts import record_fact
from usine.reputation.authors import find_erased, key_author
from usine.reputation.cleaning import NO_SOURCE, TOO_OLD, Refused, clean
from usine.reputation.clocks import find_due
from usine.reputation.contracts import Guess, Heard, Reading, join_text
from usine.reputation.labelling import build_aspects, build_entities, keep_corrections, label
from usine.reputation.models import Correction, Mention, MentionAspect, MentionEntity, Source, Story
from usine.reputation.search_index import add_to_index, build_search_text, relabelled, write_tokens
from usine.reputation.stories import SHORTEST, Placed, Stories, find_exact, refresh_stories
from usine.reputation.storing import insert_rows, insert_with_keys
from usine.reputation.texts.addresses import canonicalise
from usine.reputation.texts.copies import sign_normalised
from usine.reputation.texts.languages import find_country
from usine.reputation.texts.normalise import digest_normalised, normalise
from usine.reputation.texts.tokens import tokenise_normalised
from usine.reputation.volumes import Counts, add_counts, apply_counts, count_mention

Beside = Callable[[Sequence[tuple[str, str]]], None]
"""Called with the source and identifier of each mention of a batch that is taken."""
ATTEMPTS = 3
HEARD = "MentionsHeard"
log = logging.getLogger(__name__)


class Reads(Protocol):
    """`understanding.reading.Reader`."""

    def read_all(self, texts: Sequence[tuple[str, str, str]]) -> list[Reading]:
        """Of each title, text and language that its source claims."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of a batch. `new` and `updated` are mentions; `known` were told again as they were."""

    new: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    known: int = 0
    forgotten: int = 0  # of authors who asked for it
    refused: tuple[Refused, ...] = ()
    aside: int = 0  # that it failed on (`halving`)


@dataclass(slots=True)
class _Item:
    """A text on its way: what it is, what is known of it, what was understood."""

    heard: Heard
    source: Source
    author_key: str
    mention: Mention | None = None  # that is stored already; of a new one, what is to be stored
    digest: str = ""
    signature: bytes = b""
    tokens: str = ""  # as the index has them
    place: Placed | None = None
    reading: Reading | None = None
    entities: list[MentionEntity] = field(default_factory=list)
    aspects: list[MentionAspect] = field(default_factory=list)


def take_in(
    heard: Sequence[Heard],
    *,
    by: str,
    reader: Reads | None = None,
    index: Stories | None = None,
    now: datetime | None = None,
    beside: Beside | None = None,
) -> TakenIn:
    """Store what was heard, and have it searchable, counted and in its story. Any order, told before or not.

    Of the same identifier twice in a batch the last one counts. Nothing of a batch is stored where it raises. Without
    a reader and an index those of this process; threads that share them wait for each other. `beside` is called first
    in the transaction that stores: what it writes is stored with the batch, and where it raises nothing is.
    """
    own_index, now = index or open_index(), now or timezone.now()
    if not heard:
        return TakenIn()
    with _turn:
        return _take_or_retry(heard, reader or open_own_reader(), own_index, now, by, beside)


_turn = RLock()


@cache
def open_index() -> Stories:
    """The stories of this process."""
    return Stories()


@cache
def open_own_reader() -> Reads:
    """The reader of this process: the models and names that the settings ask for; they take a second to load."""
    from usine.reputation.understanding.names import Gazetteer
    from usine.reputation.understanding.reading import open_reader

    return open_reader(Gazetteer.load(settings.REPUTATION_NAMES).find_names)


def _take_or_retry(
    heard: Sequence[Heard], reader: Reads, index: Stories, now: datetime, by: str, beside: Beside | None
) -> TakenIn:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _take_in(heard, reader, index, now, by, beside)
        except IntegrityError:
            # another worker has stored one of them since we looked
            if attempt == ATTEMPTS:
                raise
            log.info("A batch of %s mentions is begun again.", len(heard))
    raise AssertionError


def _take_in(
    heard: Sequence[Heard], reader: Reads, index: Stories, now: datetime, by: str, beside: Beside | None
) -> TakenIn:
    items, refused = _sift(heard, now)
    erased = find_erased(item.author_key for item in items)
    wanted = [item for item in items if item.author_key not in erased]
    _find_known(wanted)
    fresh = [item for item in wanted if item.mention is None]
    edited = [item for item in wanted if item.mention is not None and _is_edited(item)]
    _read([*fresh, *edited], reader)
    index.catch_up(now)
    with index.kept_if_stored():
        for item in fresh:
            item.place = index.place(item.signature, item.heard.published_at)
            item.mention = _build(item, now)
        with transaction.atomic():
            if beside:
                beside([(item.source.slug, item.heard.external_id) for item in wanted])
            late = find_erased(item.author_key for item in [*fresh, *edited])
            fresh = [item for item in fresh if item.author_key not in late]
            edited = [item for item in edited if item.author_key not in late]
            new = _store(fresh, now)
            _update(edited, now)
            if new or edited:
                _tell(new, edited, by)
    index.settle(
        (item.place, mention.pk, mention.story_id)
        for item, mention in zip(fresh, new, strict=True)
        if item.place and mention.story_id
    )
    return TakenIn(
        new=tuple(mention.pk for mention in new),
        updated=tuple(item.mention.pk for item in edited if item.mention),
        known=len(wanted) - len(fresh) - len(edited) - len(late),
        forgotten=len(items) - len(wanted) + len(late),
        refused=refused,
    )


def _sift(heard: Iterable[Heard], now: datetime) -> tuple[list[_Item], tuple[Refused, ...]]:
    """What can be stored, each identifier once, and what cannot. One query."""
    sources = Source.objects.in_bulk({each.source for each in heard}, field_name="slug")
    items: dict[tuple[str, str], _Item] = {}
    refused: list[Refused] = []
    for each in heard:
        source = sources.get(each.source)
        if source is None:
            refused.append(Refused(each.source, each.external_id, NO_SOURCE, {"slug": each.source}))
            continue
        cleaned = clean(each, now=now)
        if isinstance(cleaned, Refused):
            refused.append(cleaned)
        elif cleaned.published_at < now - timedelta(days=source.keep_days):
            values = {"days": source.keep_days}
            refused.append(Refused(source.slug, cleaned.external_id, TOO_OLD, values))
        else:
            key = cleaned.author_key or key_author(source.slug, cleaned.author)
            items[source.slug, cleaned.external_id] = _Item(cleaned, source, key)
    return list(items.values()), tuple(refused)


def _find_known(items: Sequence[_Item]) -> None:
    """Tell each item its mention, if it was taken in before. One query."""
    rows = Mention.objects.filter(
        source__in={item.source.pk for item in items},
        external_id__in=[item.heard.external_id for item in items],
    ).defer("signature")
    known = {(row.source_id, row.external_id): row for row in rows} if items else {}
    for item in items:
        item.mention = known.get((item.source.pk, item.heard.external_id))


def _is_edited(item: _Item) -> bool:
    mention = item.mention
    assert mention is not None
    told = (item.heard.title, item.heard.text, item.heard.cut_from, item.heard.rating)
    return (
        told != (mention.title, mention.text, mention.cut_from, mention.rating)
        or _reach(item) != mention.reach
    )


def _reach(item: _Item) -> int:
    return item.heard.reach or item.source.reach


def _read(items: Sequence[_Item], reader: Reads) -> None:
    """Have each text read, signed and cut into the words to search by. No query."""
    texts = [(item.heard.title, item.heard.text, _claim(item)) for item in items]
    readings = reader.read_all(texts) if texts else []
    for item, reading in zip(items, readings, strict=True):
        item.reading = reading
        said = join_text(item.heard.title, item.heard.text)
        normalised = normalise(said)
        item.digest, item.signature = digest_normalised(normalised), sign_normalised(said, normalised)
        item.tokens = write_tokens(tokenise_normalised(said, normalised))


def _claim(item: _Item) -> str:
    return item.heard.language or item.source.language


def _locate(item: _Item) -> Guess:
    assert item.reading is not None
    return find_country(item.source.country, item.heard.country, item.reading.language.label)


def _store(items: Sequence[_Item], now: datetime) -> list[Mention]:
    """New mentions with all that belongs to them. The same number of statements for one as for thirty."""
    if not items:
        return []
    mentions = [item.mention for item in items if item.mention]
    _join_stories(items, mentions, now)
    insert_with_keys(mentions)
    for item, mention in zip(items, mentions, strict=True):
        assert item.reading is not None
        item.entities, item.aspects = (
            build_entities(mention, item.reading),
            build_aspects(mention, item.reading),
        )
    _store_labels(items)
    refresh_stories({mention.story_id for mention in mentions if mention.story_id})
    change: Counts = {}
    for item, mention in zip(items, mentions, strict=True):
        add_counts(change, count_mention(mention, item.entities, item.aspects))
    add_to_index(
        build_search_text(mention, item.source.slug, item.entities, item.aspects, item.tokens)
        for item, mention in zip(items, mentions, strict=True)
    )
    apply_counts(change)
    return mentions


def _build(item: _Item, now: datetime) -> Mention:
    heard = item.heard
    mention = Mention(
        source=item.source,
        external_id=heard.external_id,
        address=heard.address,
        canonical=canonicalise(heard.address)[:1000] if heard.address else "",
        digest=item.digest,
        signature=item.signature,
        kind=heard.kind,
        title=heard.title,
        text=heard.text,
        cut_from=heard.cut_from,
        author_key=item.author_key,
        reach=_reach(item),
        rating=heard.rating,
        published_at=heard.published_at,
        heard_at=now,
    )
    assert item.reading is not None
    label(mention, item.reading, _locate(item))
    return mention


def _join_stories(items: Sequence[_Item], mentions: Sequence[Mention], now: datetime) -> None:
    """Give each mention its story: one that is there, that of a text before it in the batch, or a new one."""
    long = {item.digest for item in items if _is_telling(item)}
    exact = find_exact(long, now)
    near = {item.place.story for item in items if item.place and item.place.story}
    there = set(Story.objects.filter(pk__in=near).values_list("pk", flat=True)) if near else set()
    begun: list[Story] = []
    by_digest: dict[str, Story] = {}
    by_number: dict[int | None, Story] = {}
    for item, mention in zip(items, mentions, strict=True):
        place = item.place or Placed(0, None)
        story: Story | int | None = exact.get(item.digest) or by_digest.get(item.digest)
        if story is None:
            story = place.story if place.story in there else by_number.get(place.like)
        mention.is_copy = story is not None
        mention.due_at = None if mention.is_copy else find_due(mention.intent, mention.country, now)
        if story is None:
            story = Story(first_at=mention.published_at, last_at=mention.published_at)
            begun.append(story)
        if isinstance(story, int):
            mention.story_id = story
        else:
            mention.story = story
            if place.number:
                by_number[place.number] = story
            if item.digest in long:
                by_digest[item.digest] = story
    insert_with_keys(begun)
    for mention in mentions:
        if mention.story_id is None and mention.story:
            mention.story_id = mention.story.pk


def _is_telling(item: _Item) -> bool:
    return len(item.heard.title) + len(item.heard.text) >= SHORTEST


def _store_labels(items: Sequence[_Item]) -> None:
    insert_rows([row for item in items for row in item.entities])
    insert_rows([row for item in items for row in item.aspects])


def _update(items: Sequence[_Item], now: datetime) -> None:
    """What a source tells otherwise than before: text, reach and labels, in counts and index too. The story stays."""
    if not items:
        return
    mentions = [item.mention for item in items if item.mention]
    ids = [mention.pk for mention in mentions]
    corrections = defaultdict(list)
    for correction in Correction.objects.filter(mention__in=ids):
        corrections[correction.mention_id].append(correction)
    with relabelled(ids):
        for item, mention in zip(items, mentions, strict=True):
            _rewrite(item, mention, corrections[mention.pk], now)
        Mention.objects.bulk_update(mentions, _REWRITTEN, batch_size=200)
        MentionEntity.objects.filter(mention__in=ids).delete()
        MentionAspect.objects.filter(mention__in=ids).delete()
        _store_labels(items)
        refresh_stories({mention.story_id for mention in mentions if mention.story_id})


_REWRITTEN = (
    *("title", "text", "cut_from", "digest", "signature", "reach", "rating", "model", "intent", "due_at"),
    *("language", "language_sure", "country", "country_why", "sentiment", "sentiment_sure"),
)


def _rewrite(item: _Item, mention: Mention, corrections: Sequence[Correction], now: datetime) -> None:
    """Set what is told and understood anew; what asks for something else than before has its clock begin now."""
    assert item.reading is not None
    intent = mention.intent
    mention.title, mention.text, mention.rating = item.heard.title, item.heard.text, item.heard.rating
    mention.reach, mention.cut_from = _reach(item), item.heard.cut_from
    mention.digest, mention.signature = item.digest, item.signature
    label(mention, item.reading, _locate(item))
    item.entities, item.aspects = build_entities(mention, item.reading), build_aspects(mention, item.reading)
    keep_corrections(mention, item.entities, item.aspects, corrections)
    if mention.intent != intent and not mention.is_copy:
        mention.due_at = find_due(mention.intent, mention.country, now)


def _tell(new: Sequence[Mention], edited: Sequence[_Item], by: str) -> None:
    """One fact a batch, for who measures the business."""
    heard = Counter(mention.country or "-" for mention in new)
    negative = Counter(m.country or "-" for m in new if m.sentiment == "negative")
    record_fact(
        HEARD, by=by, mentions=len(new), updated=len(edited), countries=_sort(heard), negative=_sort(negative)
    )


def _sort(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
