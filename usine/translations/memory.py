"""The translation memory: what was said of a text before, or of one like it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from rapidfuzz import fuzz, process

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.launches.contracts import ScopeTexts, TextStanding
from usine.launches.public import list_scope_texts, list_written_scopes
from usine.translations.contracts import Match
from usine.translations.inline import FIGURE
from usine.translations.models import MemoryPair
from usine.translations.rules import digest_pair

NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
LEAST = 70.0  # percent, below which a match does not help
MOST = 3  # matches of one text
NEARLY = 99.0  # the same words with other numbers


def normalise(text: str) -> str:
    """A text with its numbers and figures levelled, and its spaces: what fuzzy matching compares."""
    levelled = NUMBER.sub("0", FIGURE.sub("{}", text))
    return " ".join(levelled.split()).casefold()


class Memory:
    """The pairs of two languages, read once for many texts."""

    def __init__(self, pairs: Sequence[tuple[str, str, str]]):
        """Each pair is its source, its target and its origin."""
        self._pairs = pairs
        self._levelled = [normalise(source) for source, _target, _origin in pairs]

    def find_matches(self, text: str) -> tuple[Match, ...]:
        """The best MOST matches, the most alike first; 100 is kept for the same text."""
        found = process.extract(
            normalise(text), self._levelled, scorer=fuzz.ratio, score_cutoff=LEAST, limit=4 * MOST
        )
        matches = [self._match(text, at, score) for _levelled, score, at in found]
        best: dict[str, Match] = {}
        for match in sorted(matches, key=lambda match: (-match.similarity, match.source, match.target)):
            best.setdefault(match.target, match)
        return tuple(best.values())[:MOST]

    def _match(self, text: str, at: int, score: float) -> Match:
        source, target, origin = self._pairs[at]
        similarity = 100.0 if source == text else min(score, NEARLY)
        return Match(source, target, round(similarity, 1), origin)


def read_memory(source_language: str, language: str) -> Memory:
    """The memory of two languages, as it is now. One query."""
    rows = MemoryPair.objects.filter(source_language=source_language, language=language).order_by("-id")
    return Memory(list(rows.values_list("source", "target", "origin")))


def fill_memory(vehicle: str, *, by: Actor) -> int:
    """Remember what the launch of a vehicle says today in every language; returns how many pairs are new.

    Repeatable. Texts whose master changed since are left out. Raises LaunchNotFound.
    """
    texts = [list_scope_texts(vehicle, scope) for scope in list_written_scopes(vehicle)]
    with transaction.atomic():
        added = sum(remember_texts(scope, by=by) for scope in texts)
        if added:
            record_fact("TranslationsRemembered", by=by.name, subject=vehicle, pairs=added)
    return added


def remember_texts(texts: ScopeTexts, *, by: Actor) -> int:
    """Remember the texts of a scope that translate the master's; returns how many pairs are new."""
    language = texts.tag.partition("-")[0]
    pairs = [
        (text.source, text.target)
        for text in texts.texts
        if text.is_master and text.standing is TextStanding.TRANSLATED
    ]
    return remember_pairs(pairs, language=language, origin=f"{texts.vehicle}, {texts.scope}", by=by)


def remember_pairs(
    pairs: Iterable[tuple[str, str]], *, language: str, origin: str, by: Actor, source_language: str = "en"
) -> int:
    """Remember approved pairs of source and target; those that are known stay as they are."""
    now = timezone.now()
    rows = {
        (key := digest_pair(source_language, language, source, target)): MemoryPair(
            key=key,
            source_language=source_language,
            language=language,
            source=source,
            target=target,
            origin=origin,
            approved_at=now,
            by=by.name,
        )
        for source, target in pairs
    }
    known = set(MemoryPair.objects.filter(key__in=rows).values_list("key", flat=True))
    fresh = [row for key, row in rows.items() if key not in known]
    MemoryPair.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
