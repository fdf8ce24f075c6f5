"""A label that a person sets right: the row, the counts, and what the next training learns from it.

Fields are named `sentiment`, `intent`, `language`, `entity:<entity>`, `aspect:<aspect>:<entity>`; an empty label says
that it is not there (of a language: unknown).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from usine.markets.contracts import LANGUAGES
from usine.reputation.clocks import find_due
from usine.reputation.contracts import Aspect, EntityKind, Intent, ReputationRefused, Sentiment
from usine.reputation.models import Correction, Mention, MentionEntity
from usine.reputation.search_index import reindex
from usine.reputation.volumes import recounted

LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")
ENTITY = re.compile(r"^([a-z]+):[a-z0-9][a-z0-9-]{0,60}$")
SURE = 1.0
"""How sure a label is that a person gave."""


class LabelInvalid(ReputationRefused):
    code = "label_invalid"


@dataclass(frozen=True, slots=True)
class Undoing:
    """How to put a correction back. `followed`: entities whose sentiment went with the mention's."""

    field: str
    before: str
    before_sure: float
    after: str
    correction: int
    due_before: str = ""
    followed: tuple[str, ...] = ()
    start: int = 0  # where an entity stood that is gone
    end: int = 0

    def as_payload(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Undoing:
        kept = {name: payload[name] for name in cls.__dataclass_fields__}
        return cls(**{**kept, "followed": tuple(kept["followed"])})


def correct_labels(mention: Mention, field: str, after: str, *, by: str) -> Undoing | None:
    """Set one label right; None when it says so already. Inside a transaction, the mention locked.

    Raises LabelInvalid for a field or a label that there is not.
    """
    kind, name, entity = _read_field(field, after)
    _refuse_unknown(kind, name, entity, after)
    before, sure = _find(mention, kind, name, entity)
    if before == after:
        return None
    due, (start, end) = mention.due_at, _find_place(mention, kind, name)
    with _recounted(mention):
        followed = _put(mention, kind, name, entity, after, SURE)
    made = Correction.objects.create(
        mention=mention, field=field, before=before, after=after, by=by, at=timezone.now()
    )
    due_before = due.isoformat() if due else ""
    return Undoing(field, before, sure, after, made.pk, due_before, followed, start, end)


def put_labels_back(mention: Mention, undoing: Undoing) -> None:
    """As if it had not been corrected: the correction is not learnt from either."""
    kind, name, entity = _read_field(undoing.field, undoing.before)
    with _recounted(mention):
        _put(mention, kind, name, entity, undoing.before, undoing.before_sure)
        _put_rest_back(mention, kind, name, undoing)
    Correction.objects.filter(pk=undoing.correction, mention=mention).delete()


def _put_rest_back(mention: Mention, kind: str, name: str, undoing: Undoing) -> None:
    """What else a correction changed: other entities, the place of a name, the clock."""
    if kind == "sentiment" and undoing.followed:
        mention.entities.filter(entity__in=undoing.followed).update(
            sentiment=undoing.before, sentiment_sure=undoing.before_sure
        )
    if kind == "entity" and undoing.before:
        mention.entities.filter(entity=name).update(start=undoing.start, end=undoing.end)
    if kind == "intent":
        mention.due_at = datetime.fromisoformat(undoing.due_before) if undoing.due_before else None
        mention.save(update_fields=["due_at"])


def _read_field(field: str, label: str) -> tuple[str, str, str]:
    """The kind of a field, what it names and of whom; refuses what is none, and labels that it cannot have."""
    kind, _sign, rest = field.partition(":")
    name, entity = rest, ""
    if kind == "aspect":
        name, _sign, entity = rest.partition(":")
    is_known = {
        "sentiment": not rest and label in set(Sentiment),
        "intent": not rest and label in set(Intent),
        "language": not rest and (not label or bool(LANGUAGE.fullmatch(label))),
        "entity": _is_entity(name) and label in {"", *Sentiment},
        "aspect": name in set(Aspect) and (not entity or _is_entity(entity)) and label in {"", *Sentiment},
    }
    if not is_known.get(kind, False):
        raise LabelInvalid(
            _("“%(label)s” is no label for “%(field)s”: choose one of the menu.")
            % {"label": label[:40], "field": field[:60]}
        )
    return kind, name, entity


def _refuse_unknown(kind: str, name: str, entity: str, label: str) -> None:
    """A new label is of what the menus offer: else a slip would stand in every filter, board and report."""
    named = {"entity": name, "aspect": entity}.get(kind, "")
    if named and not MentionEntity.objects.filter(entity=named).exists():
        raise LabelInvalid(_("No mention names “%(name)s”: choose one of the menu.") % {"name": named[:60]})
    if kind == "language" and label and label not in LANGUAGES:
        raise LabelInvalid(
            _("“%(label)s” is no language of the menu: choose one of it.") % {"label": label[:40]}
        )


def _is_entity(name: str) -> bool:
    found = ENTITY.fullmatch(name)
    return bool(found and found[1] in set(EntityKind))


def _find(mention: Mention, kind: str, name: str, entity: str) -> tuple[str, float]:
    """The label now, empty when there is none, and how sure it is."""
    if kind == "entity":
        row = mention.entities.filter(entity=name).first()
        return (row.sentiment, row.sentiment_sure) if row else ("", 0.0)
    if kind == "aspect":
        found = mention.aspects.filter(aspect=name, entity=entity).first()
        return (found.sentiment, found.sentiment_sure) if found else ("", 0.0)
    sure = {"sentiment": mention.sentiment_sure, "language": mention.language_sure}.get(kind, 0.0)
    return str(getattr(mention, kind)), sure


def _find_place(mention: Mention, kind: str, name: str) -> tuple[int, int]:
    row = mention.entities.filter(entity=name).first() if kind == "entity" else None
    return (row.start, row.end) if row else (0, 0)


def _put(mention: Mention, kind: str, name: str, entity: str, label: str, sure: float) -> tuple[str, ...]:
    """Write a label; gives the entities that went with the mention's sentiment."""
    if kind == "sentiment":
        going = mention.entities.filter(sentiment=mention.sentiment)
        followed = tuple(going.values_list("entity", flat=True))
        going.update(sentiment=label, sentiment_sure=sure)
        mention.sentiment, mention.sentiment_sure = label, sure
        mention.save(update_fields=["sentiment", "sentiment_sure"])
        return followed
    if kind == "language":
        mention.language, mention.language_sure = label, sure
        mention.save(update_fields=["language", "language_sure"])
    elif kind == "intent":
        mention.intent = label
        mention.due_at = find_due(label, mention.country, mention.heard_at)
        mention.save(update_fields=["intent", "due_at"])
    elif kind == "entity":
        _put_row(mention.entities, {"entity": name}, label, sure, {"start": 0, "end": 0, "sure": SURE})
    else:
        _put_row(mention.aspects, {"aspect": name, "entity": entity}, label, sure, {})
    return ()


def _put_row(rows: Any, key: Mapping[str, str], label: str, sure: float, new: Mapping[str, Any]) -> None:
    """Change, add or take away the row of a mention that bears a sentiment."""
    if not label:
        rows.filter(**key).delete()
    elif not rows.filter(**key).update(sentiment=label, sentiment_sure=sure):
        rows.create(**key, sentiment=label, sentiment_sure=sure, **new)


@contextmanager
def _recounted(mention: Mention) -> Iterator[None]:
    """Whatever is done to its labels inside, the counts follow, and the index after that."""
    with recounted([mention.pk]):
        yield
    reindex([mention.pk])
