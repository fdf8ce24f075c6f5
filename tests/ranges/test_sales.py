"""Sales histories: what the reader reads, what it refuses with a reason, and the command that learns from them."""

from __future__ import annotations

import json
import lzma

import pytest

from usine.config.cli import main
from usine.kernel import Implies, Is, Model, Variable, compile
from usine.ranges.contracts import RangeInvalid
from usine.ranges.readers.sales import read_sales

XCSP = """<?xml version="1.0"?>
<instance><presentation format="XCSP 2.1"/>
<domains nbDomains="1"><domain name="D" nbValues="3">0..2</domain></domains>
<variables nbVariables="2"><variable name="trim" domain="D"/><variable name="seats" domain="D"/></variables>
<relations nbRelations="1"><relation name="R" arity="2" nbTuples="5" semantics="supports">0 0|0 1|1 1|1 2|2 2</relation></relations>
<constraints nbConstraints="1"><constraint name="C" arity="2" scope="trim seats" reference="R"/></constraints>
</instance>
"""  # noqa: E501
SALES = "number,trim,seats\n" + "1,0,0\n" * 20 + "1,1,2\n" * 10 + "3,0,2\n1,0,7\n"


@pytest.fixture
def compiled():
    variables = (Variable("trim", ("0", "1", "2")), Variable("seats", ("0", "1", "2")))
    return compile(
        Model(variables, (Implies(Is("trim", frozenset({"2"})), Is("seats", frozenset({"2"})), "r"),))
    )


def written(tmp_path, text, name="sales.csv"):
    path = tmp_path / name
    path.write_bytes(lzma.compress(text.encode()) if name.endswith(".xz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.xz"])
def test_rows_unknown_values_and_a_column_of_counts(tmp_path, compiled, name):
    file = read_sales(written(tmp_path, SALES, name), compiled)
    assert file.sales.variables == ("trim", "seats")
    assert len(file.sales) == 32
    assert file.sales.numbers[-1].tolist() == [0, -1]
    assert (file.unknown_cells, file.unknown_sales, file.passed_over) == (1, 1, "number")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("trim,wheels\n0,1\n", "sales.csv:1: The column “wheels” is no variable of this range"),
        ("customer,trim\nJane,0\n", "The column “customer” is no variable"),
        ("trim,trim\n0,1\n", "The column “trim” is there twice"),
        ("trim,seats\n0,1\n0\n", "sales.csv:3: 1 cells for 2 columns"),
        ('trim,seats\n0,"1\n', "not a readable CSV"),
        ("trim;seats\n0;1\n", "no variable of this range"),
    ],
)
def test_what_is_no_history_is_refused_in_one_sentence(tmp_path, compiled, text, reason):
    with pytest.raises(RangeInvalid) as refused:
        read_sales(written(tmp_path, text), compiled)
    assert len(refused.value.faults) == 1
    assert reason in str(refused.value.faults[0])


def test_bytes_that_are_no_text_are_refused(tmp_path, compiled):
    for name, content in (("sales.csv", b"\xff\xfe\x00"), ("sales.csv.xz", b"no archive")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RangeInvalid):
            read_sales(tmp_path / name, compiled)
    with pytest.raises(RangeInvalid, match="cannot be read"):
        read_sales(tmp_path / "absent.csv", compiled)


def recommend(capsys, *arguments):
    status = main(["range", "recommend", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_the_command_says_what_is_likely_and_what_the_histories_are_worth(tmp_path, capsys):
    source, sales = written(tmp_path, XCSP, "range.xml"), written(tmp_path, SALES)
    learnt = tmp_path / "learnt"
    status, out, told = recommend(
        capsys, source, "--sales", sales, "--learnt", learnt, "--for", "seats", "--json"
    )
    values = json.loads(out)["values"]
    assert status == 0
    assert [(v["value"], v["support"]) for v in values] == [("0", 20), ("2", 10), ("1", 0)]
    assert "32 sales, 2 of them not valid" in told
    assert "1 values in 1 sales are not of this range" in told
    assert "“number” is no variable" in told

    status, out, _ = recommend(capsys, source, "--learnt", learnt, "--given", "trim=1")
    assert status == 0
    assert out.split() == ["trim", "1", "(given)", "seats", "2"]


def test_the_command_refuses_in_one_sentence(tmp_path, capsys):
    source, sales = written(tmp_path, XCSP, "range.xml"), written(tmp_path, SALES)
    for arguments, reason in (
        ((), "--sales or --learnt"),
        (("--sales", sales, "--given", "trim"), "NAME=VALUE"),
        (("--sales", sales, "--given", "trim=9"), "no value 9"),
        (("--sales", sales, "--for", "wheels"), "no variable wheels"),
        (("--sales", sales, "--given", "trim=2", "--given", "seats=0"), "cannot go together"),
        (("--learnt", sales), "learn again"),
    ):
        status, _, told = recommend(capsys, source, *arguments)
        assert status != 0
        assert reason in told
