"""Files as translators get them and leave them, and what the launch says then."""

from __future__ import annotations

import re

from tests.launches.editors import HERO
from usine.accounts.contracts import SYSTEM
from usine.launches.public import list_scope_texts
from usine.translations.public import export_xliff

TITLE = "Donde la ciudad\nse abre."


def export(scope="es", **more):
    return export_xliff("oree", scope, by=SYSTEM, **more)


def say(document, path, target, *, block=HERO, state="translated"):
    """The document with a target in the unit of a block's text, as a translator leaves it."""
    start = document.index(f'<unit id="{block}.{path}"')
    end = document.index("</unit>", start)
    unit = re.sub(r"<target>.*</target>", "", document[start:end], flags=re.DOTALL)
    unit = re.sub(r'state="\w+"( subState="[\w:]+")?', f'state="{state}"', unit)
    unit = unit.replace("</source></segment>", f"</source><target>{target}</target></segment>")
    return document[:start] + unit + document[end:]


def find_text(scope, path="title", block=HERO):
    texts = list_scope_texts("oree", scope).texts
    return next(text for text in texts if (text.block_id, text.path) == (block, path))
