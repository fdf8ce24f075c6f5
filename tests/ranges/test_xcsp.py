"""The XCSP 2.1 reader: what it reads, and what it refuses with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.foreign import XCSP as RANGE
from tests.ranges.foreign import list_configurations, refusal, write_file
from usine.kernel import Model, Rows, Table, Variable, compile, count
from usine.ranges.readers import tables
from usine.ranges.readers.sniffing import read_model

BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]><instance>&c;</instance>'
RELATION = '<relation name="R0" arity="2" nbTuples="2" semantics="supports">0 -1|2 1</relation>'


def relation(rows, semantics="supports"):
    """The sample with another relation."""
    return RANGE.replace(RELATION, f'<relation name="R0" semantics="{semantics}">{rows}</relation>')


@pytest.mark.parametrize(("semantics", "configurations"), [("supports", 2), ("conflicts", 4)])
def test_relations_allow_or_forbid_their_rows(tmp_path, semantics, configurations):
    model = read_model(write_file(tmp_path, RANGE.replace('"supports"', f'"{semantics}"')))

    assert [(v.name, v.values) for v in model.variables] == [("trim", ("0", "1", "2")), ("roof", ("-1", "1"))]
    assert [c.rule for c in model.constraints] == ["C0"]
    assert count(compile(model), {}) == len(list_configurations(model)) == configurations


def test_forbidden_rows_over_many_values_become_a_formula(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_OPPOSITE", 5)

    model = read_model(write_file(tmp_path, relation("0 -1|2 1|2 1", "conflicts")))

    assert not isinstance(model.constraints[0], Table)
    assert count(compile(model), {}) == len(list_configurations(model)) == 4


def test_rows_stay_numbers_shared_by_scopes_over_the_same_domains(tmp_path):
    again = RANGE.replace('nbConstraints="1"', "").replace(
        "</constraints>", '<constraint name="C1" scope="trim roof" reference="R0"/></constraints>'
    )

    first, second = read_model(write_file(tmp_path, again)).constraints

    assert isinstance(first.rows, Rows) and first.rows is second.rows
    assert tuple(first.rows) == (("0", "-1"), ("2", "1"))


@pytest.mark.parametrize("rows", ["0 -1 | 2 1 |", "\n0 -1\n|2\t1\n|\n", "|0 -1||2 1", "+0 -01|2 1"])
def test_blanks_and_empty_parts_between_bars_do_no_harm(tmp_path, rows):
    assert tuple(read_model(write_file(tmp_path, relation(rows))).constraints[0].rows) == (
        ("0", "-1"),
        ("2", "1"),
    )


def test_a_relation_without_rows_allows_nothing(tmp_path):
    assert list_configurations(read_model(write_file(tmp_path, relation("")))) == set()


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("</instance>", "", 19, "The XML is not well-formed (no element found)"),
        ("</relations>", "", 18, "The XML is not well-formed (mismatched tag)"),
        ('reference="R0"', 'reference="R9"', 16, "The constraint C0 refers to R9, which is not a relation"),
        ('domain="D1"', 'domain="D9"', 10, "This variable refers to the domain D9, which is not declared."),
        ('scope="trim roof" ', "", 16, "This constraint has no scope"),
        ('scope="trim roof" ', 'scope="" ', 16, "The scope names no variable, or one twice"),
        ('scope="trim roof" ', 'scope="trim trim" ', 16, "The scope names no variable, or one twice"),
        ('scope="trim roof" ', 'scope="trim colour" ', 16, "refers to the variable colour"),
        (
            'arity="2" scope="trim roof" ',
            'scope="trim" ',
            16,
            "The relation R0 has 2 columns for 1 variables",
        ),
        ('arity="2" scope', 'arity="3" scope', 16, "The file says 3 variables in the scope here and has 2"),
        ("supports", "soft", 13, "The relation R0 has the semantics soft"),
        ("0..2", "zero", 5, "“zero” is not a whole number nor an interval"),
        ("0..2", "2..0", 5, "“2..0” is not a whole number nor an interval"),
        ("0..2", "", 5, "This domain is empty"),
        ("0..2", "0..1 1", 5, "This domain has a value twice"),
        ("0..2", "0..999999999999", 5, "The domains hold more than 1000000 values"),
        ("0..2", "0..99999999999999999", 5, "is not a whole number"),
        ('nbValues="3"', 'nbValues="4"', 5, "The file says 4 values here and has 3: mend it"),
        ('nbVariables="2"', 'nbVariables="1"', 8, "The file says 1 variables here and has 2"),
        ('nbTuples="2"', 'nbTuples="20"', 13, "The file says 20 rows here and has 2"),
        ('nbConstraints="1"', 'nbConstraints="x"', 15, "The file says x constraints here and has 1"),
        ('name="roof"', 'name="trim"', 10, "The variable trim is declared twice, first on line 9"),
        ('name="D1"', 'name="D0"', 6, "The domain D0 is declared twice, first on line 5"),
        ('name="roof"', 'name="$roof"', 10, "“$roof” cannot be the name of a variable"),
        (
            '<variable name="trim" domain="D0"/>\n    <variable name="roof" domain="D1"/>',
            "",
            8,
            "says 2 variables",
        ),
        ("0 -1|2 1", "0 -1|2 7", 13, "has the value 7 for roof, which its domain lacks"),
        ("0 -1|2 1", "0 -1|2", 13, "The relation R0 has a row of 1 values for 2 columns"),
        ("0 -1|2 1", "0|-1 2 1", 13, "The file says 2 columns here and has 1"),
        ("0 -1|2 1", "0 -1|\n2 one", 14, "“one” is not a whole number"),
        ("0 -1|2 1", "0 -1|2 1_0", 13, "“1_0” is not a whole number"),
        ("0 -1|2 1", "0 -1|2 ٣", 13, "“٣” is not a whole number"),
        ("0 -1|2 1", "0 -1|2 99999999999999999999", 13, "is not a whole number"),
        ('encoding="UTF-8"', 'encoding="EBCDIC-XY"', 1, "in an encoding that is not read"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path, old, new, line, sentence):
    assert old in RANGE

    fault = refusal(tmp_path, RANGE.replace(old, new, 1))

    assert sentence in fault.message
    assert fault.line == line


def test_a_file_without_variables_is_refused(tmp_path):
    assert "declares no variables" in refusal(tmp_path, "<instance><presentation/></instance>").message


@pytest.mark.parametrize("bomb", [BOMB, '<!DOCTYPE b SYSTEM "file:///etc/passwd"><instance/>'])
def test_entities_and_document_types_are_refused_before_they_expand(tmp_path, bomb):
    assert "declares a document type or entities" in refusal(tmp_path, bomb).message


def test_elements_too_deep_in_each_other_are_refused(tmp_path):
    fault = refusal(tmp_path, "<instance>\n" + "<a>\n" * 100_000)

    assert (fault.line, fault.message) == (
        51,
        "The file has more than 50 elements in each other: this is not a range.",
    )


def test_domains_that_are_few_in_text_and_huge_in_sum_are_refused(tmp_path):
    many = "".join(f'<domain name="E{i}">0..{99_999 + i}</domain>' for i in range(20))

    assert (
        "more than 1000000 values"
        in refusal(tmp_path, RANGE.replace("<domains ", f"<domains>{many}</domains><domains ")).message
    )


def test_another_encoding_that_the_file_declares_is_read(tmp_path):
    text = RANGE.replace("UTF-8", "ISO-8859-1").replace("trim", "équipement")

    model = read_model(write_file(tmp_path, text.encode("latin-1")))

    assert model.variables[0].name == "équipement"


@given(data=st.data())
def test_written_models_come_back(data, tmp_path_factory):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    variables = tuple(
        Variable(f"v{i}", tuple(str(3 * n - 4) for n in range(size))) for i, size in enumerate(sizes)
    )
    constraints = []
    for number in range(data.draw(st.integers(0, 3))):
        scope = data.draw(st.lists(st.sampled_from(variables), min_size=1, max_size=3, unique=True))
        rows = data.draw(st.lists(st.tuples(*(st.sampled_from(v.values) for v in scope)), max_size=6))
        constraints.append(Table(tuple(v.name for v in scope), tuple(rows), f"c{number}"))
    model = Model(variables, tuple(constraints))

    found = read_model(write_file(tmp_path_factory.mktemp("written"), _write(model)))

    assert found.variables == model.variables
    assert found.constraints == model.constraints
    assert list_configurations(found) == list_configurations(model)


def _write(model):
    lines = ["<instance>", "<domains>"]
    lines += [f'<domain name="D{v.name}">{" ".join(v.values)}</domain>' for v in model.variables]
    lines += ["</domains>", "<variables>"]
    lines += [f'<variable name="{v.name}" domain="D{v.name}"/>' for v in model.variables]
    lines += ["</variables>", "<relations>"]
    lines += [
        f'<relation name="R{c.rule}">{"|".join(" ".join(row) for row in c.rows)}</relation>'
        for c in model.constraints
    ]
    lines += ["</relations>", "<constraints>"]
    lines += [
        f'<constraint name="{c.rule}" scope="{" ".join(c.scope)}" reference="R{c.rule}"/>'
        for c in model.constraints
    ]
    return "\n".join([*lines, "</constraints>", "</instance>"])
