"""Mentions as the index for full text has them: words, and labels as words of their own kind (marks).

The index is FTS5's over the table `SearchText` on SQLite, a GIN index of it on PostgreSQL; triggers keep both in step
with the table, and the mark of handling with the mention (migration 0003). Labels are in the index because a common
word and a rare label are then met by walking two lists instead of reading every mention that has the word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from usine.reputation.contracts import join_text
from usine.reputation.models import Mention, MentionAspect, MentionEntity, SearchText
from usine.reputation.storing import insert_rows
from usine.reputation.texts.tokens import tokenise
from usine.reputation.volumes import recounted

SHIFT = 22
"""Bits of a key that the mention's id has: mentions of one second differ until their ids are four million apart."""
EVERY = "all"
LONGEST = 200
"""Letters of a word; what is longer is a prank, and PostgreSQL takes 2,046 bytes."""
_STRANGE = re.compile(r"[^a-z0-9:._-]")


def make_key(published_at: float, mention: int) -> int:
    """In the order of publication (seconds since 1970), then of ids."""
    return (max(0, int(published_at)) << SHIFT) | (mention & ((1 << SHIFT) - 1))


def mark(kind: str, *values: str) -> str:
    """A label as a word of the index: `c=fr`, `e=vehicle:x:negative`. No word of a text has the sign of equality."""
    return f"{kind}={_STRANGE.sub('_', ':'.join(value or '-' for value in values).lower())}"


def list_marks(
    mention: Mention, source: str, entities: Iterable[MentionEntity], aspects: Iterable[MentionAspect]
) -> list[str]:
    """All labels of a mention, those of entities and aspects with and without their sentiment."""
    found = [
        EVERY,
        mark("c", mention.country),
        mark("l", mention.language),
        mark("s", mention.sentiment),
        mark("i", mention.intent),
        mark("k", mention.kind),
        mark("h", mention.handling),
        mark("o", source),
        mark("copy", "1" if mention.is_copy else "0"),
    ]
    for entity in entities:
        found += [mark("e", entity.entity), mark("e", entity.entity, entity.sentiment)]
    for aspect in aspects:
        found += [mark("a", aspect.aspect), mark("a", aspect.aspect, aspect.sentiment)]
        if aspect.entity:
            found += [
                mark("ea", aspect.entity, aspect.aspect),
                mark("ea", aspect.entity, aspect.aspect, aspect.sentiment),
            ]
    return list(dict.fromkeys(found))


def build_search_text(
    mention: Mention,
    source: str,
    entities: Iterable[MentionEntity],
    aspects: Iterable[MentionAspect],
    tokens: str = "",
) -> SearchText:
    """The row of a stored mention, not stored yet. `tokens`: those of its text (`write_tokens`), if they are known."""
    return SearchText(
        key=make_key(mention.published_at.timestamp(), mention.pk),
        mention_id=mention.pk,
        tokens=tokens or write_tokens(tokenise(join_text(mention.title, mention.text))),
        marks=write_marks(list_marks(mention, source, entities, aspects)),
    )


def write_tokens(words: Iterable[str]) -> str:
    """For SQLite with spaces between, for PostgreSQL with their places, of which it counts 16,383."""
    words = [word[:LONGEST] for word in words]
    if connection.vendor != "postgresql":
        return " ".join(words)
    return " ".join(f"'{word}':{min(place, 16_383)}" for place, word in enumerate(words, start=1))


def write_marks(marks: Sequence[str]) -> str:
    return " ".join(f"'{mark}'" for mark in marks) if connection.vendor == "postgresql" else " ".join(marks)


def add_to_index(rows: Iterable[SearchText]) -> None:
    """Store rows in the order of their keys: FTS5 writes a smaller one after a larger as a part of its own."""
    in_order: list[SearchText] = sorted(rows, key=lambda row: row.key)
    insert_rows(in_order)


def reindex(ids: Collection[int]) -> None:
    """Have the index say of these mentions what their rows say now. Five queries."""
    if not ids:
        return
    SearchText.objects.filter(mention__in=ids).delete()
    entities: dict[int, list[MentionEntity]] = defaultdict(list)
    aspects: dict[int, list[MentionAspect]] = defaultdict(list)
    for entity in MentionEntity.objects.filter(mention__in=ids):
        entities[entity.mention_id].append(entity)
    for aspect in MentionAspect.objects.filter(mention__in=ids):
        aspects[aspect.mention_id].append(aspect)
    mentions = Mention.objects.filter(pk__in=ids).select_related("source").defer("signature")
    add_to_index(
        build_search_text(row, row.source.slug, entities[row.pk], aspects[row.pk]) for row in mentions
    )


@contextmanager
def relabelled(ids: Collection[int]) -> Iterator[None]:
    """Whatever labels of these mentions are changed inside, in one transaction, counts and index follow.

    For whoever sets labels right: sentiment, language, country, entities, aspects. Handling needs none of it.
    """
    with recounted(ids):
        yield
        reindex(ids)
