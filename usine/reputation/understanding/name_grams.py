"""What stands around a name, sign by sign: grams of its surroundings, in which the place itself is one sign.

Lists and vectors know what words mean; grams know the turns of phrase of people who speak of a car, and those that a
name's namesake has (“at the edge of”). Two tables: of the text at large, the sign telling the entity and whether it is
written with a capital; of the few signs next to it, the sign telling the entity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from usine.reputation.understanding.features import list_grams, prepare
from usine.reputation.understanding.heads import Arrays, GramTable
from usine.reputation.understanding.surroundings import Place

WIDE, NEAR = 60, 8
"""Signs before and after a place that each table reads."""
TABLES = ("wide", "near")
OFFSET = "grams_offset"
"""The array with what is added to every place: most grams speak against a name."""
_SIGNS = 0xE000
"""Private signs stand for entities, each a word of its own; those of a text are blanks here."""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CAPITAL, _SMALL = "\uf8f0", "\uf8f1"


class NameGrams:
    """Two tables of grams with one weight each, in logarithms of odds."""

    def __init__(self, arrays: Arrays, entities: Sequence[str]) -> None:
        """Arrays of `GramTable` by the names in TABLES; entities in the order of training."""
        self.arrays = {name: arrays[name] for name in list_gram_arrays()}
        self._wide, self._near = (GramTable(arrays, name) for name in TABLES)
        self._numbers = number_entities(entities)

    def weigh(self, text: str, places: Sequence[Place]) -> NDArray[np.float32]:
        """What the signs around each place add to its score."""
        wide, near = write_around(text, places, self._numbers)
        said = self._wide.score(list_grams(wide)) + self._near.score(list_grams(near))
        found: NDArray[np.float32] = said[:, 0] + self.arrays[OFFSET][0]
        return found


def number_entities(entities: Sequence[str]) -> dict[str, int]:
    return {entity: number for number, entity in enumerate(entities)}


def write_around(text: str, places: Sequence[Place], numbers: dict[str, int]) -> tuple[list[str], list[str]]:
    """For each place its surroundings, wide and near, as `list_grams` takes them; entities without a number (dealers)
    share a sign."""
    wide, near = [], []
    for place in places:
        sign = chr(_SIGNS + numbers.get(place.entity.entity, len(numbers)))
        case = _CAPITAL if text[place.start].isupper() else _SMALL
        before = _PRIVATE.sub(" ", text[max(0, place.start - WIDE) : place.start])
        after = _PRIVATE.sub(" ", text[place.end : place.end + WIDE])
        before = f" {_spell(before)}{' ' * before[-1:].isspace()}"
        after = f"{' ' * after[:1].isspace()}{_spell(after)} "
        wide.append(f"{before}{sign}{case}{after}")
        near.append(f"{before[-NEAR:]}{sign}{after[:NEAR]}")
    return wide, near


def _spell(around: str) -> str:
    """One side of a place, prepared by itself: nothing that spells it takes the place along."""
    return prepare(around).strip()


def list_gram_arrays() -> tuple[str, ...]:
    """The arrays that a file of learnt names has of both tables."""
    return (
        *(f"{name}_{part}" for name in TABLES for part in ("tags", "rarity", "weights", "scale")),
        OFFSET,
    )
