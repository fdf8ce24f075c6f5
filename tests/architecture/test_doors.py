"""A room is entered by its doors only: imports, foreign keys, and what a process loads."""

from __future__ import annotations

import subprocess
import sys

import grimp
import pytest
from django.apps import apps
from django.db.models import PROTECT, ForeignKey, OneToOneField

ROOMS = (
    "kernel",
    "commons",
    "markets",
    "accounts",
    "ranges",
    "offers",
    "dealers",
    "studio",
    "launches",
    "translations",
    "journeys",
    "testdrive",
    "orders",
    "audience",
    "reputation",
)
OPEN = {"commons"}  # every module of it is a door


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("usine", cache_dir=None)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def is_door(module: str) -> bool:
    parts = module.split(".")
    room, rest = parts[1], parts[2:]
    return room in OPEN or (room == "kernel" and not rest) or rest in (["public"], ["contracts"])


def test_rooms_import_only_doors_of_other_rooms(graph):
    passages = [
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if room_of(importer) in ROOMS
        and room_of(imported) not in ("", room_of(importer))
        and not is_door(imported)
    ]
    assert passages == []


def test_contracts_and_rules_know_no_framework(graph):
    """One process loads them all, and stops at the first that brings Django."""
    pure = sorted(m for m in graph.modules if m.split(".")[-1] in ("contracts", "rules"))
    code = """
import sys, importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
    if "django" in sys.modules:
        sys.exit(f"{name} loads Django")
"""
    assert len(pure) > 10
    done = subprocess.run([sys.executable, "-c", code, *pure], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_foreign_keys_between_rooms_point_up_the_line_and_protect():
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("usine."):
            continue
        for field in model._meta.get_fields():
            is_key = isinstance(field, (ForeignKey, OneToOneField))
            if not is_key or field.model is not model:  # Wagtail's Page brings keys of its own
                continue
            target = field.related_model.__module__
            here, there = room_of(model.__module__), room_of(target)
            if not target.startswith("usine.") or here == there:
                continue
            upward = ROOMS.index(there) < ROOMS.index(here)
            kept = field.remote_field.on_delete is PROTECT
            hidden = (field.remote_field.related_name or "").endswith("+")
            if not (upward and kept and hidden):
                wrong.append(f"{model.__name__}.{field.name}")
    assert wrong == []
