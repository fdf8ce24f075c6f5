"""A mention as the screens show it: its text with the names marked, its labels with their menus, its trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from usine.commons.models import Fact
from usine.reputation.cleaning import MAX_TEXT
from usine.reputation.contracts import Aspect, Handling, join_text
from usine.reputation.desk import words
from usine.reputation.handling import HANDLED, UNDONE
from usine.reputation.models import Mention
from usine.reputation.queries import Detail, is_overdue

EVENTS: dict[str, Promise] = {
    "MentionAssigned": gettext_lazy("Assigned"),
    "MentionAnswered": gettext_lazy("Answered"),
    "MentionResolved": gettext_lazy("Resolved"),
    "MentionIgnored": gettext_lazy("Ignored"),
    "MentionReopened": gettext_lazy("Reopened"),
    "MentionNoted": gettext_lazy("Noted"),
    "MentionCorrected": gettext_lazy("Corrected"),
    "MentionUndone": gettext_lazy("Undone"),
}
assert set(EVENTS) == {*HANDLED, UNDONE}
UNSURE = 0.6
"""Below it, a label says that it is a guess."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text; `entity` when it names one."""

    text: str
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One label with what it can become: `choices` are value, words, glyph. `sure` is None where nobody measured."""

    field: str
    name: str
    value: str
    words: str
    glyph: str
    sure: float | None
    choices: tuple[tuple[str, str, str], ...]
    is_corrected: bool = False

    @property
    def is_guess(self) -> bool:
        return self.sure is not None and self.sure < UNSURE and not self.is_corrected


def split_text(mention: Mention, places: Iterable[tuple[int, int, str]]) -> tuple[list[Piece], list[Piece]]:
    """Title and text in pieces. Places count in `join_text`; what overlaps or lies outside is left out.

    A title that only repeats how the text begins is not shown: its places are those of the text.
    """
    whole = join_text(mention.title, mention.text)
    begins = len(whole) - len(mention.text)
    if is_title_repeated(mention):
        places = [(at + begins, end + begins, entity) for at, end, entity in places if end < begins]
        return [], _cut(whole, begins, len(whole), places)
    title = _cut(whole, 0, max(begins - 1, 0), places)
    return title, _cut(whole, begins, len(whole), places)


def _cut(whole: str, start: int, end: int, places: Iterable[tuple[int, int, str]]) -> list[Piece]:
    pieces, at = [], start
    for first, last, entity in sorted(places):
        if at <= first < last <= end:
            pieces += [Piece(whole[at:first]), Piece(whole[first:last], entity)]
            at = last
    return [piece for piece in (*pieces, Piece(whole[at:end])) if piece.text]


def is_title_repeated(mention: Mention) -> bool:
    """Whether the title is the beginning of the text, cut short or not, as forums and feeds of posts make it."""
    title = mention.title.rstrip("… .")
    return bool(title) and mention.text.startswith(title)


def show_row(mention: Mention, now: datetime) -> dict[str, Any]:
    """A mention in the list."""
    tone, glyph = words.SENTIMENTS[mention.sentiment]
    label, state_glyph = words.HANDLINGS[mention.handling]
    story = mention.story
    is_late = is_overdue(mention, now)
    is_waiting = mention.handling in (Handling.NEW, Handling.ASSIGNED) and mention.due_at is not None
    return {
        "mention": mention,
        "title": "" if is_title_repeated(mention) else mention.title,
        "cut": _write_cut(mention),
        "tone": tone,
        "glyph": glyph,
        "state": label,
        "state_glyph": "s-late" if is_late else state_glyph,
        "is_late": is_late,
        "due": words.write_due(mention.due_at, now) if is_waiting and mention.due_at else "",
        "copies": story.size - 1 if story else 0,
        "reach": story.reach if story else mention.reach,
        "intent": words.INTENTS[mention.intent] if mention.intent != "none" else "",
        "direction": words.direction(mention.language),
        "is_today": timezone.localdate(mention.published_at) == timezone.localdate(now),
        "who": mention.assigned_to.display_name if mention.assigned_to else "",
    }


def _write_cut(mention: Mention) -> str:
    """That its text is not all of what its source told; connectors cut too, so that it may have been even longer."""
    if mention.cut_from is None:
        return ""
    return _("Cut: the first %(kept)s characters of at least %(all)s. The rest stands at its source.") % {
        "kept": words.write_number(MAX_TEXT),
        "all": words.write_number(mention.cut_from),
    }


def show_detail(detail: Detail, now: datetime) -> dict[str, Any]:
    """A mention with all that belongs to it."""
    mention = detail.mention
    corrected = {row.field for row in detail.corrections}
    places = [(row.start, row.end, row.entity) for row in detail.entities]
    title, text = split_text(mention, places)
    return {
        **show_row(mention, now),
        "title_pieces": title,
        "text_pieces": text,
        "kind": words.KINDS[mention.kind],
        "tones": _label_tone(mention, corrected),
        "labels": [
            _label_intent(mention, corrected),
            _label_language(mention, corrected),
            *_label_entities(detail.entities, corrected),
            *_label_aspects(detail.aspects, corrected),
        ],
        "more_aspects": _list_absent(detail),
        "copies_shown": detail.copies,
        "copies_more": max(0, (mention.story.size if mention.story else 1) - 1 - len(detail.copies)),
        "by_author": detail.by_author,
        "notes": detail.notes,
        "trail": [_show_fact(fact) for fact in detail.facts],
        "templates": detail.templates,
        "is_open": mention.handling in (Handling.NEW, Handling.ASSIGNED),
        "is_settled": mention.handling in (Handling.RESOLVED, Handling.IGNORED),
        "score": words.find_score(mention.language),
        "span": _write_clock(mention, now),
    }


def _write_clock(mention: Mention, now: datetime) -> str:
    """The clock in figures: `2:10` left, `−3:40` late; empty when none runs."""
    if not mention.due_at or mention.handling not in (Handling.NEW, Handling.ASSIGNED):
        return ""
    minutes = int((mention.due_at - now).total_seconds() // 60)
    sign, minutes = ("\N{MINUS SIGN}", -minutes) if minutes < 0 else ("", minutes)
    return f"{sign}{minutes // 60}:{minutes % 60:02d}"


def _choose_tone(gone: str = "") -> tuple[tuple[str, str, str], ...]:
    tones = tuple((value, str(label), glyph) for value, (label, glyph) in words.SENTIMENTS.items())
    return (*tones, ("", gone, "s-hid")) if gone else tones


def _label_tone(mention: Mention, corrected: set[str]) -> Label:
    label, glyph = words.SENTIMENTS[mention.sentiment]
    sure, is_corrected = mention.sentiment_sure, "sentiment" in corrected
    choices = _choose_tone()
    return Label("sentiment", _("Tone"), mention.sentiment, str(label), glyph, sure, choices, is_corrected)


def _label_intent(mention: Mention, corrected: set[str]) -> Label:
    choices = tuple((value, str(label), "") for value, label in words.INTENTS.items())
    said = str(words.INTENTS[mention.intent])
    return Label("intent", _("Intent"), mention.intent, said, "", None, choices, "intent" in corrected)


def _label_language(mention: Mention, corrected: set[str]) -> Label:
    choices = tuple((code, name, "") for code, name in [*words.list_language_choices(), ("", _("unknown"))])
    said, sure = words.name_language(mention.language), mention.language_sure
    return Label(
        "language", _("Language"), mention.language, said, "", sure, choices, "language" in corrected
    )


def _label_entities(rows: Sequence[Any], corrected: set[str]) -> list[Label]:
    return [_label_row(f"entity:{row.entity}", words.name_entity(row.entity), row, corrected) for row in rows]


def _label_aspects(rows: Sequence[Any], corrected: set[str]) -> list[Label]:
    return [
        _label_row(f"aspect:{row.aspect}:{row.entity}", str(words.ASPECTS[row.aspect]), row, corrected)
        for row in rows
    ]


def _label_row(field: str, name: str, row: Any, corrected: set[str]) -> Label:
    """The tone of an entity or an aspect of a mention."""
    said, glyph = words.SENTIMENTS[row.sentiment]
    choices = _choose_tone(_("not spoken of"))
    return Label(
        field, name, row.sentiment, str(said), glyph, row.sentiment_sure, choices, field in corrected
    )


def _list_absent(detail: Detail) -> list[tuple[str, str]]:
    """The aspects that a mention could still speak of: field and words. Of its one entity, where it has one."""
    present = {row.aspect for row in detail.aspects}
    entity = detail.entities[0].entity if len(detail.entities) == 1 else ""
    return [(f"aspect:{code}:{entity}", str(words.ASPECTS[code])) for code in Aspect if code not in present]


def _show_fact(fact: Fact) -> dict[str, Any]:
    """A line of the trail: when, who, what, and from what to what."""
    payload, detail = fact.payload, ""
    if fact.name == "MentionCorrected":
        kind, _sign, name = payload["field"].partition(":")
        detail = (
            f"{_name_field(kind, name)}: {_say(kind, payload['before'])} → {_say(kind, payload['after'])}"
        )
    elif fact.name == "MentionAssigned":
        detail = payload.get("to", "")
    elif fact.name == UNDONE:
        detail = str(EVENTS.get(payload.get("what", ""), ""))
    return {"what": EVENTS.get(fact.name, fact.name), "detail": detail, "fact": fact}


def _name_field(kind: str, name: str) -> str:
    if kind == "entity":
        return words.name_entity(name)
    if kind == "aspect":
        aspect = name.partition(":")[0]
        return str(words.ASPECTS.get(aspect, aspect))
    return {"sentiment": _("Tone"), "intent": _("Intent"), "language": _("Language")}.get(kind, kind)


def _say(kind: str, value: str) -> str:
    if kind == "language":
        return words.name_language(value)
    if kind == "intent":
        return str(words.INTENTS.get(value, value))
    return str(words.SENTIMENTS[value][0]) if value in words.SENTIMENTS else _("not spoken of")
