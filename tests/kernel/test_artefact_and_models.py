"""Bad input is refused with a sentence; artefacts are whole or refused; the kernel loads no Django."""

from __future__ import annotations

import subprocess
import sys

import pytest

from usine.kernel import (
    ArtefactCorrupted,
    Budget,
    Implies,
    Is,
    Model,
    ModelInvalid,
    Not,
    PriceTerm,
    Table,
    TooLarge,
    UnknownValue,
    UnknownVariable,
    Variable,
    ask,
    compile,
    count,
    from_bytes,
    load,
    price,
    save,
    to_bytes,
)
from usine.kernel.budget import Clock
from usine.kernel.encode import encode
from usine.kernel.joining import first

COLOUR = Variable("colour", ("red", "blue"))
ROOF = Variable("roof", ("body", "glass"))
MODEL = Model(
    (COLOUR, ROOF), (Implies(Is("roof", frozenset({"glass"})), Is("colour", frozenset({"red"})), "r"),)
)


def nested(depth):
    formula = Is("colour", frozenset({"red"}))
    for _ in range(depth):
        formula = Not(formula)
    return Implies(formula, formula, "deep")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Model((COLOUR, COLOUR)), "colour is declared twice"),
        (Model((Variable("colour", ()),)), "has no values"),
        (Model((Variable("colour", ("a", "a")),)), "has a value twice"),
        (Model((COLOUR,), (Table(("colour", "roof"), (), "r"),)), "The rule r names the variable roof"),
        (
            Model((COLOUR,), (Table(("colour",), (("red", "blue"),), "r"),)),
            "a row of 2 values for 1 variables",
        ),
        (Model((COLOUR,), (Table(("colour",), (("green",),), "r"),)), "names the value green of colour"),
        (Model((COLOUR,), (Table(("colour", "colour"), (), "r"),)), "names a variable twice"),
        (Model((COLOUR,), (Implies(Is("x", frozenset()), Is("x", frozenset()), "r"),)), "the variable x"),
        (Model((COLOUR,), (nested(100_000),)), "nested more than 200 deep"),
        (Model((COLOUR,), (), (PriceTerm("p", ("roof",), ()),)), "The price term p names the variable roof"),
        (Model((COLOUR,), (), (PriceTerm("p", ("colour",), (("red",), ("red",))),)), "has a row twice"),
    ],
)
def test_a_wrong_model_is_refused_with_a_sentence(model, sentence):
    with pytest.raises(ModelInvalid, match=sentence):
        compile(model)


def test_unknown_choices_and_prices_are_refused():
    compiled = compile(MODEL)
    with pytest.raises(UnknownVariable, match="wheels"):
        count(compiled, {"wheels": "big"})
    with pytest.raises(UnknownValue, match="green"):
        ask(price(compiled, {}), {"colour": "green"})
    with pytest.raises(ModelInvalid, match="no price term base"):
        price(compiled, {"base": {}})


def test_a_range_past_its_budget_is_refused_and_not_attempted_for_ever():
    variables = tuple(Variable(f"v{i}", ("0", "1")) for i in range(24))
    some = (("0", "0"), ("0", "1"), ("1", "1"))  # no value determines the other
    pairs = tuple(Table((f"v{i}", f"v{i + 12}"), some, "r") for i in range(12))
    crossed = tuple(Table((f"v{i}", f"v{23 - i}"), some, "s") for i in range(12))
    with pytest.raises(TooLarge, match="within 8 nodes"):
        compile(Model(variables, pairs + crossed), budget=Budget(nodes=8))


def test_the_same_model_compiles_to_the_same_bytes():
    assert to_bytes(compile(MODEL)) == to_bytes(compile(MODEL))


def test_an_empty_range_has_no_configuration_and_still_travels():
    empty = compile(Model((COLOUR,), (Table(("colour",), (), "none"),)))
    assert empty.is_empty
    assert count(from_bytes(to_bytes(empty)), {}) == 0


def test_a_saved_range_is_read_back(tmp_path):
    save(compile(MODEL), tmp_path / "oree.range")

    assert count(load(tmp_path / "oree.range"), {}) == 3
    assert [file.name for file in tmp_path.iterdir()] == ["oree.range"]


def test_every_truncation_and_every_altered_byte_is_noticed():
    whole = to_bytes(compile(MODEL))
    for length in range(len(whole)):
        with pytest.raises(ArtefactCorrupted):
            from_bytes(whole[:length])
    for position in range(len(whole)):
        with pytest.raises(ArtefactCorrupted):
            from_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])


def test_the_kernel_loads_no_django():
    code = "import sys, usine.kernel; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("amount", [2**59, -(2**59), 2**70])
def test_amounts_that_could_not_be_added_exactly_are_refused(amount):
    model = Model((Variable("a", ("x", "y")),), (), (PriceTerm("t", ("a",), (("x",),)),))

    with pytest.raises(ModelInvalid, match="too large to be added exactly"):
        price(compile(model), {"t": {("x",): amount}})
    with pytest.raises(ModelInvalid, match="The price term t has no row y"):
        price(compile(model), {"t": {("y",): 1}})


def test_a_model_needs_variables_and_leaves_the_dollar_to_hidden_ones():
    with pytest.raises(ModelInvalid, match="no variables"):
        compile(Model(()))
    with pytest.raises(ModelInvalid, match="starts with a dollar sign"):
        compile(Model((Variable("$a", ("x",)),)))


def test_wide_domains_count_towards_the_budget():
    """Few nodes may have many children: memory is bounded, not the number of nodes alone."""
    wide = tuple(Variable(f"v{i}", tuple(str(n) for n in range(3000))) for i in range(2))
    some = Table(("v0", "v1"), tuple((str(n), str(m)) for n in range(30) for m in range(n, n + 2)), "r")
    with pytest.raises(TooLarge, match="within 60 nodes"):
        first(encode(Model(wide, (some,))), [(0, 1)], 60, Clock(Budget()))
    assert count(compile(Model(wide, (some,))), {}) == 60


def test_amounts_are_whole_numbers():
    """A fraction would be cut off on its way into the arrays, and every total be a little wrong."""
    model = Model((Variable("a", ("0", "1")),), (), (PriceTerm("t", ("a",), (("1",),)),))
    with pytest.raises(ModelInvalid, match=r"smallest unit.*9\.5"):
        price(compile(model), {"t": {("1",): 9.5}})
