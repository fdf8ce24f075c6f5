"""Values that cross the door of `translations`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from usine.commons.errors import UsineError
from usine.launches.contracts import ScopeText


class Severity(StrEnum):
    """A translation with an ERROR is not taken; a WARNING is for a person to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a translation: `check` is a stable name, `sentence` says what to do."""

    check: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class FoundIn:
    """Findings of one text."""

    text: ScopeText
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary in a language; one that is not translated stands for itself.

    `translation` may list several forms, parted by `|`, the one to use first.
    """

    term: str
    translation: str
    note: str = ""

    @property
    def is_kept(self) -> bool:
        return self.term == self.translation

    def list_ways(self) -> tuple[str, ...]:
        """The forms of the translation."""
        return tuple(way.strip() for way in self.translation.split("|") if way.strip())


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier translation of a text like this one. `similarity` is a percentage; only the same text has 100."""

    source: str
    target: str
    similarity: float
    origin: str  # who said it where; for machines, which
    is_machine: bool = False


class MachineTranslator(Protocol):
    """What proposes translations; never what publishes them."""

    name: str

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language (BCP 47 primary languages), in their order, figures in braces intact.

        Raises MachineRefused.
        """
        ...


class Only(StrEnum):
    """Which texts go to translators."""

    ALL = "all"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scope is translated; `warnings` counts the texts with something to judge."""

    scope: str
    total: int
    translated: int
    stale: int
    missing: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a unit of a file is not taken; `unit` is empty for the file as a whole."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text that an import changes: what the scope said before (empty: nothing), and what it says then."""

    text: ScopeText
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came, or would come, of a file. `untranslated` counts texts without a target, or in the state initial."""

    vehicle: str
    scope: str
    total: int
    written: tuple[Written, ...]
    unchanged: int
    untranslated: int
    stale: tuple[str, ...]  # labels of texts whose source changed since the export: left out
    warnings: tuple[FoundIn, ...]
    is_dry: bool


class ImportRefused(UsineError):
    """Nothing of the file was taken."""

    code = "import_refused"
    http_status = 422

    def __init__(self, file: str, refusals: tuple[Refusal, ...]):
        self.file, self.refusals = file, refusals
        said = "; ".join(
            f"{refusal.unit}: {refusal.reason}" if refusal.unit else refusal.reason for refusal in refusals
        )
        super().__init__(f"{file}: nothing was taken. {said}")


class NothingToTranslate(UsineError):
    code = "nothing_to_translate"
    http_status = 422


class GlossaryInvalid(UsineError):
    code = "glossary_invalid"
    http_status = 422


class MachineRefused(UsineError):
    """The machine did not translate."""

    code = "machine_refused"
    http_status = 502
