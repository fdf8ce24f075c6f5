"""Mentions that the intake always fails on, among others that it takes."""

from __future__ import annotations

from tests.reputation.hearing import NOW, WordReader, hear
from usine.reputation.halving import take_in_sound
from usine.reputation.models import Mention
from usine.reputation.stories import Stories


class Poisoned(WordReader):
    """Fails on every batch that has the word in it."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error or ValueError("no such clause")

    def read_all(self, texts):
        if any("poison" in text for _title, text, _language in texts):
            raise self.error
        return super().read_all(texts)


def hear_many(count: int, *poisons: int):
    return [hear(n, f"poison {n}" if n in poisons else f"a lovely bramble {n}") for n in range(count)]


def take(*heard, reader=None, index=None):
    return take_in_sound(heard, reader=reader or Poisoned(), index=index or Stories(), now=NOW, by="tests")


def list_ids(model=Mention) -> list[str]:
    return sorted(model.objects.values_list("external_id", flat=True), key=int)
