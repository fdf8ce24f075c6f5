"""`usine markets`: for people, and as JSON with plain digits."""

from __future__ import annotations

import json

from usine.config.cli import main


def test_lists_all_or_the_active(capsys):
    assert main(["markets", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 170
    assert main(["markets", "list", "--active", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 60 and all(row["active"] is True for row in rows)


def test_shows_one_for_people_and_for_programs(capsys):
    assert main(["markets", "show", "be", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["locales"] == ["fr-be", "nl-be"]
    assert (facts["currency"], facts["tax_rate_percent"], facts["driving_side"]) == ("EUR", "21", "right")
    assert main(["markets", "show", "CH"]) == 0
    shown = capsys.readouterr().out
    assert "tax_rate_percent  8.1\n" in shown and "display_source    unknown\n" in shown


def test_an_unknown_market_is_refused_in_one_sentence(capsys):
    assert main(["markets", "show", "ZZ"]) == 1
    assert capsys.readouterr().err.startswith("There is no market ZZ: use one of the codes")
