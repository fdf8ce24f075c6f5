"""An intake that only stores: enough to see what is lost or doubled, without understanding a word."""

from __future__ import annotations

from usine.reputation.intake import TakenIn
from usine.reputation.models import Mention, Source
from usine.reputation.sources.entries import digest


def take_in(heard, *, by, now):
    sources = {one.slug: one for one in Source.objects.filter(slug__in={one.source for one in heard})}
    rows = [
        Mention(
            source=sources[one.source],
            external_id=one.external_id,
            text=one.text,
            digest=digest(one.text),
            kind=one.kind,
            published_at=one.published_at,
            heard_at=now,
            language=one.language,
            sentiment="neutral",
        )
        for one in heard
    ]
    Mention.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source", "external_id"], update_fields=["text", "digest"]
    )
    return TakenIn(new=tuple(range(len(rows))))
