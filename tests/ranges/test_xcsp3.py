"""The XCSP3 reader: variables, tables, formulas, groups; what it refuses and on which line."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.foreign import XCSP3, list_configurations, refusal, write_file
from usine.kernel import Holds, Rows, Table, check_model
from usine.ranges.contracts import RangeInvalid
from usine.ranges.readers import tables, xcsp3_formulas
from usine.ranges.readers.sniffing import read_model


def instance(variables, constraints=""):
    return (
        f'<instance format="XCSP3" type="CSP">\n<variables>\n{variables}\n</variables>\n'
        f"<constraints>\n{constraints}\n</constraints>\n</instance>\n"
    )


THREE = '<array id="x" size="[3]">0..2</array>'


def rows(tmp_path, constraints, variables=THREE):
    """The configurations as tuples of numbers, in the order of the variables' names."""
    model = read_model(write_file(tmp_path, instance(variables, constraints)))
    check_model(model)
    return {tuple(int(value) for _, value in found) for found in list_configurations(model)}


def solutions(condition):
    return {row for row in product(range(3), repeat=3) if condition(*row)}


def test_rules_are_named_by_their_ids_or_lines(tmp_path):
    model = read_model(write_file(tmp_path, XCSP3))

    assert [v.name for v in model.variables] == ["x[0]", "x[1]", "x[2]", "y"]
    assert model.variables[3].values == ("1", "3", "4", "5")
    assert [c.rule for c in model.constraints] == ["line 9", "line 10", "trims", "line 16"]


@pytest.mark.parametrize(
    ("formula", "condition"),
    [
        ("le(x[0],1)", lambda a, b, c: a <= 1),
        ("lt(x[0],x[1])", lambda a, b, c: a < b),
        ("ge(x[0],x[1])", lambda a, b, c: a >= b),
        ("gt( x[0] , 1 )", lambda a, b, c: a > 1),
        ("eq(x[0],x[1],x[2])", lambda a, b, c: a == b == c),
        ("ne(x[0],x[1],x[2])", lambda a, b, c: len({a, b, c}) == 3),
        ("eq(add(x[0],x[1],x[2]),3)", lambda a, b, c: a + b + c == 3),
        ("eq(sub(x[0],x[1]),-1)", lambda a, b, c: a - b == -1),
        ("eq(mul(x[0],x[1]),2)", lambda a, b, c: a * b == 2),
        ("eq(dist(x[0],x[1]),2)", lambda a, b, c: abs(a - b) == 2),
        ("eq(neg(x[0]),-2)", lambda a, b, c: a == 2),
        ("eq(abs(sub(x[0],2)),1)", lambda a, b, c: a == 1),
        ("eq(sqr(x[0]),4)", lambda a, b, c: a == 2),
        ("eq(div(x[0],2),1)", lambda a, b, c: a == 2),
        ("eq(div(sub(x[0],2),2),0)", lambda a, b, c: a > 0),
        ("eq(mod(x[0],2),1)", lambda a, b, c: a == 1),
        ("eq(mod(neg(x[0]),2),-1)", lambda a, b, c: a == 1),
        ("eq(min(x[0],x[1]),max(x[1],x[2]))", lambda a, b, c: min(a, b) == max(b, c)),
        ("in(x[0],set(0,2))", lambda a, b, c: a in (0, 2)),
        ("notin(x[0],set(0,2))", lambda a, b, c: a == 1),
        ("in(x[0],set())", lambda a, b, c: False),
        ("and(le(x[0],1),or(eq(x[1],0),not(eq(x[2],0))))", lambda a, b, c: a <= 1 and (b == 0 or c != 0)),
        ("imp(eq(x[0],0),eq(x[1],0))", lambda a, b, c: a != 0 or b == 0),
        ("iff(eq(x[0],0),eq(x[1],0))", lambda a, b, c: (a == 0) == (b == 0)),
        ("xor(eq(x[0],0),eq(x[1],0),eq(x[2],0))", lambda a, b, c: ((a == 0) + (b == 0) + (c == 0)) % 2 == 1),
        ("eq(if(eq(x[0],0),x[1],x[2]),2)", lambda a, b, c: (b if a == 0 else c) == 2),
        ("or(x[0],x[1])", lambda a, b, c: bool(a or b)),
        ("le(1,2)", lambda a, b, c: True),
        ("le(2,1)", lambda a, b, c: False),
    ],
)
@pytest.mark.parametrize("limit", [100_000, 3, 9])
def test_formulas_mean_what_their_operators_say(tmp_path, monkeypatch, formula, condition, limit):
    """Also where they are taken apart because their variables have too many combinations."""
    monkeypatch.setattr(xcsp3_formulas, "MAX_COMBINATIONS", limit)
    try:
        found = rows(tmp_path, f"<intension>{formula}</intension>")
    except RangeInvalid as error:
        assert limit < 100_000 and (
            "combinations of values: split it" in str(error) or "over 3 operands" in str(error)
        )
    else:
        assert found == solutions(condition)


def test_a_wide_formula_of_narrow_parts_stays_a_formula(tmp_path):
    wide = ",".join(f"eq(x[{i}],0)" for i in range(30))
    text = instance('<array id="x" size="[30]">0..9</array>', f"<intension>or({wide})</intension>")

    (constraint,) = read_model(write_file(tmp_path, text)).constraints

    assert isinstance(constraint, Holds)


@pytest.mark.parametrize(
    ("constraint", "condition"),
    [
        ("<list>x[0] x[1]</list><supports>(0,1)(1,0)</supports>", lambda a, b, c: (a, b) in ((0, 1), (1, 0))),
        (
            "<list>x[0] x[1]</list><conflicts>(0,1)(1,0)</conflicts>",
            lambda a, b, c: (a, b) not in ((0, 1), (1, 0)),
        ),
        (
            "<list>x[]</list><supports>(0,*,2)(*,1,1)</supports>",
            lambda a, b, c: (a, c) == (0, 2) or (b, c) == (1, 1),
        ),
        (
            "<list>x[1..2]</list><supports> (0..1, 2)\n(2, 0) </supports>",
            lambda a, b, c: (b < 2 and c == 2) or (b, c) == (2, 0),
        ),
        ("<list>x[]</list><conflicts>(0,*,*)(*,*,2)</conflicts>", lambda a, b, c: a != 0 and c != 2),
        ("<list>x[1]</list><supports>0 2</supports>", lambda a, b, c: b != 1),
        ("<list>x[1]</list><supports>1..2</supports>", lambda a, b, c: b > 0),
        ("<list>x[1]</list><conflicts>1</conflicts>", lambda a, b, c: b != 1),
        ("<list>x[1]</list><supports>(1)(2)</supports>", lambda a, b, c: b > 0),
        ("<list>x[0] x[1]</list><supports></supports>", lambda a, b, c: False),
        ("<list>x[0] x[1]</list><conflicts></conflicts>", lambda a, b, c: True),
    ],
)
def test_tables(tmp_path, constraint, condition):
    assert rows(tmp_path, f"<extension>{constraint}</extension>") == solutions(condition)


def test_groups_put_their_arguments_in(tmp_path):
    found = rows(
        tmp_path,
        "<block><group><extension><list>%0 %1</list><supports>(0,1)(1,2)(7,0)</supports></extension>"
        "<args>x[0] x[1]</args><args>x[1..2]</args></group></block>"
        "<group><intension>ne(%...)</intension><args>x[]</args></group>"
        "<group><intension>le(%0,%1)</intension><args>x[0] add(x[1],0)</args></group>",
    )

    assert found == {(0, 1, 2)}


def test_scopes_of_a_group_share_their_rows(tmp_path):
    text = instance(
        THREE,
        "<group><extension><list>%0 %1</list><supports>(0,1)(1,2)</supports></extension>"
        "<args>x[0] x[1]</args><args>x[1] x[2]</args></group>",
    )

    first, second = read_model(write_file(tmp_path, text)).constraints

    assert isinstance(first, Table) and isinstance(first.rows, Rows) and first.rows is second.rows


def test_arrays_with_indices_domains_and_copies(tmp_path):
    variables = (
        '<array id="m" size="[2][3]" startIndex="1"><domain for="m[1][1..2] m[2][1]">1 2</domain>'
        '<domain for="m[2][3]">0</domain></array><var id="copy" as="m[1][2]"/>'
    )
    text = instance(
        variables,
        "<intension>le(m[1][2],copy)</intension><instantiation><list>m[][1]</list><values>1 2</values></instantiation>",
    )

    model = read_model(write_file(tmp_path, text))

    assert [(v.name, v.values) for v in model.variables] == [
        ("m[1][1]", ("1", "2")),
        ("m[1][2]", ("1", "2")),
        ("m[2][1]", ("1", "2")),
        ("m[2][3]", ("0",)),
        ("copy", ("1", "2")),
    ]
    assert len(list_configurations(model)) == 3


def test_others_get_the_domain_that_is_left(tmp_path):
    variables = (
        '<array id="x" size="[3]"><domain for="x[1]">5</domain><domain for="others">0 1</domain></array>'
    )

    model = read_model(write_file(tmp_path, instance(variables)))

    assert [v.values for v in model.variables] == [("0", "1"), ("5",), ("0", "1")]


@pytest.mark.parametrize(
    ("variables", "line", "sentence"),
    [
        ("", 2, "declares no variables"),
        ('<var id="1x">0</var>', 3, "“1x” cannot be the id of a variable"),
        ('<var id="a">0</var>\n<var id="a">1</var>', 4, "The variable a is declared twice, first on line 3"),
        ('<var id="a" type="symbolic">red</var>', 3, "Only integer variables are read."),
        ('<var id="a">red</var>', 3, "“red” is not a whole number nor an interval"),
        ('<var id="a">0..+infinity</var>', 3, "is not a whole number nor an interval"),
        ('<var id="a">0..1000000000000</var>', 3, "The domains hold more than 1000000 values"),
        ('<var id="a" as="b"/>', 3, "There is no variable b to copy the domain of."),
        ('<array id="a">0 1</array>', 3, "The size of this array must be written"),
        ('<array id="a" size="[3">0 1</array>', 3, "The size of this array must be written"),
        ('<array id="a" size="[1000][1001]">0 1</array>', 3, "Up to 1000000 variables are read."),
        ('<array id="a" size="[1000]">0..99999</array>', 3, "more than 10000000 values in all"),
        (
            '<array id="a" size="[2]"><domain for="b[0]">0</domain></array>',
            3,
            "“b[0]” is not a cell of the array a.",
        ),
        ('<array id="a" size="[2]"><domain for="a[2]">0</domain></array>', 3, "There is no variable a[2]"),
        ('<array id="a" size="[2]"><domain for="a[0] a[]">0</domain></array>', 3, "a[0] has two domains"),
        ('<list id="a">0 1</list>', 3, "<list> is neither <var> nor <array>."),
    ],
)
def test_wrong_variables_are_refused_with_their_reason(tmp_path, variables, line, sentence):
    fault = refusal(tmp_path, instance(variables))

    if sentence != "declares no variables":
        assert fault.line == line
    assert sentence in fault.message


PAIR = "<extension><list>x[0] x[1]</list><supports>{}</supports></extension>"


@pytest.mark.parametrize(
    ("constraint", "sentence"),
    [
        (
            "<allDifferent>x[]</allDifferent>",
            "Constraints <allDifferent> are not read: only extension, intension",
        ),
        (
            "<group><intension>le(%0,%1)</intension><args>x[0]</args></group>",
            "These are 1 arguments, and the template asks for %1",
        ),
        ("<group><args>x[0]</args></group>", "A group needs one constraint as its template"),
        ('<intension id="a" reifiedBy="b">x[0]</intension>', "has an attribute that is not read"),
        (
            "<extension><list>x[0] x[3]</list><supports>(0,1)</supports></extension>",
            "There is no variable x[3]",
        ),
        ("<extension><list>x[0][1]</list><supports>0</supports></extension>", "The array x has 1 indices"),
        ("<extension><list>z</list><supports>0</supports></extension>", "There is no variable z"),
        (
            "<extension><list>x[0] x[0]</list><supports>(0,1)</supports></extension>",
            "The list names no variable, or one twice",
        ),
        ("<extension><list>x[0]</list></extension>", "has neither <supports> nor <conflicts>"),
        (PAIR.format("(0,1)(7,0)"), "has the value 7 for x[0], which its domain lacks"),
        (PAIR.format("(0,*)(7,0)"), "has the value 7 for x[0], which its domain lacks"),
        (PAIR.format("(0,1,2)"), "A row of this table has 3 values for 2 variables"),
        (PAIR.format("(0,1)(0)"), "A row of this table has 1 values for 2 variables"),
        (PAIR.format("(0,*,1)"), "A row of this table has 3 values for 2 variables"),
        (PAIR.format("0 1"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("(0 1,2)"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("(0,1"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("(0,,1)"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("((0,1))"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("(0,*)(,1)"), "lacks a value"),
        (PAIR.format("(0,{1,2})"), "Rows must be written as (1,2,3)(4,5,6)"),
        (PAIR.format("(0,99999999999999999999)"), "is not a whole number"),
        ("<intension>le(x[0]</intension>", "The formula ends too early"),
        ("<intension>le(x[0],1))</intension>", "“)” is out of place in this formula"),
        ("<intension>le(x[0],,1)</intension>", "“,” is out of place in this formula"),
        ("<intension>le(x[0])</intension>", "The operator “le” with 1 operands is not read"),
        ("<intension>pow(x[0],9)</intension>", "The operator “pow” with 2 operands is not read"),
        ("<intension>le(z,1)</intension>", "There is no variable z"),
        ("<intension>eq(div(1,x[0]),1)</intension>", "The formula divides by zero"),
        ("<intension>eq(mul(9999999999,9999999999),1)</intension>", "reaches numbers that are too large"),
        ("<intension>eq(x[0],set(1,2))</intension>", "A set stands only as the second operand of “in”"),
        ("<intension>" + "neg(" * 100_000 + "x[0]" + ")" * 100_000 + "</intension>", "up to"),
        ("<intension>" + "neg(" * 1000 + "x[0]" + ")" * 1000 + "</intension>", "nested more than 60 deep"),
        (
            "<instantiation><list>x[]</list><values>1 2</values></instantiation>",
            "2 values stand for 3 variables.",
        ),
    ],
)
def test_wrong_constraints_are_refused_with_their_reason(tmp_path, constraint, sentence):
    fault = refusal(tmp_path, instance(THREE, constraint))

    assert (sentence in fault.message) or (sentence == "up to" and "split it" in fault.message)
    assert fault.line == 6


def test_names_of_constraints_are_not_repeated(tmp_path):
    twice = '<intension id="a">le(x[0],1)</intension>\n<intension id="a">le(x[1],1)</intension>'

    fault = refusal(tmp_path, instance(THREE, twice))

    assert (fault.line, fault.message) == (
        7,
        "The constraint a is declared twice, first on line 6: rename one.",
    )


def test_an_objective_is_refused(tmp_path):
    text = instance(THREE).replace(
        "</constraints>", "</constraints><objectives><minimize>x[0]</minimize></objectives>"
    )

    assert "Only problems of the type CSP are read" in refusal(tmp_path, text).message


def test_what_stands_for_too_many_rows_or_cells_is_refused(tmp_path, monkeypatch):
    wide = '<array id="x" size="[7]">0..9</array>'
    stars = "<extension><list>x[]</list><supports>(0,*,*,*,*,*,*)(*,*,*,*,*,*,0)</supports></extension>"
    assert "more than 1000000 rows" in refusal(tmp_path, instance(wide, stars)).message

    monkeypatch.setattr(tables, "MAX_CELLS", 5)
    pair = "<extension><list>x[0..1]</list><supports>(0,1)(1,0)(1,1)</supports></extension>"
    assert "The tables hold more than 5 values up to here" in refusal(tmp_path, instance(THREE, pair)).message


def test_formulas_that_cost_too_much_in_all_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xcsp3_formulas, "MAX_WORK", 100)

    fault = refusal(tmp_path, instance(THREE, "<intension>eq(add(x[0],x[1]),x[2])</intension>\n" * 2))

    assert "too many combinations of values" in fault.message


@given(data=st.data())
def test_written_tables_come_back(data, tmp_path_factory):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    scope = data.draw(st.lists(st.integers(0, len(sizes) - 1), min_size=1, max_size=3, unique=True))
    cells = [
        st.one_of(st.integers(0, sizes[i] - 1).map(str), st.just("*"), st.just(f"0..{sizes[i] - 1}"))
        for i in scope
    ]
    table = data.draw(st.lists(st.tuples(*cells), max_size=4))
    tag = data.draw(st.sampled_from(["supports", "conflicts"]))
    written = (
        "".join(f"({','.join(row)})" for row in table)
        if len(scope) > 1
        else " ".join(row[0] for row in table)
    )
    variables = "".join(f'<var id="v{i}">0..{size - 1}</var>' for i, size in enumerate(sizes))
    text = instance(
        variables,
        f"<extension><list>{' '.join(f'v{i}' for i in scope)}</list><{tag}>{written}</{tag}></extension>",
    )

    found = rows_of(read_model(write_file(tmp_path_factory.mktemp("written"), text)))

    def matches(row, values):
        return all("." in cell or cell in ("*", str(values[i])) for cell, i in zip(row, scope, strict=True))

    expected = {
        values
        for values in product(*(range(size) for size in sizes))
        if any(matches(row, values) for row in table) == (tag == "supports")
    }
    assert found == expected


def rows_of(model):
    return {tuple(int(value) for _, value in found) for found in list_configurations(model)}
