"""A text as XLIFF holds it: characters, and figures as codes that no translator can break.

`{price}` is a `ph` (XLIFF 2.1, 4.2.3.2) whose original is kept in `originalData` (4.2.2.10); a character that XML
cannot hold is a `cp` (4.2.3.1). Reading gives back the same text, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

FIGURE = re.compile(r"\{\w+\}")
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no character for (production 2)."""
CORE = "urn:oasis:names:tc:xliff:document:2.0"
TRANSPARENT = {"mrk"}  # annotations: their content is text like any other
SILENT = {"sm", "em"}
DEEPEST = 20  # annotations within annotations


class InlineInvalid(ValueError):
    """A code that cannot be read; the message is half a sentence."""


def number_figures(source: str) -> list[tuple[str, str]]:
    """The figures of a source with the ids of their codes: `[("p1", "{price}"), …]`."""
    return [(f"p{number}", figure) for number, figure in enumerate(FIGURE.findall(source), 1)]


def write_inline(text: str, codes: list[tuple[str, str]], originals: Mapping[str, str]) -> str:
    """The content of `source` or `target`. `codes` are those of the unit's source; what it lacks gets new ids."""
    free = list(codes)
    fresh = len(codes)
    parts: list[str] = []
    at = 0
    for found in FIGURE.finditer(text):
        parts.append(write_characters(text[at : found.start()]))
        code = next((pair for pair in free if pair[1] == found[0]), None)
        if code is None:
            fresh += 1
            code = (f"p{fresh}", found[0])
        else:
            free.remove(code)
        shown = quoteattr(found[0])
        parts.append(
            f'<ph id="{code[0]}" dataRef="{originals[found[0]]}" equiv={shown} disp={shown} '
            'canCopy="no" canDelete="no"/>'
        )
        at = found.end()
    return "".join([*parts, write_characters(text[at:])])


def number_originals(*texts: str) -> dict[str, str]:
    """An id for each figure of the texts, for `originalData`."""
    figures = dict.fromkeys(figure for text in texts for figure in FIGURE.findall(text))
    return {figure: f"d{number}" for number, figure in enumerate(figures, 1)}


def write_characters(text: str) -> str:
    """Escaped text; carriage returns as references, which a parser keeps, and what XML cannot hold as `cp`."""
    parts, at = [], 0
    for found in UNSAYABLE.finditer(text):
        parts += [escape(text[at : found.start()], {"\r": "&#13;"}), f'<cp hex="{ord(found[0]):04X}"/>']
        at = found.end()
    return "".join([*parts, escape(text[at:], {"\r": "&#13;"})])


def read_inline(element: Element, originals: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text of a `source` or `target`, and the ids of its codes in their order. Raises InlineInvalid."""
    ids: list[str] = []
    return "".join(_walk(element, originals, ids)), ids


def _walk(element: Element, originals: Mapping[str, str], ids: list[str], depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        raise InlineInvalid("its annotations are nested too deeply; take them out")
    yield element.text or ""
    for child in element:
        name = child.tag.removeprefix(f"{{{CORE}}}")
        if name == "cp":
            yield _read_code_point(child.get("hex", ""))
        elif name == "ph":
            ids.append(child.get("id", ""))
            yield _read_figure(child, originals)
        elif name in TRANSPARENT:
            yield from _walk(child, originals, ids, depth + 1)
        elif name not in SILENT:
            raise InlineInvalid(f"it has a code <{name}>, which the source has not; take it out")
        yield child.tail or ""


def _read_code_point(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError) as error:
        raise InlineInvalid(f"<cp hex=“{digits}”> is no character; take it out") from error


def _read_figure(code: Element, originals: Mapping[str, str]) -> str:
    figure = originals.get(code.get("dataRef") or "") or code.get("equiv") or ""
    if not FIGURE.fullmatch(figure):
        raise InlineInvalid(
            f"the code {code.get('id', '')} stands for no figure; copy those of the source as they are"
        )
    return figure
