"""What tests hear, and a reader whose labels are words of the text, so that a test says what is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from usine.reputation.contracts import (
    Aspect,
    AspectReading,
    Guess,
    Heard,
    Intent,
    Named,
    Reading,
    Sentiment,
    join_text,
)
from usine.reputation.intake import TakenIn, take_in
from usine.reputation.models import Source
from usine.reputation.stories import Stories

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CAR, OTHER = "vehicle:bramble", "vehicle:nettle"
_ENTITY = re.compile(r"\b(bramble|nettle)\b")
_ASPECT = re.compile(rf"\b({'|'.join(Aspect)})\b")


class WordReader:
    """bramble and nettle are vehicles, `awful` and `lovely` are what one thinks, `safety` is an aspect."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def read_all(self, texts: Sequence[tuple[str, str, str]]) -> list[Reading]:
        self.batches.append(len(texts))
        return [_read(join_text(title, text), language) for title, text, language in texts]


def _read(text: str, language: str) -> Reading:
    sentiment = Sentiment.NEGATIVE if "awful" in text else Sentiment.NEUTRAL
    felt = Guess(Sentiment.POSITIVE if "lovely" in text else sentiment, 0.9)
    names = tuple(
        Named(f"vehicle:{found[0]}", found.start(), found.end(), 0.9) for found in _ENTITY.finditer(text)
    )
    about = names[0].entity if names else ""
    aspects = {found[0]: AspectReading(Aspect(found[0]), felt, about) for found in _ASPECT.finditer(text)}
    return Reading(
        language=Guess(language, 0.9),
        sentiment=felt,
        intent=Guess(Intent.NONE, 0.9),
        names=names,
        entities={named.entity: felt for named in names},
        aspects=tuple(aspects.values()),
        model="words",
    )


def add_source(slug: str = "forum", **values: object) -> Source:
    made: dict[str, object] = {
        "name": slug.title(),
        "connector": "feed",
        "address": f"https://{slug}.example/",
    }
    return Source.objects.get_or_create(slug=slug, defaults={**made, **values})[0]


def hear(number: int | str, text: str = "a lovely bramble", **values: object) -> Heard:
    """The mention `number` of a forum in France, a minute old."""
    said: dict[str, object] = {
        "source": "forum",
        "external_id": str(number),
        "address": f"https://forum.example/{number}?utm_source=x",
        "text": text,
        "published_at": NOW - timedelta(minutes=1),
        "author": f"author {number}",
        "language": "fr",
        "country": "FR",
    }
    return Heard(**{**said, **values})  # type: ignore[arg-type]


def take(*heard: Heard, index: Stories | None = None, now: datetime = NOW) -> TakenIn:
    return take_in(heard, reader=WordReader(), index=index or Stories(), now=now, by="tests")
