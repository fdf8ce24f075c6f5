"""`usine range check|stats --memory FILE`: the same answers, and a file that is never trusted when it is not whole."""

from __future__ import annotations

import json

import pytest

from tests.ranges.six import RULES, write_range
from usine.config.cli import main
from usine.kernel import Memory


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "range"
    folder.mkdir()
    write_range(folder)
    return folder


def run(capsys, *arguments):
    code = main(["range", *map(str, arguments), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out), said.err


def drop_a_rule(folder):
    text = RULES.replace("  glass-no-bars: {if: roof = glass, excludes: bars}\n", "")
    (folder / "rules/all.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("verb", ["check", "stats"])
def test_a_changed_range_has_the_same_figures_with_a_memory(folder, tmp_path, capsys, verb):
    memory = tmp_path / "range.memory"
    first = run(capsys, verb, folder, "--memory", memory)[1]
    assert first["reused"] in ("nothing", "0 of 0 components")
    assert memory.exists()
    drop_a_rule(folder)
    code, again, _ = run(capsys, verb, folder, "--memory", memory)
    alone = run(capsys, verb, folder)[1]
    assert code == 0
    assert again["configurations"] == alone["configurations"] > first["configurations"]
    assert again["reused"] not in ("nothing", "0 of 0 components")
    assert "reused" not in alone


def test_a_damaged_memory_is_ignored_with_a_sentence_and_mended(folder, tmp_path, capsys):
    memory = tmp_path / "range.memory"
    expected = run(capsys, "stats", folder, "--memory", memory)[1]["configurations"]
    whole = memory.read_bytes()
    memory.write_bytes(whole[:-1])
    code, figures, said = run(capsys, "stats", folder, "--memory", memory)
    assert (code, figures["configurations"]) == (0, expected)
    assert "truncated or altered" in said and "Nothing of it is used." in said
    assert memory.read_bytes() == whole


def test_another_file_is_not_written_over(folder, tmp_path, capsys):
    other = tmp_path / "notes.txt"
    other.write_text("keep me", encoding="utf-8")
    assert main(["range", "check", str(folder), "--memory", str(other)]) == 1
    assert "notes.txt is no memory of a compilation: name another file." in capsys.readouterr().err
    assert other.read_text(encoding="utf-8") == "keep me"


def test_a_wrong_range_leaves_the_memory_as_it_is(folder, tmp_path, capsys):
    memory = tmp_path / "range.memory"
    run(capsys, "check", folder, "--memory", memory)
    whole = memory.read_bytes()
    (folder / "rules/all.yaml").write_text(RULES.replace("roof = glass", "rof = glass"), encoding="utf-8")
    assert main(["range", "check", str(folder), "--memory", str(memory), "--json"]) == 1
    assert memory.read_bytes() == whole


def test_the_second_side_of_a_difference_starts_from_the_first(folder, tmp_path, monkeypatch, capsys):
    """Two folders of nearly the same range: the memory that both compilations get is one."""
    seen = []
    keep = Memory.keep

    def note(memory, known, *, reused):
        keep(memory, known, reused=reused)
        seen.append((memory, reused))

    monkeypatch.setattr(Memory, "keep", note)
    other = tmp_path / "other"
    other.mkdir()
    write_range(other)
    drop_a_rule(other)
    assert main(["range", "diff", str(folder), str(other), "--json"]) == 1
    (one, first), (two, second) = seen
    assert one is two and first == 0 < second
    assert json.loads(capsys.readouterr().out)["appeared"] > 0
