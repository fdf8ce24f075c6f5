"""The UVL reader: trees, groups, constraints; what it refuses and on which line."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ranges.foreign import UVL, list_configurations, refusal, write_file
from usine.kernel import check_model
from usine.ranges.readers.sniffing import read, read_model


def chosen(tmp_path, text):
    """The sets of features that a model allows, each as one string."""
    model = read_model(write_file(tmp_path, text))
    check_model(model)
    return {"".join(n for n, v in found if v == "1") for found in list_configurations(model)}


def tree(group, *children):
    lines = ["features", "\tR", f"\t\t{group}", *(f"\t\t\t{child}" for child in children)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("mandatory", {"Rabc"}),
        ("optional", {"R", "Ra", "Rb", "Rc", "Rab", "Rac", "Rbc", "Rabc"}),
        ("or", {"Ra", "Rb", "Rc", "Rab", "Rac", "Rbc", "Rabc"}),
        ("alternative", {"Ra", "Rb", "Rc"}),
        ("[2]", {"Rab", "Rac", "Rbc"}),
        ("[1..2]", {"Ra", "Rb", "Rc", "Rab", "Rac", "Rbc"}),
        ("[0 .. 1]", {"R", "Ra", "Rb", "Rc"}),
        ("[2..*]", {"Rab", "Rac", "Rbc", "Rabc"}),
        ("[4..9]", set()),
    ],
)
def test_groups(tmp_path, group, expected):
    assert chosen(tmp_path, tree(group, "a", "b", "c")) == expected


@pytest.mark.parametrize("group", ["mandatory", "or", "alternative", "[1]", "[1..*]"])
def test_a_group_of_one(tmp_path, group):
    assert chosen(tmp_path, tree(group, "a")) == {"Ra"}


@pytest.mark.parametrize("group", ["mandatory", "optional", "or", "alternative", "[1..2]"])
def test_below_a_feature_that_is_off_everything_is(tmp_path, group):
    text = f"features\n  R\n    optional\n      a\n        {group}\n          b\n          c\n"

    found = chosen(tmp_path, text)

    assert "R" in found
    assert all("a" in features for features in found if "b" in features or "c" in features)


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("a => b", {"R", "Rb", "Rc", "Rab", "Rbc", "Rabc"}),
        ("!a & b", {"Rb", "Rbc"}),
        ("!(a & b)", {"R", "Ra", "Rb", "Rc", "Rac", "Rbc"}),
        ("a | b & c", {"Ra", "Rab", "Rac", "Rabc", "Rbc"}),
        ("a <=> b", {"R", "Rc", "Rab", "Rabc"}),
        ("a => b => c", {"Ra", "Rc", "Rac", "Rbc", "Rabc"}),  # leans to the left, as the grammar says
        ("(a =>\n\t\tb)", {"R", "Rb", "Rc", "Rab", "Rbc", "Rabc"}),
        ('"a" // only a', {"Ra", "Rab", "Rac", "Rabc"}),
        ("/* none\n\tof b */ a", {"Ra", "Rab", "Rac", "Rabc"}),
    ],
)
def test_constraints(tmp_path, constraint, expected):
    assert chosen(tmp_path, f"{tree('optional', 'a', 'b', 'c')}constraints\n\t{constraint}\n") == expected


def test_rules_are_named_by_the_lines_of_features_groups_and_constraints(tmp_path):
    rules = [c.rule for c in read_model(write_file(tmp_path, UVL)).constraints]

    assert rules[0] == "line 4"
    assert set(rules) == {f"line {n}" for n in (4, 6, 7, 11, 12, 16, 20, 21)}


@pytest.mark.parametrize(
    "text",
    [
        tree("optional", '"tow bar, 2.5"'),
        tree("optional", "Boolean a"),
        tree("optional", "Boolean"),
        tree("optional", "a {price 3.5, text 'it is; {odd}', deep {x [1, 2], y true}}"),
        tree("optional", 'a {text "E.N;JHB,Y80 {"}'),
        tree("optional", "a {price 3,\n  colour 'red'}"),
        tree("optional", "größe_2#x"),
        "// a car\n/* of\n two lines */ " + tree("optional", "a"),
        "include\n\tBoolean.group-cardinality\n\tArithmetic.*\n" + tree("[0..1]", "a"),
        "namespace a.b\nimports\n" + tree("optional", "a"),
        "namespace a\n" + tree("optional", "a") + "constraints\n",
    ],
)
def test_what_else_the_language_has_is_read(tmp_path, text):
    reading = read(write_file(tmp_path, text))

    assert reading.format == "UVL"
    assert len(list_configurations(reading.model)) == 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            tree("optional", "Integer size"),
            4,
            "Features of the type Integer are not read: only Boolean ones are.",
        ),
        (tree("optional", "a cardinality [1..3]"), 4, "Cardinalities of features are not read"),
        (tree("optional", "a", "a"), 5, "The feature a is there twice, first on line 4."),
        (tree("optional", "a b"), 4, "“b” may not follow a feature"),
        (tree("optional", "2fast"), 4, "“2” cannot be the name of a feature"),
        (tree("optional", "or"), 4, "“or” cannot be the name of a feature: put it in quotes."),
        (tree("optional", "a {constraint b}"), 4, "Constraints among attributes are not read"),
        (tree("optional", "a {x 1"), 4, "A bracket of this line does not close"),
        (tree("some", "a"), 3, "“some” stands where a group must"),
        (tree("[5..2]", "a", "b"), 3, "“[5..2]” asks for more than it allows"),
        (tree("[2..x]", "a"), 3, "“[2..x]” stands where a group must"),
        (tree("optional"), 3, "This group has no features"),
        ("features\n\ta\n\tb\n", 3, "A second feature stands at the root"),
        ("features\n", 1, "The file has no features"),
        ("namespace x\n", 1, "The file has no features"),
        ("namespace x\n\ta\n", 2, "indented below nothing"),
        ("imports\n\tother as o\n" + tree("optional", "a"), 2, "Imports are not read"),
        (tree("optional", "a") + "things\n", 5, "“things” is not a section of UVL"),
        (tree("optional", "a") + "constraints a\n", 5, "Nothing may follow “constraints”"),
        (tree("optional", "a") + "features\n\tR\n", 5, "The section “features” is there twice"),
        (
            "namespace x\nconstraints\n\ta\nfeatures\n\ta\n",
            2,
            "The features must stand before the constraints",
        ),
        (tree("optional", "a") + "constraints\n\ta => b\n", 6, "There is no feature “b”"),
        (tree("optional", "a") + "constraints\n\ta => x.b\n", 6, "There is no feature “x.b”"),
        (tree("optional", "a") + "constraints\n\ta =>\n", 6, "The formula ends too early"),
        (tree("optional", "a") + "constraints\n\ta R\n", 6, "An operator is missing before “R”"),
        (tree("optional", "a") + "constraints\n\ta + R <= 1\n", 6, "Arithmetic is not read"),
        (tree("optional", "a") + "constraints\n\tsum(price) < 100\n", 6, "Arithmetic is not read"),
        (tree("optional", "a") + "constraints\n\ta & a.price > 3\n", 6, "There is no feature “a.price”"),
        (tree("optional", "a") + "constraints\n\t5\n", 6, "“5” is not the name of a feature"),
        (tree("optional", "a") + "/* never ends\n", 5, "A comment that starts here does not close"),
        (
            tree("optional", "a") + f"constraints\n\t{'!(' * 100_000}a{')' * 100_000}\n",
            6,
            "nested more than 190 deep",
        ),
        (tree("optional", "a") + f"constraints\n\t{'a => ' * 100_000}a\n", 6, "nested more than 190 deep"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path, text, line, sentence):
    fault = refusal(tmp_path, text)

    assert sentence in fault.message
    assert fault.line == line


def test_a_tree_of_any_depth_is_read(tmp_path):
    lines = ["features", " R"]
    for level in range(1, 3000):
        lines += [f"{' ' * 2 * level}optional", f"{' ' * (2 * level + 1)}f{level}"]

    model = read_model(write_file(tmp_path, "\n".join(lines)))

    assert len(model.variables) == 3000
    check_model(model)


def test_many_comments_that_never_close_cost_no_time(tmp_path):
    assert refusal(tmp_path, "features\n\ta\n" + "/* " * 1_000_000).line == 3


@st.composite
def trees(draw):
    """A tree as (name, [(group, [tree, ...]), ...]) over at most seven features."""
    names = iter("Rabcdefg")

    def grow(depth):
        name = next(names)
        groups = []
        while depth < 3 and name < "e" and draw(st.booleans()) and len(groups) < 2:
            kind = draw(
                st.sampled_from(["mandatory", "optional", "or", "alternative", "[0..1]", "[1..2]", "[2..*]"])
            )
            children = (
                [grow(depth + 1) for _ in range(draw(st.integers(1, 2)))] if name < "c" or name == "R" else []
            )
            if children:
                groups.append((kind, children))
        return name, groups

    try:
        return grow(0)
    except StopIteration:
        return "R", []


def write_tree(node, indent=1):
    name, groups = node
    lines = ["\t" * indent + name]
    for kind, children in groups:
        lines.append("\t" * (indent + 1) + kind)
        for child in children:
            lines += write_tree(child, indent + 2)
    return lines


def features_of(node):
    return [node[0], *(name for _, children in node[1] for child in children for name in features_of(child))]


def allows(node, on):
    """What a tree means, straight from the language's definition; `node` itself is on."""
    for kind, children in node[1]:
        count = sum(child[0] in on for child in children)
        low, high = {
            "mandatory": (len(children), len(children)),
            "optional": (0, len(children)),
            "or": (1, len(children)),
            "alternative": (1, 1),
            "[0..1]": (0, 1),
            "[1..2]": (1, 2),
            "[2..*]": (2, len(children)),
        }[kind]
        if not low <= count <= high:
            return False
        for child in children:
            if child[0] in on:
                if not allows(child, on):
                    return False
            elif any(name in on for name in features_of(child)):
                return False
    return True


@given(node=trees())
def test_written_trees_come_back(tmp_path_factory, node):
    text = "\n".join(["features", *write_tree(node)])
    names = features_of(node)

    model = read_model(write_file(tmp_path_factory.mktemp("written"), text))

    expected = set()
    for bits in product("01", repeat=len(names)):
        values = dict(zip(names, bits, strict=True))
        on = {name for name, value in values.items() if value == "1"}
        if node[0] in on and allows(node, on):
            expected.add(tuple(sorted(values.items())))
    assert list_configurations(model) == expected
