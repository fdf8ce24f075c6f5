"""Whatever a hand, a spreadsheet or an editor does to the files of a range, the command says one clear thing of it.

Each case spoils one file of a good range; `usine range check` must name file and line, say what to do, and exit with 1.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.ranges.six import FEATURES, HEAD, PRICES, RULES, write_range
from usine.config.cli import main
from usine.ranges.schema import check_shape
from usine.ranges.yamlfile import read_yaml

RANGE, FEATURE, RULE, PRICE = "range.yaml", "features/all.yaml", "rules/all.yaml", "prices/options.csv"

PACK = "feature: pack, only-in-market: [FR]"

SHAPES = [
    # file, what is replaced, by what, line, rule, what the sentence says
    (RANGE, "vehicle: six\n", "", 1, "", "“vehicle” is missing."),
    (RANGE, "vehicle: six", "vehicle: Sïx", 1, "", "“vehicle” cannot be “Sïx”. A slug of small letters"),
    (RANGE, 'version: "1"', "version: 1.0", 2, "", "“version” must be text: put it in quotes."),
    (RANGE, "label: Six", 'label: ""', 3, "", "“label” is empty."),
    (RANGE, "label: Six", "label: 6", 3, "", "“label” must be text: put it in quotes."),
    (RANGE, "label: Six", "label: {fr: Six}", 3, "", "A text must be there in English (en)."),
    (RANGE, "label: Six", "lable: Six", 3, "", "“lable” is not a part of range.yaml (did you mean “label”?)."),
    (RANGE, "[en, fr]", "[fr]", 4, "", "“languages” must list en."),
    (RANGE, "[en, fr]", "en, fr", 4, "", "“languages” must be a list, as in [a, b]."),
    (RANGE, "{name: all, l", "{nom: all, l", 5, "", "“nom” is not a part of a step."),
    (RANGE, "currency: EUR, ", "", 6, "", "“currency” is missing."),
    (RANGE, "EUR", "euro", 6, "", "“currency” cannot be “euro”. An ISO 4217 code such as EUR."),
    (RANGE, "tax: included", "tax: yes", 6, "", "“tax” must be one of included, excluded, not “yes”."),
    (RANGE, "tax: included", "tax_rate: 120", 6, "", "“tax_rate” must be 100 at most, not 120."),
    (RANGE, "tax: included", "from: 2027-02-30", 6, "", "“from” must be a date such as 2027-04-01, not “2027-02-30”."),
    (RANGE, "tax: included", "until: 9999-12-31", 6, "", "“until” must be a date such as 2027-04-01"),
    (RANGE, "{FR:", "{France:", 6, "", "“France” cannot stand here. An ISO 3166 code such as FR"),
    (FEATURE, "step: all\n", "stage: all\n", 1, "", "“stage” is not a part of a file of features"),
    (FEATURE, "label: Lamp", "lbel: Lamp", 6, "lamp", "“lbel” is not a part of a feature (did you mean “label”?)."),
    (FEATURE, "  lamp:", "  Lampe-à-led:", 6, "Lampe-à-led", "cannot stand here. A name of small letters"),
    (FEATURE, "  lamp:", "  and:", 6, "and", "“and” has a meaning of its own in conditions and price tables"),
    (FEATURE, "  lamp:", "  item:", 6, "item", "“item” has a meaning of its own"),
    (FEATURE, "glass:", "verre-clair:", 4, "roof", "“verre-clair” cannot stand here. A name of letters"),
    (FEATURE, "{label: Lamp}", "Lamp", 6, "lamp", "“lamp” must be a mapping of names."),
    (FEATURE, "values: {base: {label: Base}, plus: {label: Plus}}", "values: {}", 3, "trim", "“values” is empty."),
    (FEATURE, "{label: Base}", "{label: [Base]}", 3, "trim", "“label” must be text."),
    (FEATURE, "[lamp]", "lamp", 7, "pack", "“includes” must be a list, as in [a, b]."),
    (FEATURE, "Version,", "Version, includes: [lamp],", 3, "trim", "“trim” has values: “includes” and"),
    (RULE, "rules:", "rule:", 1, "", "“rule” is not a part of a file of rules (did you mean “rules”?)."),
    (RULE, "glass-plus:", "g" * 99 + ":", 3, "g" * 99, "is longer than 80 signs."),
    (RULE, "excludes: bars", f"excludes: {'bars or ' * 300}bars", 2, "glass-no-bars", "is longer than 2000 signs."),
    (RULE, "glass-plus:", "Verre Plus:", 3, "Verre Plus", "“Verre Plus” cannot stand here. A name of small letters"),
    (RULE, "excludes: bars", "excludes: [bars]", 2, "glass-no-bars", "“excludes” must be text."),
    (RULE, "excludes: bars", "excludes: bars, requires: pack", 2, "glass-no-bars", "A rule is one of these: if"),
    (RULE, "[FR]", "FR", 4, "pack-france", "“only-in-market” must be a list, as in [a, b]."),
    (RULE, "[FR]", "[fr]", 4, "pack-france", "“only-in-market” cannot be “fr”. An ISO 3166 code such as FR"),
    (RULE, "2027-01-01", "01/04/2027", 5, "bars-later", "“from” must be a date such as 2027-04-01"),
    (RULE, "2027-01-01", "20270101", 5, "bars-later", "“from” must be a date such as 2027-04-01"),
    (RULE, PACK, "at-most: one, of: [pack, bars]", 4, "pack-france", "“at-most” must be a whole number."),
]  # fmt: skip

MEANINGS = [
    (RANGE, "EUR", "XEU", 6, "FR", "“XEU” is not a currency of ISO 4217."),
    (RANGE, "EUR", "USD, from: 2027-01-01", 6, "FR", "FR is priced in USD, but pays in EUR."),
    (RANGE, "{FR:", "{ZZ:", 6, "", "There is no market ZZ."),
    (RANGE, "tax: included", "from: 2027-05-01, until: 2027-04-01", 6, "FR", "“from” is later than “until”."),
    (RANGE, "{FR:", "{BE: {currency: EUR}, FR:", 6, "BE", "The price list has no amounts: no price table has"),
    (RANGE, "steps: [", "steps: [{name: all}, ", 5, "", "The step “all” is already there."),
        (FEATURE, "step: all", "step: al", 3, "trim", "not one of range.yaml (did you mean “all”?)."),
    (FEATURE, "fr: Toit", "es: Techo", 4, "roof", "The language “es” is not one of range.yaml's languages."),
    (FEATURE, "{label: Lamp}", "{label: Lamp, includes: [pack]}", 6, "lamp", "“pack”, which brings this pack itself."),
    (FEATURE, "[lamp]", "[pack]", 7, "pack", "The pack includes “pack”, which brings this pack itself."),
    (FEATURE, "[lamp]", "[roof]", 7, "pack", "“roof”, which has values: write a rule instead."),
    (RULE, "[FR]", "[FR, XX]", 4, "pack-france", "There is no market XX."),
    (RULE, "2027-01-01", "2027-01-02, until: 2027-01-01", 5, "bars-later", "“from” is later than “until”."),
    (RULE, "excludes: bars", "excludes: ba rs", 2, "glass-no-bars", "There is no feature “ba” (did you mean “bars”?)."),
    (RULE, "roof = glass, e", "roof = verre clair, e", 2, "glass-no-bars", "“roof” has no value “verre”"),
    (RULE, "if: roof = glass", "if: roof", 2, "glass-no-bars", "“roof” has values: say which, as in “roof = body”."),
    (RULE, "if: roof = glass", "if: roof = glass and", 2, "glass-no-bars", "The condition ends too early."),
    (RULE, "if: roof = glass", "if: (roof = glass", 2, "glass-no-bars", "A bracket is not closed."),
    (RULE, "if: roof = glass", f"if: {'(' * 60}pack", 2, "glass-no-bars", "nested more than 50 deep."),
    (RULE, PACK, "at-least: 3, of: [pack, bars]", 4, "pack-france", "At least 3 is more"),
    (RULE, PACK, "at-most: 2, of: [pack, bars]", 4, "pack-france", "forbids nothing"),
    (PRICE, "80.50", '"80,50"', 4, "", "“80,50” is not an amount: write digits, with a point before decimals."),
    (PRICE, "80.50", "80.505", 4, "", "“80.505” has more than the 2 decimals of EUR."),
    (PRICE, "80.50", "€ 80", 4, "", "“€ 80” is not an amount"),
    (PRICE, "80.50", "8e1", 4, "", "“8e1” is not an amount"),
    (PRICE, "80.50", "١٢", 4, "", "“١٢” is not an amount"),
    (PRICE, "80.50", "9" * 40, 4, "", "is not an amount"),
    (PRICE, "lamp,plus", "lamp,base", 4, "lamp", "This combination has a price on line 3 already."),
    (PRICE, "lamp,plus", "lampe,plus", 4, "", "The item “lampe” is not a feature (did you mean “lamp”?)."),
    (PRICE, "roof=glass", "roof", 2, "", "“roof” has values: say which, as in roof=body."),
    (PRICE, "item,trim,FR", "option,trim,FR", 1, "", "The column “option” is neither a feature nor a market"),
    (PRICE, "item,trim,FR", "item,roof,trim", 1, "", "No column is a market with a price list in range.yaml."),
    (PRICE, "item,trim,FR", "trim,trim,FR", 1, "", "The column “trim” is there twice."),
    (PRICE, "item,trim,FR", "item,,FR", 1, "", "A column has no name."),
    (PRICE, "lamp,base", 'lamp,"base', 3, "", "A quotation mark does not close"),
    (PRICE, "lamp,base", "lamp,ba\0se", 3, "", "“trim” has no value"),
]  # fmt: skip

WHOLE_FILES = [
    (FEATURE, "", 1, "The file is empty."),
    (FEATURE, "# to do\n", 1, "The file is empty."),
    (FEATURE, "- trim\n", 1, "“file” must be a mapping of names."),
    (FEATURE, FEATURES.replace("  trim", "\ttrim"), 3, "indent with spaces, not tabs"),
    (FEATURE, FEATURES + "  lamp: {label: Again}\n", 8, "“lamp” is written twice, first on line 6."),
    (FEATURE, FEATURES.replace("label: Lamp", "label: Lamp, label: Light"), 6, "“label” is written twice"),
    (FEATURE, FEATURES.replace("{label: Lamp}", "&a {label: Lamp}\n  light: *a"), 6, "Anchors and aliases"),
    (FEATURE, "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nfeatures: {d: *c}\n", 1, "Anchors and aliases"),
    (FEATURE, FEATURES.replace("label: Lamp", "label: !!python/name:os.system x"), 6, "without a tag"),
    (FEATURE, FEATURES.replace("label: Lamp", "label: Lamp, ? [a] : b"), 6, "A name must be a single word"),
    (FEATURE, "features: " + "[" * 3000, 1, "This is nested too deep to be read."),
    (FEATURE, "# " + "x" * 10_000_000, 1, "The file holds more than 1 MiB: split it."),
    (FEATURE, FEATURES.replace("label: Lamp", "label: " + "9" * 5000), 6, "cannot be read: put it in quotes"),
    (PRICE, "", 1, "The price table is empty: its first line names the columns."),
    (PRICE, PRICES.replace(",", ";"), 1, "save the table with commas."),
    (PRICE, PRICES.replace(",", "\t"), 1, "save the table with commas."),
    (PRICE, "FR\n600\n", 1, "No column says what is priced: add “item”, or features."),
]


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """The faults that the command tells of a range, which it must refuse in one way or the other."""
    assert main(["range", "check", str(folder), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert main(["range", "check", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == len(faults)
    return faults


def spoil(folder: Path, file: str, old: str, new: str) -> str:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.replace(old, new, 1)


@pytest.mark.parametrize(("file", "old", "new", "line", "rule", "says"), SHAPES)
def test_a_wrong_shape_is_refused_by_the_schema_and_by_the_reader(
    tmp_path, capsys, file, old, new, line, rule, says
):
    text = spoil(write_range(tmp_path), file, old, new)
    kind = file.split("/")[0].removesuffix(".yaml")
    assert list(check_shape(kind, read_yaml(text, file)[0].content))

    faults = check(tmp_path, capsys)

    assert [(f["file"], f["line"]) for f in faults] == [(file, line)]
    assert faults[0]["rule"] == rule
    assert says in faults[0]["message"]


@pytest.mark.parametrize(("file", "old", "new", "line", "rule", "says"), MEANINGS)
def test_a_wrong_meaning_is_told_with_file_line_and_rule(tmp_path, capsys, file, old, new, line, rule, says):
    spoil(write_range(tmp_path), file, old, new)

    faults = check(tmp_path, capsys)

    assert [
        f for f in faults if (f["file"], f["line"], f["rule"]) == (file, line, rule) and says in f["message"]
    ]
    assert len(faults) == 1 or file == RANGE


@pytest.mark.parametrize(("file", "text", "line", "says"), WHOLE_FILES)
def test_a_file_of_a_wrong_form_is_told_with_its_line(tmp_path, capsys, file, text, line, says):
    (write_range(tmp_path) / file).write_text(text, encoding="utf-8")

    faults = check(tmp_path, capsys)

    assert (faults[0]["file"], faults[0]["line"]) == (file, line)
    assert says in faults[0]["message"]


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")])
@pytest.mark.parametrize("file", [RANGE, FEATURE, RULE, PRICE])
def test_a_byte_order_mark_and_the_line_ends_of_windows_do_no_harm(tmp_path, capsys, file, change):
    path = write_range(tmp_path) / file
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())

    assert main(["range", "check", str(tmp_path), "--json"]) == 0


@pytest.mark.parametrize("file", [RANGE, FEATURE, RULE, PRICE])
def test_another_encoding_is_told_with_its_line(tmp_path, capsys, file):
    path = write_range(tmp_path) / file
    path.write_bytes(path.read_bytes() + "# équipement\n".encode("latin-1"))

    faults = check(tmp_path, capsys)

    assert [(f["file"], f["message"]) for f in faults] == [
        (file, "The file is not UTF-8: save it again as UTF-8.")
    ]
    assert faults[0]["line"] == path.read_bytes().count(b"\n")


@pytest.mark.parametrize("file", ["rules/more.yml", "prices/prices.xlsx", "features/notes.txt"])
def test_a_file_that_would_be_passed_over_in_silence_is_told(tmp_path, capsys, file):
    (write_range(tmp_path) / file).write_bytes(b"x")

    assert "rename it, or move it elsewhere" in check(tmp_path, capsys)[0]["message"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads every file")
def test_a_file_that_may_not_be_read_is_told(tmp_path, capsys):
    (write_range(tmp_path) / RULE).chmod(0)

    assert check(tmp_path, capsys)[0]["message"] == "The file cannot be read: Permission denied."


@pytest.mark.parametrize("again", ["rules/zz.yaml", "features/zz.yaml"])
def test_a_name_used_in_two_files_is_told_with_the_first_place(tmp_path, capsys, again):
    (write_range(tmp_path) / again).write_text(RULES if "rules" in again else FEATURES, encoding="utf-8")

    faults = check(tmp_path, capsys)

    assert {f["file"] for f in faults} == {again}
    assert f"in {again.replace('zz', 'all')}:" in faults[0]["message"]


def test_a_table_of_combinations_named_as_a_feature_is_told(tmp_path, capsys):
    (write_range(tmp_path) / "prices/lamp.csv").write_text("trim,FR\nbase,100\n", encoding="utf-8")

    assert "cannot have the name of a feature" in check(tmp_path, capsys)[0]["message"]


def test_a_price_of_a_million_combinations_is_told_and_not_computed(tmp_path, capsys):
    names = [f"option_{i}" for i in range(30)]
    features = "".join(f"  {name}: {{label: Option}}\n" for name in names)
    (write_range(tmp_path) / "features/more.yaml").write_text(
        f"step: all\nfeatures:\n{features}", encoding="utf-8"
    )
    header, first = ",".join([*names, "FR"]), ",".join(["yes"] * 30)
    (tmp_path / "prices/many.csv").write_text(f"{header}\n{first},1\n{',' * 29},2\n", encoding="utf-8")

    fault = check(tmp_path, capsys)[0]

    assert (fault["file"], fault["line"]) == ("prices/many.csv", 3)
    assert "more than 100000 combinations: fill in more columns" in fault["message"]


def test_norway_needs_no_quotes_and_amounts_have_the_decimals_of_their_currency(tmp_path, capsys):
    spoil(write_range(tmp_path), RULE, "[FR]", "[NO, FR]")
    spoil(tmp_path, RANGE, "{FR: {currency: EUR", "{TN: {currency: TND}, FR: {currency: EUR")
    spoil(tmp_path, PRICE, PRICES, "item,trim,FR,TN\nlamp,,80.5,80.505\n")

    assert main(["range", "check", str(tmp_path), "--json"]) == 0


def test_the_head_of_the_small_range_is_what_it_seems():
    assert list(check_shape("range", read_yaml(HEAD, RANGE)[0].content)) == []
