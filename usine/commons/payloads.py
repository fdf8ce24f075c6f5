"""What facts say under one key, in a form that an index serves."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField
from django.db.models.sql.compiler import SQLCompiler


class Said(Func):
    """The text under a key of a fact's payload; NULL where there is none.

    The key stands in the statement itself: SQLite knows no index by an expression that has a parameter in it, as those
    of Django's own transforms have.
    """

    template = "JSON_EXTRACT(%(expressions)s, '$.%(key)s')"
    output_field = TextField()

    def __init__(self, key: str) -> None:
        if not key.isidentifier():
            raise ValueError(f"{key} is no key of a payload.")
        super().__init__(F("payload"), key=key)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s ->> '%(key)s')", **extra)
