"""The glossary of a launch: a file in which a row is a word and a column a language."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.translations.contracts import GlossaryInvalid, Term
from usine.translations.models import GlossaryTerm

KEPT = "="
"""A cell that says: this word stays as it is."""


def read_glossary(file: Path) -> dict[str, tuple[Term, ...]]:
    """The terms of a file by language. Columns: `term`, `note`, then a language each; an empty cell says nothing.

    Raises GlossaryInvalid, naming the file, the line and what to mend.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GlossaryInvalid(f"{file.name} is not a CSV file in UTF-8: {error}.") from error
    languages = [name for name in (rows[0] if rows else {}) if name not in ("term", "note")]
    if not rows or "term" not in rows[0] or not languages:
        raise GlossaryInvalid(f"{file.name} has no terms: begin with a line “term,note,fr,de”.")
    found: dict[str, list[Term]] = {language: [] for language in languages}
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        term = (row["term"] or "").strip()
        if not term or term in seen or None in row:
            raise GlossaryInvalid(
                f"{file.name}, line {number}: give each line a term of its own and no more cells than columns."
            )
        seen.add(term)
        for language in languages:
            cell = (row[language] or "").strip()
            if cell:
                found[language].append(
                    Term(term, term if cell == KEPT else cell, (row.get("note") or "").strip())
                )
    return {language: tuple(terms) for language, terms in found.items()}


def load_glossary(vehicle: str, file: Path, *, by: Actor) -> int:
    """Make a file the glossary of a vehicle's launch; returns how many terms and languages it has. Repeatable.

    Raises GlossaryInvalid.
    """
    terms = read_glossary(file)
    rows = [
        GlossaryTerm(
            vehicle=vehicle, term=term.term, language=language, translation=term.translation, note=term.note
        )
        for language, known in terms.items()
        for term in known
    ]
    with transaction.atomic():
        GlossaryTerm.objects.filter(vehicle=vehicle).delete()
        GlossaryTerm.objects.bulk_create(rows)
        record_fact("GlossaryLoaded", by=by.name, subject=vehicle, terms=len(rows))
    return len(rows)


def read_terms(vehicle: str) -> dict[str, tuple[Term, ...]]:
    """The glossary of a launch by language, each by term. One query."""
    found: dict[str, list[Term]] = {}
    for row in GlossaryTerm.objects.filter(vehicle=vehicle).order_by("term"):
        found.setdefault(row.language, []).append(Term(row.term, row.translation, row.note))
    return {language: tuple(terms) for language, terms in found.items()}


def list_glossary(vehicle: str) -> tuple[tuple[str, ...], list[tuple[str, str, list[str]]]]:
    """The whole glossary as a table: its languages, and for each term its note and a cell a language. One query."""
    rows = list(GlossaryTerm.objects.filter(vehicle=vehicle).order_by("term", "language"))
    languages = tuple(sorted({row.language for row in rows}))
    said = {(row.term, row.language): row.translation.replace("|", ", ") for row in rows}
    notes = {row.term: row.note for row in rows}
    return languages, [
        (term, note, [said.get((term, language), "") for language in languages])
        for term, note in notes.items()
    ]
