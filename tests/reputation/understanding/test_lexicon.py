"""Rated words are counted in their own language only, whole, however often one spelling is rated."""

from __future__ import annotations

import json

import numpy as np
import pytest

from usine.reputation.contracts import ModelInvalid
from usine.reputation.training.lexicon import LANGUAGES, SOURCE, make_lexicon, read_words
from usine.reputation.understanding.features import prepare
from usine.reputation.understanding.heads import load_words
from usine.reputation.understanding.lexicon import RATINGS, Lexicon, key_words
from usine.reputation.understanding.model_file import read_model
from usine.reputation.understanding.quality import FOLDER

WORDS = {"en": {"good": 3, "awful": -4, "gift": 2}, "de": {"gut": 3, "gift": -3}}


@pytest.fixture(scope="module")
def lexicon():
    keys = [key_words([*words], language) for language, words in WORDS.items()]
    ratings = [rating for words in WORDS.values() for rating in words.values()]
    return Lexicon({"word_keys": np.concatenate(keys), "word_ratings": np.array(ratings, dtype=np.int8)})


def rate(lexicon: Lexicon, text: str, language: str) -> dict[str, float]:
    """The sums and extremes as they were before their logarithm."""
    row = lexicon.rate([prepare(text)], [language])[0]
    return dict(zip(RATINGS, np.rint(np.sign(row) * (np.exp2(np.abs(row)) - 1)).tolist(), strict=True))


def test_what_is_good_and_bad_is_summed_and_the_last_is_kept(lexicon):
    assert rate(lexicon, "Good, good... and then AWFUL!", "en") == {
        "good": 6,
        "bad": -4,
        "best": 3,
        "worst": -4,
        "last": -4,
    }


def test_a_word_is_rated_in_its_language(lexicon):
    assert rate(lexicon, "gift", "en")["last"] == 2
    assert rate(lexicon, "gift", "de")["last"] == -3
    assert rate(lexicon, "good gift", "xx") == dict.fromkeys(RATINGS, 0)


def test_romanised_hindi_is_read_for_its_english_words(lexicon):
    assert rate(lexicon, "bahut good hai", "hi-Latn") == rate(lexicon, "good", "en")


def test_part_of_a_word_is_no_word(lexicon):
    assert rate(lexicon, "goodness giftig awful2", "en") == dict.fromkeys(RATINGS, 0)


def test_texts_do_not_run_into_each_other(lexicon):
    found = lexicon.rate(["go", "od good", ""], ["en"] * 3)

    assert found.shape == (3, len(RATINGS))
    assert not found[0].any() and not found[2].any()
    assert found[1].any()


def write_package(folder, words):
    output = folder / "build" / "output"
    output.mkdir(parents=True)
    for language in LANGUAGES:
        (output / f"build-{language}.json").write_text(json.dumps(words), "utf-8")
    return folder


def test_the_file_holds_single_words_of_letters(tmp_path):
    words = {
        "Lovely": {"coeff": 3, "lang": "en"},
        "not good": {"coeff": -2, "lang": "en"},
        "😂": {"coeff": 1, "lang": "*"},
        "meh": {"coeff": 0, "lang": "en"},
    }
    package = write_package(tmp_path / "package", words)

    digest = make_lexicon(tmp_path / "a.model", package)

    file = read_model(tmp_path / "a.model")
    assert file.digest == digest == make_lexicon(tmp_path / "b.model", package)
    assert file.about == {"made_from": SOURCE, "words": dict.fromkeys(LANGUAGES, 1)}
    assert rate(Lexicon(file.arrays), "so lovely", "tr")["best"] == 3


@pytest.mark.parametrize("text", ["", "[]", '{"good": 3}', '{"good": {"lang": "en"}}'])
def test_another_file_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "build-en.json"
    path.write_text(text, "utf-8")

    with pytest.raises(ModelInvalid, match="has no rated words"):
        read_words(path)


def test_an_absent_package_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ModelInvalid, match=r"build-ar\.json has no rated words: give the folder"):
        make_lexicon(tmp_path / "a.model", tmp_path)


def test_what_ships_rates_words_of_every_language_it_names():
    words, digests = load_words()

    assert digests["lexicon"] == read_model(FOLDER / "lexicon.model").digest
    for text, language in (
        ("excellent", "en"),
        ("excellent", "fr"),
        ("ausgezeichnet", "de"),
        ("excelente", "es"),
    ):
        assert rate(words.lexicon, text, language)["best"] > 0
