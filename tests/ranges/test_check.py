"""A range is read from its files; whatever is wrong comes back with file, line and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ranges.six import PRICES, RULES, write_range
from usine.kernel import count, reference
from usine.ranges.contracts import RangeInvalid
from usine.ranges.public import check_range


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_range(tmp_path)


def fault_of(folder: Path) -> tuple[str, int, str, str]:
    with pytest.raises(RangeInvalid) as refused:
        check_range(folder)
    assert len(refused.value.faults) == 1
    fault = refused.value.faults[0]
    return fault.file, fault.line, fault.rule, fault.message


def test_the_same_files_give_the_same_key_and_any_change_another(folder):
    key = check_range(folder).key
    assert check_range(folder).key == key
    (folder / "prices/options.csv").write_text(PRICES.replace("600", "601"))
    assert check_range(folder).key != key


def test_configurations_in_each_market_and_period_are_those_of_the_reference(folder):
    release = check_range(folder)
    assert len(release.period_starts) == 1
    for market in ("FR", "other"):
        for period in ("p0", "p1"):
            context = {"market": market, "period": period}
            assert count(release.compiled, context) == reference.count(release.model, context) > 0


def test_a_rule_bites_in_its_market_and_its_dates_only(folder):
    compiled = check_range(folder).compiled
    assert (
        count(compiled, {"market": "other", "pack": "yes"})
        == 0
        < count(compiled, {"market": "FR", "pack": "yes"})
    )
    assert (
        count(compiled, {"period": "p0", "bars": "yes"})
        == 0
        < count(compiled, {"period": "p1", "bars": "yes"})
    )


def test_a_part_of_a_pack_is_priced_without_the_pack_only(folder):
    rows = [r for r in check_range(folder).price_rows if r.term == "lamp"]
    assert {(r.row, r.amount_minor) for r in rows} == {
        (("yes", "base", "no"), 10000),
        (("yes", "plus", "no"), 8050),
    }


def test_rules_that_contradict_are_named_together_and_no_other(folder):
    more = "  a: {if: trim = base | plus, requires: bars}\n  b: {if: trim = base | plus, excludes: bars}\n"
    (folder / "rules/all.yaml").write_text(RULES + more)
    message = fault_of(folder)[3]
    assert (
        message == "No vehicle satisfies these 2 rules together: a (rules/all.yaml:6), b (rules/all.yaml:7)."
    )


def test_a_market_that_the_rules_leave_with_nothing_is_told(folder):
    more = "  a: {in-market: [FR], requires: bars}\n  b: {in-market: [FR], excludes: bars}\n"
    (folder / "rules/all.yaml").write_text(RULES + more)
    assert fault_of(folder)[3].startswith("In FR, no vehicle satisfies these 2 rules together: a (rules")
    (folder / "rules/all.yaml").write_text(RULES + "  a: {in-market: [FR], requires: bars and not bars}\n")
    assert fault_of(folder) == ("rules/all.yaml", 6, "a", "In FR, no vehicle satisfies this rule.")


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "sentence"),
    [
        (
            "rules/all.yaml",
            "roof = glass, ex",
            "roff = glass, ex",
            2,
            "There is no feature “roff” (did you mean “roof”?)",
        ),
        (
            "rules/all.yaml",
            "trim = plus",
            "trim = pluss",
            3,
            "“trim” has no value “pluss” (did you mean “plus”?)",
        ),
        (
            "rules/all.yaml",
            "excludes",
            "exclude",
            2,
            "“exclude” is not a part of a rule (did you mean “excludes”?)",
        ),
        ("rules/all.yaml", "2027-01-01", "soon", 5, "“from” must be a date"),
        ("rules/all.yaml", "glass-plus", "glass-no-bars", 3, "“glass-no-bars” is written twice."),
        (
            "features/all.yaml",
            "[lamp]",
            "[lamb]",
            7,
            "includes “lamb”, which does not exist (did you mean “lamp”?)",
        ),
        ("features/all.yaml", "{en: Roof, fr: Toit}", "{fr: Toit}", 4, "must be there in English"),
        ("prices/options.csv", "600", "6OO", 2, "“6OO” is not an amount"),
        ("prices/options.csv", "roof=glass", "roof=glas", 2, "no value “glas” (did you mean “glass”?)"),
        ("prices/options.csv", "pack,,70", "pack,70", 5, "2 cells for 3 columns"),
        ("prices/options.csv", "item,trim,FR", "item,trim,FX", 1, "“FX” is neither a feature nor a market"),
        ("features/all.yaml", "step: all", "step: [all", 2, "This is not YAML"),
        ("features/all.yaml", "Roof bars", "Roof\x00bars", 5, "This is not YAML"),
    ],
)
def test_a_fault_has_its_file_line_and_sentence(folder, file, old, new, where, sentence):
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(RangeInvalid) as refused:
        check_range(folder)
    first = refused.value.faults[0]
    assert sentence in first.message or sentence.rstrip(".") in first.message
    assert first.file == file
    if "not YAML" not in sentence:
        assert first.line == where


def test_no_range_and_a_wrong_encoding_are_said(folder, tmp_path):
    with pytest.raises(RangeInvalid, match=r"no range\.yaml"):
        check_range(folder / "features")
    (folder / "prices/options.csv").write_bytes(PRICES.encode().replace(b"pack", b"p\xe9ck"))
    assert fault_of(folder)[3] == "The file is not UTF-8: save it again as UTF-8."
