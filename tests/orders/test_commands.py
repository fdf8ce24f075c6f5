"""The command line sees with the eyes of the person it names."""

from __future__ import annotations

import argparse
import json

import pytest

from tests.orders.test_leads import book, dealer
from usine.accounts.contracts import Role
from usine.accounts.public import create_account
from usine.commons.errors import NotFound
from usine.orders import commands

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(words)
    return args.run(args)


def test_leads_are_listed_as_their_reader_sees_them(capsys):
    create_account("hugo", name="Hugo Lemaire", password="a-long-one", role=Role.MARKET, markets=("FR",))
    book("be")
    french = book("fr", to=dealer("FR", 2))
    assert run("leads", "list", "--json", "--as", "hugo") == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == [french.id]
    with pytest.raises(NotFound):
        run("leads", "list", "--as", "nobody")


def test_a_purge_says_how_many(capsys):
    assert run("orders", "purge", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"erased": 0}
