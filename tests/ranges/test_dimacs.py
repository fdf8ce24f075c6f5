"""The DIMACS reader: clauses, headers, names in comments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.foreign import DIMACS, list_configurations, refusal, write_file
from usine.kernel import Holds, Is, Model, Or, Variable
from usine.ranges.readers.sniffing import read_model


def names(tmp_path, text):
    return [v.name for v in read_model(write_file(tmp_path, text)).variables]


def test_clauses_are_rules_named_by_their_lines_over_shared_atoms(tmp_path):
    model = read_model(write_file(tmp_path, DIMACS))

    assert [c.rule for c in model.constraints] == ["line 6", "line 7", "line 8"]
    assert model.constraints[2] == Holds(
        Or((Is("tow bar", frozenset({"0"})), Is("estate", frozenset({"1"})))), "line 8"
    )
    assert model.constraints[0].formula.operands[1] is model.constraints[2].formula.operands[1]


def test_comments_name_variables_only_where_they_name_each_once(tmp_path):
    assert names(tmp_path, DIMACS) == ["sedan", "estate", "tow bar"]
    assert names(tmp_path, DIMACS.replace("c 3 tow bar\n", "")) == ["1", "2", "3"]
    assert names(tmp_path, DIMACS.replace("c 3 ", "c 2 ")) == ["1", "2", "3"]
    assert names(tmp_path, DIMACS.replace("estate", "sedan")) == ["1", "2", "3"]
    assert names(tmp_path, DIMACS.replace("c made", "c 4 clauses were made")) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "body",
    [
        "1 2 0\n-1 -2 0\n-3 2 0\n",
        "1 2 0 -1 -2 0 -3 2 0",
        "1\n2 0 -1\n\n-2\n0\n-3 2 0\n",
        "  1\t2 0\nc between\n-1 -2 0\n-3 2 0\n%\n0\n",
        "+1 2 0\n-1 -2 0\n-3 2 0\n".replace("+", ""),
        "01 2 00\n-1 -02 0\n-3 2 0",
    ],
)
def test_clauses_may_lie_on_lines_in_any_way(tmp_path, body):
    found = read_model(write_file(tmp_path, f"p cnf 3 3\n{body}"))
    plain = read_model(write_file(tmp_path, "p cnf 3 3\n1 2 0\n-1 -2 0\n-3 2 0\n"))

    assert [c.formula for c in found.constraints] == [c.formula for c in plain.constraints]


def test_a_clause_is_named_by_the_line_that_it_starts_on(tmp_path):
    rules = [c.rule for c in read_model(write_file(tmp_path, "p cnf 2 3\n1\n2 0 -1\n0 0\n")).constraints]

    assert rules == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("p cnf 3 3", "p cnf 3", 5, "The header must be “p cnf”"),
        ("p cnf 3 3", "p cnf three 3", 5, "The header must be “p cnf”"),
        ("p cnf 3 3", "p cnf 0 3", 5, "The header says 0 variables"),
        ("p cnf 3 3", "p cnf 999999999999 3", 5, "The header says 999999999999 variables"),
        ("p cnf 3 3", "p cnf 3 999999999999", 5, "The header says 999999999999 clauses: up to 2000000"),
        ("p cnf 3 3", "p cnf 2 3", 8, "The literal -3 is beyond the 2 variables"),
        ("p cnf 3 3", "p cnf 3 2", 5, "The header says 2 clauses and the file goes on"),
        ("p cnf 3 3", "p cnf 3 4", 5, "The header says 4 clauses and the file has 3"),
        ("-3 2 0", "-3 2", 8, "The last clause is not ended by 0"),
        ("-3 2 0", "-3 two 0", 8, "“two” is not a literal"),
        ("-3 2 0", "-3 2.5 0", 8, "“2.5” is not a literal"),
        ("-3 2 0", "-3 ٢ 0", 8, "“٢” is not a literal"),
        ("-3 2 0", "--3 2 0", 8, "“--3” is not a literal"),
        ("-3 2 0", "3 99999999999999999999 0", 8, "is not a literal"),
        ("-3 2 0", "p cnf 3 3", 8, "“p” is not a literal"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path, old, new, line, sentence):
    fault = refusal(tmp_path, DIMACS.replace(old, new))

    assert sentence in fault.message
    assert fault.line == line


@given(
    count=st.integers(1, 6),
    clauses=st.lists(
        st.lists(st.integers(1, 6).flatmap(lambda n: st.sampled_from([n, -n])), max_size=4), max_size=8
    ),
    named=st.booleans(),
)
def test_written_clauses_come_back(tmp_path_factory, count, clauses, named):
    clauses = [[n for n in clause if abs(n) <= count] for clause in clauses]
    labels = [f"feature {n}" if named else str(n) for n in range(1, count + 1)]
    atom = {
        sign * n: Is(labels[n - 1], frozenset({"1" if sign > 0 else "0"}))
        for n in range(1, count + 1)
        for sign in (1, -1)
    }
    model = Model(
        tuple(Variable(label, ("0", "1")) for label in labels),
        tuple(Holds(Or(tuple(atom[n] for n in clause))) for clause in clauses),
    )
    lines = [f"c {n} {label}" for n, label in enumerate(labels, 1)] if named else []
    lines += [f"p cnf {count} {len(clauses)}", *(" ".join(map(str, [*clause, 0])) for clause in clauses)]

    found = read_model(write_file(tmp_path_factory.mktemp("written"), "\n".join(lines)))

    assert found.variables == model.variables
    assert list_configurations(found) == list_configurations(model)
