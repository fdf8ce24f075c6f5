"""The fonts of papers are cut from the sites' own, by the committed script."""

from __future__ import annotations

import io
import sys

from fontTools.ttLib import TTFont

from tests.conftest import PROJECT
from usine.launches.papers.fonts import OWN, get_fonts

sys.path.insert(0, str(PROJECT / "scripts"))


def test_a_committed_font_is_what_the_script_cuts():
    from cut_fonts import cut_font, list_cuts, name_file

    cuts = list(list_cuts())
    made = io.BytesIO()
    cut_font(cuts[0]).save(made)

    assert (OWN / f"{name_file(cuts[0])}.ttf").read_bytes() == made.getvalue()
    assert {file.stem for file in OWN.glob("*.ttf")} == {name_file(cut) for cut in cuts}


def test_the_list_of_signs_is_that_of_the_fonts():
    drawn = {code for file in OWN.glob("PaperText*-400.ttf") for code in TTFont(file).getBestCmap()}

    assert get_fonts("fr").signs == {chr(code) for code in drawn if code > 0x20}
    assert get_fonts("fr").list_missing(["CO₂ ąęłğİşñ¿ãõ 14,6–15,1 €", "سارية"]) == ""
