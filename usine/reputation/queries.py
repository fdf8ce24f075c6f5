"""Reads of the desk: the inbox of the markets that one sees, one mention with all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.models import Fact
from usine.reputation.cleaning import drop_unsafe
from usine.reputation.contracts import Aspect, Intent, MentionUnknown, Sentiment, SourceUnknown
from usine.reputation.handling import HANDLED, OPEN, UNDONE
from usine.reputation.models import AnswerTemplate, Mention, MentionEntity, Note, SavedSearch, Source
from usine.reputation.searching import find_ids

SIZE = 40
"""Mentions on a page of the inbox."""
STATES = ("open", "mine", "overdue", "answered", "resolved", "ignored", "all")
COUNTED = ("open", "mine", "overdue")
COPIES_SHOWN = 6
HEARD_FIRST = ("is_copy", "pk")
"""The order in which the mentions of a story name it: the first of them that one may see, as `find_leading` has it."""
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for in the inbox; empty: anything. `state` is one of STATES."""

    market: str = ""
    language: str = ""
    entity: str = ""
    aspect: str = ""
    sentiment: str = ""
    intent: str = ""
    source: str = ""
    state: str = "open"
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """From an address; what cannot be is left out."""
        kept = {name: _read_value(query, name) for name in cls.__dataclass_fields__}
        known: dict[str, set[str]] = {
            "aspect": {*Aspect},
            "sentiment": {*Sentiment},
            "intent": {*Intent},
        }
        for name, labels in known.items():
            kept[name] = kept[name] if kept[name] in labels else ""
        kept["state"] = kept["state"] if kept["state"] in STATES else "open"
        return cls(**kept)

    def write(self, **change: str) -> str:
        """As a query of an address, without what is as usual."""
        values = asdict(replace(self, **change))
        return urlencode({k: v for k, v in values.items() if v and not (k == "state" and v == "open")})

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the state was chosen."""
        return bool(self.write(state="open"))


def _read_value(query: Mapping[str, str], name: str) -> str:
    return drop_unsafe(query.get(name, "")).strip()[:LONGEST_SEARCH]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox, newest first (what is overdue: the longest first), and how many are in an open state.

    What is closed is not counted: it grows for ever, and nobody works through it.
    """

    rows: tuple[Mention, ...]
    counts: Mapping[str, int]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A mention with all that belongs to it. `by_author` counts the mentions of its author that one sees."""

    mention: Mention
    entities: tuple[Any, ...]
    aspects: tuple[Any, ...]
    notes: tuple[Note, ...]
    corrections: tuple[Any, ...]
    copies: tuple[Mention, ...]
    by_author: int
    facts: tuple[Fact, ...]
    templates: tuple[AnswerTemplate, ...]


def find_seen(actor: Actor) -> QuerySet[Mention]:
    """The mentions of the actor's markets; those of no known country are central's."""
    every = Mention.objects.all()
    return every if actor.role is Role.CENTRAL else every.filter(country__in=sorted(actor.markets))


def find_leading(mentions: QuerySet[Mention]) -> QuerySet[Mention]:
    """One of each story: its first mention; where that speaks to another country, the first copy of one's own."""
    earlier = Mention.objects.filter(
        Q(is_copy=False) | Q(pk__lt=OuterRef("pk")), story=OuterRef("story"), country=OuterRef("country")
    )
    return mentions.filter(Q(is_copy=False) | Q(story=None) | ~Exists(earlier))


def find_filtered(actor: Actor, filters: Filters) -> QuerySet[Mention]:
    """The mentions that fit everything but the state."""
    found = find_leading(find_seen(actor))
    same = {"market": "country", "language": "language", "sentiment": "sentiment", "intent": "intent"}
    found = found.filter(**{same[name]: value for name in same if (value := getattr(filters, name))})
    if filters.source:
        found = found.filter(source__slug=filters.source)
    if filters.entity:
        found = found.filter(entities__entity=filters.entity)
    if filters.aspect:
        found = found.filter(pk__in=Mention.objects.filter(aspects__aspect=filters.aspect).values("pk"))
    return match_text(actor, found, filters.q) if filters.q else found


def match_text(actor: Actor, mentions: QuerySet[Mention], text: str) -> QuerySet[Mention]:
    """The mentions that a search finds, by the room's index."""
    return mentions.filter(pk__in=find_ids(actor, text))


def state_condition(state: str, actor: Actor, now: datetime) -> Q:
    """What a state of STATES means to somebody at a time."""
    is_open = Q(handling__in=[str(how) for how in OPEN])
    conditions = {
        "open": is_open,
        "mine": is_open & Q(assigned_to_id=actor.user_id or 0),
        "overdue": is_open & Q(due_at__lt=now),
        "all": Q(),
    }
    return conditions.get(state, Q(handling=state))


def list_inbox(actor: Actor, filters: Filters, *, page: int, now: datetime) -> Inbox:
    """Two queries, whatever the page holds."""
    found = find_filtered(actor, filters)
    counts = found.filter(state_condition("open", actor, now)).aggregate(
        **{state: Count("pk", filter=state_condition(state, actor, now)) for state in COUNTED}
    )
    order = ("due_at", "pk") if filters.state == "overdue" else ("-published_at", "-pk")
    start = (max(page, 1) - 1) * SIZE
    wanted = found.filter(state_condition(filters.state, actor, now)).order_by(*order)
    wanted = wanted.select_related("source", "story", "assigned_to").defer("signature")
    rows = tuple(wanted[start : start + SIZE + 1])
    return Inbox(rows[:SIZE], counts, page, len(rows) > SIZE)


def get_detail(actor: Actor, mention: int) -> Detail:
    """Nine queries. Raises MentionUnknown when there is none or it is not of one's markets."""
    seen = find_seen(actor).select_related("source", "story", "assigned_to").defer("signature")
    found = seen.filter(pk=mention).first()
    if found is None:
        raise MentionUnknown(_("There is no such mention in your markets: look for it in the inbox."))
    copies: tuple[Mention, ...] = ()
    if found.story_id and found.story and found.story.size > 1:
        others = Mention.objects.filter(story=found.story_id).exclude(pk=found.pk)
        copies = tuple(others.select_related("source").defer("signature").order_by("-reach")[:COPIES_SHOWN])
    facts = Fact.objects.filter(subject=f"mention:{found.pk}", name__in=(*HANDLED, UNDONE))
    return Detail(
        mention=found,
        entities=tuple(found.entities.order_by("start", "pk")),
        aspects=tuple(found.aspects.order_by("pk")),
        notes=tuple(found.notes.order_by("-pk")),
        corrections=tuple(found.corrections.order_by("-pk")),
        copies=copies,
        by_author=find_seen(actor).filter(author_key=found.author_key).count() if found.author_key else 0,
        facts=tuple(facts.order_by("-pk")[:40]),
        templates=list_templates(found.language),
    )


def list_templates(language: str = "") -> tuple[AnswerTemplate, ...]:
    """Answer templates, of one language or of all."""
    rows = AnswerTemplate.objects.order_by("language", "name")
    return tuple(rows.filter(language=language) if language else rows)


def list_searches(actor: Actor) -> tuple[SavedSearch, ...]:
    """One's own searches and those that colleagues share. What they show is limited by who looks."""
    seen = SavedSearch.objects.filter(Q(owner_id=actor.user_id or 0) | Q(is_shared=True))
    return tuple(seen.select_related("owner").order_by("name"))


def list_sources(actor: Actor) -> tuple[Source, ...]:
    """The sources of one's markets, and those of no single country; `aside`: how much the intake failed on."""
    return tuple(_find_sources(actor))


def get_source(actor: Actor, slug: str) -> Source:
    """One of them. Raises SourceUnknown."""
    found = _find_sources(actor).filter(slug=slug).first()
    if found is None:
        raise SourceUnknown(_("There is no such source in your markets: look for it in the list."))
    return found


def _find_sources(actor: Actor) -> QuerySet[Source]:
    rows = Source.objects.annotate(aside=Count("set_aside")).order_by("name", "pk")
    if actor.role is not Role.CENTRAL:
        rows = rows.filter(Q(country="") | Q(country__in=sorted(actor.markets)))
    return rows


def find_most_spoken(entities: Sequence[str]) -> str:
    """Of entities that some mention names, the one that most do. One query."""
    counted = MentionEntity.objects.filter(entity__in=entities).values("entity").annotate(found=Count("pk"))
    return str(counted.order_by("-found", "entity")[0]["entity"])


def list_entities() -> tuple[str, ...]:
    """Every entity that some mention names: from one to the next in the index, however many mentions there are."""
    return list_values(MentionEntity, "entity")


def list_values(model: type[Model], field: str) -> tuple[str, ...]:
    """What stands in a field that an index begins with, each once, without reading the rows. One query."""
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field)
    steps = f"""
        WITH RECURSIVE step(value) AS (
            SELECT min({name}) FROM {table}
            UNION ALL
            SELECT (SELECT min({name}) FROM {table} WHERE {name} > step.value) FROM step
            WHERE step.value IS NOT NULL
        ) SELECT value FROM step WHERE value IS NOT NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(steps)
        return tuple(value for (value,) in cursor.fetchall())


def is_overdue(mention: Mention, now: datetime) -> bool:
    """Whether an answer is owed and its time has passed."""
    return mention.handling in OPEN and mention.due_at is not None and mention.due_at < now
