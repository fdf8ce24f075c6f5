"""What was understood of a text, as rows; what people set right stays right when the text is read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from usine.reputation.contracts import Guess, Reading
from usine.reputation.models import Correction, Mention, MentionAspect, MentionEntity

Toned = TypeVar("Toned", MentionEntity, MentionAspect)
"""A row that bears a sentiment."""

BY_HAND = 1.0
"""How sure a person is."""


def label(mention: Mention, reading: Reading, country: Guess) -> None:
    """Set the mention's own labels; nothing is stored."""
    mention.language, mention.language_sure = reading.language.label, reading.language.confidence
    mention.country, mention.country_why = country.label, country.why[:20]
    mention.sentiment, mention.sentiment_sure = reading.sentiment.label, reading.sentiment.confidence
    mention.intent, mention.model = reading.intent.label, reading.model


def build_entities(mention: Mention, reading: Reading) -> list[MentionEntity]:
    """One row for each entity, at the first place that names it; the sentiment of the whole where none is told."""
    rows: dict[str, MentionEntity] = {}
    for named in sorted(reading.names, key=lambda named: named.start):
        row = rows.get(named.entity)
        if row:
            row.sure = max(row.sure, named.confidence)
            continue
        towards = reading.entities.get(named.entity, reading.sentiment)
        rows[named.entity] = MentionEntity(
            mention=mention,
            entity=named.entity,
            start=named.start,
            end=named.end,
            sure=named.confidence,
            sentiment=towards.label,
            sentiment_sure=towards.confidence,
        )
    return list(rows.values())


def build_aspects(mention: Mention, reading: Reading) -> list[MentionAspect]:
    rows = {
        (said.aspect, said.entity): MentionAspect(
            mention=mention,
            aspect=said.aspect,
            entity=said.entity,
            sentiment=said.sentiment.label,
            sentiment_sure=said.sentiment.confidence,
        )
        for said in reading.aspects
    }
    return list(rows.values())


def keep_corrections(
    mention: Mention,
    entities: list[MentionEntity],
    aspects: list[MentionAspect],
    corrections: Iterable[Correction],
) -> None:
    """Apply what people have said of the text before, the oldest first, to labels that a model read anew."""
    for correction in sorted(corrections, key=lambda row: (row.at, row.pk)):
        what, _, which = correction.field.partition(":")
        if what == "entity":
            _correct_entity(mention, entities, which, correction.after)
        elif what == "aspect":
            _correct_aspect(mention, aspects, which, correction.after)
        elif what in ("sentiment", "intent", "language", "country"):
            setattr(mention, what, correction.after)
            if what in ("sentiment", "language"):
                setattr(mention, f"{what}_sure", BY_HAND)


def _correct_entity(mention: Mention, rows: list[MentionEntity], entity: str, after: str) -> None:
    found = next((row for row in rows if row.entity == entity), None)
    new = MentionEntity(mention=mention, entity=entity, start=0, end=0, sure=BY_HAND)
    _correct_tone(rows, found, new, after)


def _correct_aspect(mention: Mention, rows: list[MentionAspect], which: str, after: str) -> None:
    aspect, _, entity = which.partition(":")
    found = next((row for row in rows if (row.aspect, row.entity) == (aspect, entity)), None)
    _correct_tone(rows, found, MentionAspect(mention=mention, aspect=aspect, entity=entity), after)


def _correct_tone(rows: list[Toned], found: Toned | None, new: Toned, after: str) -> None:
    """Take away the row that was found, set it right, or add the new one."""
    if not after:
        rows[:] = [row for row in rows if row is not found]
        return
    if found is None:
        rows.append(new)
    right = found or new
    right.sentiment, right.sentiment_sure = after, BY_HAND
