"""Published rule sets, read and compiled as `usine range stats` does, have the published number of configurations."""

from __future__ import annotations

import re

import pytest

from usine.kernel import compile, count
from usine.ranges.readers.sniffing import read_model

pytestmark = pytest.mark.data

QUICK = [
    "mercedes/C169_FV.cnf",
    "mercedes/C250_FV.cnf",
    "mercedes/D1119_M20.cnf",
    "mercedes/C171_FR.cnf",
    "mercedes/C209_FA.cnf",
    "mercedes/C638_FKB.cnf",
    "automotive-fm/automotive01.dimacs.xz",
    "automotive-fm/automotive01.uvl.xz",
]


def published(path):
    """The leading digits and the number of digits that the README of the folder gives for a file."""
    stem = re.split(r"\.(?:dimacs|uvl)", path.name)[0]
    for line in (path.parent / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] != stem:
            continue
        exact = re.fullmatch(r"\d+", cells[3])
        if exact:
            return exact[0], len(exact[0])
        digits = re.search(r"(\d+)[ -]digit", cells[3])
        leading = re.search(r"starting (\d+)", cells[3]) or re.match(r"(\d+)\.\.\.", cells[3])
        return leading[1], int(digits[1])
    raise AssertionError(f"the README says nothing of {path.name}")


@pytest.mark.parametrize("file", QUICK)
def test_the_published_count_comes_back(data, file):
    path = data / "ranges" / file
    leading, digits = published(path)

    compiled = compile(read_model(path))

    number = str(count(compiled, {}))
    assert compiled.form == "decomposition"
    assert (number[: len(leading)], len(number)) == (leading, digits)
