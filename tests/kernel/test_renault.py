"""Renault's own ranges, as published by the BR4CP project: the counts come out exactly."""

from __future__ import annotations

import random

import pytest

from usine.kernel import ask, compile, count, is_possible, price
from usine.ranges.readers.sniffing import read_model

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
    model = read_model(data / "ranges" / "renault" / name)

    assert (len(model.variables), len(model.constraints)) == (variables, constraints)
    found = count(compile(model), {})
    if isinstance(configurations, int):
        assert found == configurations
    else:
        digits = len(repr(configurations).split("e")[0].replace(".", ""))
        assert f"{found:.{digits - 1}e}" == f"{configurations:.{digits - 1}e}"


@pytest.mark.data
def test_determined_variables_come_back_exactly(data):
    """Every value shown, chosen variables' alternatives included, is possible one at a time; no other is."""
    compiled = compile(read_model(data / "ranges" / "renault" / "small_contraintes.xml.xz"))
    priced, rng = price(compiled, {}), random.Random(5)
    assert len(compiled.determined) > 50
    for _ in range(3):
        choices: dict[str, str] = {}
        for name in rng.sample(list(compiled.domains), 10):
            choices[name] = rng.choice(list(ask(priced, choices).values[name]))
        answer = ask(priced, choices)
        assert answer.count == count(compiled, choices)
        for name, domain in compiled.domains.items():
            possible = {value for value in domain if is_possible(compiled, {**choices, name: value})}
            assert set(answer.values[name]) == possible


@pytest.mark.data
def test_tables_alone_are_drawn_before_they_are_written_as_clauses(data):
    """This one needs more nodes than are tried first, and far more than a minute as clauses."""
    compiled = compile(read_model(data / "ranges" / "renaultmod" / "RenaultMod-00.xml.xz"))
    assert compiled.form == "diagram"
    assert not compiled.is_empty
