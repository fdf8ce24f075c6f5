"""Fits the grams around names (`understanding/name_grams.py`): logistic regression over both tables together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.training.fit import KEPT, choose_grams
from usine.reputation.training.pieces import quantise
from usine.reputation.understanding.features import Grams, list_grams
from usine.reputation.understanding.heads import weigh
from usine.reputation.understanding.name_grams import OFFSET, TABLES, number_entities, write_around
from usine.reputation.understanding.surroundings import Place

BITS = {"wide": 17, "near": 15}
"""Slots of the tables, as powers of two."""
COST, STEPS = 8.0, 800
LEAST = 2
"""A gram is known if so many places have it."""


def fit_name_grams(
    places: Sequence[tuple[str, Sequence[Place]]], wanted: Sequence[bool], entities: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """The arrays of both tables. `places`: texts and their places; `wanted`: whether each is a name, one after the
    other."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    numbers = number_entities(entities)
    around = [write_around(text, found, numbers) for text, found in places]
    arrays: dict[str, NDArray[Any]] = {}
    columns, slots = [], []
    for table, name in enumerate(TABLES):
        grams = list_grams([said for each in around for said in each[table]])
        known = choose_grams(grams, BITS[name], LEAST)
        arrays |= {f"{name}_tags": known.tags, f"{name}_rarity": known.rarity}
        columns.append(_lay(grams, known.tags, known.rarity)[:, known.slots])
        slots.append(known.slots)
    machine = LogisticRegression(C=COST, max_iter=STEPS).fit(sparse.hstack(columns).tocsr(), wanted)
    parts = np.split(machine.coef_[0].astype(np.float32), [len(slots[0])])
    for name, known_slots, weights in zip(TABLES, slots, parts, strict=True):
        small, scale = quantise(weights[:, None], KEPT)
        column = np.zeros((1 << BITS[name], 1), dtype=np.int8)
        column[known_slots] = small
        arrays |= {f"{name}_weights": column, f"{name}_scale": scale}
    return arrays | {OFFSET: machine.intercept_.astype(np.float32)}


def _lay(grams: Grams, tags: NDArray[np.uint8], rarity: NDArray[np.uint8]) -> Any:
    from scipy import sparse

    slots, values, starts = weigh(grams, tags, rarity)
    return sparse.csr_matrix((values, slots, starts), shape=(len(grams), len(tags))).tocsc()
