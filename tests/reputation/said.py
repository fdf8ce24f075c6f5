"""One mention at a time, for tests that want no whole world."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from tests.reputation.world import NOW, OREE
from usine.reputation.clocks import find_due
from usine.reputation.models import Mention, MentionAspect, MentionEntity, Source, Story
from usine.reputation.search_index import reindex

_numbers = count(1)


def say(
    text: str = "L’autonomie de l’Orée me déçoit.",
    *,
    country: str = "FR",
    language: str = "fr",
    sentiment: str = "negative",
    intent: str = "complaint",
    at: datetime = NOW - timedelta(hours=1),
    story: Story | None = None,
    entity: str = OREE,
    aspect: str = "range",
    **more,
) -> Mention:
    """A mention of the world's NOW with one entity and one aspect; with a story, a copy of its head."""
    number = next(_numbers)
    source, _is_new = Source.objects.get_or_create(
        slug="forum", defaults={"name": "Forum", "connector": "rss", "address": "https://forum.example/"}
    )
    is_copy = story is not None
    story = story or Story.objects.create(first_at=at, last_at=at, size=0, reach=0)
    mention = Mention.objects.create(
        source=source,
        external_id=str(number),
        digest=f"{number:032x}",
        story=story,
        is_copy=is_copy,
        kind="forum",
        text=text,
        published_at=at,
        heard_at=at,
        language=language,
        language_sure=0.98,
        country=country,
        sentiment=sentiment,
        sentiment_sure=0.7,
        intent=intent,
        due_at=find_due(intent, country, at),
        **{"address": f"https://forum.example/{number}", **more},
    )
    story.size, story.head = story.size + 1, story.head or mention
    story.save()
    MentionEntity.objects.create(
        mention=mention, entity=entity, start=17, end=21, sure=0.9, sentiment=sentiment, sentiment_sure=0.7
    )
    MentionAspect.objects.create(
        mention=mention, aspect=aspect, entity=entity, sentiment=sentiment, sentiment_sure=0.6
    )
    reindex([mention.pk])
    return mention
