"""The question that visitors are asked has a number: other words of consequence ask everybody again."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from usine.commons.consent import WORDING

TEMPLATE = Path(__file__).resolve().parents[2] / "usine/launches/templates/launches/site/_consent.html"
SAID = {1: "75367b89e8b43d75"}


def test_the_words_of_the_question_are_those_of_its_number():
    """A mended comma may keep the number; another purpose or another span of time may not."""
    words = re.findall(r"{% translate [\"'](.+?)[\"'] %}", TEMPLATE.read_text("utf-8"))
    assert SAID[WORDING] == hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
