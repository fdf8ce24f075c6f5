"""`usine range stats`: whichever engine answers is named, and what is not known is not made up."""

from __future__ import annotations

import json
import random

from usine.config.cli import main


def write_dimacs(path, clauses, count):
    lines = [f"p cnf {count} {len(clauses)}", *(" ".join(map(str, [*clause, 0])) for clause in clauses)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def hard_to_compile(count=400):
    """Clauses without any structure: easily satisfied, and no circuit of any size that fits holds all their models."""
    rng = random.Random(2)
    return [[rng.choice((-1, 1)) * v for v in rng.sample(range(1, count + 1), 3)] for _ in range(2 * count)]


def test_rules_that_do_not_compile_are_answered_by_satisfiability_and_it_says_so(tmp_path, capsys):
    source = write_dimacs(tmp_path / "hard.cnf", hard_to_compile(), 400)

    assert main(["range", "stats", str(source), "--seconds", "1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["form"] == "satisfiability"
    assert facts["configurations"] is None
    assert "did not compile within 1 s" in facts["why"]
    assert "nodes" not in facts

    assert main(["range", "stats", str(source), "--seconds", "1"]) == 0
    assert "configurations  not known\n" in capsys.readouterr().out


def test_an_artefact_is_never_made_of_what_did_not_compile(tmp_path, capsys):
    source = write_dimacs(tmp_path / "hard.cnf", hard_to_compile(), 400)

    assert main(["range", "compile", str(source), str(tmp_path / "target"), "--seconds", "1"]) == 1
    assert "did not compile within 1 s" in capsys.readouterr().err
    assert not (tmp_path / "target").exists()


def test_what_compiles_is_counted(tmp_path, capsys):
    source = write_dimacs(tmp_path / "easy.cnf", [[1, 2], [-1, 3]], 3)

    assert main(["range", "stats", str(source)]) == 0
    said = capsys.readouterr().out
    assert "configurations  4\n" in said
    assert "form            diagram\n" in said
