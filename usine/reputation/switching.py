"""Sources switched on and off, and files of mentions brought, by people; how they go is the collector's to write."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.reputation.contracts import FileInterrupted, FileUnreadable
from usine.reputation.models import Source
from usine.reputation.queries import get_source
from usine.reputation.sources.health import keep_delivered_refusals
from usine.reputation.sources.importing import read_mentions
from usine.reputation.sources.taking import find_intake, read_place

LARGEST = 2 * 1024 * 1024
"""Bytes of a file that a screen takes; the command line takes more."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of the mentions of a file; those told before are taken as the same again."""

    taken: int
    aside: int  # on which the intake failed
    refused: int


@transaction.atomic
def switch_source(slug: str, *, is_on: bool, by: Actor) -> Source:
    """Begin or stop listening there. Central, or whoever works for the one country that the source speaks to.

    Raises SourceUnknown, Forbidden.
    """
    source = lock_source(slug, by)
    if source.is_on != is_on:
        source.is_on = is_on
        source.save(update_fields=["is_on"])
        name = "SourceSwitchedOn" if is_on else "SourceSwitchedOff"
        record_fact(name, by=by.name, market=source.country, subject=f"source:{slug}")
    return source


def import_file(slug: str, name: str, content: bytes, *, by: Actor) -> Brought:
    """Take the mentions of a file (CSV, JSON lines, Excel) as said at a source; nothing where a row is written wrong.

    Raises SourceUnknown, Forbidden, FileUnreadable naming file, row, column and reason, and FileInterrupted where it
    may be taken in part: the same file again doubles nothing.
    """
    if len(content) > LARGEST:
        said = _("%(name)s is larger than %(most)s MB: bring it in parts, or by the command line.")
        raise FileUnreadable(said % {"name": name[:80], "most": LARGEST // 2**20})
    with transaction.atomic():
        source = lock_source(slug, by)
    now = timezone.now()
    heard = read_mentions(name, content, read_place(source), now=now)
    try:
        taken = find_intake()(heard, by=by.name, now=now)
    except UsineError:
        raise
    except Exception as error:
        log.exception("The file %s for the source %s", name[:80], slug)
        said = _("%(file)s may be taken in part only: bring it again later, what is known is not doubled.")
        raise FileInterrupted(said % {"file": name[:80]}) from error
    keep_delivered_refusals(heard, taken.refused, now=now)
    refused = len(taken.refused)
    return Brought(len(heard) - taken.aside - refused, taken.aside, refused)


def may_manage(source: Source, by: Actor) -> bool:
    """Central, or whoever works for the one country that the source speaks to."""
    return by.role is Role.CENTRAL or bool(source.country and by.may_see(source.country))


def lock_source(slug: str, by: Actor) -> Source:
    """A source that somebody may manage. In their transaction. Raises SourceUnknown, Forbidden.

    Of one of another market it says what it says of none: that it is there is not theirs to know.
    """
    source = Source.objects.select_for_update().get(pk=get_source(by, slug).pk)
    if not may_manage(source, by):
        raise Forbidden(_("This source speaks to other markets too: ask the central team."))
    return source
