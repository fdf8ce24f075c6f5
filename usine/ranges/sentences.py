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
        "en": "{0} needs {1}.",
        "fr": "{0} demande {1}.",
        "nl": "{0} vereist {1}.",
        "de": "{0} erfordert {1}.",
        "ar": "{0} يتطلب {1}.",
    },
    "excludes": {
        "en": "{0} cannot be combined with {1}.",
        "fr": "{0} ne va pas avec {1}.",
        "nl": "{0} gaat niet samen met {1}.",
        "de": "{0} lässt sich nicht mit {1} kombinieren.",
        "ar": "{0} لا يجتمع مع {1}.",
    },
    "included-in": {
        "en": "{0} comes as standard with {1}.",
        "fr": "{0} est de série avec {1}.",
        "nl": "{0} is standaard bij {1}.",
        "de": "{0} ist serienmäßig bei {1}.",
        "ar": "{0} من التجهيز القياسي مع {1}.",
    },
    "market": {
        "en": "{0} is not offered in this country.",
        "fr": "{0} n’est pas proposé dans ce pays.",
        "nl": "{0} wordt in dit land niet aangeboden.",
        "de": "{0} wird in diesem Land nicht angeboten.",
        "ar": "{0} غير متوفر في هذا البلد.",
    },
    "country": {
        "en": "In this country, {0} is compulsory.",
        "fr": "Dans ce pays, {0} est obligatoire.",
        "nl": "In dit land is {0} verplicht.",
        "de": "In diesem Land ist {0} vorgeschrieben.",
        "ar": "في هذا البلد، {0} إلزامي.",
    },
    "date": {
        "en": "{0} is not on sale at this date.",
        "fr": "{0} n’est pas en vente à cette date.",
        "nl": "{0} is op deze datum niet te koop.",
        "de": "{0} ist zu diesem Zeitpunkt nicht erhältlich.",
        "ar": "{0} غير معروض للبيع في هذا التاريخ.",
    },
    "at-most": {
        "en": "Only so many of these go together: {0}.",
        "fr": "Ceux-ci ne vont pas tous ensemble : {0}.",
        "nl": "Deze gaan niet allemaal samen: {0}.",
        "de": "Diese lassen sich nicht alle kombinieren: {0}.",
        "ar": "لا تجتمع هذه كلها معًا: {0}.",
    },
    "at-least": {
        "en": "Some of these are needed: {0}.",
        "fr": "Il en faut parmi ceux-ci : {0}.",
        "nl": "Hiervan is er minstens een nodig: {0}.",
        "de": "Davon wird etwas benötigt: {0}.",
        "ar": "يلزم اختيار بعض من هذه: {0}.",
    },
}


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
