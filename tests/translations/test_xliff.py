"""XLIFF 2.1 as it is written and read: nothing is lost, codes are protected, hostile files are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translations.constraints import find_breaches
from tests.translations.texts import TEXTS, make_text, write
from usine.launches.contracts import TextStanding
from usine.translations.contracts import ImportRefused, Match, Term
from usine.translations.rules import digest_source, make_unit_id
from usine.translations.xliff import LARGEST, read_xliff

PRICE = '<ph id="p1" dataRef="d1" equiv="{price}" disp="{price}" canCopy="no" canDelete="no"/>'
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en"><file id="f">&b;</file></xliff>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en"><file id="f">&a;</file></xliff>"""


def read(document):
    return read_xliff("a.xlf", document.encode())


@given(source=TEXTS, target=TEXTS)
def test_any_text_comes_back_as_it_went(source, target):
    document = write(make_text(source, target), matches=[Match(source, target, 90.0, "oree, es")])
    unit = read(document).units[0]

    assert (unit.source, unit.target) == (source, target)
    assert unit.digest == digest_source(source)
    assert find_breaches(document) == []


@given(st.lists(st.sampled_from(["{price}", "{length}", " ", "a"]), max_size=8).map("".join))
def test_each_figure_is_one_code_with_an_id_of_its_own(source):
    unit = read(write(make_text(source or "-"))).units[0]
    assert len(set(unit.source_codes)) == len(unit.source_codes) == source.count("{")


def test_a_unit_says_what_a_translator_needs():
    term = Term("Orée", "Orée", "the car")
    document = write(make_text("Orée, from {price} & more"), terms=[term])

    assert f"<source>Orée, from {PRICE} &amp; more</source>" in document
    assert '<originalData><data id="d1">{price}</data></originalData>' in document
    assert '<segment id="s1" state="initial">' in document
    assert "<target>" not in document
    for note in ("home, Opening view, Title", "300 characters at most", "“Orée” stays as it is (the car)"):
        assert note in document
    assert 'srcLang="en" trgLang="es"' in document
    assert 'xml:space="preserve"' in document


def test_states_tell_what_is_missing_done_and_stale():
    done = write(make_text(target="Desde {price}."))
    stale = write(make_text(target="Desde {price}.", standing=TextStanding.STALE))
    assert 'state="final"' in done
    assert 'state="initial" subState="usine:stale"' in stale
    assert read(stale).units[0].state == "initial"


def test_the_memory_and_the_machine_are_offered_as_candidates():
    matches = [
        Match("From {price} on.", "Desde {price}.", 91.25, "oree, es"),
        Match("From {price}.", "De {price}.", 100.0, "LibreTranslate at mt", is_machine=True),
    ]
    document = write(make_text(), matches=matches)
    assert '<mtc:match ref="#s1" type="tm" origin="oree, es" similarity="91.2">' in document
    assert '<mtc:match ref="#s1" type="mt" origin="LibreTranslate at mt">' in document
    assert find_breaches(document) == []
    assert read(document).units[0].target is None  # a candidate is no target


def test_ids_are_stable_and_tokens_whatever_blocks_are_called():
    text = make_text(path="facts/0/label", block_id="a b/é")
    assert make_unit_id(text) == "a_20_b_2f__e9_.facts.0.label"
    assert find_breaches(write(text)) == []


def test_segments_that_a_tool_cut_are_one_text_again():
    document = write(make_text("One. Two {price}."))
    cut = document.replace(
        f'<segment id="s1" state="initial"><source>One. Two {PRICE}.</source></segment>',
        '<segment state="translated"><source>One.</source><target>Uno.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        f'<segment state="translated"><source>Two {PRICE}.</source><target>Dos {PRICE}.</target></segment>',
    )
    unit = read(cut).units[0]
    assert (unit.source, unit.target, unit.state) == ("One. Two {price}.", "Uno. Dos {price}.", "translated")


def test_annotations_comments_and_character_data_are_read_as_text():
    document = write(make_text("A b"))
    for target in (
        'A <mrk id="m1" type="term">b</mrk>',
        "A <!-- no -->b",
        "<![CDATA[A b]]>",
        'A <sm id="m1"/>b',
    ):
        said = document.replace("</source></segment>", f"</source><target>{target}</target></segment>")
        assert read(said).units[0].target == "A b"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ('<pc id="1">bold</pc>', "a code <pc>"),
        ('<ph id="x" equiv="something"/>', "stands for no figure"),
        ('<cp hex="FFFFFFFF"/>', "is no character"),
        ("<mrk id='1'>" * 30 + "</mrk>" * 30, "nested too deeply"),
    ],
)
def test_markup_that_the_source_has_not_is_refused_with_the_unit(target, reason):
    document = write(make_text("A b")).replace("</source></seg", f"</source><target>{target}</target></seg")
    with pytest.raises(ImportRefused, match=reason) as refused:
        read(document)
    assert refused.value.refusals[0].unit.endswith(".title")
    assert str(refused.value).startswith("a.xlf: nothing was taken.")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not XML"),
        (b"<xliff", "not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not XML"),
        (b"\xff\xfe\x00", "not XML"),
        (b"<html/>", "not XLIFF 2"),
        (b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"/>', "not XLIFF 2"),
        (b'<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0"/>', "do not say which launch"),
        (BOMB.encode(), "document type or entities"),
        (OUTSIDE.encode(), "document type or entities"),
        (b" " * (LARGEST + 1), "are read at most"),
    ],
)
def test_broken_and_hostile_files_are_refused_by_name(content, reason):
    with pytest.raises(ImportRefused, match=reason):
        read_xliff("a.xlf", content)


def test_a_unit_that_comes_twice_is_refused():
    document = write(make_text(), make_text())
    with pytest.raises(ImportRefused, match="comes twice"):
        read(document)
