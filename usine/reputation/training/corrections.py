"""What people set right: examples for the next training, and how often they contradict the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from usine.reputation.contracts import Aspect, Intent, Sentiment, join_text


@dataclass(frozen=True, slots=True)
class Contradicted:
    """Of the mentions of a language that a person looked at and corrected: how many, and how many in sentiment."""

    language: str
    corrected: int
    sentiment: int
    mentions: int  # all that are stored in this language

    @property
    def share(self) -> float:
        """Of all mentions, 0 to 1: a lower bound of the errors, since nobody looks at all of them."""
        return self.corrected / self.mentions if self.mentions else 0.0


def list_corrected() -> Iterator[Mapping[str, Any]]:
    """Corrected mentions as rows of a labelled set (`datasets.Kind.MENTIONS`): the last word on each label counts.

    A mention whose sentiment nobody corrected gives its other labels as they are stored.
    """
    from usine.reputation.models import Mention

    mentions = Mention.objects.filter(corrections__isnull=False).distinct().order_by("pk")
    for mention in mentions.prefetch_related("corrections", "aspects").iterator(chunk_size=500):
        corrections = sorted(mention.corrections.all(), key=lambda each: (each.at, each.pk))
        last = {each.field: each.after for each in corrections}
        aspects = {each.aspect: each.sentiment for each in mention.aspects.all()}
        yield {
            "id": f"mention-{mention.pk}",
            "lang": last.get("language", mention.language),
            "text": join_text(mention.title, mention.text),
            "sentiment": _known(Sentiment, last.get("sentiment"), mention.sentiment),
            "intent": _known(Intent, last.get("intent"), mention.intent),
            "aspects": [
                {"aspect": aspect, "sentiment": sentiment}
                for aspect, sentiment in sorted((aspects | _read_aspects(last)).items())
                if sentiment
            ],
        }


def _known(labels: type[Sentiment] | type[Intent], said: str | None, stored: str) -> str:
    return said if said in {label.value for label in labels} else stored


def _read_aspects(last: Mapping[str, str]) -> dict[str, str]:
    """Aspects that were set right, by name; an empty sentiment takes one away."""
    known = {aspect.value for aspect in Aspect}
    found = {}
    for field, after in last.items():
        what, _, rest = field.partition(":")
        aspect = rest.partition(":")[0]
        if what == "aspect" and aspect in known and after in {"", *(each.value for each in Sentiment)}:
            found[aspect] = after
    return found


def measure_corrections() -> list[Contradicted]:
    """By language, in order of its code: how many stored mentions people corrected."""
    from django.db.models import Count

    from usine.reputation.models import Correction, Mention

    stored = dict(Mention.objects.values_list("language").annotate(Count("pk")).order_by())
    changed = _list_changed(
        Correction.objects.order_by("at", "pk").values_list("mention_id", "field", "before", "after")
    )
    languages = dict(Mention.objects.filter(pk__in=changed).values_list("pk", "language"))
    corrected = Counter(languages[mention] for mention in changed)
    sentiment = Counter(languages[mention] for mention, fields in changed.items() if "sentiment" in fields)
    return [
        Contradicted(language, corrected[language], sentiment[language], stored[language])
        for language in sorted(stored)
    ]


def _list_changed(rows: Iterable[tuple[int, str, str, str]]) -> dict[int, set[str]]:
    """Fields by mention whose last label is not the model's, which is what the first correction replaced."""
    first: dict[tuple[int, str], str] = {}
    last: dict[tuple[int, str], str] = {}
    for mention, field, before, after in rows:
        first.setdefault((mention, field), before)
        last[mention, field] = after
    found: dict[int, set[str]] = defaultdict(set)
    for (mention, field), after in last.items():
        if after != first[mention, field]:
            found[mention].add(field)
    return dict(found)
