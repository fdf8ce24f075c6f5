"""Who says where old addresses lead: files, the centre, a market for its own sites."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden, NotFound
from usine.commons.facts import record_fact
from usine.launches.models import Redirect
from usine.launches.sources.masters import get_launch, lock_launch
from usine.launches.sources.redirects import Moved, check_table, list_moved, read_moved
from usine.markets.public import find_locale


def may_write_redirect(by: Actor, moved: Moved) -> bool:
    """The centre writes every redirect, a market those that stay within its own sites."""
    if by.role is Role.CENTRAL:
        return True
    locales = [
        find_locale(path.split("/")[1]) for path in (moved.source, moved.target) if path.startswith("/")
    ]
    return not moved.is_everywhere and all(
        locale is not None and by.may_see(locale.market) for locale in locales
    )


def save_redirect(
    vehicle: str, *, source: str, target: str, by: Actor, note: str = "", locale: str = ""
) -> Moved:
    """Have an old address lead to a page from the next publication on; what it led to before is replaced.

    Addresses as `sources.redirects.read_moved` takes them. Raises LaunchNotFound, Forbidden, RedirectRefused.
    """
    get_launch(vehicle)
    moved = read_moved(vehicle, source, target, note, locale=locale)
    _check_may_write(by, moved)
    with transaction.atomic():
        lock_launch(vehicle)  # two that are saved at once would close a circle that neither saw
        before = Redirect.objects.filter(vehicle=vehicle, source=moved.source).first()
        if before is not None:
            _check_may_write(by, Moved(before.source, before.target))
        table = [row for row in list_moved(vehicle) if row.source != moved.source]
        check_table([*table, moved], vehicle, moved)
        _store(vehicle, moved, by, is_of_file=False)
        record_fact(
            "RedirectSaved",
            by=by.name,
            market=_find_market(moved),
            subject=vehicle,
            source=moved.source,
            target=moved.target,
            before=before.target if before else "",
        )
    return moved


def remove_redirect(vehicle: str, *, source: str, by: Actor) -> None:
    """Have an old address lead nowhere from the next publication on. Raises NotFound, Forbidden."""
    with transaction.atomic():
        row = Redirect.objects.filter(vehicle=vehicle, source=source).first()
        if row is None:
            raise NotFound(
                _("%(vehicle)s has no redirect of %(source)s: somebody removed it already.")
                % {"vehicle": vehicle, "source": source[:80]}
            )
        moved = Moved(row.source, row.target)
        _check_may_write(by, moved)
        row.delete()
        record_fact(
            "RedirectRemoved",
            by=by.name,
            market=_find_market(moved),
            subject=vehicle,
            source=moved.source,
            target=moved.target,
        )


def load_redirects(vehicle: str, table: Sequence[Moved], by: Actor) -> int:
    """Bring the table to what a file says; what people wrote at the desk stays. How many rows changed.

    Within a transaction. Raises RedirectRefused when both together lead in a circle.
    """
    lock_launch(vehicle)
    rows = {row.source: row for row in Redirect.objects.filter(vehicle=vehicle)}
    kept = {source for source, row in rows.items() if not row.is_of_file}
    wanted = {moved.source: moved for moved in table if moved.source not in kept}
    gone = [row.pk for source, row in rows.items() if row.is_of_file and source not in wanted]
    new = [moved for moved in wanted.values() if _says_else(rows.get(moved.source), moved)]
    Redirect.objects.filter(pk__in=gone).delete()
    for moved in new:
        _store(vehicle, moved, by, is_of_file=True)
    check_table(list_moved(vehicle), vehicle)
    return len(gone) + len(new)


def _says_else(row: Redirect | None, moved: Moved) -> bool:
    return row is None or (row.target, row.note) != (moved.target, moved.note)


def _store(vehicle: str, moved: Moved, by: Actor, *, is_of_file: bool) -> None:
    Redirect.objects.update_or_create(
        vehicle=vehicle,
        source=moved.source,
        defaults={
            "target": moved.target,
            "note": moved.note,
            "is_of_file": is_of_file,
            "changed_at": timezone.now(),
            "by": by.name,
        },
    )


def _check_may_write(by: Actor, moved: Moved) -> None:
    if not may_write_redirect(by, moved):
        raise Forbidden(
            _("%(by)s does not redirect %(source)s to %(target)s: ask the central team.")
            % {"by": by.name, "source": moved.source, "target": moved.target or "."}
        )


def _find_market(moved: Moved) -> str:
    """The market that publishes it; empty: all."""
    locale = find_locale(moved.target.split("/")[1]) if moved.target.startswith("/") else None
    return locale.market if locale else ""
