"""The question that visitors are asked has a number: other words of consequence ask everybody again."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.utils.translation import gettext, override

from usine.commons.consent import KEPT, WORDING
from usine.markets.contracts import LANGUAGES

TEMPLATE = Path(__file__).resolve().parents[2] / "usine/launches/templates/launches/site/_consent.html"
SAID = {1: "864b7aee5ec3d84f"}


def digest_said() -> str:
    """Of the question in all its languages, and of how long an answer is kept."""
    words = re.findall(r"{% translate [\"'](.+?)[\"'] %}", TEMPLATE.read_text("utf-8"))
    said = [f"{KEPT.days} days"]
    for language in sorted(LANGUAGES):
        with override(language):
            told = [gettext(word) for word in words]
        assert language == "en" or not set(told) & set(words), language  # nothing is left in English
        said += told
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def test_the_words_of_the_question_are_those_of_its_number():
    """A mended comma may keep the number; another purpose or another span of time may not, in any language."""
    assert SAID[WORDING] == digest_said()
