"""`usine offers`: made, listed and shown from the command line, with plain digits for programs."""

from __future__ import annotations

import json

import pytest

from tests.oree import release_oree
from usine.config.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def oree():
    return release_oree()


def read(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_offer_is_made_listed_and_shown(oree, capsys):
    assert main(["offers", "make", "oree", "--market", "be", "--on", "2026-12-01", "--json"]) == 0
    made = read(capsys)[0]
    assert (made["market"], made["currency"], made["valid_from"]) == ("BE", "EUR", "2026-12-01")
    assert (made["tax_rate_percent"], made["valid_until"]) == ("21", None)

    assert main(["offers", "list", "--vehicle", "oree", "--json"]) == 0
    assert [offer["key"] for offer in read(capsys)] == [made["key"]]
    assert main(["offers", "list", "--market", "FR"]) == 0
    assert capsys.readouterr().out == ""

    assert main(["offers", "show", made["key"][:8], "--json"]) == 0
    shown = read(capsys)[0]
    car = shown["cheapest"]
    assert shown["configurations"] > 10**9 and car["values"]["trim"] == "sente"
    assert car["gross_minor"] == car["net_minor"] + car["tax_minor"] == 18_990_00
    for part in ("net_minor", "tax_minor", "gross_minor"):
        assert sum(line[part] for line in car["lines"]) == car[part]


def test_people_read_columns(oree, capsys):
    assert main(["offers", "make", "oree", "--market", "FR"]) == 0
    key = capsys.readouterr().out.split()[1]
    assert main(["offers", "list"]) == 0
    assert capsys.readouterr().out == f"{key[:12]}  oree FR  EUR  2026-11-24 to 2027-06-30\n"
    assert main(["offers", "show", key[:12]]) == 0
    total = capsys.readouterr().out.splitlines()[-1].split()
    assert total == ["total", "1575000", "315000", "1890000"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["make", "oree", "--market", "FR", "--on", "2028-01-01"],
            "oree has no price list for FR on 2028-01-01",
        ),
        (["make", "oree", "--market", "CN"], "oree has no price list for CN on 2026-11-24"),
        (["make", "oree", "--market", "ZZ"], "There is no market ZZ"),
        (["make", "saule", "--market", "FR"], "No range of saule is released"),
        (["show", "0123456789"], "No offer has a key that starts with 0123456789"),
        (["show", ""], "No offer has a key that starts with"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(oree, capsys, words, says):
    assert main(["offers", *words]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(says) and said.err.count("\n") == 1


def test_a_date_that_is_none_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as left:
        main(["offers", "make", "oree", "--market", "FR", "--on", "tomorrow"])
    assert left.value.code == 2
    assert "“tomorrow” is not a date: write 2027-04-01" in capsys.readouterr().err
