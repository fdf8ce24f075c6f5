"""What comes back from translators: read, judged, and written all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.launches.contracts import ScopeText, ScopeTexts, TextStanding
from usine.launches.public import check_may_translate, list_scope_texts, save_scope_texts
from usine.translations.contracts import (
    FoundIn,
    ImportRefused,
    ImportReport,
    Refusal,
    Severity,
    Term,
    Written,
)
from usine.translations.exporting import get_language, judge, list_terms_of
from usine.translations.memory import remember_pairs
from usine.translations.rules import DONE, digest_source, make_unit_id, name_text
from usine.translations.xliff import ReadFile, ReadUnit, read_xliff


@dataclass
class _Sorted:
    """The units of a file by what becomes of them."""

    written: list[Written] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    warnings: list[FoundIn] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unchanged: int = 0
    untranslated: int = 0


def import_xliff(
    name: str,
    content: bytes,
    *,
    by: Actor,
    vehicle: str = "",
    scope: str = "",
    accept_stale: bool = False,
    is_dry: bool = False,
) -> ImportReport:
    """Take the translations of a file (`name` is what people call it), in one transaction; `is_dry` only tells.

    `vehicle` and `scope`, when given, are what the file has to be of. A unit whose source changed since the export is
    left out, unless `accept_stale`. Importing a file again changes nothing. Raises ImportRefused with every reason, and
    nothing was stored then; Forbidden, LaunchNotFound, ScopeNotFound, BlockChanged.
    """
    file = read_xliff(name, content)
    _check_place(name, file, vehicle, scope)
    check_may_translate(file.scope, by=by)
    with transaction.atomic():
        texts = list_scope_texts(file.vehicle, file.scope)
        _check_languages(name, file, texts)
        found = _sort_units(file, texts, list_terms_of(texts), accept_stale=accept_stale)
        if found.refusals:
            raise ImportRefused(name, tuple(found.refusals))
        if found.written and not is_dry:
            _write(name, texts, found.written, by)
    return ImportReport(
        vehicle=file.vehicle,
        scope=file.scope,
        total=len(file.units),
        written=tuple(found.written),
        unchanged=found.unchanged,
        untranslated=found.untranslated,
        stale=tuple(found.stale),
        warnings=tuple(found.warnings),
        is_dry=is_dry,
    )


def _check_place(name: str, file: ReadFile, vehicle: str, scope: str) -> None:
    for wanted, said, what in ((vehicle, file.vehicle, "the launch"), (scope, file.scope, "the texts")):
        if wanted and wanted != said:
            raise ImportRefused(name, (Refusal("", f"it is of {what} {said}, not of {wanted}"),))


def _check_languages(name: str, file: ReadFile, texts: ScopeTexts) -> None:
    wanted = ((file.source_language, texts.source_language, "from"), (file.target_tag, texts.tag, "to"))
    for said, right, way in wanted:
        if said.lower() != right.lower():
            reason = f"it translates {way} {said or 'no language'}; {texts.scope} is translated {way} {right}"
            raise ImportRefused(name, (Refusal("", reason),))


def _sort_units(file: ReadFile, texts: ScopeTexts, terms: tuple[Term, ...], *, accept_stale: bool) -> _Sorted:
    known = {make_unit_id(text): text for text in texts.texts}
    found = _Sorted()
    for unit in file.units:
        text = known.get(unit.id)
        if text is None:
            reason = "the launch has no such text in this language, or its block is hidden or replaced; export again"
            found.refusals.append(Refusal(unit.id, reason))
        elif not _tidy(unit.target) or unit.state == "initial":
            found.untranslated += 1
        elif _is_unchanged(unit, text):
            found.unchanged += 1
        elif _is_stale(unit, text) and not accept_stale:
            found.stale.append(name_text(text))
        else:
            _take(unit, text, texts, terms, found)
    return found


def _is_unchanged(unit: ReadUnit, text: ScopeText) -> bool:
    """A stale translation that a translator confirms is a change: it stands beside the new source then."""
    is_confirmed = text.standing is TextStanding.STALE and unit.state in DONE
    return _tidy(unit.target) == text.target and not is_confirmed


def _is_stale(unit: ReadUnit, text: ScopeText) -> bool:
    if unit.digest:
        return unit.digest != digest_source(text.source)
    return unit.source != text.source


def _take(
    unit: ReadUnit, text: ScopeText, texts: ScopeTexts, terms: tuple[Term, ...], found: _Sorted
) -> None:
    target = unit.target or ""
    where = f"{name_text(text)} ({unit.id})"
    findings = judge(text, target, texts, terms)
    errors = [entry for entry in findings if entry.severity is Severity.ERROR]
    found.refusals += [Refusal(where, entry.sentence) for entry in errors]
    if not errors and (doubled := _find_doubled(unit.target_codes)):
        found.refusals.append(Refusal(where, f"the code {doubled} comes twice; copy each code once"))
    elif not errors:
        found.written.append(Written(text, text.target, _tidy(target)))
        if findings:
            found.warnings.append(FoundIn(text, findings))


def _find_doubled(codes: Sequence[str]) -> str:
    """An id that two codes of a target have (XLIFF 2.1: ids are unique within a unit's target); empty for none."""
    return next((code for code in codes if codes.count(code) > 1), "")


def _tidy(text: str | None) -> str:
    """As the launch keeps texts."""
    return (text or "").replace("\r\n", "\n").strip()


def _write(name: str, texts: ScopeTexts, written: Sequence[Written], by: Actor) -> None:
    said = {(entry.text.block_id, entry.text.path): entry.after for entry in written}
    save_scope_texts(texts.vehicle, texts.scope, said, by=by)
    remember_pairs(
        [(entry.text.source, entry.after) for entry in written if entry.text.is_master],
        language=get_language(texts),
        origin=f"{texts.vehicle}, {texts.scope}",
        by=by,
    )
    record_fact(
        "TranslationsImported",
        by=by.name,
        market=texts.tag.partition("-")[2],
        subject=texts.vehicle,
        scope=texts.scope,
        file=name[:200],
        texts=len(written),
    )
