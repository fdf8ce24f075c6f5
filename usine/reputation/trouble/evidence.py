"""What is new, in one value: top stories, aspects, sources, how many authors, samples, when it was first said.

Evidence quotes nothing and names nobody: it keeps keys of mentions and stories, whose texts are read when it is shown.
So an author who is erased is gone from it too.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from usine.reputation.contracts import AlertKind, Aspect, Sentiment, join_text
from usine.reputation.models import Mention, MentionAspect, MentionEntity
from usine.reputation.texts.normalise import normalise
from usine.reputation.texts.tokens import ARABIC, PAIRED, tokenise

TOP = 5
SAMPLES = 6
READ = 200
"""Mentions whose words are compared: those of the trouble, and as many from before it."""
BEFORE = timedelta(days=7)
FEWEST = 3
"""Texts that a word must stand in: what one person wrote is not quoted."""
LONGEST_READ = 2000  # characters of a text
WEEKS_BEFORE = timedelta(days=28)
COMMON = 0.03
"""The share of a language's texts from which on a word is one of the language and no news."""
MOST_LANGUAGES = 3
ILL_OF = (AlertKind.NEGATIVE, AlertKind.SAFETY)
_PAIRED, _ARABIC = re.compile(f"[{PAIRED}]"), re.compile(f"[{ARABIC}]")
_WRITTEN = re.compile(r"[^\W\d_]+")


class Bounds(TypedDict):
    """Where and when the mentions were published: an empty country or language is any."""

    country: str
    language: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StoryLine:
    story: int
    mentions: int
    reach: int


@dataclass(frozen=True, slots=True)
class AspectLine:
    aspect: str
    negative: int
    mentions: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    source: str  # its slug
    mentions: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of the mentions that an alert is about. `negative`: as it counts their tones (`find_tone`). `words`: those that
    they have and the week before had not."""

    mentions: int = 0
    negative: int = 0
    authors: int = 0
    reach: int = 0
    first_at: datetime | None = None
    first: int | None = None  # the mention that began it
    stories: tuple[StoryLine, ...] = ()
    aspects: tuple[AspectLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    samples: tuple[int, ...] = ()
    words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        first = self.first_at.isoformat() if self.first_at else None
        return {**asdict(self), "first_at": first}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Evidence:
        """What `to_json` wrote; empty for the alert of a silence, which has none."""
        if not kept:
            return cls()
        first = kept["first_at"]
        known = {each.name: kept[each.name] for each in fields(cls)}
        return cls(
            **{
                **known,
                "first_at": datetime.fromisoformat(first) if first else None,
                "stories": tuple(StoryLine(**line) for line in kept["stories"]),
                "aspects": tuple(AspectLine(**line) for line in kept["aspects"]),
                "sources": tuple(SourceLine(**line) for line in kept["sources"]),
                "samples": tuple(kept["samples"]),
                "words": tuple(kept["words"]),
            }
        )


def select_mentions(
    kind: AlertKind, entity: str, *, country: str, language: str, since: datetime, until: datetime
) -> QuerySet[Mention]:
    """What an alert is about: of negative ones what speaks ill of the entity, or of its safety."""
    rows = Mention.objects.filter(published_at__gte=since, published_at__lt=until, entities__entity=entity)
    if country:
        rows = rows.filter(country=country)
    if language:
        rows = rows.filter(language=language)
    if kind is AlertKind.NEGATIVE:
        rows = rows.filter(entities__entity=entity, entities__sentiment=Sentiment.NEGATIVE)
    if kind is AlertKind.SAFETY:
        ill = MentionAspect.objects.filter(aspect=Aspect.SAFETY, sentiment=Sentiment.NEGATIVE)
        rows = rows.filter(pk__in=ill.filter(entity__in=("", entity)).values("mention"))
    return rows


def find_tone(kind: AlertKind, entity: str) -> F | Coalesce:
    """The tone for which an alert counts a mention: of its safety where the alert is about that, else towards the
    entity; where a mention says neither, and where the alert is about no entity, its own.

    Screens, mails, messages and hooks all have it from here.
    """
    if not entity:
        return F("sentiment")
    towards = MentionEntity.objects.filter(mention=OuterRef("pk"), entity=entity).values("sentiment")[:1]
    said = [Subquery(towards), F("sentiment")]
    if kind is AlertKind.SAFETY:
        of_safety = MentionAspect.objects.filter(
            mention=OuterRef("pk"), aspect=Aspect.SAFETY, entity__in=("", entity)
        )
        ill = of_safety.filter(sentiment=Sentiment.NEGATIVE)  # which is what is counted
        # what is said of the subject, before what is said of nobody
        said = [
            Subquery(each.order_by("-entity").values("sentiment")[:1]) for each in (ill, of_safety)
        ] + said
    return Coalesce(*said)


def gather(
    kind: AlertKind,
    entity: str,
    *,
    country: str,
    language: str,
    since: datetime,
    until: datetime,
    with_words: bool = True,
) -> Evidence:
    """What the mentions of a time say of an entity. At most fifteen queries, eight without the new words."""
    where = {"country": country, "language": language}
    rows = select_mentions(kind, entity, **where, since=since, until=until)
    totals = rows.aggregate(
        mentions=Count("pk"),
        authors=Count("author_key", filter=~Q(author_key=""), distinct=True),
        reach=Sum("reach"),
        first_at=Min("published_at"),
    )
    if not totals["mentions"]:
        return Evidence()
    return Evidence(
        **{**totals, "reach": totals["reach"] or 0},
        negative=rows.annotate(tone=find_tone(kind, entity)).filter(tone=Sentiment.NEGATIVE).count(),
        first=rows.order_by("published_at", "pk").values_list("pk", flat=True).first(),
        stories=_list_stories(rows),
        aspects=_list_aspects(rows),
        sources=tuple(
            SourceLine(source, count)
            for source, count in rows.order_by()
            .values_list("source__slug")
            .annotate(count=Count("pk"))
            .order_by("-count", "source__slug")[:TOP]
        ),
        samples=tuple(
            rows.filter(is_copy=False)
            .order_by("-reach", "published_at", "pk")
            .values_list("pk", flat=True)[:SAMPLES]
        ),
        words=_list_new_words(rows, entity, since, **where) if with_words else (),
    )


def _list_new_words(
    rows: QuerySet[Mention], entity: str, since: datetime, *, country: str, language: str
) -> tuple[str, ...]:
    before = select_mentions(
        AlertKind.VOLUME, entity, country=country, language=language, since=since - BEFORE, until=since
    )
    known = _list_common_words(rows, since) | _list_name_words(rows, entity)
    return find_new_words(_read_texts(rows), _read_texts(before), known=known)


def _list_stories(rows: QuerySet[Mention]) -> tuple[StoryLine, ...]:
    stories = rows.exclude(story=None).order_by().values_list("story")
    counted = stories.annotate(count=Count("pk"), reached=Sum("reach")).order_by(
        "-count", "-reached", "story"
    )
    return tuple(StoryLine(*line) for line in counted[:TOP])


def _list_aspects(rows: QuerySet[Mention]) -> tuple[AspectLine, ...]:
    aspects = MentionAspect.objects.filter(mention__in=rows.values("pk")).order_by().values_list("aspect")
    counted = aspects.annotate(
        negative=Count("mention", filter=Q(sentiment=Sentiment.NEGATIVE), distinct=True),
        count=Count("mention", distinct=True),
    )
    return tuple(AspectLine(*line) for line in counted.order_by("-negative", "-count", "aspect"))


def _read_texts(rows: QuerySet[Mention]) -> list[str]:
    found = rows.filter(is_copy=False).order_by("-published_at", "-pk").values_list("title", "text")
    return [f"{title}\n{text[:LONGEST_READ]}" for title, text in found[:READ]]


def _list_common_words(rows: QuerySet[Mention], since: datetime) -> frozenset[str]:
    """Folded words that many texts of the same languages had in the weeks before, of whomever they spoke."""
    spoken = rows.exclude(language="").order_by().values_list("language").annotate(count=Count("pk"))
    common: set[str] = set()
    for language, _count in spoken.order_by("-count", "language")[:MOST_LANGUAGES]:
        earlier = Mention.objects.filter(
            language=language, published_at__gte=since - WEEKS_BEFORE, published_at__lt=since
        )
        counted = _count_words(_read_texts(earlier))
        least = max(FEWEST, COMMON * counted.total)
        common |= {word for word, seen in counted.words.items() if seen >= least}
    return frozenset(common)


def _list_name_words(rows: QuerySet[Mention], entity: str) -> frozenset[str]:
    """Folded words by which the mentions name the entity, and those of its slug."""
    named = MentionEntity.objects.filter(entity=entity, mention__in=rows.order_by("-published_at")[:READ])
    names = [entity.partition(":")[2].replace("-", " ")]
    for title, text, start, end in named.values_list("mention__title", "mention__text", "start", "end"):
        names.append(join_text(title, text)[start:end])
    return frozenset(word for name in names for word in tokenise(name))


def find_new_words(
    now: Iterable[str], before: Iterable[str], *, known: frozenset[str] = frozenset(), count: int = 8
) -> tuple[str, ...]:
    """Words of several texts that are likelier now than before, as they are written, the most telling first. Pure.

    `known`: folded words that tell nothing.
    """
    now = list(now)
    many, few = _count_words(now), _count_words(before)
    texts_now, texts_before = max(1, many.total), max(1, few.total)
    scores: dict[str, float] = {}
    for word, seen in many.words.items():
        if seen < FEWEST or len(word) < _find_shortest(word) or word in known:
            continue
        rate, usual = seen / texts_now, (few.words[word] + 0.5) / (texts_before + 1)
        if rate > 2 * usual:
            scores[word] = seen * math.log(rate / usual)
    found = sorted(scores, key=lambda word: (-scores[word], word))[:count]
    spelt = _find_spellings(now, frozenset(found))
    return tuple(spelt.get(word, word) for word in found)


def _find_shortest(word: str) -> int:
    """Letters that a word has at least to say something: Arabic writes no vowels, pairs of signs are words."""
    if _PAIRED.search(word):
        return 2
    return 3 if _ARABIC.search(word) else 4


def _find_spellings(texts: Iterable[str], folded: frozenset[str]) -> dict[str, str]:
    """How each folded word is written most often, small letters before capitals where that is even."""
    spelt: dict[str, Counter[str]] = {}
    for text in texts:
        for written in _WRITTEN.findall(unicodedata.normalize("NFC", text)):
            if (word := normalise(written)) in folded:
                spelt.setdefault(word, Counter())[written] += 1
    return {word: max(seen, key=lambda one: (seen[one], one)) for word, seen in spelt.items()}


@dataclass(slots=True)
class _Words:
    words: Counter[str]
    total: int


def _count_words(texts: Iterable[str]) -> _Words:
    words: Counter[str] = Counter()
    total = 0
    for text in texts:
        words.update({word for word in tokenise(text) if not word.isdigit()})
        total += 1
    return _Words(words, total)
