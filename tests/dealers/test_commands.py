"""The command line loads and lists points of sale, in plain digits or as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from usine.dealers import commands
from usine.dealers.contracts import DealersInvalid
from usine.markets.public import MarketNotFound

DEMO = Path(__file__).resolve().parents[2] / "demo" / "dealers.csv"
pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(words)
    return args.run(args)


def test_what_is_loaded_is_listed(capsys):
    assert run("dealers", "load", str(DEMO), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"loaded": 12}

    run("dealers", "list", "--market", "BE", "--near", "Gand", "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["code"] for row in rows][:2] == ["gent-leie", "bruxelles-canal"]
    assert {row["market"] for row in rows} == {"BE"}

    run("dealers", "list")
    assert len(capsys.readouterr().out.splitlines()) == 12


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("load", "nowhere.csv"), DealersInvalid),
        (("list", "--near", "Gent"), DealersInvalid),
        (("list", "--market", "XX"), MarketNotFound),
    ],
)
def test_a_wrong_use_is_refused_with_a_sentence(words, refusal):
    with pytest.raises(refusal):
        run("dealers", *words)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "dealers.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DealersInvalid, match="UTF-8"):
        run("dealers", "load", str(tmp_path / "dealers.csv"))
