"""What many tests need in the database: made once per run, then set down row by row in the next empty one."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from tests.once import alone_in

Made = TypeVar("Made")
Rows = list[tuple[Any, ...]]
Tables = dict[str, Rows]

_made: dict[str, tuple[Any, Tables, Path]] = {}
_first: Tables = {}
"""What the migrations leave behind."""


def make_once(what: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Call `make`, or do to the rows what it did when a process of this run met the same rows, on the same day.

    What is returned has to be a value. What is written beside the database has to be kept, save releases: those of a
    folder of their own are copied.
    """
    before = read_tables()
    key = _digest(what, before)
    if key not in _made:
        _made[key] = _make_or_fetch(key, make, before)
    made, changed, releases = _made[key]
    _set_down(changed)
    _copy_missing(releases, settings.RELEASES_ROOT)
    return made  # type: ignore[no-any-return]


def _digest(what: tuple[object, ...], tables: Tables) -> str:
    """What a making depends on. An empty folder of releases is as good as another; of the shared one only its name."""
    root = settings.RELEASES_ROOT
    releases = str(root) if _is_shared(root) else sorted(map(str, _list_files(root)))
    rows = [(name, sorted(map(repr, rows))) for name, rows in tables.items()]
    vendor, is_atomic = connection.vendor, connection.in_atomic_block
    said = repr((what, rows, timezone.now().date(), releases, vendor, is_atomic))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _make_or_fetch(key: str, make: Callable[[], Made], before: Tables) -> tuple[Made, Tables, Path]:
    """What another process of this run has made, or made here for it too."""
    with alone_in(key) as place:
        if (place / "rows").exists():
            return (*pickle.loads((place / "rows").read_bytes()), place / "releases")
        made = make()
        changed = {name: rows for name, rows in read_tables().items() if rows != before[name]}
        if not _is_shared(settings.RELEASES_ROOT):
            _copy_missing(settings.RELEASES_ROOT, place / "releases")
        (place / "rows").write_bytes(pickle.dumps((made, changed)))
        return made, changed, place / "releases"


def _is_shared(root: Path) -> bool:
    return Path(root).is_relative_to(settings.VAR)


def _list_files(root: Path) -> list[Path]:
    return [path.relative_to(root) for path in Path(root).rglob("*") if path.is_file()]


def _copy_missing(source: Path, target: Path) -> None:
    for file in _list_files(source):
        if not (target / file).exists():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / file, target / file)


def _list_tables() -> list[str]:
    """Those of the models; an index for full text is filled by the triggers of its table."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(name for name in names if not name.endswith("_fts"))


def read_tables() -> Tables:
    found: Tables = {}
    with connection.cursor() as cursor:
        for name in _list_tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = cursor.fetchall()
    return found


def remember_first() -> None:
    """Keep what the migrations have left in the database, for `put_back`; the same in every process.

    The keys of Wagtail's own pages are drawn by chance as its migrations run.
    """
    from wagtail.models import Page

    for id_ in Page.objects.values_list("pk", flat=True):
        Page.objects.filter(pk=id_).update(translation_key=UUID(int=id_))
    _first.update(read_tables())


def put_back() -> None:
    """Leave the database as it was before every test: the rows of the migrations, ids that start over."""
    changed = [name for name, rows in read_tables().items() if rows != _first[name]]
    _set_down({name: _first[name] for name in changed}, starts_over=True)


def _set_down(tables: Tables, *, starts_over: bool = False) -> None:
    """Replace what these tables hold, whose ids go on from there; references are checked as the transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
        for name, rows in tables.items():
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {connection.ops.quote_name(name)} VALUES ({places})", rows)
        for statement in _start_ids_over() if starts_over else _let_ids_go_on(tables):
            cursor.execute(statement)
    cache.clear()


def _let_ids_go_on(tables: Tables) -> list[str]:
    models = sorted(connection.introspection.installed_models(tables), key=lambda model: model._meta.label)
    return connection.ops.sequence_reset_sql(no_style(), models)


@lru_cache(maxsize=1)
def _start_ids_over() -> list[str]:
    """The next id of every table follows its largest."""
    if connection.vendor == "sqlite":
        return ["UPDATE sqlite_sequence SET seq = 0"]
    sequences = connection.introspection.sequence_list()
    return [
        f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), coalesce(max({column}), 1), "
        f'max({column}) IS NOT NULL) FROM "{table}"'
        for table, column in {(found["table"], found["column"] or "id") for found in sequences}
    ]
