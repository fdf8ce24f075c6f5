"""The golden vectors are what the engines say today; vitest holds the kernel in the browser to the same files."""

from __future__ import annotations

import json

import pytest

from tests.golden.worlds import FAMILIES
from tests.golden.write import FOLDER, path_of, render


@pytest.mark.parametrize("family", FAMILIES)
def test_the_golden_vectors_are_what_the_kernel_answers(family):
    """Writing them also confirms each answer by enumeration: see tests/golden/answers.py."""
    kept = path_of(family).read_text(encoding="utf-8")

    assert kept == render(family), "stale: run `python -m tests.golden.write`, then look at what changed"


def test_the_golden_vectors_hold_every_form_and_stay_small():
    worlds = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")}

    assert set(worlds) == set(FAMILIES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 400_000
    assert any(int(q["count"]) > 2**64 for world in worlds["large"] for q in world["questions"])
    answers = [q["answer"] for of in worlds.values() for world in of for q in world["questions"]]
    assert sum(answer is None for answer in answers) >= 10
