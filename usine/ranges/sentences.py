"""Sentences for rules that were written without one, made from the labels of what they name."""

from __future__ import annotations

from collections.abc import Mapping

from usine.kernel import And, Formula, Is, Not
from usine.ranges.contracts import Feature, Text, read_text

OR = {
    "en": " or ",
    "fr": " ou ",
    "nl": " of ",
    "de": " oder ",
    "ar": " أو ",
    "es": " o ",
    "it": " o ",
    "pt": " ou ",
    "pl": " lub ",
    "tr": " veya ",
    "ja": "または",
    "ko": " 또는 ",
}
AND = {
    "en": " and ",
    "fr": " et ",
    "nl": " en ",
    "de": " und ",
    "ar": " و",
    "es": " y ",
    "it": " e ",
    "pt": " e ",
    "pl": " i ",
    "tr": " ve ",
    "ja": "と",
    "ko": " 및 ",
}
NOT = {
    "en": "not {0}",
    "fr": "pas {0}",
    "nl": "niet {0}",
    "de": "nicht {0}",
    "ar": "ليس {0}",
    "es": "sin {0}",
    "it": "senza {0}",
    "pt": "sem {0}",
    "pl": "bez: {0}",
    "tr": "{0} hariç",
    "ja": "{0}なし",
    "ko": "{0} 제외",
}
PATTERNS: Mapping[str, Text] = {
    "requires": {
        "en": "To have {0}, you need {1}.",
        "fr": "Avec {0}, il faut {1}.",
        "nl": "Nodig voor {0}: {1}.",
        "de": "Voraussetzung für {0}: {1}.",
        "ar": "اختيار {0} يتطلّب {1}.",
        "es": "Para elegir {0} hace falta {1}.",
        "it": "Con {0} serve {1}.",
        "pt": "Com {0} é preciso {1}.",
        "pl": "{0} – warunek wyboru: {1}.",
        "tr": "{0} için gereken: {1}.",
        "ja": "{0}には{1}が必要です。",
        "ko": "{0} 선택 시 필요: {1}.",
    },
    "excludes": {
        "en": "{0} and {1} cannot be combined.",
        "fr": "{0} et {1} ne se combinent pas.",
        "nl": "{0} en {1} gaan niet samen.",
        "de": "{0} und {1} lassen sich nicht kombinieren.",
        "ar": "لا يمكن الجمع بين {0} و{1}.",
        "es": "No se pueden combinar: {0} y {1}.",
        "it": "Non si possono abbinare: {0} e {1}.",
        "pt": "Não é possível combinar: {0} e {1}.",
        "pl": "Nie można połączyć: {0} i {1}.",
        "tr": "{0} ve {1} birlikte seçilemez.",
        "ja": "{0}と{1}は同時に選べません。",
        "ko": "함께 선택할 수 없음: {0}, {1}.",
    },
    "included-in": {
        "en": "Standard with {1}: {0}.",
        "fr": "De série avec {1} : {0}.",
        "nl": "Standaard bij {1}: {0}.",
        "de": "Serienmäßig bei {1}: {0}.",
        "ar": "التجهيز القياسي مع {1} يشمل {0}.",
        "es": "De serie con {1}: {0}.",
        "it": "Di serie con {1}: {0}.",
        "pt": "De série com {1}: {0}.",
        "pl": "{1} – w standardzie: {0}.",
        "tr": "{1} ile standart: {0}.",
        "ja": "{1}では{0}が標準装備です。",
        "ko": "{1} 기본 사양: {0}.",
    },
    "market": {
        "en": "Not offered in this country: {0}.",
        "fr": "Hors catalogue dans ce pays : {0}.",
        "nl": "Niet leverbaar in dit land: {0}.",
        "de": "In diesem Land nicht erhältlich: {0}.",
        "ar": "لا يشمل العرض في هذا البلد {0}.",
        "es": "No se ofrece en este país: {0}.",
        "it": "Non in vendita in questo Paese: {0}.",
        "pt": "Não disponível neste país: {0}.",
        "pl": "Poza ofertą w tym kraju: {0}.",
        "tr": "Bu ülkede sunulmuyor: {0}.",
        "ja": "この国では取り扱いがありません：{0}。",
        "ko": "이 국가에서는 제공되지 않음: {0}.",
    },
    "country": {
        "en": "Compulsory in this country: {0}.",
        "fr": "Équipement imposé dans ce pays : {0}.",
        "nl": "Verplicht in dit land: {0}.",
        "de": "In diesem Land vorgeschrieben: {0}.",
        "ar": "التجهيز الإلزامي في هذا البلد: {0}.",
        "es": "Obligatorio en este país: {0}.",
        "it": "Obbligatorio in questo Paese: {0}.",
        "pt": "Obrigatório neste país: {0}.",
        "pl": "Wymagane w tym kraju: {0}.",
        "tr": "Bu ülkede zorunlu: {0}.",
        "ja": "この国では必須です：{0}。",
        "ko": "이 국가에서 필수: {0}.",
    },
    "date": {
        "en": "Not on sale at this date: {0}.",
        "fr": "Hors catalogue à cette date : {0}.",
        "nl": "Op deze datum niet te koop: {0}.",
        "de": "Zu diesem Zeitpunkt nicht erhältlich: {0}.",
        "ar": "لا يشمل العرض في هذا التاريخ {0}.",
        "es": "No está a la venta en esta fecha: {0}.",
        "it": "Non in vendita a questa data: {0}.",
        "pt": "Não está à venda nesta data: {0}.",
        "pl": "Poza sprzedażą w tym terminie: {0}.",
        "tr": "Bu tarihte satışta değil: {0}.",
        "ja": "この日付では販売していません：{0}。",
        "ko": "이 날짜에는 판매하지 않음: {0}.",
    },
    "at-most": {
        "en": "Only so many of these go together: {0}.",
        "fr": "Il n’est pas possible de tout réunir : {0}.",
        "nl": "Niet allemaal samen mogelijk: {0}.",
        "de": "Nicht alles zusammen möglich: {0}.",
        "ar": "لا يمكن جمع كل ما يلي: {0}.",
        "es": "No es posible todo a la vez: {0}.",
        "it": "Non è possibile avere tutto insieme: {0}.",
        "pt": "Não é possível ter tudo em conjunto: {0}.",
        "pl": "Nie da się połączyć wszystkiego: {0}.",
        "tr": "Hepsi birlikte seçilemez: {0}.",
        "ja": "すべてを同時には選べません：{0}。",
        "ko": "모두 함께 선택할 수는 없음: {0}.",
    },
    "at-least": {
        "en": "Some of these are needed: {0}.",
        "fr": "Une partie est nécessaire : {0}.",
        "nl": "Hiervan is minstens een deel nodig: {0}.",
        "de": "Davon wird etwas benötigt: {0}.",
        "ar": "يلزم اختيار بعض مما يلي: {0}.",
        "es": "Hace falta elegir entre: {0}.",
        "it": "Occorre scegliere tra: {0}.",
        "pt": "É preciso escolher entre: {0}.",
        "pl": "Potrzebny wybór spośród: {0}.",
        "tr": "Bunlardan seçim gerekli: {0}.",
        "ja": "次のうちから選ぶ必要があります：{0}。",
        "ko": "다음 중에서 선택 필요: {0}.",
    },
}
"""Patterns in which no word agrees with a label: labels are of either gender and of either number."""


def make_sentence(pattern: str, formulas: tuple[Formula, ...], features: Mapping[str, Feature]) -> Text:
    """One sentence a language."""
    return {
        language: PATTERNS[pattern][language].format(*(say(f, features, language) for f in formulas))
        for language in PATTERNS[pattern]
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
