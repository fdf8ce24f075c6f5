"""Take releases that nobody will serve again from the disk."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden
from usine.commons.facts import record_fact
from usine.launches import store
from usine.launches.models import Release
from usine.launches.queries import list_live_sites, list_past_releases

KEPT = 5
"""So many releases of a market stay, the latest to go live first: the way back."""
FORGOTTEN = timedelta(days=1)
"""A release that no publication has switched to since is nobody's: a publication takes minutes."""


def clear_releases(vehicle: str, *, by: Actor, keep: int = KEPT) -> int:
    """Remove the files of releases beyond the `keep` that each market had live last, and of those never live.

    The live one always stays. What is recorded of a release stays too: it can be made again from its inputs. Pages that
    a later release shares stay with that one. What was left for a day by publications of any vehicle that were refused
    or killed goes, too. Returns how many were removed. Raises Forbidden for who is not central.
    """
    if by.role is not Role.CENTRAL:
        raise Forbidden(f"{by.name} does not clear releases: ask the central team.")
    strays = _list_strays()
    kept = {site.release_key for site in list_live_sites(vehicle)}
    for market in set(Release.objects.filter(vehicle=vehicle).values_list("market", flat=True)):
        kept |= {past.key for past in list_past_releases(vehicle, market, size=keep)}
    keys = Release.objects.filter(vehicle=vehicle).exclude(key__in=kept).values_list("key", flat=True)
    removed = sum(map(store.remove_release, [*strays, *keys]))
    if removed:
        with transaction.atomic():
            record_fact("ReleasesCleared", by=by.name, subject=vehicle, count=removed)
    return removed


def _list_strays() -> list[str]:
    """A release has its row only once it is switched to: those of a refused publication never have one."""
    known = set(Release.objects.values_list("key", flat=True))
    return store.list_strays(known, before=timezone.now() - FORGOTTEN)
