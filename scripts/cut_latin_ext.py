"""Cut the public sites' font of further Latin letters (Polish, Turkish…) out of the desk's two fonts.

The sites' own font has the letters of western Europe. This one has what that lacks, with the axes that the sites use,
and is loaded by `unicode-range` where a page has such a letter. Run it after a change of the desk's fonts; what it
writes is committed, and it prints the range for site.css. Needs fontTools with brotli.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parents[1] / "frontend" / "src" / "assets" / "fonts"
AXES = {"wght": (300, 400, 700), "wdth": (100, 100, 125)}
WANTED = {*range(0x100, 0x180), *range(0x218, 0x21C), 0x1E9E, 0x20A9, 0x20AB, 0x20B1, 0x20B9, 0x20BA, 0x20BD}
DOTLESS_I = 0x131  # Turkish; the desk keeps it in the other font


def open_font(name: str) -> TTFont:
    font = TTFont(FONTS / f"{name}.woff2", recalcTimestamp=False)
    return instantiateVariableFont(font, AXES)


def add_dotless_i(font: TTFont, source: TTFont) -> None:
    """Copy the glyph with what varies in it; its width then varies by its own points, as HVAR does not know it."""
    name = source.getBestCmap()[DOTLESS_I]
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = source["glyf"][name]
    font["hmtx"][name] = source["hmtx"][name]
    font["gvar"].variations[name] = source["gvar"].variations[name]
    for table in font["cmap"].tables:
        table.cmap[DOTLESS_I] = name
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    if "HVAR" in font:
        del font["HVAR"]


def to_range(codes: list[int]) -> str:
    """As `unicode-range` writes it."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:04X}" if a == b else f"U+{a:04X}-{b:04X}" for a, b in spans)


def main() -> int:
    known = TTFont(FONTS / "archivo-latin-var.woff2").getBestCmap()
    font = open_font("archivo-latin-ext-standard-normal")
    add_dotless_i(font, open_font("archivo-latin-standard-normal"))
    codes = sorted(code for code in WANTED if code in font.getBestCmap() and code not in known)
    options = Options()
    options.layout_features, options.name_IDs = ["*"], ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(FONTS / "archivo-latin-ext-var.woff2")
    print(to_range(codes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
