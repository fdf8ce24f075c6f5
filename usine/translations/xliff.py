"""Write and read XLIFF 2.1 (OASIS Standard, 13 February 2018). Pure: no database.

One `file` a page, one `unit` a text, one segment a unit that tools may not cut. Modules used: Translation Candidates
(5.1) for the memory's matches, Metadata (5.4) for the digest of the source. Section numbers are those of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from usine.launches.contracts import ScopeText, ScopeTexts, TextStanding
from usine.translations.contracts import ImportRefused, Match, Refusal, Term
from usine.translations.inline import (
    CORE,
    UNSAYABLE,
    InlineInvalid,
    number_figures,
    number_originals,
    read_inline,
    write_characters,
    write_inline,
)
from usine.translations.rules import digest_source, make_unit_id

MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
LARGEST = 8 * 1024 * 1024  # bytes of a file that is read
STATES = {TextStanding.MISSING: "initial", TextStanding.STALE: "initial", TextStanding.TRANSLATED: "final"}
SEGMENT = "s1"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a translator gets beside a text: the memory's matches and the glossary's terms."""

    text: ScopeText
    matches: tuple[Match, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit of a file. `target` is None where there is none; `digest` is empty where the tool dropped it."""

    id: str
    source: str
    source_codes: tuple[str, ...]
    target: str | None
    target_codes: tuple[str, ...]
    state: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: what it says of itself, its units by page."""

    source_language: str
    target_tag: str
    vehicle: str
    scope: str
    units: tuple[ReadUnit, ...] = field(default=())


def write_xliff(texts: ScopeTexts, offered: Sequence[Offered]) -> str:
    """The document of these texts, in the order of the site. Raises nothing: every text can be written."""
    pages: dict[str, list[Offered]] = {}
    for offer in offered:
        pages.setdefault(offer.text.page, []).append(offer)
    files = "".join(_write_file(texts, page, units) for page, units in pages.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{CORE}" xmlns:mtc="{MATCHES}" xmlns:mda="{METADATA}" version="2.1" '
        f"srcLang={quoteattr(texts.source_language)} trgLang={quoteattr(texts.tag)}>\n{files}</xliff>\n"
    )


def _write_file(texts: ScopeTexts, page: str, offered: Sequence[Offered]) -> str:
    original = quoteattr(f"{texts.vehicle}/{texts.scope}/{page}")
    units = "".join(map(_write_unit, offered))
    return (
        f'<file id={quoteattr(page)} original={original} canResegment="no" srcDir="auto" '
        f'trgDir="{texts.direction}">\n{units}</file>\n'
    )


def _write_unit(offered: Offered) -> str:
    text = offered.text
    codes, originals = number_figures(text.source), number_originals(text.source, text.target)
    parts = [
        f'<unit id={quoteattr(make_unit_id(text))} name={quoteattr(text.path)} xml:space="preserve">',
        _write_matches(offered.matches),
        f'<mda:metadata><mda:metaGroup category="usine"><mda:meta type="digest">{digest_source(text.source)}'
        "</mda:meta></mda:metaGroup></mda:metadata>",
        "<notes>",
        *(f'<note category="{name}">{write_note(said)}</note>' for name, said in _list_notes(offered)),
        "</notes>",
        _write_originals(originals),
        _write_segment(text, codes, originals),
        "</unit>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def write_note(text: str) -> str:
    """A note holds no codes (4.2.2.9): what XML cannot say is left out of it."""
    return write_characters(UNSAYABLE.sub("", text))


def _write_segment(text: ScopeText, codes: list[tuple[str, str]], originals: Mapping[str, str]) -> str:
    state = f'state="{STATES[text.standing]}"'
    if text.standing is TextStanding.STALE:
        state += ' subState="usine:stale"'
    source = f"<source>{write_inline(text.source, codes, originals)}</source>"
    target = f"<target>{write_inline(text.target, codes, originals)}</target>" if text.target else ""
    return f'<segment id="{SEGMENT}" {state}>{source}{target}</segment>'


def _list_notes(offered: Offered) -> Iterator[tuple[str, str]]:
    text = offered.text
    yield "place", f"{text.page}, {text.block_label}, {text.label}"
    yield "length", f"{text.longest} characters at most; the source has {len(text.source)}."
    for term in offered.terms:
        said = "stays as it is" if term.is_kept else f"is “{term.translation}”"
        yield "glossary", f"“{term.term}” {said}{f' ({term.note})' if term.note else ''}"
    if text.standing is TextStanding.STALE:
        yield "stale", "The source changed since this was translated: read it again."


def _write_matches(matches: Sequence[Match]) -> str:
    """Translation candidates (5.1), each with its own original data."""
    return f"<mtc:matches>{''.join(map(_write_match, matches))}</mtc:matches>" if matches else ""


def _write_match(match: Match) -> str:
    codes, originals = number_figures(match.source), number_originals(match.source, match.target)
    kind = "mt" if match.is_machine else "tm"
    similarity = "" if match.is_machine else f' similarity="{match.similarity:.1f}"'
    return (
        f'<mtc:match ref="#{SEGMENT}" type="{kind}" origin={quoteattr(match.origin)}{similarity}>'
        f"{_write_originals(originals)}"
        f'<source xml:space="preserve">{write_inline(match.source, codes, originals)}</source>'
        f'<target xml:space="preserve">{write_inline(match.target, codes, originals)}</target></mtc:match>'
    )


def _write_originals(originals: Mapping[str, str]) -> str:
    data = "".join(f'<data id="{number}">{figure}</data>' for figure, number in originals.items())
    return f"<originalData>{data}</originalData>" if data else ""


def read_xliff(name: str, content: bytes) -> ReadFile:
    """Read a document, hostile or not: no entities, no document type, LARGEST bytes at most.

    Raises ImportRefused, naming the file, and the unit where it knows it.
    """
    root = _parse(name, content)
    if root.tag != f"{{{CORE}}}xliff" or not root.get("version", "").startswith("2."):
        raise _refuse(name, "it is not XLIFF 2; export the texts as XLIFF 2.0 or 2.1")
    files = root.findall(_core("file"))
    places = {tuple(file.get("original", "").split("/")[:2]) for file in files}
    if len(places) != 1 or len(next(iter(places))) != 2:
        raise _refuse(
            name, "its files do not say which launch they are of (“original”); import an export of ours"
        )
    vehicle, scope = next(iter(places))
    units: list[ReadUnit] = []
    faults: list[Refusal] = []
    for element in (unit for file in files for unit in file.iter(_core("unit"))):
        try:
            units.append(_read_unit(element))
        except InlineInvalid as error:
            faults.append(Refusal(element.get("id", ""), str(error)))
    ids = [unit.id for unit in units]
    faults += [Refusal(id_, "it comes twice; leave one") for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]
    if faults:
        raise ImportRefused(name, tuple(faults))
    return ReadFile(root.get("srcLang", ""), root.get("trgLang", ""), vehicle, scope, tuple(units))


def _parse(name: str, content: bytes) -> Element:
    if len(content) > LARGEST:
        raise _refuse(name, f"it has {len(content)} bytes; {LARGEST} are read at most, export fewer pages")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise _refuse(name, "it defines a document type or entities; XLIFF needs none") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _refuse(name, f"it is not XML: {error}") from error
    return root


def _refuse(name: str, reason: str) -> ImportRefused:
    return ImportRefused(name, (Refusal("", reason),))


def _read_unit(unit: Element) -> ReadUnit:
    """Segments and what lies between them are one text again (4.7.2.3); a tool may cut although it was asked not to."""
    originals = {
        data.get("id", ""): "".join(data.itertext()) for data in unit.findall(f"{_core('originalData')}/*")
    }
    segments = [child for child in unit if child.tag in (_core("segment"), _core("ignorable"))]
    sources, targets = [], []
    states = {segment.get("state", "") for segment in segments if segment.tag == _core("segment")}
    for segment in segments:
        source, target = segment.find(_core("source")), segment.find(_core("target"))
        if source is None:
            raise InlineInvalid("it has no source")
        if target is not None and target.get("order"):
            raise InlineInvalid("its segments are reordered; leave each text in one segment")
        sources.append(read_inline(source, originals))
        if target is not None:
            targets.append(read_inline(target, originals))
        elif segment.tag == _core("ignorable"):
            targets.append(sources[-1])
    if not sources:
        raise InlineInvalid("it has no segment")
    is_whole = len(targets) == len(sources)
    return ReadUnit(
        id=unit.get("id", ""),
        source="".join(text for text, _codes in sources),
        source_codes=tuple(code for _text, codes in sources for code in codes),
        target="".join(text for text, _codes in targets) if is_whole else None,
        target_codes=tuple(code for _text, codes in targets for code in codes) if is_whole else (),
        state="initial" if "initial" in states else next(iter(sorted(states)), ""),
        digest=_read_digest(unit),
    )


def _read_digest(unit: Element) -> str:
    for meta in unit.iter(f"{{{METADATA}}}meta"):
        if meta.get("type") == "digest":
            return (meta.text or "").strip()
    return ""


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"
