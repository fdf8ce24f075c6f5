"""Set down again, the demo is the same to the row and ids go on behind it; other rows are no empty database."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.oree import publish_oree
from tests.replay import make_once, put_back, read_tables
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons.facts import record_fact
from usine.commons.models import Fact


class Undone(Exception):
    """Takes back what a block wrote."""


def rows_of(make):
    """What the database holds after `make` and one fact more, which is taken back."""
    with pytest.raises(Undone), transaction.atomic():
        make()
        found = read_tables()
        record_fact("Next", by="test")
        assert Fact.objects.latest("id").name == "Next"
        raise Undone
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}


def test_the_demo_set_down_again_is_the_same_to_the_row(db, settings, tmp_path):
    settings.VAR = tmp_path / "var"  # where no other process has made it
    found = []
    for folder in (tmp_path / "first", tmp_path / "again"):
        settings.RELEASES_ROOT = folder
        rows = rows_of(lambda: publish_oree("BE"))
        found.append((rows, {path.relative_to(folder) for path in folder.rglob("*.html")}))
    assert found[0] == found[1]
    first, pages = found[0]
    assert len(pages) > 10
    assert first["launches_publication"] and first["wagtailcore_page"]


def test_a_test_that_commits_leaves_the_rows_of_the_migrations_and_ids_that_start_over(transactional_db):
    first = read_tables()
    with transaction.atomic():
        record_fact("First", by="test")
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    put_back()
    assert read_tables() == first
    with transaction.atomic():
        record_fact("First", by="test")
    assert Fact.objects.get().id == 1
    assert create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",)) == 1


def test_what_was_made_from_other_rows_is_made_anew(db):
    calls = []

    def make():
        calls.append(Fact.objects.count())

    make_once(("facts",), make)
    make_once(("facts",), make)
    create_account("els", name="Els", password="demo", role=Role.MARKET, markets=("BE",))
    make_once(("facts",), make)
    assert len(calls) == 2
