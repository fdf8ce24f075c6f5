"""Texts of further languages stand in files of their own; what they cannot mean is told with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.ranges.six import HEAD, write_range
from usine.accounts.contracts import SYSTEM
from usine.ranges import queries
from usine.ranges.contracts import Fault, RangeInvalid
from usine.ranges.models import RangeVersion
from usine.ranges.public import check_range, get_release, release_range
from usine.ranges.sentences import AND, NOT, OR, PATTERNS

PLACE = re.compile(r"\{\d\}")
FEATURES = """\
step: all
group: {en: Comfort, fr: Confort}
features:
  trim:
    label: {en: Version}
    values: {base: {label: {en: Base}, note: {en: Simple}}, plus: {label: Plus}}
  roof: {label: {en: Roof, fr: Toit}, values: {body: {label: Body}, glass: {label: {en: Glass}}}}
  bars: {label: {en: Roof bars}, group: {en: Carrying}}
  lamp: {label: {en: Lamp}, note: {en: Bright}}
  pack: {label: {en: Pack}, includes: [lamp]}
"""
RULES = """\
rules:
  glass-no-bars: {if: roof = glass, excludes: bars, text: {en: No bars on glass.}}
  glass-plus: {feature: roof = glass, only-with: trim = plus}
"""
SPANISH = """\
language: es
steps: {all: Todo}
groups:
  Comfort: Confort
features:
  trim: {label: Versión, values: {base: {label: Básica, note: Sencilla}}}
  roof: {label: Techo, values: {glass: {label: Cristal}}}
  lamp: {label: Lámpara, note: Luminosa}
rules:
  glass-no-bars: Sin barras sobre cristal.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_range(tmp_path)
    (tmp_path / "texts").mkdir()
    for file, text in {
        "range.yaml": HEAD.replace("[en, fr]", "[en, fr, es]"),
        "features/all.yaml": FEATURES,
        "rules/all.yaml": RULES,
        "texts/es.yaml": SPANISH,
    }.items():
        (tmp_path / file).write_text(text, "utf-8")
    return tmp_path


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(RangeInvalid) as refused:
        check_range(folder)
    return list(refused.value.faults)


def test_each_text_stands_beside_those_of_the_other_languages(folder):
    catalogue = check_range(folder).catalogue
    trim, roof, lamp = (catalogue.features[name] for name in ("trim", "roof", "lamp"))

    assert catalogue.steps[0].label == {"en": "All", "fr": "Tout", "es": "Todo"}
    assert trim.label == {"en": "Version", "es": "Versión"}
    assert trim.get_value("base").label == {"en": "Base", "es": "Básica"}
    assert trim.get_value("base").note == {"en": "Simple", "es": "Sencilla"}
    assert roof.label == {"en": "Roof", "fr": "Toit", "es": "Techo"}
    assert lamp.note == {"en": "Bright", "es": "Luminosa"}
    assert lamp.get_value("yes").note == lamp.note
    assert {catalogue.features[name].group["es"] for name in ("trim", "roof", "lamp", "pack")} == {"Confort"}
    assert catalogue.features["bars"].group == {"en": "Carrying"}


def test_a_rule_has_its_own_sentence_or_one_made_of_the_translated_labels(folder):
    rules = check_range(folder).catalogue.rules

    assert rules["glass-no-bars"].text == {"en": "No bars on glass.", "es": "Sin barras sobre cristal."}
    assert rules["glass-plus"].text["es"] == "Para elegir Cristal hace falta Plus."
    (folder / "texts/es.yaml").write_text(SPANISH + "  glass-plus: El cristal es del Plus.\n", "utf-8")
    said = check_range(folder).catalogue.rules["glass-plus"].text
    assert (said["es"], said["en"]) == ("El cristal es del Plus.", "To have Glass, you need Plus.")


@pytest.mark.django_db
def test_a_release_keeps_its_texts(folder):
    queries.forget()
    released = release_range(folder, by=SYSTEM)

    assert "texts/es.yaml" in RangeVersion.objects.get(key=released.key).files
    assert get_release(released.key).catalogue == released.catalogue


def test_another_text_is_another_release(folder):
    key = check_range(folder).key
    (folder / "texts/es.yaml").write_text(SPANISH.replace("Techo", "Techos"), "utf-8")

    assert check_range(folder).key != key


@pytest.mark.parametrize(
    ("old", "new", "line", "rule", "says"),
    [
        ("language: es", "language: pt", 1, "", "Texts in “pt” belong in texts/pt.yaml."),
        ("language: es\n", "", 1, "", "“language” is missing."),
        ("{all: Todo}", "{al: Todo}", 2, "", "There is no step “al” (did you mean “all”?)."),
        ("  Comfort:", "  Comfortt:", 4, "", "There is no group “Comfortt” (did you mean “Comfort”?)."),
        ("  roof:", "  roff:", 7, "roff", "There is no feature “roff” (did you mean “roof”?)."),
        ("glass: {", "glas: {", 7, "roof", "There is no value “glas” (did you mean “glass”?)."),
        (
            "  glass-no",
            "  glas-no",
            10,
            "glas-no-bars",
            "There is no rule “glas-no-bars” (did you mean “glass",
        ),
        ("Techo,", "Techo, note: Alto,", 7, "roof", "There is no note in English that this could translate."),
        (
            "glass: {",
            "body: {",
            7,
            "roof",
            "This label is the same in every language, “Body”: write it as {en:",
        ),
        ("language: es", "language: es\nlabel: Seis", 2, "", "the same in every language, “Six”"),
        ("{label: Techo", "{label: ''", 7, "roof", "“label” is empty."),
        ("{label: Techo", "{lable: Techo", 7, "roof", "“lable” is not a part of the texts of a feature (did"),
        ("glass-no-bars: Sin", "glass-no-bars: {en: Sin}\n#", 10, "glass-no-bars", "must be text"),
    ],
)
def test_a_wrong_text_is_told_with_file_and_line(folder, old, new, line, rule, says):
    assert old in SPANISH
    (folder / "texts/es.yaml").write_text(SPANISH.replace(old, new, 1), "utf-8")

    faults = faults_of(folder)

    assert [(f.file, f.line, f.rule) for f in faults] == [("texts/es.yaml", line, rule)]
    assert says in faults[0].message


def test_a_text_that_stands_in_both_places_is_told(folder):
    path = folder / "features/all.yaml"
    path.write_text(FEATURES.replace("fr: Toit", "es: Tejado"), "utf-8")

    assert [str(fault) for fault in faults_of(folder)] == [
        "texts/es.yaml:7: roof: This label is there in “es” already: “Tejado”."
    ]


def test_a_language_that_the_range_does_not_have_is_told(folder):
    (folder / "range.yaml").write_text(HEAD, "utf-8")

    assert [str(fault) for fault in faults_of(folder)] == [
        "texts/es.yaml:1: The language “es” is not one of range.yaml's languages."
    ]


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_a_sentence_is_made_in_every_language_with_all_that_it_names(pattern):
    english = PLACE.findall(PATTERNS[pattern]["en"])

    assert set(PATTERNS[pattern]) == set(OR) == set(AND) == set(NOT) == set(dict(settings.LANGUAGES))
    for language, text in PATTERNS[pattern].items():
        assert sorted(PLACE.findall(text)) == sorted(english), language


def test_another_kind_of_file_among_the_texts_is_told(folder):
    (folder / "texts/es.txt").write_text("Techo", "utf-8")

    assert [str(fault) for fault in faults_of(folder)] == [
        "texts/es.txt:1: This is not a .yaml file: rename it, or move it elsewhere."
    ]
