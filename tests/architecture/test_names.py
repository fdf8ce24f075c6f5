"""No vehicle and no brand is named in the code: a launch comes from the files of its range and from the desk alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings

PROJECT = Path(__file__).resolve().parents[2]
SUFFIXES = {".py", ".html", ".txt", ".xml", ".typ", ".ts", ".css", ".json", ".mjs"}
PLACES = ("usine", "frontend/src", "scripts")
HISTORY = "usine/launches/migrations/"
"""What was written into earlier migrations stays: help texts of blocks as they were."""
CONTENT = ("frontend/src/assets/", "frontend/src/testdrive/routes/")
"""Pictures, films with their captions, roads: what is shown, not what shows it."""
BRAND_HOME = "usine/config/settings.py"
"""Where the setting USINE_BRAND has its default."""


def list_names() -> set[str]:
    """The folders of the demo's vehicles, their names in every language, the brand."""
    names = {settings.BRAND}
    for folder in (PROJECT / "demo/ranges").iterdir():
        label = yaml.safe_load((folder / "range.yaml").read_text("utf-8"))["label"]
        names |= {folder.name, *(label.values() if isinstance(label, dict) else [label])}
    for master in (PROJECT / "demo/launches").glob("*/master.yaml"):
        names |= set(re.findall(r"^(?:vehicle|title): (.+)$", master.read_text("utf-8"), re.MULTILINE))
    return names


def list_files() -> Iterator[Path]:
    for place in PLACES:
        for file in sorted((PROJECT / place).rglob("*")):
            path = file.relative_to(PROJECT).as_posix()
            is_test = file.name.endswith(".test.ts")  # tests read the demo, as those in tests/ do
            if file.suffix in SUFFIXES and not is_test and not path.startswith((HISTORY, *CONTENT)):
                yield file


def find_names(names: set[str], text: str) -> set[str]:
    """The names that a text says as words of their own: “beforeEach” names nobody."""
    said = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return {found.lower() for found in re.findall(rf"(?<![^\W_])(?:{said})(?![^\W_])", text, re.IGNORECASE)}


def test_there_are_two_vehicles_whose_names_to_look_for():
    names = list_names()

    assert {"oree", "Orée", "أوريه", "lisiere", "Lisière", "ليزيير"} <= names
    assert len([*(PROJECT / "demo/ranges").iterdir()]) >= 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('find("oree")', {"oree"}),
        ("OREE_FOLDER = 1", {"oree"}),
        ("the Orée’s range", {"orée"}),
        ("<p>أوريه</p>", {"أوريه"}),
        ("/fr-fr/lisiere/", {"lisiere"}),
        ("beforeEach(() => {})", set()),
    ],
)
def test_a_name_is_found_as_a_word(text, found):
    assert find_names(list_names(), text) == found


def test_the_code_names_no_vehicle_and_no_brand():
    names, files = list_names(), list(list_files())
    found = {
        file.relative_to(PROJECT).as_posix(): said
        for file in files
        if (said := find_names(names, file.read_text("utf-8")))
    }

    assert len(files) > 400
    assert found == {BRAND_HOME: {settings.BRAND.lower()}}


def test_the_brand_has_its_default_in_one_line():
    lines = (PROJECT / BRAND_HOME).read_text("utf-8").splitlines()
    assert [line for line in lines if settings.BRAND in line] == [
        f'BRAND = os.environ.get("USINE_BRAND", "{settings.BRAND}")'
    ]
