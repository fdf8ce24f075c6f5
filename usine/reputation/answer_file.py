"""Answer templates as a file says them, into the table: all of the file or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from usine.accounts.contracts import Actor
from usine.reputation.keeping import KeepingRefused, save_template
from usine.reputation.listed import read_list

FIELDS = ("language", "name", "intent", "aspect", "text")


def load_templates(file: Path, *, by: Actor) -> int:
    """Keep every template of a YAML file; the same name in the same language is replaced. How many. Central alone.

    Raises Forbidden; KeepingRefused with the file, the number of the template and what to do.
    """
    rows = read_list(file, "answers", KeepingRefused)
    with transaction.atomic():
        for at, row in enumerate(rows, 1):
            try:
                save_template(**_read(row), by=by)
            except KeepingRefused as error:
                raise KeepingRefused(f"{file.name}, answer {at}: {error}") from error
    return len(rows)


def _read(row: Any) -> dict[str, str]:
    if not isinstance(row, dict):
        raise KeepingRefused("it is no set of names and values.")
    for name, value in row.items():
        if name not in FIELDS:
            raise KeepingRefused(f"the field {name} is none of {', '.join(FIELDS)}.")
        if not isinstance(value, str):
            raise KeepingRefused(f"{name} is no text: put it in quotes.")
    return dict.fromkeys(("language", "name", "text"), "") | row
