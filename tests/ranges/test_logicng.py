"""The LogicNG reader: operators, precedence, sums within formulas; what it refuses and on which line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.foreign import LOGICNG, in_logicng, list_configurations, refusal, write_file
from usine.kernel import Among, And, Count, Holds, Is, Model, Not, Or, Variable, check_model, compile, count
from usine.ranges.readers import logicng
from usine.ranges.readers.sniffing import read_model


def true_for(tmp_path, line):
    """The sets of letters a, b, c, d, e that make the formula true, each as a string; unused letters are off."""
    model = read_model(write_file(tmp_path, line))
    used = [v.name for v in model.variables]
    assert used == sorted(used), "the letters of these examples come in order"
    return {"".join(n for n, v in found if v == "1") for found in list_configurations(model)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a & b | c", {"c", "ac", "bc", "ab", "abc"}),
        ("a | b & c", {"a", "ab", "ac", "abc", "bc"}),
        ("~a & b", {"b"}),
        ("~(a & b)", {"", "a", "b"}),
        ("~~a", {"a"}),
        ("~ ~a & b", {"ab"}),
        ("a => b => c", {"", "b", "c", "bc", "a", "ac", "abc"}),  # leans to the right
        ("(a => b) => c", {"a", "c", "ac", "bc", "abc"}),
        ("a <=> b <=> c", {"a", "b", "c", "abc"}),
        ("a => b <=> c", {"c", "bc", "a", "abc"}),
        ("a & $true | b & $false", {"a", "ab"}),
        ("$false => a", {"", "a"}),
        ("a + b = 1", {"a", "b"}),
        ("a + b <= 1", {"", "a", "b"}),
        ("a + b >= 1", {"a", "b", "ab"}),
        ("a + b < 1", {""}),
        ("a + b > 1", {"ab"}),
        ("a = 1 & b", {"ab"}),
        ("a => b + c = 1", {"", "b", "c", "bc", "ab", "ac"}),
        ("a => (b + c + d = 1) & (e = 1)", None),
        ("~(a + b + c = 1)", {"", "ab", "ac", "bc", "abc"}),
        ("2*a + -3*b = -1", {"ab"}),
        ("2*a - 3*b = -1", {"ab"}),
        ("-a - b >= -1", {"", "a", "b"}),
        ("2*a + 2*b + 2*c <= 3", {"", "a", "b", "c"}),
        ("2*a + 3*b + 4*c >= 5", {"ab", "ac", "bc", "abc"}),
        ("~a + b = 1", {"", "ab"}),
        ("2*~a + b + c <= 2", {"", "a", "ab", "ac", "abc"}),
        ("a + a + b = 2", {"a"}),
        ("a - a + b = 1", {"b", "ab"}),
        ("a + b <= 5", {"", "a", "b", "ab"}),
        ("a + b >= 5", set()),
        ("999999999999*a <= 999999999998", {""}),
        ("a <=> (b + c = 2)", {"", "b", "c", "abc"}),
    ],
)
def test_a_line_means_what_the_grammar_of_logicng_says(tmp_path, line, expected):
    found = true_for(tmp_path, line)

    if expected is None:
        assert len(found) == 16 + 3
    else:
        assert found == expected


def test_rules_are_named_by_their_lines_and_sums_stay_sums(tmp_path):
    model = read_model(write_file(tmp_path, "\n" + LOGICNG))

    a, b = (Is(name, frozenset({"1"})) for name in ("sedan", "estate"))
    assert model.constraints[0] == Count((a, b), 1, 1, "line 2")
    assert [c.rule for c in model.constraints] == ["line 2", "line 3", "line 4", "line 5", "line 5", "line 7"]
    assert all(v.values == ("0", "1") for v in model.variables)


def test_a_sum_within_a_formula_is_not_multiplied_out(tmp_path):
    line = f"a => ({' + '.join(f'b{i}' for i in range(300))} = 1)"

    (constraint,) = read_model(write_file(tmp_path, line)).constraints

    assert isinstance(constraint, Holds) and isinstance(constraint.formula, Or)
    assert [type(part) for part in constraint.formula.operands] == [Is, Among]


def test_nested_equivalences_stay_short(tmp_path):
    line = "a0"
    for i in range(1, 80):
        line = f"(a{i} <=> {line})"

    model = read_model(write_file(tmp_path, line))

    check_model(model)
    assert len(repr(model.constraints)) < 60_000
    assert count(compile(model), {}) == 2**79


@pytest.mark.parametrize(
    "nested", ["(" * 100_000 + "a" + ")" * 100_000, "~ " * 100_000 + "a", "a => " * 100_000 + "a"]
)
def test_a_formula_nested_100_000_deep_is_refused(tmp_path, nested):
    fault = refusal(tmp_path, f"a | b\n{nested}\n")

    assert (fault.line, fault.message) == (
        2,
        "This formula is nested more than 190 deep: split it into several rules.",
    )


def test_long_but_flat_formulas_are_read(tmp_path):
    literals = [f"v{i}" for i in range(20_000)]

    model = read_model(write_file(tmp_path, f"{' | '.join(literals)}\n{' & '.join(literals)}\n"))

    assert len(model.constraints[0].formula.operands) == 20_000
    assert len(model.constraints) == 20_001


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a b", "An operator is missing before “b”"),
        ("a & | b", "A formula is missing before “|”"),
        ("a &", "The formula ends too early"),
        ("(a", "A parenthesis does not close"),
        ("a)", "A parenthesis closes that was not opened"),
        ("()", "A formula is missing before “)”"),
        ("a ~ b", "An operator is missing before “~”"),
        ("a (b)", "An operator is missing before “(”"),
        ("a ! b", "An operator is missing before “!”"),
        ("a & ?", "“?” is not the name of a variable"),
        ("a & $maybe", "“$” is not the name of a variable"),
        ("a + b", "The sum ends too early"),
        ("a + b & c", "A sum needs a comparison such as “<= 1”"),
        ("a + b <= c", "“c” stands where a sum needs a whole number"),
        ("a + b <=", "The sum ends too early"),
        ("a + b = 1.5", "An operator is missing before “.”"),
        ("a*b = 1", "“a” stands where a sum needs a whole number"),
        ("1 <= a + b", "“a” stands where a sum needs a whole number"),
        ("9999999999999*a + b <= 1", "needs a whole number below 10^12"),
        ("1000*a + 7*b <= 1", "The weights of this sum are 1007 in all: up to 1000 are read."),
        ("é | a", "“é” is not the name of a variable"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(tmp_path, line, sentence):
    fault = refusal(tmp_path, f"x | y\n\n{line}\n")

    assert sentence in fault.message
    assert fault.line == 3


def test_sums_that_repeat_too_much_in_all_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(logicng, "MAX_REPEATED", 2000)

    fault = refusal(tmp_path, "999*a + b <= 1\n" * 3)

    assert (fault.line, fault.message) == (
        3,
        "The weights of all sums up to here are more than 2000: split the file.",
    )


def test_more_variables_or_rules_than_a_range_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(logicng, "MAX_VARIABLES", 2)

    assert refusal(tmp_path, "a | b\nc | d\n").line == 2


def test_constants_alone_are_no_range(tmp_path):
    assert "name no variable" in refusal(tmp_path, "$true | $false\n").message


LETTERS = "abcd"
LITERALS = st.builds(lambda n, v: Is(n, frozenset({v})), st.sampled_from(LETTERS), st.sampled_from("01"))
SUMS = st.builds(
    lambda parts, low, more: Among(tuple(parts), low, low + more),
    st.lists(LITERALS, min_size=1, max_size=4),
    st.integers(0, 3),
    st.integers(0, 2),
)
FORMULAS = st.recursive(
    LITERALS | SUMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=8,
)


@given(formulas=st.lists(FORMULAS, max_size=3))
def test_written_formulas_come_back(tmp_path_factory, formulas):
    variables = tuple(Variable(name, ("0", "1")) for name in LETTERS)
    model = Model(variables, tuple(Holds(formula) for formula in formulas))
    lines = [f"{name} | ~{name}" for name in LETTERS] + [in_logicng(formula) for formula in formulas]

    found = read_model(write_file(tmp_path_factory.mktemp("written"), "\n".join(lines)))

    check_model(found)
    assert found.variables == variables
    assert list_configurations(found) == list_configurations(model)
