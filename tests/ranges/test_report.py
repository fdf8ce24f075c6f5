"""`usine range report` on a folder and on rules of others, whether they compile or not."""

from __future__ import annotations

import json

from tests.ranges.six import RULES, write_range
from tests.ranges.test_stats import hard_to_compile, write_dimacs
from usine.config.cli import main


def run(capsys, *arguments):
    assert main(["range", "report", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_a_folder_is_told_with_the_places_of_its_rules(tmp_path, capsys):
    folder = write_range(tmp_path)
    more = """\
  again: {if: roof = glass, excludes: bars}
  always-lamp: {feature: lamp, included-in: trim = base | plus}
"""
    (folder / "rules/all.yaml").write_text(RULES + more, encoding="utf-8")

    facts = json.loads(run(capsys, folder, "--json"))

    idle = {(rule["file"], rule["rule"]) for rule in facts["idle_rules"]}
    assert idle == {
        ("rules/all.yaml", "glass-no-bars"),
        ("rules/all.yaml", "again"),
        ("features/all.yaml", "pack includes lamp"),  # the lamp is in any case
    }
    assert facts["dead_values"] == ["lamp = no"]
    assert facts["values_of_all"] == ["lamp = yes"]
    assert "never_together" not in facts
    said = run(capsys, folder)
    assert "never bite, as the others say the same already: 3\n  " in said
    assert "Always together, all of them or none: none\n" in said


def test_pairs_that_never_go_together_are_listed_by_their_first_value(tmp_path, capsys):
    folder = write_range(tmp_path)

    lines = json.loads(run(capsys, folder, "--pairs", "--json"))["never_together"]

    (glass,) = [line["never_with"] for line in lines if line["value"] == "roof = glass"]
    assert "bars = yes" in glass
    assert "\n  roof = glass: " in run(capsys, folder, "--pairs")


def test_rules_that_no_circuit_holds_are_reported_too(tmp_path, capsys):
    """Two switches that are equal, one that is off, a clause said twice, among clauses that do not compile."""
    more = [[401, -402], [-401, 402], [-403], [1, 2, 404], [1, 2, 404]]
    source = write_dimacs(tmp_path / "hard.cnf", [*hard_to_compile(), *more], 404)

    facts = json.loads(run(capsys, source, "--json"))

    assert facts["variables"] == 404
    assert facts["rules"] == 805
    assert facts["dead_values"] == ["403 = 1"]
    assert facts["values_of_all"] == ["403 = 0"]
    assert ["401 = 1", "402 = 1"] in facts["together"]
    assert {"rule": "line 805"} in facts["idle_rules"]
    assert {"rule": "line 806"} in facts["idle_rules"]


def test_what_has_no_rules_to_read_is_refused(tmp_path, capsys):
    artefact = tmp_path / "compiled"
    assert main(["range", "compile", str(write_range(tmp_path)), str(artefact)]) == 0
    capsys.readouterr()

    assert main(["range", "report", str(artefact)]) == 1
    assert "compiled range, without its rules" in capsys.readouterr().err
    assert main(["range", "report", str(tmp_path / "none")]) == 1
