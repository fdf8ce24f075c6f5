"""A small range, written as files, that tests then spoil."""

from __future__ import annotations

from pathlib import Path

HEAD = """\
vehicle: six
version: "1"
label: Six
languages: [en, fr]
steps: [{name: all, label: {en: All, fr: Tout}}]
price_lists: {FR: {currency: EUR, tax: included}}
"""
FEATURES = """\
step: all
features:
  trim: {label: Version, values: {base: {label: Base}, plus: {label: Plus}}}
  roof: {label: {en: Roof, fr: Toit}, values: {body: {label: Body}, glass: {label: Glass}}}
  bars: {label: Roof bars}
  lamp: {label: Lamp}
  pack: {label: Pack, includes: [lamp]}
"""
RULES = """\
rules:
  glass-no-bars: {if: roof = glass, excludes: bars}
  glass-plus: {feature: roof = glass, only-with: trim = plus}
  pack-france: {feature: pack, only-in-market: [FR]}
  bars-later: {feature: bars, from: 2027-01-01}
"""
PRICES = "item,trim,FR\nroof=glass,,600\nlamp,base,100\nlamp,plus,80.50\npack,,70\n"


def write_range(folder: Path) -> Path:
    """The range below a folder."""
    for name in ("features", "rules", "prices"):
        (folder / name).mkdir()
    (folder / "range.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "features/all.yaml").write_text(FEATURES, encoding="utf-8")
    (folder / "rules/all.yaml").write_text(RULES, encoding="utf-8")
    (folder / "prices/options.csv").write_text(PRICES, encoding="utf-8")
    return folder
