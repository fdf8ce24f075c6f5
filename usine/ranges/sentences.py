"""Sentences for rules that were written without one, made from the labels of what they name."""

from __future__ import annotations

from collections.abc import Mapping

from usine.kernel import And, Formula, Is, Not
from usine.ranges.contracts import Feature, Text, read_text

LANGUAGES = ("en", "fr", "nl", "de", "ar")
OR = {"en": " or ", "fr": " ou ", "nl": " of ", "de": " oder ", "ar": " أو "}
AND = {"en": " and ", "fr": " et ", "nl": " en ", "de": " und ", "ar": " و"}
NOT = {"en": "not {0}", "fr": "pas {0}", "nl": "niet {0}", "de": "nicht {0}", "ar": "ليس {0}"}
PATTERNS: Mapping[str, Text] = {
    "requires": {
        "en": "To have {0}, you need {1}.",
        "fr": "Avec {0}, il faut {1}.",
        "nl": "Nodig voor {0}: {1}.",
        "de": "Voraussetzung für {0}: {1}.",
        "ar": "اختيار {0} يتطلّب {1}.",
    },
    "excludes": {
        "en": "{0} and {1} cannot be combined.",
        "fr": "{0} et {1} ne se combinent pas.",
        "nl": "{0} en {1} gaan niet samen.",
        "de": "{0} und {1} lassen sich nicht kombinieren.",
        "ar": "لا يمكن الجمع بين {0} و{1}.",
    },
    "included-in": {
        "en": "Standard with {1}: {0}.",
        "fr": "De série avec {1} : {0}.",
        "nl": "Standaard bij {1}: {0}.",
        "de": "Serienmäßig bei {1}: {0}.",
        "ar": "التجهيز القياسي مع {1} يشمل {0}.",
    },
    "market": {
        "en": "Not offered in this country: {0}.",
        "fr": "Hors catalogue dans ce pays : {0}.",
        "nl": "Niet leverbaar in dit land: {0}.",
        "de": "In diesem Land nicht erhältlich: {0}.",
        "ar": "لا يشمل العرض في هذا البلد {0}.",
    },
    "country": {
        "en": "Compulsory in this country: {0}.",
        "fr": "Équipement imposé dans ce pays : {0}.",
        "nl": "Verplicht in dit land: {0}.",
        "de": "In diesem Land vorgeschrieben: {0}.",
        "ar": "التجهيز الإلزامي في هذا البلد: {0}.",
    },
    "date": {
        "en": "Not on sale at this date: {0}.",
        "fr": "Hors catalogue à cette date : {0}.",
        "nl": "Op deze datum niet te koop: {0}.",
        "de": "Zu diesem Zeitpunkt nicht erhältlich: {0}.",
        "ar": "لا يشمل العرض في هذا التاريخ {0}.",
    },
    "at-most": {
        "en": "Only so many of these go together: {0}.",
        "fr": "Il n’est pas possible de tout réunir : {0}.",
        "nl": "Niet allemaal samen mogelijk: {0}.",
        "de": "Nicht alles zusammen möglich: {0}.",
        "ar": "لا يمكن جمع كل ما يلي: {0}.",
    },
    "at-least": {
        "en": "Some of these are needed: {0}.",
        "fr": "Une partie est nécessaire : {0}.",
        "nl": "Hiervan is minstens een deel nodig: {0}.",
        "de": "Davon wird etwas benötigt: {0}.",
        "ar": "يلزم اختيار بعض مما يلي: {0}.",
    },
}
"""Patterns in which no word agrees with a label: labels are of either gender and of either number."""


def make_sentence(pattern: str, formulas: tuple[Formula, ...], features: Mapping[str, Feature]) -> Text:
    """One sentence a language."""
    return {
        language: PATTERNS[pattern][language].format(*(say(f, features, language) for f in formulas))
        for language in LANGUAGES
    }


def say(formula: Formula, features: Mapping[str, Feature], language: str) -> str:
    """A formula in words: labels of values (of the feature, for a switch), joined by “and” and “or”."""
    if isinstance(formula, Is):
        feature = features[formula.variable]
        if formula.values == {"yes"}:
            return read_text(feature.label, language)
        if formula.values == {"no"}:
            return NOT[language].format(read_text(feature.label, language))
        return OR[language].join(
            read_text(v.label, language) for v in feature.values if v.name in formula.values
        )
    if isinstance(formula, Not):
        return NOT[language].format(say(formula.operand, features, language))
    joiner = AND if isinstance(formula, And) else OR
    return joiner[language].join(say(operand, features, language) for operand in formula.operands)
