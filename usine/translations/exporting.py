"""What goes to translators, and how far each language is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from usine.accounts.contracts import Actor
from usine.launches.contracts import ScopeText, ScopeTexts, TextStanding
from usine.launches.public import check_may_translate, list_scope_texts, list_texts_by_scope
from usine.translations.checks import check_translation, find_terms
from usine.translations.contracts import (
    Finding,
    FoundIn,
    MachineTranslator,
    Match,
    NothingToTranslate,
    Only,
    Progress,
    Severity,
    Term,
)
from usine.translations.glossary import read_terms
from usine.translations.memory import read_memory
from usine.translations.xliff import Offered, write_xliff

REWORDED = ("numbers", "copy", "end")
"""What a market may do with what its own language says."""


def export_xliff(
    vehicle: str, scope: str, *, by: Actor, only: Only = Only.ALL, machine: MachineTranslator | None = None
) -> str:
    """The texts of a scope as an XLIFF 2.1 document, with the memory's matches and the glossary's terms.

    A `machine` adds its proposals as matches to the texts that are not translated. Raises Forbidden,
    NothingToTranslate, MachineRefused, LaunchNotFound, ScopeNotFound.
    """
    check_may_translate(scope, by=by)
    texts = list_scope_texts(vehicle, scope)
    chosen = [text for text in texts.texts if only is Only.ALL or text.standing.value == only.value]
    if not chosen:
        raise NothingToTranslate(
            f"No text of {vehicle} is {only.value} in {scope}: export all of them, or another language."
            if only is not Only.ALL
            else f"No text of {vehicle} is said in {scope}: publish a page of the master first."
        )
    proposals = _ask_machine(texts, chosen, machine) if machine else {}
    memory, terms = read_memory(texts.source_language, get_language(texts)), list_terms_of(texts)
    offered = [
        Offered(
            text,
            _find_matches(text, memory.find_matches(text.source), proposals.get(text)),
            find_terms(text.source, terms),
        )
        for text in chosen
    ]
    return write_xliff(texts, offered)


def get_language(texts: ScopeTexts) -> str:
    """The primary language of a scope."""
    return texts.tag.partition("-")[0]


def list_terms_of(texts: ScopeTexts) -> tuple[Term, ...]:
    """The glossary for a scope that translates English; a locale that rewords its own language needs none."""
    return choose_terms(texts, read_terms(texts.vehicle))


def choose_terms(texts: ScopeTexts, terms: Mapping[str, tuple[Term, ...]]) -> tuple[Term, ...]:
    """As list_terms_of, of a glossary that is read already."""
    return terms.get(get_language(texts), ()) if texts.source_language == "en" else ()


def _find_matches(text: ScopeText, remembered: Sequence[Match], proposal: Match | None) -> tuple[Match, ...]:
    """What is said already is no match of itself."""
    found = tuple(match for match in remembered if match.target != text.target)
    return (*found, proposal) if proposal else found


def _ask_machine(
    texts: ScopeTexts, chosen: Sequence[ScopeText], machine: MachineTranslator
) -> dict[ScopeText, Match]:
    """Proposals for what is not translated: matches only, never targets."""
    missing = [text for text in chosen if text.standing is TextStanding.MISSING]
    said = machine.translate([text.source for text in missing], texts.source_language, get_language(texts))
    return {
        text: Match(text.source, target, 100.0, machine.name, is_machine=True)
        for text, target in zip(missing, said, strict=True)
    }


def check_texts(vehicle: str, scope: str, *, by: Actor) -> list[FoundIn]:
    """What is wrong with what a scope says today. Raises Forbidden, LaunchNotFound, ScopeNotFound."""
    check_may_translate(scope, by=by)
    texts = list_scope_texts(vehicle, scope)
    return judge_texts(texts, list_terms_of(texts))


def judge_texts(texts: ScopeTexts, terms: tuple[Term, ...]) -> list[FoundIn]:
    """The texts of a scope that something is wrong with."""
    found = [
        FoundIn(text, judge(text, text.target, texts, terms))
        for text in texts.texts
        if text.standing is not TextStanding.MISSING
    ]
    return [entry for entry in found if entry.findings]


def judge(text: ScopeText, target: str, texts: ScopeTexts, terms: tuple[Term, ...]) -> tuple[Finding, ...]:
    """Findings of `target` as what the scope says of a text.

    A locale that rewords its own language need keep neither words nor numbers, and may name other figures: its law
    wants them.
    """
    findings = check_translation(
        text.source,
        target,
        language=get_language(texts),
        is_long=text.is_long,
        longest=text.longest,
        terms=terms,
    )
    if text.is_master:
        return findings
    return tuple(
        replace(found, severity=Severity.WARNING) if found.check == "figures" else found
        for found in findings
        if found.check not in REWORDED
    )


def list_progress(vehicle: str, scopes: Sequence[str], *, by: Actor) -> list[Progress]:
    """How many texts of each scope are said, stale, missing. The same few queries for any number.

    Raises Forbidden, LaunchNotFound, ScopeNotFound.
    """
    for scope in scopes:
        check_may_translate(scope, by=by)
    terms = read_terms(vehicle)
    return [_count(texts, choose_terms(texts, terms)) for texts in list_texts_by_scope(vehicle, scopes)]


def _count(texts: ScopeTexts, terms: tuple[Term, ...]) -> Progress:
    standings = [text.standing for text in texts.texts]
    return Progress(
        scope=texts.scope,
        total=len(standings),
        translated=standings.count(TextStanding.TRANSLATED),
        stale=standings.count(TextStanding.STALE),
        missing=standings.count(TextStanding.MISSING),
        warnings=len(judge_texts(texts, terms)),
    )
