"""From an answer to what its page says; what cannot be read says nothing, and the visit goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usine.reputation.contracts import ReputationRefused
from usine.reputation.texts import extraction

if TYPE_CHECKING:
    from usine.reputation.sources.fetching import Answer


def read_page(answer: Answer) -> extraction.Page | None:
    """The article of a page; None where there is none."""
    try:
        return extraction.extract(answer.body, answer.address, charset=answer.charset)
    except ReputationRefused:
        return None


def decode(answer: Answer) -> str:
    """The signs of a page, by what it or its server claims, else guessed."""
    return extraction.decode(answer.body, answer.charset)
