"""Every sentence of the room's desk exists in French, with the same places for figures."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOM = Path(__file__).resolve().parents[2] / "usine/reputation"
PARTS = (
    *("*.py", "desk/*.py", "paper/*.py", "templatetags/*.py", "trouble/*.py"),
    *("sources/importing.py", "sources/rows.py"),
    *("templates/reputation/desk/*.html", "templates/reputation/mail/*.txt"),
)
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "gettext_noop": None, "pgettext_lazy": ((1, "c"), 2)}
PLACE = re.compile(r"%\(\w+\)s")


def test_every_sentence_of_the_desk_is_said_in_french():
    with (ROOM / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        french = read_po(file, locale="fr")
    said, missing = set(), []
    for path in (path for part in PARTS for path in sorted(ROOM.glob(part))):
        text = path.read_text("utf-8")
        source = templatize(text) if path.suffix != ".py" else text
        for _line, message, _comments, context in extract(
            "python", BytesIO(source.encode()), keywords=KEYWORDS
        ):
            single = message if isinstance(message, str) else message[0]
            said.add((single, context))
            found = french.get(single, context)
            forms = (
                found.string
                if found and isinstance(found.string, tuple)
                else (found.string if found else "",)
            )
            places = set(PLACE.findall("".join(message)))
            if not all(form and set(PLACE.findall(form)) <= places for form in forms):
                missing.append(single)
    assert missing == []
    assert len(said) > 300
