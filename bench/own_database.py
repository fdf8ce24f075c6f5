"""A SQLite of a benchmark's own, in a folder that goes with it: Django is set up for it, nothing else is touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_own_database(*rooms: str) -> Iterator[Path]:
    """The folder, with the tables of these rooms and of what they need; of all rooms where none is named.

    Call it once a process, before anything of the project reads its settings.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "USINE_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "usine.config.settings",
            "DATABASE_URL": "",
        }
        import django

        django.setup()
        from django.core.management import call_command

        for room in rooms:
            call_command("migrate", room, verbosity=0)
        if not rooms:
            call_command("migrate", verbosity=0)
        yield Path(folder)
