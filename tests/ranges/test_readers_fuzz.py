"""Damaged files of every format: either a model comes out, and a valid one, or one sentence. Never anything else."""

from __future__ import annotations

import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ranges.foreign import SAMPLES, XCSP3, write_file
from usine.kernel import check_model
from usine.ranges.contracts import RangeInvalid
from usine.ranges.readers.sniffing import read

PIECES = st.sampled_from(
    ["(", ")", "~", "!", "&", "|", "=>", "<=>", "<=", "=", "+", "-", "*", "..", ",", "%", "%0", "%...", "0", "1", "-1",
     "99999999999999999999", "1e9", "c", "p cnf 3 3", "\n", "\r", "\t", " ", "\0", "\ufeff", "é", "٣", '"', "'", "/*",
     "//", "{", "}", "[", "]", "x[0]", "x[]", "<", ">", "/>", "&amp;", "&#0;", "<!--", "]]>", "<args>x[0] 2</args>",
     "features", "constraints", "mandatory", "$true", "$", "\u2028", "\x1c", "\x85"]
)  # fmt: skip


@st.composite
def damaged(draw):
    """A sample with some of its pieces taken out, doubled, swapped, or others put in; perhaps cut; perhaps packed."""
    text = SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:end] + text[start:end] * draw(st.integers(1, 3)) + text[end:]
        elif kind == 2:
            text = text[:start] + draw(PIECES) * draw(st.sampled_from([1, 1, 2, 300])) + text[start:]
        elif kind == 3:
            text = text[:start] + draw(st.text(max_size=5)) + text[end:]
        else:
            text = text[:start]
    data = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 5)) == 0:
        packed = bytearray(lzma.compress(data))
        if draw(st.booleans()):
            packed[draw(st.integers(6, len(packed) - 1))] ^= 1 << draw(st.integers(0, 7))
        return bytes(packed)
    return data


def read_or_refuse(folder, data):
    try:
        model = read(write_file(folder, data)).model
    except RangeInvalid as error:
        (fault,) = error.faults
        assert fault.file == "file" and fault.line >= 0
        assert len(fault.message) < 400 and "\n" not in fault.message
    else:
        check_model(model)


@settings(max_examples=1500)
@given(data=damaged())
def test_damaged_files_are_read_or_refused_never_more(tmp_path_factory, data):
    read_or_refuse(tmp_path_factory.mktemp("damaged"), data)


@given(
    data=st.binary(max_size=200),
    head=st.sampled_from([b"", b"<instance>", b"p cnf 2 1\n", b"features\n\t", b"a|b\n", b"\xfd7zXZ\x00"]),
)
def test_random_bytes_are_read_or_refused_never_more(tmp_path_factory, head, data):
    read_or_refuse(tmp_path_factory.mktemp("random"), head + data)


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n" + "(" * 5_000_000,
        "a | b\n" + "~" * 5_000_000,
        "a | b\n" + "1" * 5_000_000,
        "a | b\n" + "x" * 5_000_000 + " y",
        "a | b\n" + " " * 5_000_000 + "?",
        "p cnf 2 1\n" + "1 " * 2_500_000,
        "p cnf 2 1\nc 1" + " " * 5_000_000 + "x\n3 0",
        "c" + " " * 5_000_000 + "\nhello world",
        "c\n" * 300_000 + "hello world",
        "features\n\ta {" + "{" * 5_000_000,
        "features\n\ta\n" + '"' * 5_000_001,
        "features\n\ta\n" + "'" * 5_000_001,
        "/*" * 2_500_000,
        "<instance>" + " " * 5_000_000 + "<",
        "<" * 5_000_000,
        "<instance a='" + "x" * 5_000_000,
        XCSP3.replace("(0,0,1)", "(0" + " " * 5_000_000 + "0,1)"),
        XCSP3.replace("or(", "eq(y," + "y," * 2_000_000),
    ],
)  # fmt: skip
def test_five_megabytes_of_nonsense_are_refused(tmp_path, text):
    """A reader whose time grew with the square of the size would never come back."""
    path = write_file(tmp_path, text)

    with pytest.raises(RangeInvalid):
        read(path)
