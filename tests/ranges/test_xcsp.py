"""The XCSP 2.1 reader: what it reads, and what it refuses with a reason."""

from __future__ import annotations

import lzma

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from usine.kernel import compile, count
from usine.ranges.contracts import RangeInvalid
from usine.ranges.readers.xcsp import is_xcsp, read_xcsp

RANGE = """<?xml version="1.0" encoding="UTF-8"?>
<instance>
  <presentation format="XCSP 2.1"/>
  <domains nbDomains="2">
    <domain name="D0" nbValues="3">0..2</domain>
    <domain name="D1" nbValues="2">-1 1</domain>
  </domains>
  <variables nbVariables="2">
    <variable name="trim" domain="D0"/>
    <variable name="roof" domain="D1"/>
  </variables>
  <relations nbRelations="1">
    <relation name="R0" arity="2" nbTuples="2" semantics="SEMANTICS">0 -1|2 1</relation>
  </relations>
  <constraints nbConstraints="1">
    <constraint name="C0" arity="2" scope="trim roof" reference="R0"/>
  </constraints>
</instance>
"""
BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]><instance>&c;</instance>'


def written(tmp_path, text, name="range.xml"):
    path = tmp_path / name
    path.write_bytes(lzma.compress(text.encode()) if name.endswith(".xz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["range.xml", "range.xml.xz"])
@pytest.mark.parametrize(("semantics", "configurations"), [("supports", 2), ("conflicts", 4)])
def test_a_range_is_read_plain_and_compressed(tmp_path, name, semantics, configurations):
    path = written(tmp_path, RANGE.replace("SEMANTICS", semantics), name)

    model = read_xcsp(path)

    assert is_xcsp(path)
    assert [(v.name, v.values) for v in model.variables] == [("trim", ("0", "1", "2")), ("roof", ("-1", "1"))]
    assert [c.rule for c in model.constraints] == ["C0"]
    assert count(compile(model), {}) == configurations


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("</instance>", "", "not a readable XCSP file"),
        ('reference="R0"', 'reference="R9"', "refers to R9"),
        ('domain="D1"', 'domain="D9"', "D9"),
        ('scope="trim roof" ', "", "scope"),
        ("SEMANTICS", "soft", "semantics soft"),
        ("0..2", "zero", "zero"),
        ("0..2", "0..999999999999", "more than 1000000 values"),
        ('<variable name="trim" domain="D0"/>', "", "trim"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path, old, new, sentence):
    path = written(tmp_path, RANGE.replace(old, new).replace("SEMANTICS", "supports"))
    with pytest.raises(RangeInvalid, match=sentence):
        read_xcsp(path)


def test_entities_are_refused_before_they_expand(tmp_path):
    with pytest.raises(RangeInvalid, match="not a readable XCSP file"):
        read_xcsp(written(tmp_path, BOMB))


def test_a_truncated_archive_is_refused(tmp_path):
    path = tmp_path / "range.xml.xz"
    path.write_bytes(lzma.compress(RANGE.encode())[:-20])
    with pytest.raises(RangeInvalid, match="not a readable XCSP file"):
        read_xcsp(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, len(RANGE) - 1), garbage=st.binary(min_size=0, max_size=6))
def test_damaged_files_are_read_or_refused_never_more(tmp_path, position, garbage):
    path = tmp_path / "range.xml"
    content = RANGE.replace("SEMANTICS", "supports").encode()
    path.write_bytes(content[:position] + garbage + content[position + len(garbage) :])
    try:
        read_xcsp(path)
    except RangeInvalid as error:
        assert error.faults[0].file == "range.xml"
