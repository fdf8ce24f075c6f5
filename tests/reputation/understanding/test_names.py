"""Names are found where they are meant, at their places in the text; what a file of names may not say is refused."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usine.reputation.contracts import EntityKind, FileUnreadable, ModelInvalid
from usine.reputation.understanding.model_file import read_model, write_model
from usine.reputation.understanding.names import Gazetteer
from usine.reputation.understanding.names_quality import evaluate_names
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
  towns: {Lyon: lyon, Paris: paris, 名古屋: nagoya}
  parts: {Nord: nord, 東: east}
endings: {any: s, ja: オーナー, ko: "가, 를"}
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
        ("Maker Paris, Nord", "fr", [("dealer:maker-paris", "Maker Paris")]),
        ("メーカー名古屋東", "ja", [("dealer:maker-nagoya-east", "メーカー名古屋東")]),
        ("メーカーオーナー", "ja", [("brand:maker", "メーカー")]),
        ("オーナーメーカー", "ja", [("brand:maker", "メーカー")]),
        ("بالMaker", "ar", [("brand:maker", "Maker")]),
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
    assert quality.total.precision >= 0.97
    assert quality.total.recall >= 0.94
    assert min(counted.precision for counted in quality.languages.values()) >= 0.9
    assert len(quality.mistakes) == quality.total.wrong + quality.total.missed


def test_names_are_judged_by_the_lists_alone_where_nothing_learnt_lies_beside_them(demo):
    quality = evaluate_names(Gazetteer(demo.names), LABELS, "dev")

    assert demo.learned is not None
    assert quality.total.precision >= 0.9
    assert quality.total.recall >= 0.9


def test_what_is_learnt_weighs_words_that_no_list_has(demo):
    text = "The Maru's tachometer flickers"
    place = demo.judge(text, "en")[0]

    assert "car_near" not in place.features
    assert place.learned != 0
    assert find(demo, text, "en") == [("competitor:maru", "Maru")]


def test_what_was_learnt_with_other_pieces_is_refused(tmp_path):
    path = write(tmp_path, GOOD)
    write_model(path.with_suffix(".model"), {"pieces": "0" * 32, "kinds": []}, {})

    with pytest.raises(
        ModelInvalid, match=r"names\.model was made for other pieces .*: run `usine reputation"
    ):
        Gazetteer.load(path)


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
        (("Nord: nord", "Nord: N"), 12, "is no slug"),
        (("car: {en", "cars: {en"), 15, "is no context"),
        (("bias: 1.5", "byas: 1.5"), 16, "weighs nothing"),
        (("endings: {any: s", "endings: {french: s"), 13, "is no language"),
        (("entities:", "entity:"), 3, "is not known here"),
        (("weights: {", "weights: ["), 16, "is not YAML"),
        (("dealers:\n  of: brand:maker", "dealers:\n  brand: x"), 10, "needs `of`"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, change, line, said):
    assert change[0] in GOOD
    with pytest.raises(ModelInvalid, match=said) as refused:
        Gazetteer.load(write(tmp_path, GOOD.replace(*change, 1)))

    assert f"line {line}:" in str(refused.value)


@pytest.mark.parametrize(
    "lost", ["numbers", "outer_bias", "wide_tags", "grams_offset", "car_near", "weights", "entities", "grams"]
)
def test_what_was_learnt_is_whole_or_refused(tmp_path, lost):
    whole = read_model(DEMO.with_suffix(".model"))
    about = {name: value for name, value in whole.about.items() if name != lost}
    if "weights" in about:
        about["weights"] = {name: value for name, value in about["weights"].items() if name != lost}
    path = write(tmp_path, GOOD)
    arrays = {name: array for name, array in whole.arrays.items() if name != lost}
    write_model(path.with_suffix(".model"), about, arrays)

    with pytest.raises(ModelInvalid, match=r"names\.model lacks .*: run `usine reputation train-names`"):
        Gazetteer.load(path)


def test_lists_in_lists_without_end_are_refused(tmp_path):
    """Where reading stops depends on how deep the interpreter may go: by then, or as what is no entity."""
    with pytest.raises(ModelInvalid, match=r"too deeply|line 1: an entity must be"):
        Gazetteer.load(write(tmp_path, f"entities: {'[' * 5000}{']' * 5000}"))


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
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(FileUnreadable, match="line 1"):
        evaluate_names(demo, path)
    with pytest.raises(FileUnreadable, match="no labelled names"):
        evaluate_names(demo, tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    "text",
    [
        "awww…Orée is so cute",
        "Awww…l’Orée est belle",
        "www․Orée",
        "http…Orée",
        "@Orée www.Orée.example https://Orée.example/…Orée",
        "#Orée",
        "Orée",
        "\ue000Orée\ue001",
    ],
)
def test_no_spelling_of_what_stands_around_takes_a_name_along(demo, text):
    assert all(place.learned != 0 for place in demo.judge(text, "fr"))


@given(
    st.lists(
        st.sampled_from(
            ["Orée", "Nube", "…", "․", "www", "http", "://", ".", "@", "#", " ", "ﷺ", "a", "\ue000"]
        )
    )
)
def test_any_surroundings_are_read(parts):
    load_demo().judge("".join(parts), "fr")


def test_private_signs_of_a_text_weigh_nothing(demo):
    plain, marked = (
        demo.judge(text, "en")[0]
        for text in (
            " I drove the Orée yesterday, lovely car",
            "\ue001I drove the Orée yesterday, lovely car",
        )
    )

    assert marked.learned == pytest.approx(plain.learned)
