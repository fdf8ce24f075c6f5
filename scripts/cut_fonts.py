"""Cut the sites' variable web fonts into the static ones that papers are set in (the typesetter knows no others).

Run it after a change of frontend/src/assets/fonts or of the cuts below; what it writes is committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.varLib.instancer import instantiateVariableFont

PROJECT = Path(__file__).resolve().parents[1]
SOURCES = PROJECT / "frontend" / "src" / "assets" / "fonts"
TARGET = PROJECT / "usine" / "launches" / "papers" / "fonts"
SUBSCRIPT_TWO, HYPHEN, UNBROKEN_HYPHEN = 0x2082, 0x2D, 0x2011
SUBSCRIPT_SCALE, SUBSCRIPT_DROP = 0.62, 0.14  # of the figure; of the em
OWN_METRICS = 0x1000  # of a component: the flag SCALED_COMPONENT_OFFSET stays off


@dataclass(frozen=True)
class Cut:
    """One static font: the family and the weight that templates ask for, its source, where on its axes."""

    family: str
    weight: int
    source: str
    axes: dict[str, float]


def list_cuts() -> Iterable[Cut]:
    archivo = {  # weight asked for: weight and width drawn, as the sites' style sheet has them
        ("Paper Text", 400): (400, 100),
        ("Paper Text", 600): (560, 104),
        ("Paper Display", 400): (385, 122),
        ("Paper Display", 500): (500, 118),
    }
    readex = {
        ("Paper Text", 400): 380,
        ("Paper Text", 600): 560,
        ("Paper Display", 400): 330,
        ("Paper Display", 500): 460,
    }
    for (family, weight), (drawn, width) in archivo.items():
        axes = {"wght": float(drawn), "wdth": float(width)}
        yield Cut(family, weight, "archivo-latin-var", axes)
        yield Cut(f"{family} Latin", weight, "archivo-latin-ext-standard-normal", axes)
    for (family, weight), drawn in readex.items():
        yield Cut(f"{family} Arabic", weight, "readex-pro-arabic-var", {"wght": float(drawn)})


def cut_font(cut: Cut) -> TTFont:
    font = TTFont(SOURCES / f"{cut.source}.woff2", recalcTimestamp=False)
    font = instantiateVariableFont(font, cut.axes, inplace=True)
    add_signs(font)
    font["OS/2"].usWeightClass = cut.weight
    font["OS/2"].usWidthClass = 5  # the family's name tells the width
    for name_id in (1, 4, 16):
        font["name"].setName(cut.family, name_id, 3, 1, 0x409)
    for name_id in (17, 21, 22, 25):
        font["name"].removeNames(nameID=name_id)
    font["name"].setName(name_file(cut), 6, 3, 1, 0x409)
    font.flavor = None
    return font


def add_signs(font: TTFont) -> None:
    """CO₂ and hyphens that do not break: made of the figure two and of the hyphen, which the font has."""
    signs = font.getBestCmap()
    tables = [table for table in font["cmap"].tables if table.isUnicode()]
    if HYPHEN in signs and UNBROKEN_HYPHEN not in signs:
        for table in tables:
            table.cmap[UNBROKEN_HYPHEN] = signs[HYPHEN]
    if ord("2") not in signs or SUBSCRIPT_TWO in signs:
        return
    part = GlyphComponent()
    part.glyphName, part.flags = signs[ord("2")], OWN_METRICS
    part.x, part.y = 0, -round(SUBSCRIPT_DROP * font["head"].unitsPerEm)
    part.transform = [[SUBSCRIPT_SCALE, 0], [0, SUBSCRIPT_SCALE]]
    glyph = Glyph()
    glyph.numberOfContours, glyph.components = -1, [part]
    font["glyf"]["two.subscript"] = glyph
    advance, bearing = font["hmtx"][part.glyphName]
    font["hmtx"]["two.subscript"] = (round(advance * SUBSCRIPT_SCALE), round(bearing * SUBSCRIPT_SCALE))
    for table in tables:
        table.cmap[SUBSCRIPT_TWO] = "two.subscript"


def name_file(cut: Cut) -> str:
    return f"{cut.family.replace(' ', '')}-{cut.weight}"


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    signs: set[int] = set()
    for cut in list_cuts():
        font = cut_font(cut)
        signs |= set(font.getBestCmap())
        font.save(TARGET / f"{name_file(cut)}.ttf")
    (TARGET / "signs.txt").write_text("".join(chr(code) for code in sorted(signs) if code > 0x20), "utf-8")


if __name__ == "__main__":
    main()
