"""Every sentence of a public page exists in every language that the demo claims."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOMS = Path(__file__).resolve().parents[2] / "usine"
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "pgettext_lazy": ((1, "c"), 2)}
PUBLIC = (
    "testdrive/*.py",
    "testdrive/templates/testdrive/*.html",
    "journeys/*.py",
    "journeys/templates/journeys/*.html",
    "launches/chooser.py",
    "launches/papers/*.py",
    "launches/shapes.py",
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


@pytest.mark.parametrize("language", ["fr", "nl", "de", "ar"])
def test_every_public_sentence_is_translated(language):
    known: dict[str, bool] = {}
    for file in ROOMS.glob(f"*/locale/{language}/LC_MESSAGES/django.po"):
        with file.open("rb") as source:
            for message in read_po(source, locale=language, abort_invalid=True):
                single = message.id if isinstance(message.id, str) else message.id[0]
                texts = [message.string] if isinstance(message.string, str) else message.string
                known[single] = all(texts)

    messages = list(read_messages())

    assert len(messages) > 60
    assert [f"{file}: {message}" for message, file in messages if not known.get(message)] == []
