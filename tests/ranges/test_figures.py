"""Figures are printed whole, also counts of more digits than Python turns into text by itself."""

from __future__ import annotations

import json

from usine.ranges.figures import to_json, to_text


def test_a_long_count_is_printed_whole():
    assert to_text(10**5000) == "1" + "0" * 5000
    assert (to_text(12), to_text("diagram"), to_text(True)) == ("12", "diagram", "True")


def test_json_has_numbers_as_numbers_however_long():
    written = to_json({"count": 10**5000, "parts": [{"count": 10**4400}]})
    assert written == '{"count": 1' + "0" * 5000 + ', "parts": [{"count": 1' + "0" * 4400 + "}]}"


def test_other_figures_are_written_as_json_writes_them():
    figures = {"ok": True, "seconds": 0.25, "name": "Orée", "none": None, "list": ["é", 2], "in": {"ë": {}}}
    assert json.loads(to_json(figures)) == figures
    assert to_json(figures) == json.dumps(figures, ensure_ascii=False)
