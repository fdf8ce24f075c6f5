"""axe-core on a page of a real browser: what breaks WCAG 2.2 at levels A and AA."""

from __future__ import annotations

from pathlib import Path

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (390, 1440)
# Every rule of the tags is run; only what is broken is described, which saves four fifths of the time.
RUN = """([type, values]) => axe.run({runOnly: {type, values}, resultTypes: ['violations']})
    .then(result => result.violations)"""
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme can break: whatever else is wrong in the dark is wrong in the light."""

THEMES = {"light": ["tag", TAGS], "dark": ["rule", ABOUT_COLOURS]}


def find_violations(page, address: str, *, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Open an address at each width; each violation with where it was seen, none twice."""
    found: dict[str, None] = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        for violation in run_axe(page):
            found[f"{width} px, {violation}"] = None
    return list(found)


def run_axe(page) -> list[str]:
    """The violations of the page as it stands, in both themes: theme, rule, first element, why.

    Themes are the style sheets' alone and are changed in place; with reduced motion no colour is on its way.
    The page is judged from its top: what a head that stays covers on the way down can be scrolled free.
    """
    page.add_script_tag(path=str(AXE))
    page.evaluate("window.scrollTo(0, 0)")
    found: list[str] = []
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for rule in page.evaluate(RUN, rules):
            node = rule["nodes"][0]
            found.append(f"{theme}: {rule['id']}: {node['html'][:160]} ({node['failureSummary'][:160]})")
    return found
