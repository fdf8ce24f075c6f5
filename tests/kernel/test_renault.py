"""Renault's own ranges, as published by the BR4CP project: the counts come out exactly."""

from __future__ import annotations

import pytest

from usine.kernel import compile, count
from usine.ranges.readers.xcsp import read_xcsp

PUBLISHED = [
    ("small_contraintes.xml.xz", 139, 147, 172_056),
    ("small_contraintes-harder.xml.xz", 139, 147, 37_440),
    ("small_contraintes_30.xml", 139, 45, 3.757e35),
    ("small_contraintes_60.xml", 139, 98, 2.0959e21),
    ("small_contraintes_grosse.xml", 139, 3, 6.518e46),
    ("big_contraintes_30.xml.xz", 268, 99, 3.70345e62),
    ("big_contraintes.xml.xz", 268, 332, 2.45665379549e22),
]


@pytest.mark.data
@pytest.mark.parametrize(("name", "variables", "constraints", "configurations"), PUBLISHED)
def test_published_counts(data, name, variables, constraints, configurations):
    model = read_xcsp(data / "ranges" / "renault" / name)

    assert (len(model.variables), len(model.constraints)) == (variables, constraints)
    found = count(compile(model), {})
    if isinstance(configurations, int):
        assert found == configurations
    else:
        digits = len(repr(configurations).split("e")[0].replace(".", ""))
        assert f"{found:.{digits - 1}e}" == f"{configurations:.{digits - 1}e}"
