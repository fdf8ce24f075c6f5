"""`usine range diff` on folders, files and compiled ranges."""

from __future__ import annotations

import json
from shutil import copytree

import pytest

from tests.oree import RANGE as OREE
from tests.ranges.six import RULES, write_range
from usine.config.cli import main
from usine.kernel import count
from usine.ranges.public import check_range


@pytest.fixture
def folders(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    for folder in (before, after):
        folder.mkdir()
        write_range(folder)
    (after / "rules/all.yaml").write_text(
        RULES.replace("  glass-no-bars: {if: roof = glass, excludes: bars}\n", ""), encoding="utf-8"
    )
    return before, after


def test_a_rule_taken_away_lets_configurations_appear_and_is_named(folders, capsys):
    before, after = folders
    assert main(["range", "diff", str(before), str(after), "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    old, new = (check_range(folder).compiled for folder in folders)
    assert (facts["before"], facts["after"]) == (count(old, {}), count(new, {}))
    assert (facts["kept"], facts["vanished"]) == (count(old, {}), 0)
    assert (
        facts["appeared"] == count(new, {}) - count(old, {}) == count(new, {"roof": "glass", "bars": "yes"})
    )
    (example,) = facts["examples"]["appeared"]
    assert example["not_together"] == {"roof": "glass", "bars": "yes"}
    assert example["rules"] == ["glass-no-bars"]
    assert example["configurations"] == facts["appeared"]
    assert example["configuration"].items() >= example["not_together"].items()


def test_the_same_range_compiled_or_not_is_equivalent(folders, tmp_path, capsys):
    before, after = folders
    artefact = tmp_path / "before.usine"
    assert main(["range", "compile", str(before), str(artefact)]) == 0
    capsys.readouterr()
    assert main(["range", "diff", str(artefact), str(before)]) == 0
    assert "equivalent: the same" in capsys.readouterr().out
    assert main(["range", "diff", str(artefact), str(after)]) == 1
    assert (
        "appeared: roof = glass, bars = yes: " in capsys.readouterr().out
    )  # without its rules: no model there


def test_a_damaged_compiled_range_is_refused_in_one_sentence(folders, tmp_path, capsys):
    before, _ = folders
    artefact = tmp_path / "before.usine"
    main(["range", "compile", str(before), str(artefact)])
    artefact.write_bytes(artefact.read_bytes()[:-40])
    capsys.readouterr()
    assert main(["range", "diff", str(artefact), str(before)]) != 0
    assert "truncated or altered: compile the range again." in capsys.readouterr().err


def test_the_demo_range_is_compared_by_its_rules(tmp_path, capsys):
    """Orée has no small diagram. A rule less: what appears is what it barred, and the rule is named."""
    changed = tmp_path / "oree"
    copytree(OREE, changed)
    rules = changed / "rules/20-colour.yaml"
    rule = "  sente-no-humus: {if: trim = sente, excludes: colour = humus}\n"
    text = rules.read_text(encoding="utf-8")
    assert rule in text
    rules.write_text(text.replace(rule, ""), encoding="utf-8")
    assert main(["range", "diff", str(OREE), str(changed), "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    (example,) = facts["examples"]["appeared"]
    assert example["not_together"] == {"trim": "sente", "colour": "humus"}
    assert example["rules"] == ["sente-no-humus"]
    assert facts["vanished"] == 0 < facts["appeared"] == facts["after"] - facts["before"]
