"""What people set right is learnt from and counted; the last word on a label is the one that holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from usine.reputation.models import Correction, Mention, MentionAspect, Source
from usine.reputation.training.corrections import list_corrected, measure_corrections

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def store(text: str, language: str = "fr", **labels: str) -> Mention:
    source, _ = Source.objects.get_or_create(
        slug="a", name="A", connector="feed", address="https://a.example"
    )
    return Mention.objects.create(
        source=source,
        external_id=text,
        text=text,
        language=language,
        published_at=NOON,
        heard_at=NOON,
        digest="",
        kind="post",
        sentiment=labels.get("sentiment", "neutral"),
        intent=labels.get("intent", "none"),
    )


def correct(mention: Mention, field: str, before: str, after: str, minute: int = 0) -> None:
    at = NOON + timedelta(minutes=minute)
    Correction.objects.create(mention=mention, field=field, before=before, after=after, by="claire", at=at)


def test_corrected_mentions_are_examples_and_others_are_none():
    mention = store("Quelle panne", intent="complaint")
    MentionAspect.objects.create(mention=mention, aspect="price", entity="", sentiment="negative")
    MentionAspect.objects.create(mention=mention, aspect="design", entity="", sentiment="positive")
    store("Personne n’y a touché")
    correct(mention, "sentiment", "neutral", "positive", minute=1)
    correct(mention, "sentiment", "positive", "negative", minute=2)
    correct(mention, "aspect:reliability:vehicle:a", "", "negative")
    correct(mention, "aspect:design:", "positive", "")

    (row,) = list_corrected()

    assert (row["lang"], row["text"], row["sentiment"], row["intent"]) == (
        "fr",
        "Quelle panne",
        "negative",
        "complaint",
    )
    assert row["aspects"] == [
        {"aspect": "price", "sentiment": "negative"},
        {"aspect": "reliability", "sentiment": "negative"},
    ]


def test_a_corrected_language_moves_the_example():
    correct(store("Bello"), "language", "fr", "it")

    assert [row["lang"] for row in list_corrected()] == ["it"]


def test_a_label_that_is_none_leaves_what_is_stored():
    correct(store("Hm", sentiment="positive"), "sentiment", "positive", "splendid")

    assert [row["sentiment"] for row in list_corrected()] == ["positive"]


def test_corrections_are_counted_by_language():
    first, second = store("un"), store("deux")
    for number in range(3):
        store(f"uno {number}", "it")
    correct(first, "sentiment", "neutral", "negative")
    correct(first, "intent", "none", "complaint")
    correct(second, "sentiment", "neutral", "negative", minute=1)
    correct(second, "sentiment", "negative", "neutral", minute=2)  # taken back: it contradicts nothing

    french, italian = measure_corrections()

    assert (french.language, french.corrected, french.sentiment, french.mentions) == ("fr", 1, 1, 2)
    assert french.share == 0.5
    assert (italian.language, italian.corrected, italian.share) == ("it", 0, 0.0)
