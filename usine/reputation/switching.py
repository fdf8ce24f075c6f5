"""Sources switched on and off, and files of mentions brought, by people; how they go is the collector's to write."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden
from usine.commons.facts import record_fact
from usine.reputation.contracts import FileUnreadable, SourceInvalid
from usine.reputation.models import Source
from usine.reputation.sources.importing import read_mentions
from usine.reputation.sources.taking import find_intake, read_place

LARGEST = 2 * 1024 * 1024
"""Bytes of a file that a screen takes; the command line takes more."""


@transaction.atomic
def switch_source(slug: str, *, is_on: bool, by: Actor) -> Source:
    """Begin or stop listening there. Central, or whoever works for the one country that the source speaks to.

    Raises SourceInvalid for one that there is not, Forbidden.
    """
    source = lock_source(slug, by)
    if source.is_on != is_on:
        source.is_on = is_on
        source.save(update_fields=["is_on"])
        name = "SourceSwitchedOn" if is_on else "SourceSwitchedOff"
        record_fact(name, by=by.name, market=source.country, subject=f"source:{slug}")
    return source


def import_file(slug: str, name: str, content: bytes, *, by: Actor) -> int:
    """Take the mentions of a file (CSV, JSON lines, Excel) as said at a source: all of it or nothing.

    Returns how many are taken; those told before are the same again, those that the intake fails on are set aside.
    Raises SourceInvalid, Forbidden, and FileUnreadable naming file, row, column and reason.
    """
    if len(content) > LARGEST:
        said = _("%(name)s is larger than %(most)s MB: bring it in parts, or by the command line.")
        raise FileUnreadable(said % {"name": name[:80], "most": LARGEST // 2**20})
    with transaction.atomic():
        source = lock_source(slug, by)
    now = timezone.now()
    heard = read_mentions(name, content, read_place(source), now=now)
    return len(heard) - find_intake()(heard, by=by.name, now=now).aside


def may_manage(source: Source, by: Actor) -> bool:
    """Central, or whoever works for the one country that the source speaks to."""
    return by.role is Role.CENTRAL or bool(source.country and by.may_see(source.country))


def lock_source(slug: str, by: Actor) -> Source:
    """A source that somebody may manage. In their transaction. Raises SourceInvalid, Forbidden."""
    source = Source.objects.select_for_update().filter(slug=slug).first()
    if source is None:
        raise SourceInvalid(_("There is no source called %(slug)s.") % {"slug": slug[:80]})
    if not may_manage(source, by):
        raise Forbidden(_("This source speaks to other markets too: ask the central team."))
    return source
