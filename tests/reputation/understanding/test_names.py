"""Names are found where they are meant, at their places in the text; what a file of names may not say is refused."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.contracts import EntityKind, FileUnreadable, ModelInvalid
from usine.reputation.understanding.names import Gazetteer
from usine.reputation.understanding.names_quality import evaluate_names
from usine.reputation.understanding.names_training import train
from usine.reputation.understanding.patterns import write_pattern

PROJECT = Path(__file__).resolve().parents[3]
DEMO = PROJECT / "demo" / "reputation" / "entities.yaml"
LABELS = PROJECT / "bench" / "reputation" / "names"
GOOD = """
entities:
  - entity: brand:maker
    spellings: {any: Maker, ar: ميكر, ja: メーカー}
  - entity: vehicle:otter
    spellings: {any: Otter, fr: Loutre, ko: 수달}
    common: -2
    against: {en: [river, "swam*"]}
dealers:
  of: brand:maker
  towns: {Lyon: lyon, Lyon Nord: lyon-nord, 名古屋: nagoya}
endings: {any: s, ko: "가, 를"}
contexts:
  car: {en: "battery, charged", fr: batterie}
weights: {bias: 1.5, common: 1, car_near: 2, against_near: -3, beside: 1}
"""


@cache
def load_demo() -> Gazetteer:
    return Gazetteer.load(DEMO)


@pytest.fixture
def demo() -> Gazetteer:
    return load_demo()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Gazetteer:
    return Gazetteer.load(write(tmp_path_factory.mktemp("names"), GOOD))


def write(folder: Path, text: str) -> Path:
    path = folder / "names.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def find(gazetteer: Gazetteer, text: str, language: str) -> list[tuple[str, str]]:
    return [(name.entity, text[name.start : name.end]) for name in gazetteer.find_names(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The Otter's battery died", "en", [("vehicle:otter", "Otter")]),
        ("Two OTTERS charged", "en", [("vehicle:otter", "OTTERS")]),
        ("an otter in the river", "en", []),
        ("otters swam by", "en", []),
        ("The Otterburn battery", "en", []),
        ("Maker Lyon Nord m'a rappelé", "fr", [("dealer:maker-lyon-nord", "Maker Lyon Nord")]),
        ("Maker lyon", "fr", [("brand:maker", "Maker")]),
        ("#MakerOtter battery", "en", [("vehicle:otter", "MakerOtter")]),
        ("والميكر", "ar", [("brand:maker", "ميكر")]),
        ("ميكـــر", "ar", [("brand:maker", "ميكـــر")]),
        ("メーカー名古屋", "ja", [("dealer:maker-nagoya", "メーカー名古屋")]),
        ("メーカーズ", "ja", []),
        ("Maker 수달가 왔다", "ko", [("brand:maker", "Maker"), ("vehicle:otter", "수달")]),
        ("see https://maker.example/otter", "en", []),
        ("MA\u0301KER", "en", [("brand:maker", "MA\u0301KER")]),
        ("the Maker Otter", "", [("brand:maker", "Maker"), ("vehicle:otter", "Otter")]),
    ],
)
def test_a_name_is_found_where_it_is_meant(small, text, language, found):
    assert find(small, text, language) == found


def test_a_name_has_its_kind_and_a_chance(small):
    (name,) = small.find_names("The Otter has a battery", "en")

    assert name.kind is EntityKind.VEHICLE
    assert 0.5 <= name.confidence <= 1
    assert small.entities == ("brand:maker", "vehicle:otter")


@given(st.text(max_size=80), st.sampled_from(["fr", "ja", "xx"]))
def test_names_stand_in_order_at_places_of_the_text(text, language):
    said = f"{text} Aurige {text} オレー {text} أوريه"
    names = load_demo().find_names(said, language)

    assert all(0 <= name.start < name.end <= len(said) for name in names)
    assert all(one.end <= other.start for one, other in pairwise(names))


def test_the_demo_reaches_its_figures_on_the_dev_rows(demo):
    quality = evaluate_names(demo, LABELS, "dev")

    assert quality.texts == 240
    assert quality.total.precision >= 0.965
    assert quality.total.recall >= 0.945
    assert min(counted.precision for counted in quality.languages.values()) >= 0.9
    assert len(quality.mistakes) == quality.total.wrong + quality.total.missed


def test_weights_are_fitted_to_the_dev_rows_alone_and_stay_near_what_is_meant(tmp_path):
    rows = [
        {"text": "the otter in the river", "entity": None, "split": "dev"},
        {"text": "an otter swam by", "entity": None, "split": "dev"},
        {"text": "my Otter, charged at last", "entity": "vehicle:otter", "split": "dev"},
        {"text": "the Otter battery", "entity": "vehicle:otter", "split": "dev"},
    ]
    path = tmp_path / "labels.jsonl"
    write_rows(path, rows)
    first = train(write(tmp_path, GOOD), path, turns=2)
    write_rows(path, [*rows, {"text": "the otter battery", "entity": None, "split": "test"}])
    again = train(write(tmp_path, GOOD), path, turns=2)

    assert first == again
    assert first["car_near"] > 1.5 > 0 > first["against_near"]
    assert first["title"] == -2.5  # no row shows it


def write_rows(path: Path, rows: list[dict[str, str | None]]) -> None:
    """Every text has one label, at “otter”."""
    lines = []
    for row in rows:
        start = str(row["text"]).lower().index("otter")
        names = [{"start": start, "end": start + 5, "entity": row["entity"]}]
        lines.append(json.dumps({"text": row["text"], "lang": "en", "split": row["split"], "names": names}))
    path.write_text("\n".join(lines), encoding="utf-8")


@given(
    st.lists(st.text("abcλオ.*", min_size=1, max_size=5), min_size=1, max_size=8),
    st.text("abcλオ.*", max_size=8),
)
def test_a_pattern_of_words_matches_the_longest_of_them(words, text):
    found = re.match(write_pattern(words), text)
    wanted = max((word for word in words if text.startswith(word)), key=len, default=None)

    assert (found[0] if found else None) == wanted


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("brand:maker\n    s", "brand\n    s"), 3, "is not kind:slug with one of brand, vehicle"),
        (("vehicle:otter", "vessel:otter"), 5, "is not kind:slug"),
        (("vehicle:otter", "brand:maker"), 5, "is there twice"),
        (
            ("spellings: {any: Maker, ar: ميكر, ja: メーカー}", "common: 1"),
            3,
            "needs `entity` and `spellings`",
        ),
        (("common: -2", "common: often"), 7, "is no number from -20 to 20"),
        (("common: -2", "commn: 1"), 7, "says nothing of an entity"),
        (("of: brand:maker", "of: brand:other"), 10, "is none of the entities"),
        (("Lyon: lyon,", "Lyon: Lyon!,"), 11, "is no slug"),
        (("car: {en", "cars: {en"), 14, "is no context"),
        (("bias: 1.5", "byas: 1.5"), 15, "weighs nothing"),
        (("endings: {any: s", "endings: {french: s"), 12, "is no language"),
        (("entities:", "entity:"), 3, "is not known here"),
        (("weights: {", "weights: ["), 15, "is not YAML"),
        (("dealers:\n  of: brand:maker", "dealers:\n  brand: x"), 10, "needs `of`"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, change, line, said):
    assert change[0] in GOOD
    with pytest.raises(ModelInvalid, match=said) as refused:
        Gazetteer.load(write(tmp_path, GOOD.replace(*change, 1)))

    assert f"line {line}:" in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "a: 1", "entities: 3", "- x", "\x01", "entities: [[]]"])
def test_what_is_no_file_of_names_is_refused(tmp_path, text):
    with pytest.raises(ModelInvalid, match=r"line \d+"):
        Gazetteer.load(write(tmp_path, text))
    with pytest.raises(ModelInvalid, match="cannot be read"):
        Gazetteer.load(tmp_path / "none.yaml")


def test_bad_labels_are_refused_with_their_line(demo, tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "a", "lang": "en", "names": []}\n{"text": 1}\n', encoding="utf-8")

    with pytest.raises(FileUnreadable, match="line 2"):
        evaluate_names(demo, path)
    with pytest.raises(FileUnreadable, match="no labelled names"):
        evaluate_names(demo, tmp_path / "none.jsonl")
