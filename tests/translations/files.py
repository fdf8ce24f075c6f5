"""Files as translators get them and leave them, and what the launch says then.

Nobody has written Spanish yet: whatever the demo says in it is left out here.
"""

from __future__ import annotations

import re

from tests.launches.editors import HERO
from tests.oree import load_oree
from usine.accounts.contracts import SYSTEM
from usine.launches.models import Overlay
from usine.launches.public import list_scope_texts
from usine.translations.public import export_xliff

TITLE = "Donde la ciudad\nse abre."


def load_without_spanish():
    load_oree()
    Overlay.objects.filter(scope="es").delete()


def count_texts(scope="es"):
    return len(list_scope_texts("oree", scope).texts)


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
