"""Sources switched on and off by people; how they go is written by the collector alone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden
from usine.commons.facts import record_fact
from usine.reputation.contracts import SourceInvalid
from usine.reputation.models import Source


@transaction.atomic
def switch_source(slug: str, *, is_on: bool, by: Actor) -> Source:
    """Begin or stop listening there. Central, or whoever works for the one country that the source speaks to.

    Raises SourceInvalid for one that there is not, Forbidden.
    """
    source = Source.objects.select_for_update().filter(slug=slug).first()
    if source is None:
        raise SourceInvalid(_("There is no source called %(slug)s.") % {"slug": slug[:80]})
    if by.role is not Role.CENTRAL and not (source.country and by.may_see(source.country)):
        raise Forbidden(_("This source speaks to other markets too: ask the central team."))
    if source.is_on != is_on:
        source.is_on = is_on
        source.save(update_fields=["is_on"])
        name = "SourceSwitchedOn" if is_on else "SourceSwitchedOff"
        record_fact(name, by=by.name, market=source.country, subject=f"source:{slug}")
    return source
