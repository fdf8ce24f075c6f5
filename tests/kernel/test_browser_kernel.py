"""On real ranges the kernel in the browser says what the kernel in Python says, click after click: Renault's big one,
a diagram, and a rule set of Mercedes that is decomposed."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from usine.kernel import (
    Explainer,
    Model,
    PriceTerm,
    ask,
    compile,
    conflict,
    count_values,
    iterate_cheapest,
    iterate_restorations,
    price,
    rules_to_bytes,
    to_bytes,
)
from usine.ranges.readers.sniffing import read_model

PROJECT = Path(__file__).resolve().parents[2]
EXPLAINED = 20


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "form", "paths", "clicks"),
    [
        ("renault/big_contraintes.xml.xz", "diagram", 25, 400),
        ("mercedes/C169_FV.cnf", "decomposition", 10, 200),
    ],
)
def test_the_browser_answers_as_python_does(data, tmp_path, file, form, paths, clicks):
    model, amounts = _with_prices(read_model(data / "ranges" / file))
    priced = price(compile(model), amounts)
    states, blocked = _click(priced, paths)
    assert priced.compiled.form == form
    assert len(states) > clicks
    explained = [{**state, name: value} for state, (name, value) in blocked[:EXPLAINED]]
    few = states[:: len(states) // 40]
    asked = {
        "prices": [[n, [[list(row), amount] for row, amount in a.items()]] for n, a in amounts.items()],
        "states": [list(state.items()) for state in states],
        "few": [list(state.items()) for state in few],
        "blocked": [[list(state.items()), list(wanted)] for state, wanted in blocked],
        "explained": [list(choices.items()) for choices in explained],
    }
    (tmp_path / "range.bin").write_bytes(to_bytes(priced.compiled))
    (tmp_path / "rules.bin").write_bytes(rules_to_bytes(model))
    (tmp_path / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    subprocess.run(["node", PROJECT / "scripts" / "bundle_kernel.mjs", tmp_path], check=True, cwd=PROJECT)
    said = json.loads(
        subprocess.check_output(["node", PROJECT / "tests" / "kernel" / "browser_answers.mjs", tmp_path])
    )

    assert said["answers"] == [_answer(priced, state) for state in states]
    assert said["counts"] == [_counts(priced, state) for state in few]
    assert said["cheapest"] == [
        [_row(c) for c in islice(iterate_cheapest(priced, state), 3)] for state in few
    ]
    assert said["conflicts"] == [list(conflict(priced, state, wanted)) for state, wanted in blocked]
    assert said["restorations"] == [
        [[list(w.given_up), *_row(w.completion)] for w in islice(iterate_restorations(priced, *asked), 2)]
        for asked in blocked
    ]
    _check_explanations(model, explained, said["explanations"])


def _with_prices(model: Model):
    draw = random.Random(3)
    terms = tuple(
        PriceTerm(v.name, (v.name,), tuple((value,) for value in v.values)) for v in model.variables
    )
    amounts = {t.name: {row: draw.randint(-5_000, 500_000) for row in t.rows} for t in terms}
    return Model(model.variables, model.constraints, terms), amounts


def _click(priced, paths):
    """The choices after each click of random visitors, and for each of them a value that the last one excludes."""
    draw = random.Random(5)
    ever = ask(priced, {}).values
    states, blocked = [], []
    for _ in range(paths):
        choices: dict[str, str] = {}
        while True:
            states.append(dict(choices))
            valid = ask(priced, choices).values
            left = [name for name in valid if name not in choices and len(valid[name]) > 1]
            if not left:
                break
            name = draw.choice(left)
            choices[name] = draw.choice(list(valid[name]))
        state = states[-1 - draw.randrange(10)]
        valid = ask(priced, state).values
        blocked.append((state, draw.choice([(n, v) for n in ever for v in ever[n] if v not in valid[n]])))
    return states, blocked


def _answer(priced, state) -> str:
    found = ask(priced, state)
    lines = [f"{found.minimum} {found.maximum} {found.count}"]
    for name, values in found.values.items():
        lines += [f"{name} {value} {low} {high}" for value, (low, high) in values.items()]
    return _digest(lines)


def _counts(priced, state) -> str:
    counts = count_values(priced.compiled, state)
    return _digest(
        [f"{name} {value} {number}" for name, of in counts.items() for value, number in of.items()]
    )


def _row(found) -> list:
    return [found.price, _digest([f"{name} {value}" for name, value in found.values.items()])]


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _check_explanations(model: Model, questions: list[dict[str, str]], found: list[list[str]]) -> None:
    """As small as Python's, which are proved smallest; contradicting, and none of its rules can be left out."""
    explainer = Explainer(model)
    for choices, names in zip(questions, found, strict=True):
        assert names and len(names) == len(explainer.explain(choices))
        for kept in [names, *([n for n in names if n != left_out] for left_out in names)]:
            part = Model(model.variables, tuple(c for c in model.constraints if not c.rule or c.rule in kept))
            assert bool(Explainer(part).explain(choices)) == (kept == names)
