"""What people do with a mention: assign, answer, resolve, ignore, reopen, note; and take back what they did last.

Each verb checks role and market, is one transaction, and records one fact a mention. A fact holds how the mention stood
before, so that it can be undone by whoever did it, as long as nobody did anything else with the mention since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor
from usine.accounts.public import find_actor
from usine.commons.facts import record_fact
from usine.commons.models import Fact
from usine.reputation.cleaning import drop_unsafe
from usine.reputation.contracts import Handling, MentionUnknown, ReputationRefused
from usine.reputation.correcting import Undoing, correct_labels, put_labels_back
from usine.reputation.models import Mention, Note

MOST = 200
"""How many mentions one act may take."""
LONGEST = 5000
OPEN = (Handling.NEW, Handling.ASSIGNED)
ASSIGNED, ANSWERED, RESOLVED = "MentionAssigned", "MentionAnswered", "MentionResolved"
IGNORED, REOPENED, NOTED = "MentionIgnored", "MentionReopened", "MentionNoted"
CORRECTED, UNDONE = "MentionCorrected", "MentionUndone"
HANDLED = (ASSIGNED, ANSWERED, RESOLVED, IGNORED, REOPENED, NOTED, CORRECTED)
"""The facts of this module, in the order in which a mention usually meets them."""


class HandlingRefused(ReputationRefused):
    code = "handling_refused"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Done:
    """What an act recorded: the facts by which it can be undone, and the mentions that it changed."""

    facts: tuple[int, ...]
    mentions: tuple[int, ...]


@transaction.atomic
def assign(mentions: Sequence[int], *, to: int | None = None, by: Actor) -> Done:
    """Give mentions to a person (a user's number; without one, to oneself).

    What was answered or closed stays so. Raises MentionUnknown, and HandlingRefused when that person may not see them.
    """
    found = _take(mentions, by)
    user = get_user_model().objects.filter(pk=to or by.user_id or 0, is_active=True).first()
    person = find_actor(user) if user else None
    if user is None or person is None or not all(person.may_see(mention.country) for mention in found):
        raise HandlingRefused(_("That person cannot see this market: choose somebody who works for it."))
    return _change(found, ASSIGNED, by, lambda mention: _assign(mention, user.pk), to=person.name)


def _assign(mention: Mention, user_id: int) -> None:
    mention.assigned_to_id = user_id
    if mention.handling == Handling.NEW:
        mention.handling = Handling.ASSIGNED


@transaction.atomic
def answer(mention: int, text: str, *, by: Actor) -> Done:
    """Keep what was answered. The mention is its answerer's when it was nobody's, and the clock stops.

    Raises MentionUnknown, and HandlingRefused for an empty or endless text.
    """
    found = _take([mention], by)
    note = _write(found[0], text, by, is_answer=True)

    def close(row: Mention) -> None:
        row.assigned_to_id = row.assigned_to_id or by.user_id
        _close(row, Handling.ANSWERED)

    return _change(found, ANSWERED, by, close, note=note.pk)


@transaction.atomic
def resolve(mentions: Sequence[int], *, by: Actor) -> Done:
    """Nothing is left to do. Raises MentionUnknown."""
    return _change(_take(mentions, by), RESOLVED, by, lambda row: _close(row, Handling.RESOLVED))


@transaction.atomic
def ignore(mentions: Sequence[int], *, by: Actor) -> Done:
    """Nothing has to be done. Raises MentionUnknown."""
    return _change(_take(mentions, by), IGNORED, by, lambda row: _close(row, Handling.IGNORED))


@transaction.atomic
def reopen(mentions: Sequence[int], *, by: Actor) -> Done:
    """There is something to do again; the clock goes on as it was set. Raises MentionUnknown."""
    return _change(_take(mentions, by), REOPENED, by, _reopen)


@transaction.atomic
def add_note(mention: int, text: str, *, by: Actor) -> Done:
    """Tell colleagues something of a mention. Raises MentionUnknown, HandlingRefused."""
    found = _take([mention], by)
    note = _write(found[0], text, by, is_answer=False)
    return _change(found, NOTED, by, lambda _row: None, note=note.pk)


@transaction.atomic
def correct(mention: int, field: str, after: str, *, by: Actor) -> Done:
    """Set a label right: see `correcting.correct_labels`. Nothing is recorded when it says so already.

    Raises MentionUnknown, LabelInvalid.
    """
    found = _take([mention], by)
    undoing = correct_labels(found[0], field, after, by=by.name)
    if undoing is None:
        return Done((), (mention,))
    fact = _record(found[0], CORRECTED, by, **undoing.as_payload())
    return Done((fact.pk,), (mention,))


@transaction.atomic
def undo(facts: Sequence[int], *, by: Actor) -> Done:
    """Take back what one did oneself, all of it or nothing.

    Raises HandlingRefused when it was somebody else's, or when anything happened to a mention since.
    """
    rows = list(Fact.objects.filter(pk__in=list(facts)[:MOST], name__in=HANDLED).order_by("-pk"))
    if not rows or any(fact.payload.get("user") != by.user_id for fact in rows):
        raise HandlingRefused(_("There is nothing of yours to undo here."))
    found = {row.pk: row for row in _take([fact.payload["mention"] for fact in rows], by)}
    made = []
    for fact in rows:
        last = Fact.objects.filter(subject=fact.subject, name__in=(*HANDLED, UNDONE)).order_by("-pk").first()
        if last is None or last.pk != fact.pk:
            raise HandlingRefused(_("Something else happened to this mention since: nothing was undone."))
        row = found[fact.payload["mention"]]
        _put_back(row, fact)
        made.append(_record(row, UNDONE, by, fact=fact.pk, what=fact.name).pk)
    return Done(tuple(made), tuple(found))


def _put_back(row: Mention, fact: Fact) -> None:
    if fact.name == CORRECTED:
        put_labels_back(row, Undoing.from_payload(fact.payload))
        return
    before = fact.payload["before"]
    row.handling, row.assigned_to_id = before["handling"], before["assigned_to"]
    row.handled_at = datetime.fromisoformat(before["handled_at"]) if before["handled_at"] else None
    row.save(update_fields=["handling", "assigned_to", "handled_at"])
    if note := fact.payload.get("note"):
        Note.objects.filter(pk=note, mention=row).delete()


def _take(mentions: Iterable[int], by: Actor) -> list[Mention]:
    """The mentions, locked; MentionUnknown when one is not there or not of a market that the actor sees."""
    wanted = set(mentions)
    if not wanted:
        raise HandlingRefused(_("No mention is chosen: tick at least one."))
    count = len(wanted)
    if count > MOST:
        raise HandlingRefused(_("At most %(n)s mentions are taken at once: choose fewer.") % {"n": MOST})
    wanted = {
        number for number in wanted if number < 2**63
    }  # no database has a greater one, nor may be asked
    found = list(Mention.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(found) != count or not all(by.may_see(mention.country) for mention in found):
        raise MentionUnknown(_("There is no such mention in your markets: look for it in the inbox."))
    return found


def _change(found: list[Mention], fact: str, by: Actor, change: Any, **payload: Any) -> Done:
    facts = []
    for row in found:
        before = _describe(row)
        change(row)
        row.save(update_fields=["handling", "assigned_to", "handled_at"])
        facts.append(_record(row, fact, by, before=before, after=_describe(row), **payload).pk)
    return Done(tuple(facts), tuple(row.pk for row in found))


def _record(row: Mention, name: str, by: Actor, **payload: Any) -> Fact:
    subject = f"mention:{row.pk}"
    said = {"mention": row.pk, "user": by.user_id, **payload}
    return record_fact(name, by=by.name, market=row.country, subject=subject, **said)


def _describe(row: Mention) -> dict[str, Any]:
    handled = row.handled_at.isoformat() if row.handled_at else None
    return {"handling": str(row.handling), "assigned_to": row.assigned_to_id, "handled_at": handled}


def _close(row: Mention, how: Handling) -> None:
    row.handling = how
    row.handled_at = row.handled_at or timezone.now()


def _reopen(row: Mention) -> None:
    row.handling = Handling.ASSIGNED if row.assigned_to_id else Handling.NEW
    row.handled_at = None


def _write(row: Mention, text: str, by: Actor, *, is_answer: bool) -> Note:
    text = drop_unsafe(text).strip()
    if not text:
        raise HandlingRefused(_("The text is empty: write what is to be kept."))
    if len(text) > LONGEST:
        raise HandlingRefused(_("The text is longer than %(n)s characters: shorten it.") % {"n": LONGEST})
    return Note.objects.create(mention=row, is_answer=is_answer, text=text, by=by.name, at=timezone.now())
