"""An intake that only stores: enough to see what is lost or doubled, without understanding a word."""

from __future__ import annotations

from usine.reputation.models import Mention, Source
from usine.reputation.sources.entries import digest


def take_in(heard, *, by, now):
    for one in heard:
        Mention.objects.update_or_create(
            source=Source.objects.get(slug=one.source),
            external_id=one.external_id,
            defaults={
                "text": one.text,
                "digest": digest(one.text),
                "kind": one.kind,
                "published_at": one.published_at,
                "heard_at": one.published_at,
                "language": one.language,
                "sentiment": "neutral",
            },
        )
    return len(heard)
