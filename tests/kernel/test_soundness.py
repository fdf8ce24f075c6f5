"""Artefacts that fit their checksum and are no range: refused with a sentence, before any loop goes over them."""

from __future__ import annotations

import hashlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.worlds import rule_set, worlds
from usine.kernel import (
    ArtefactCorrupted,
    Excludes,
    Is,
    Model,
    PriceTerm,
    Table,
    Variable,
    compile,
    count,
    count_values,
    from_bytes,
    restrict,
    to_bytes,
    trim,
)
from usine.kernel.artefact import MAGIC, VERSION, pack

MODEL = Model(
    (Variable("a", ("x", "y", "z")), Variable("b", ("p", "q")), Variable("c", ("1", "2", "3"))),
    (
        Table(("a", "b"), (("x", "p"), ("y", "q"), ("z", "q")), "r"),  # a determines b
        Excludes((Is("a", frozenset({"x"})), Is("c", frozenset({"3"}))), "s"),
    ),
    (PriceTerm("t", ("a", "c"), (("x", "1"), ("y", "2"))), PriceTerm("u", ("b",), (("p",),))),
)
FIELDS = ("key", "variables", "decisions", "determined", "terms", "configurations", "lengths")
STRANGE = (
    None,
    -1,
    2**40,
    1e300,
    float("nan"),
    "x",
    [],
    [[[]]],
    [1],
    ["a"],
    {"a": 1},
    {"b": ["a", [0, 7, 1]]},
)


@pytest.fixture(scope="module")
def whole():
    return to_bytes(compile(MODEL))


def split(data):
    """The header as it is written, and the bytes of the arrays."""
    (length,) = struct.unpack("<I", data[12:16])
    return data[16 : 16 + length], data[16 + length : -32]


def sign(data, text, arrays):
    """An artefact with another header or arrays, and the checksum that fits."""
    text += b" " * (-len(text) % 8)
    body = data[:12] + struct.pack("<I", len(text)) + text + arrays
    return body + hashlib.sha256(body).digest()


def alter(data, change):
    text, arrays = split(data)
    header = json.loads(text)
    change(header)
    return sign(data, json.dumps(header).encode(), arrays)


@pytest.mark.parametrize("field", FIELDS)
def test_a_header_without_a_field_or_with_a_strange_one_is_refused(whole, field):
    with pytest.raises(ArtefactCorrupted, match="altered"):
        from_bytes(alter(whole, lambda header: header.pop(field)))
    for strange in STRANGE:
        if (field, strange) not in (("key", "x"), ("determined", {}), ("terms", {})):
            with pytest.raises(ArtefactCorrupted, match="altered"):
                from_bytes(alter(whole, lambda header, strange=strange: header.update({field: strange})))


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header["variables"][0][1].append("w"),
        lambda header: header["variables"][2][1].pop(),
        lambda header: header["variables"][0][1].__setitem__(0, "y"),
        lambda header: header["variables"].append(["d", ["1"]]),
        lambda header: header["variables"].append(header["variables"][0]),
        lambda header: header["decisions"].append("d"),
        lambda header: header["decisions"].__setitem__(0, header["decisions"][1]),
        lambda header: header["determined"]["b"].__setitem__(0, "d"),
        lambda header: header["determined"]["b"].__setitem__(1, [0, 1, 2]),
        lambda header: header["determined"]["b"].__setitem__(1, [0, 1]),
        lambda header: header["terms"]["t"][0].__setitem__(0, "d"),
        lambda header: header["terms"]["t"][1].pop(),
        lambda header: header["terms"]["u"][1].append(["r"]),
        lambda header: header["lengths"].__setitem__(0, 2**40),
        lambda header: header["lengths"].__setitem__(0, -1),
        lambda header: header.__setitem__("configurations", "9"),
    ],
)
def test_a_header_that_does_not_fit_its_circuit_is_refused(whole, change):
    with pytest.raises(ArtefactCorrupted, match="altered"):
        from_bytes(alter(whole, change))


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[" * 200_000, b"null", b"{"])
def test_a_header_that_is_no_object_is_refused(whole, text):
    with pytest.raises(ArtefactCorrupted, match="header"):
        from_bytes(sign(whole, text, split(whole)[1]))


@given(st.data())
def test_altered_numbers_are_refused_or_make_another_range_that_answers(whole, data):
    text, arrays = split(whole)
    numbers = np.frombuffer(arrays, "<i4").copy()
    place = data.draw(st.integers(0, len(numbers) - 1))
    numbers[place] = data.draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, -1, 2**31 - 1]))
    try:
        compiled = from_bytes(sign(whole, text, numbers.tobytes()))
    except ArtefactCorrupted:
        return
    counts = count_values(compiled, {})
    assert {sum(of.values()) for of in counts.values()} == {count(compiled, {})}


def test_an_edge_that_decides_twice_and_one_that_decides_less_are_refused(whole):
    text, arrays = split(to_bytes(compile(rule_set(switches=260, rules=300))))
    lengths = json.loads(text)["lengths"]
    starts = np.cumsum([0, *(length + length % 2 for length in lengths)])
    numbers = np.frombuffer(arrays, "<i4").copy()
    slots = numbers[starts[3] : starts[3] + lengths[3]]
    slots[0] = (slots[0] + 2) % 260  # of another switch
    with pytest.raises(ArtefactCorrupted, match="laws"):
        from_bytes(sign(whole, text, numbers.tobytes()))


@given(worlds())
def test_whatever_the_kernel_writes_is_sound(world):
    model, _, choices = world
    compiled = compile(model)
    for part in (compiled, restrict(compiled, {name: {value} for name, value in choices.items()})):
        for whole in (part, trim(part, list(choices))):
            assert count(from_bytes(to_bytes(whole)), {}) == count(part, {})


MOST = 2**31 - 1


def forge(arrays, decisions=("a",)):
    """A signed artefact of one variable with one value, its circuit as given."""
    header = {"key": "k", "variables": [["a", ["x"]]], "decisions": decisions, "configurations": "1"}
    numbers = [np.array(array, np.int32) for array in arrays]
    return pack(MAGIC, VERSION, header | {"determined": {}, "terms": {}}, numbers)


def doublings(times):
    """A circuit whose sums fit: a decision taken 2**64 + 1 times is, in 64 bits, taken once."""
    starts = {"node_edges": [0], "edge_slots": [0], "edge_children": [0]}
    slots: list[int] = []
    children: list[int] = []

    def add(own, below):
        slots.extend(own)
        children.extend(below)
        starts["edge_slots"].append(len(slots))
        starts["edge_children"].append(len(children))
        starts["node_edges"].append(len(starts["edge_slots"]) - 1)

    missing = 2**64 + 1 - times
    add([0] * times, [64 - place for place in range(64) if missing >> place & 1])
    for place in range(63, 0, -1):
        add([], [65 - place] * 2)
    add([0], [])
    return [0, 1], starts["node_edges"], starts["edge_slots"], slots, starts["edge_children"], children


@pytest.mark.parametrize(
    "arrays",
    [
        ([0, 1], [0, 4], [0, MOST, -MOST - 1, -1, 1], [0], [0] * 5, []),
        ([0, 1], [0, MOST, -MOST - 1, -1, 1], [0, 1], [0], [0, 0], []),
        ([0, 1], [0, MOST, -MOST - 1, -1, 1], [0, 1], [0], [0, 1], [1]),
    ],
    ids=["slots", "nodes", "nodes and children"],
)
def test_starts_that_rise_only_by_overflow_are_refused(arrays):
    with pytest.raises(ArtefactCorrupted, match="altered"):
        from_bytes(forge(arrays))


@pytest.mark.parametrize("times", [2, 1000])
def test_a_decision_taken_so_often_that_its_sum_comes_round_is_refused(times):
    with pytest.raises(ArtefactCorrupted, match="laws"):
        from_bytes(forge(doublings(times)))


def test_a_decision_of_billions_of_values_is_refused_before_room_is_made_for_it():
    arrays = ([0, 1, MOST], [0, 1], [0, 2], [0, 1], [0, 0], [])
    with pytest.raises(ArtefactCorrupted, match="decisions"):
        from_bytes(forge(arrays, decisions=("a", "$b")))
