"""What many tests need in the database: made once per process, then set down row by row in the next empty one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

Made = TypeVar("Made")
Rows = list[tuple[Any, ...]]

_made: dict[tuple[object, ...], tuple[Any, dict[str, Rows]]] = {}


def make_once(what: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Call `make`, or do to the rows what it did when it met the same rows, on the same day, in the same folder.

    What is returned has to be a value, and what is written beside the database has to be kept.
    """
    before = read_tables()
    found = tuple((name, tuple(sorted(map(repr, rows)))) for name, rows in before.items())
    key = (what, hash(found), timezone.now().date(), str(settings.RELEASES_ROOT), connection.in_atomic_block)
    if key in _made:
        made, changed = _made[key]
        _set_down(changed)
    else:
        made = make()
        changed = {name: rows for name, rows in read_tables().items() if rows != before[name]}
        _made[key] = made, changed
    return made  # type: ignore[no-any-return]


def _list_tables() -> list[str]:
    """Those of the models; an index for full text is filled by the triggers of its table."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(name for name in names if not name.endswith("_fts"))


def read_tables() -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for name in _list_tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = cursor.fetchall()
    return found


def _set_down(tables: dict[str, Rows]) -> None:
    """Replace what these tables hold, whose ids go on from there; references are checked as the transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, rows in tables.items():
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"DELETE FROM {quoted}")
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {quoted} VALUES ({places})", rows)
        models = sorted(
            connection.introspection.installed_models(tables), key=lambda model: model._meta.label
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    cache.clear()
