"""The checks of translations, one by one, and on what the demo says."""

from __future__ import annotations

import pytest

from tests.oree import LAUNCH
from usine.translations.checks import check_translation, find_terms
from usine.translations.contracts import GlossaryInvalid, Severity, Term
from usine.translations.glossary import read_glossary

TERMS = (Term("test drive", "jazda próbna|jazdę próbną"), Term("Orée", "Orée"), Term("range", "zasięg"))


def check(source, target, *, language="fr", is_long=True, longest=8000, terms=()):
    return check_translation(source, target, language=language, is_long=is_long, longest=longest, terms=terms)


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        ("From {price}.", "À partir de.", "figures"),
        ("From {price}.", "De {price} à {price}.", "figures"),
        ("From {price}.", "De {price} à {length}.", "figures"),
        ("Title", " \n", "empty"),
        ("Title", "Ti\x07tre", "control"),
        ("Title", "Titre\ufdd0", "control"),
        ("Title", "\u202eertiT", "bidi"),
        ("Title", "\u2067Titre", "bidi"),
        ("Title", "Titre\u202c", "bidi"),
        ("Title", "x" * 8001, "length"),
    ],
)
def test_what_cannot_be_taken_is_an_error(source, target, name):
    found = check(source, target)
    assert (found[0].check, found[0].severity) == (name, Severity.ERROR)


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        ("Title", "Titre ", "spaces"),
        ("A title", "Un  titre", "spaces"),
        ("A good title", "A good title", "copy"),
        ("In 320 metres", "Dans 32 mètres", "numbers"),
        ("It ends.", "Cela finit", "end"),
        ("Is it?", "Est-ce.", "end"),
    ],
)
def test_what_a_person_should_judge_is_a_warning(source, target, name):
    assert [(found.check, found.severity) for found in check(source, target)] == [(name, Severity.WARNING)]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("Screen of 1,024 × 600 points.", "Écran de 1 024 × 600 points.", "fr"),
        ("Screen of 1,024 × 600 points.", "شاشة ١٬٠٢٤ × ٦٠٠ نقطة.", "ar"),
        ("4.05 metres long", "4,05 Meter lang", "de"),
        ("It ends.", "終わります。", "ja"),
        ("Is it?", "¿Es así?", "es"),
        ("Is it?", "هل هو؟", "ar"),
        ("He said “no.”", "Il a dit « non. »", "fr"),
        ("It ends.", "จบแล้ว", "th"),
        ("Title", "\u2067عنوان\u2069", "ar"),
        ("0 g/km", "0 g/km", "fr"),
        ("New", "🫨 nouveau", "fr"),
    ],
)
def test_what_a_language_writes_its_own_way_is_no_finding(source, target, language):
    assert check(source, target, language=language) == ()


def test_a_button_may_be_twice_as_long_and_a_short_one_more():
    assert check("Book", "Réserver un essai", is_long=False)[0].check == "length"
    assert check("Book", "Réserver", is_long=False) == ()
    assert check("A long sentence that says much", "x" * 61, is_long=True) == ()


def test_the_glossary_takes_any_of_its_forms_and_no_other_word():
    assert check("Book a test drive", "Zarezerwuj jazdę próbną", terms=TERMS) == ()
    assert check("Book a test drive", "ZAREZERWUJ JAZDE PROBNA", terms=TERMS) == ()
    assert [f.check for f in check("Two test drives", "Dwa objazdy", terms=TERMS)] == ["glossary"]
    assert [f.check for f in check("The Orée", "Oreja to", terms=TERMS)] == ["glossary"]


def test_terms_are_whole_words_and_names_keep_their_capitals():
    assert [term.term for term in find_terms("Two test drives in Orée", TERMS)] == ["test drive", "Orée"]
    assert find_terms("An orange, an orée", TERMS) == ()


def test_the_demo_has_a_dozen_terms_in_eleven_languages():
    terms = read_glossary(LAUNCH / "glossary.csv")
    assert set(terms) == {"fr", "nl", "de", "ar", "es", "it", "pt", "pl", "tr", "ja", "ko"}
    assert all(len(known) == 14 for known in terms.values())
    assert next(term for term in terms["ja"] if term.term == "Orée").is_kept


@pytest.mark.parametrize(
    "content", ["", "word,fr\na,b\n", "term,fr\na,b\na,c\n", "term,fr\na,b,c\n", "term\na\n"]
)
def test_a_glossary_that_cannot_be_read_is_refused_by_name(tmp_path, content):
    file = tmp_path / "glossary.csv"
    file.write_text(content)
    with pytest.raises(GlossaryInvalid, match=r"glossary\.csv"):
        read_glossary(file)
