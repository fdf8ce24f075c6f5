"""Every file that is read: its format is told by its content, and what is wrong with any file by one sentence."""

from __future__ import annotations

import json
import lzma

import pytest

from tests.ranges.foreign import LOGICNG, SAMPLES, UVL, XCSP, list_configurations, refusal, write_file
from usine.config.cli import main
from usine.kernel import check_model
from usine.ranges.readers import content as content_limits
from usine.ranges.readers.sniffing import read

CONFIGURATIONS = {"XCSP 2.1": 2, "XCSP3": 11, "DIMACS CNF": 3, "LogicNG": 8, "UVL": 33}


@pytest.mark.parametrize("name", ["file", "range.txt", "range.cnf.xz", "wrong.xml"])
@pytest.mark.parametrize("format_", SAMPLES)
def test_the_format_is_told_by_the_content_whatever_the_name(tmp_path, format_, name):
    reading = read(write_file(tmp_path, SAMPLES[format_], name))

    assert reading.format == format_
    check_model(reading.model)


@pytest.mark.parametrize("format_", SAMPLES)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r\n", 3),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n",
    ],
)
def test_byte_order_marks_and_line_ends_change_nothing(tmp_path, format_, change):
    plain = read(write_file(tmp_path, SAMPLES[format_])).model

    changed = read(write_file(tmp_path, change(SAMPLES[format_]))).model

    assert changed == plain
    assert [c.rule for c in changed.constraints] == [c.rule for c in plain.constraints]


@pytest.mark.parametrize("format_", ["DIMACS CNF", "LogicNG", "UVL"])
def test_text_that_is_no_text_is_refused_with_its_line(tmp_path, format_):
    text = SAMPLES[format_]

    zero = refusal(tmp_path, text.replace("\n", "\n\0", 2))
    latin = refusal(tmp_path, text.encode() + "é".encode("latin-1"))

    assert (zero.line, zero.message) == (2, "A zero byte stands here: this is not a text file.")
    assert (latin.line, latin.message) == (
        text.count("\n") + 1,
        "The file is not UTF-8: save it again as UTF-8.",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\t\n", "The file is empty."),
        (b"\xef\xbb\xbf", "in none of the formats"),
        (b"hello world\n", "in none of the formats"),
        (b"a,b\n1,2\n", "in none of the formats"),
        (b"1 -2 0\n", "in none of the formats"),
        (b"vehicle: oree\n", "in none of the formats"),
        (b"\x7fELF\x02\x01\x01", "in none of the formats"),
        (b"\x80\x81", "not UTF-8"),
        (b"<html><body/></html>", "This XML is a <html>, not a range"),
        (b"<instance><presentation format='XCSP 4'/></instance>", "in the format XCSP 4"),
    ],
)
def test_what_is_no_range_is_refused(tmp_path, content, sentence):
    assert sentence in refusal(tmp_path, content).message


def test_a_folder_and_a_missing_file_are_refused(tmp_path, capsys):
    assert main(["range", "stats", str(tmp_path / "none")]) == 1
    assert "There is no" in capsys.readouterr().err


@pytest.mark.parametrize("cut", [7, 20, -5, -13])
def test_a_truncated_archive_is_refused(tmp_path, cut):
    packed = lzma.compress(XCSP.encode())[:cut]

    fault = refusal(tmp_path, packed)

    assert "The archive ends too early" in fault.message or "damaged" in fault.message


def test_an_archive_with_garbage_inside_or_after_it_is_refused(tmp_path):
    packed = bytearray(lzma.compress(XCSP.encode()))
    packed[40] ^= 255

    assert "damaged" in refusal(tmp_path, bytes(packed)).message
    assert "damaged" in refusal(tmp_path, lzma.compress(XCSP.encode()) + b"garbage").message


def test_an_archive_of_several_streams_is_read_whole(tmp_path):
    half = len(LOGICNG) // 2
    packed = lzma.compress(LOGICNG[:half].encode()) + b"\0" * 8 + lzma.compress(LOGICNG[half:].encode())

    assert read(write_file(tmp_path, packed)).model == read(write_file(tmp_path, LOGICNG)).model


def test_a_bomb_of_gigabytes_is_refused_at_the_limit(tmp_path):
    part = lzma.compress(bytes(2**28))  # 256 MiB in 38 kB

    fault = refusal(tmp_path, part * 16)

    assert fault.message == "The archive unpacks to more than 32 MiB: split the file."


def test_an_archive_that_wants_too_much_memory_is_refused(tmp_path):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 2**28}]

    assert "damaged" in refusal(tmp_path, lzma.compress(UVL.encode(), filters=filters)).message


def test_a_file_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(content_limits, "MAX_BYTES", 2**20)

    assert "more than 1 MiB" in refusal(tmp_path, b"a|b\n" * 2**18 + b"\n").message


@pytest.mark.parametrize("format_", ["XCSP 2.1", "DIMACS CNF"])
def test_stats_and_compile_take_any_format_and_name_it(tmp_path, capsys, format_):
    source = write_file(tmp_path, SAMPLES[format_])

    assert main(["range", "stats", str(source), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["format"], figures["configurations"]) == (format_, CONFIGURATIONS[format_])
    assert main(["range", "compile", str(source), str(tmp_path / "compiled")]) == 0


def test_a_refused_file_is_told_on_one_line_with_its_place(tmp_path, capsys):
    source = write_file(tmp_path, LOGICNG + "a b\n")

    assert main(["range", "stats", str(source)]) == 1
    assert capsys.readouterr().err == "file:7: An operator is missing before “b”: write it.\n"


def test_the_samples_have_the_configurations_that_a_reader_would_count(tmp_path):
    found = {
        format_: len(list_configurations(read(write_file(tmp_path, text)).model))
        for format_, text in SAMPLES.items()
    }

    assert found == CONFIGURATIONS
