"""The door of `translations`."""

from __future__ import annotations

from usine.translations.contracts import Match
from usine.translations.exporting import check_texts, export_xliff, list_progress
from usine.translations.glossary import load_glossary, read_terms
from usine.translations.importing import import_xliff
from usine.translations.machine import find_machine
from usine.translations.memory import fill_memory, read_memory
from usine.translations.pseudo import pseudonymise

__all__ = [
    "check_texts",
    "export_xliff",
    "fill_memory",
    "find_machine",
    "find_matches",
    "import_xliff",
    "list_progress",
    "load_glossary",
    "pseudonymise",
    "read_terms",
]


def find_matches(text: str, *, source_language: str = "en", language: str) -> tuple[Match, ...]:
    """What the memory knows of a text or one like it, the most alike first. One query."""
    return read_memory(source_language, language).find_matches(text)
