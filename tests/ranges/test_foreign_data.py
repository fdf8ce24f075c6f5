"""The published ranges are read: a sample of every family here, what its README says of it, quickly."""

from __future__ import annotations

import re

import pytest

from usine.kernel import Count, Holds, check_model
from usine.ranges.readers.sniffing import read

pytestmark = pytest.mark.data

SAMPLE = [
    ("renault/big_contraintes.xml.xz", "XCSP 2.1"),
    ("renault/small_contraintes_30.xml", "XCSP 2.1"),
    ("renaultmod/RenaultMod-00.xml.xz", "XCSP3"),
    ("mercedes/C169_FV.cnf", "DIMACS CNF"),
    ("mercedes/C202_FW.cnf.xz", "DIMACS CNF"),
    ("automotive-cn/auto0_s0_c01_d01_v02.txt", "LogicNG"),
    ("automotive-cn/auto1_s2_c60_d01.txt.xz", "LogicNG"),
    ("automotive-cn/auto6_s2_c05_d05.txt", "LogicNG"),
    ("automotive-fm/automotive01.dimacs.xz", "DIMACS CNF"),
    ("automotive-fm/automotive01.uvl.xz", "UVL"),
]


def published(folder, name):
    """The number of variables, and the number beside it, that the README of the folder gives for a file."""
    stem = re.split(r"\.(?:dimacs|uvl)", name)[0]
    for line in (folder / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == stem:
            return int(cells[1]), int(cells[2])
    raise AssertionError(f"the README says nothing of {name}")


@pytest.mark.parametrize(("file", "format_"), SAMPLE)
def test_the_file_has_the_variables_that_are_published(data, file, format_):
    path = data / "ranges" / file
    variables, rules = published(path.parent, path.name)

    reading = read(path)

    check_model(reading.model)
    assert reading.format == format_
    assert len(reading.model.variables) == variables
    if format_ in ("XCSP 2.1", "DIMACS CNF"):
        assert len(reading.model.constraints) == rules
    if format_ == "LogicNG":
        assert max(int(c.rule.removeprefix("line ")) for c in reading.model.constraints) == rules


def test_a_feature_model_and_its_clauses_say_the_same(data):
    """Literally: the tree and the constraints of the UVL file make the clauses of the DIMACS file, no other."""
    folder = data / "ranges" / "automotive-fm"

    tree, flat = (read(folder / f"automotive01.{form}.xz").model for form in ("uvl", "dimacs"))

    assert {v.name for v in tree.variables} == {v.name for v in flat.variables}
    assert clauses_of(tree) == clauses_of(flat)


def clauses_of(model):
    found = set()
    for constraint in model.constraints:
        if isinstance(constraint, Holds):
            found.add(clause_of(constraint.formula.operands))
            continue
        assert isinstance(constraint, Count) and constraint.at_least == constraint.at_most == 1
        found.add(clause_of(constraint.formulas))
        literals = sorted(clause_of(constraint.formulas))
        opposite = [(name, "1" if value == "0" else "0") for name, value in literals]
        found |= {frozenset({a, b}) for i, a in enumerate(opposite) for b in opposite[:i]}
    return found


def clause_of(atoms):
    return frozenset((atom.variable, *atom.values) for atom in atoms)
