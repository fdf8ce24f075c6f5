"""What the XLIFF 2.1 standard (OASIS, 13 February 2018) demands of a document, as far as its core and our modules go.

An oracle written from the standard's text (4.2, 4.3, 5.1, 5.4), apart from the writer: it shares no code with it.
"""

from __future__ import annotations

import re

from lxml import etree

CORE = "{urn:oasis:names:tc:xliff:document:2.0}"
NMTOKEN = re.compile(r"[\w.:-]+")
UNIT_ORDER = ("matches", "metadata", "notes", "originalData", "segment")
STATES = ("initial", "translated", "reviewed", "final")


def find_breaches(document: str) -> list[str]:
    """Each constraint that is broken, with the place."""
    root = etree.fromstring(document.encode())
    breaches = [] if root.tag == f"{CORE}xliff" else ["the root is not xliff"]
    breaches += [f"xliff has no {name}" for name in ("version", "srcLang", "trgLang") if not root.get(name)]
    files = list(root)
    breaches += [f"{child.tag} stands in xliff" for child in files if child.tag != f"{CORE}file"]
    breaches += [] if files else ["xliff has no file"]
    breaches += _find_double_ids(files, "file")
    for file in files:
        units = list(file)
        breaches += [] if units else ["a file has no unit"]
        breaches += _find_double_ids(units, f"unit of {file.get('id')}")
        for unit in units:
            breaches += [f"{unit.get('id')}: {said}" for said in _judge_unit(unit)]
    return breaches


def _find_double_ids(elements, what):
    ids = [element.get("id", "") for element in elements]
    for id_ in ids:
        if not NMTOKEN.fullmatch(id_):
            yield f"the id “{id_}” of a {what} is no NMTOKEN"
        if ids.count(id_) > 1:
            yield f"the id {id_} of a {what} comes twice"


def _judge_unit(unit):
    names = [etree.QName(child).localname for child in unit]
    if names != sorted(names, key=UNIT_ORDER.index):
        yield f"its elements come in the order {names}"
    if names.count("segment") != 1:
        yield "it has not one segment"
    for segment in unit.findall(f"{CORE}segment"):
        if segment.get("state") not in STATES:
            yield f"its state is {segment.get('state')}"
        if segment.get("subState") and ":" not in segment.get("subState"):
            yield "its subState has no prefix"
        yield from _judge_content(unit, segment, segment.get("id"))
    for match in unit.iter("{urn:oasis:names:tc:xliff:matches:2.0}match"):
        if match.get("ref", "").removeprefix("#") not in [
            s.get("id") for s in unit.findall(f"{CORE}segment")
        ]:
            yield "a match refers to no segment of its unit"
        yield from _judge_content(match, match, "match")


def _judge_content(owner, pair, where):
    """Ids of codes are unique in a source and in a target, and codes refer to original data of their owner (4.3.1)."""
    data = [child.get("id") for child in owner.findall(f"{CORE}originalData/{CORE}data")]
    if len(set(data)) != len(data):
        yield f"{where}: ids of original data come twice"
    sources = {code.get("id"): code.get("dataRef") for code in pair.find(f"{CORE}source").iter(f"{CORE}ph")}
    for content in pair:
        if etree.QName(content).localname not in ("source", "target"):
            continue
        codes = list(content.iter(f"{CORE}ph"))
        ids = [code.get("id") for code in codes]
        if len(set(ids)) != len(ids):
            yield f"{where}: ids of codes come twice"
        for code in codes:
            if code.get("dataRef") not in data:
                yield f"{where}: a code refers to no original data"
            if sources.get(code.get("id"), code.get("dataRef")) != code.get("dataRef"):
                yield f"{where}: a code of the target is not that of the source"
