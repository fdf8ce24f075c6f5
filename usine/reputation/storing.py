"""Many new rows at once by plain SQL: what `bulk_create` does to each value costs more than the database does.

Rows are stored as they are, as by `bulk_create`: no `save`, no signals, nothing computed before saving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

LONGEST_STATEMENT = 500
"""Rows of a statement that tells their keys, where the database sets no narrower limit to its parameters."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows of a model are written: columns, how they are read from a row, which values the database wants other."""

    into: str
    columns: int
    read: Callable[[models.Model], tuple[Any, ...]]
    adapt: tuple[tuple[int, Callable[[Any], Any]], ...]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model whose keys nobody needs afterwards. In the caller's transaction."""
    if not rows:
        return
    plan = _plan(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(f"{plan.into} {_mark_places(plan)}", [*_list_values(plan, rows)])


def insert_with_keys(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model and tell each the key that the database gave it. In the caller's transaction."""
    if not rows:
        return
    plan = _plan(type(rows[0]), connection.vendor)
    most = (connection.features.max_query_params or LONGEST_STATEMENT * plan.columns) // plan.columns
    size = max(1, min(LONGEST_STATEMENT, most))
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), size):
            part = rows[begin : begin + size]
            places = ", ".join([_mark_places(plan, "")] * len(part))
            values = [value for row in _list_values(plan, part) for value in row]
            cursor.execute(f"{plan.into} VALUES {places} RETURNING id", values)
            for row, (key,) in zip(part, cursor.fetchall(), strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, connection.alias


def _mark_places(plan: _Plan, before: str = "VALUES ") -> str:
    return f"{before}({', '.join(['%s'] * plan.columns)})"


def _list_values(plan: _Plan, rows: Sequence[models.Model]) -> Iterator[Sequence[Any]]:
    for row in rows:
        values = [*plan.read(row)]
        for place, adapt in plan.adapt:
            values[place] = adapt(values[place])
        yield values


@cache
def _plan(model: type[models.Model], _vendor: str) -> _Plan:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    adapt = [(place, _choose_adapter(field)) for place, field in enumerate(fields)]
    return _Plan(
        into=f"INSERT INTO {quote(model._meta.db_table)} ({columns})",
        columns=len(fields),
        read=attrgetter(*(field.attname for field in fields)),
        adapt=tuple((place, function) for place, function in adapt if function),
    )


def _choose_adapter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes a value into one of the database; texts, numbers and bytes are so already."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None
