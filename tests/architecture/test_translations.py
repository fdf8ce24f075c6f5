"""Every sentence of a public page exists in every language that the demo claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = Path(__file__).resolve().parents[2] / "usine"
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "pgettext_lazy": ((1, "c"), 2)}
LANGUAGES = [language for language, _name in settings.LANGUAGES if language != "en"]
NUMBER_OF_FORMS = {
    "ar": 6,
    "pl": 4,
    "ja": 1,
    "ko": 1,
}  # CLDR’s cardinal rules, as Django’s own catalogues have them
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
PUBLIC = (
    "testdrive/*.py",
    "testdrive/templates/testdrive/*.html",
    "journeys/*.py",
    "journeys/templates/journeys/*.html",
    "launches/visitors/chooser.py",
    "launches/papers/*.py",
    "launches/pages/shapes.py",
    "launches/templates/launches/*.html",
    "launches/templates/launches/blocks/*.html",
    "launches/templates/launches/site/*.html",
    "commons/pages.py",
    "commons/templates/viewer.html",
    "commons/templates/public_error.html",
    "orders/appointment.py",
    "orders/booking.py",
    "orders/booking_page.py",
    "orders/jobs.py",
    "orders/words.py",
    "orders/templates/orders/*.html",
    "orders/templates/orders/mail/*.*",
)


def read_messages() -> Iterator[tuple[str, str]]:
    """Each message with the file that says it."""
    for pattern in PUBLIC:
        for file in sorted(ROOMS.glob(pattern)):
            text = file.read_text("utf-8")
            source = templatize(text) if file.suffix != ".py" else text
            for _line, message, _comments, _context in extract(
                "python", BytesIO(source.encode()), keywords=KEYWORDS
            ):
                single = message if isinstance(message, str) else message[0]
                yield single, str(file.relative_to(ROOMS))


def read_catalogues(language: str) -> Iterator[tuple[Message, int]]:
    """The messages of every room's catalogue in a language, with how many plural forms that catalogue has."""
    for file in ROOMS.glob(f"*/locale/{language}/LC_MESSAGES/django.po"):
        with file.open("rb") as source:
            catalogue = read_po(source, locale=language, abort_invalid=True)
        yield from ((message, catalogue.num_plurals) for message in catalogue if message.id)


def as_tuple(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_the_demo_speaks_its_twelve_languages():
    assert len(settings.LANGUAGES) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_sentence_is_translated(language):
    known = {
        as_tuple(message.id)[0]: all(as_tuple(message.string)) for message, _ in read_catalogues(language)
    }

    messages = list(read_messages())

    assert len(messages) > 60
    assert [f"{file}: {message}" for message, file in messages if not known.get(message)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence_in_every_form(language):
    wrong = []
    for message, forms in read_catalogues(language):
        said, texts = as_tuple(message.id), as_tuple(message.string)
        places = sorted(PLACE.findall(said[-1]))
        for text in texts:
            may_be_less = len(said) > 1  # “one hour” needs no number
            found = sorted(PLACE.findall(text))
            if found != places and not (may_be_less and set(found) <= set(places)):
                wrong.append(f"{said[0]}: {text}")
        if len(said) > 1 and len(texts) != forms:
            wrong.append(f"{said[0]}: {len(texts)} forms")

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_forms_are_those_of_the_language(language):
    assert {forms for _, forms in read_catalogues(language)} == {NUMBER_OF_FORMS.get(language, 2)}
