"""One schema a kind of file: valid itself, true of the demo, printed for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.ranges.six import RULES, write_range
from usine.config.cli import main
from usine.ranges.schema import KINDS, check_shape, read_schema
from usine.ranges.yamlfile import read_yaml

OREE = Path(__file__).parents[2] / "demo" / "ranges" / "oree"
FILES = {
    "range": ["range.yaml"],
    "features": sorted(OREE.glob("features/*")),
    "rules": sorted(OREE.glob("rules/*")),
    "texts": sorted(OREE.glob("texts/*")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_itself_and_explains_its_parts(kind):
    schema = read_schema(kind)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] and schema["description"]


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind in KINDS for file in FILES[kind]])
def test_the_demo_has_the_shape_and_names_its_schema_for_editors(kind, file):
    path = OREE / file
    text = path.read_text(encoding="utf-8")
    found, faults = read_yaml(text, path.name)

    assert faults == [] and list(check_shape(kind, found.content)) == []
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert json.loads((path.parent / named).read_text(encoding="utf-8")) == read_schema(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_the_schema(capsys, kind):
    assert main(["range", "schema", kind]) == 0

    assert json.loads(capsys.readouterr().out) == read_schema(kind)


def test_the_command_tells_which_rules_never_bite(capsys, tmp_path):
    rules = RULES + "  glass-plus-again: {if: roof = glass, requires: trim = plus}\n"
    (write_range(tmp_path) / "rules/all.yaml").write_text(rules, encoding="utf-8")

    assert main(["range", "check", str(tmp_path)]) == 0
    assert "rules/all.yaml:6: glass-plus-again: " in capsys.readouterr().out
    assert main(["range", "check", str(tmp_path), "--json"]) == 0
    idle = json.loads(capsys.readouterr().out)["idle_rules"]
    assert [rule["rule"] for rule in idle] == ["glass-plus", "glass-plus-again"]


def test_the_command_tells_which_values_no_vehicle_has(capsys, tmp_path):
    rules = RULES + "  no-glass: {if: trim = plus, excludes: roof = glass}\n"
    (write_range(tmp_path) / "rules/all.yaml").write_text(rules, encoding="utf-8")

    assert main(["range", "check", str(tmp_path)]) == 0
    assert "roof = glass: No vehicle has it.\n" in capsys.readouterr().out
    assert main(["range", "check", str(OREE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dead_values"] == []
