"""Texts of a launch for tests that need no database."""

from __future__ import annotations

from hypothesis import strategies as st

from usine.launches.contracts import ScopeText, ScopeTexts, TextStanding
from usine.translations.xliff import Offered, write_xliff

BLOCK = "f3c95789-ace1-4954-ac5d-6baed2eac902"
PIECES = st.sampled_from(
    [
        "{price}",
        "{price",
        "}{",
        "<b>&amp;",
        "]]>",
        "\r\n",
        "\n\n",
        "\t",
        "  ",
        "\u200f",
        "اقتباس",
        "試乗",
        "🫨",
        "é",
        "\x07",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), min_size=1, max_size=6).map("".join).filter(len)
"""What people write and what they paste, and what nobody should: everything but halves of surrogate pairs."""


def make_text(source="From {price}.", target="", standing=None, path="title", **more):
    standing = standing or (TextStanding.TRANSLATED if target else TextStanding.MISSING)
    said = {
        "page": "home",
        "block_id": BLOCK,
        "block_label": "Opening view",
        "label": "Title",
        "is_long": False,
        "longest": 300,
        "is_master": True,
        **more,
    }
    return ScopeText(path=path, source=source, target=target, standing=standing, **said)


def make_texts(*texts, scope="es", tag="es", direction="ltr"):
    return ScopeTexts("oree", scope, tag, direction, "en", tuple(texts))


def write(*texts, matches=(), terms=()):
    return write_xliff(make_texts(*texts), [Offered(text, tuple(matches), tuple(terms)) for text in texts])
