"""Fit the weights of a gazetteer: `python -m usine.reputation.understanding.names_training FILE LABELS`.

Prints `weights` to be put into the file. Only rows of the split `dev` are looked at. Ridge logistic regression; what
a feature is meant to say is where its weight starts from, so that a feature that few rows show stays near it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from usine.reputation.understanding.names import Gazetteer
from usine.reputation.understanding.names_quality import read_rows
from usine.reputation.understanding.surroundings import FEATURES, Place, Words

MEANT = {
    "bias": 0.0, "common": 1.0, "loose": -2.0, "small": -1.5, "capital": 0.5, "tag": 2.0, "quoted": -1.5,
    "article": -1.5, "car_near": 1.5, "car_far": 0.5, "definite": 1.0, "own": 1.0, "title": -2.5, "place_near": -1.5,
    "place_far": -0.3, "firm_near": -1.5, "firm_far": -0.3, "work_near": -1.2, "work_far": -0.3, "nature_near": -1.0,
    "nature_far": -0.3, "at": -1.0, "phrase_for": 2.0, "phrase_against": -4.0, "for_near": 1.5, "for_far": 0.7,
    "against_near": -1.8, "against_far": -0.6, "name_before": -2.0, "name_after": -1.2, "goes_on": -1.0,
    "listed": 1.5, "beside": 1.2,
}  # fmt: skip
"""What each feature is meant to say, in logarithms of odds."""
PENALTY = 3.0
ROUNDS = 2
FORGOTTEN = 0.4
"""Of the words of the lists, in each of the `TURNS`."""
TURNS = 4


def forget_words(gazetteer: Gazetteer, share: float, turn: int) -> Gazetteer:
    """A gazetteer like this one whose lists lack a share of their words, other ones in every turn."""
    fewer = Gazetteer(gazetteer.names)
    fewer.weights = gazetteer.weights
    fewer.find_words = lambda language: _forget(gazetteer.find_words(language), share, turn)  # type: ignore[method-assign]
    return fewer


def _forget(words: Words, share: float, turn: int) -> Words:
    kept = {
        said: kinds
        for said, kinds in words.kinds.items()
        if crc32(f"{turn} {said}".encode()) >= share * 2**32
    }
    return Words(words.pattern, kept)


def collect(gazetteer: Gazetteer, path: Path) -> tuple[list[Place], list[bool]]:
    """Every place of the dev texts that could be a name, and whether it is that entity's."""
    places, wanted = [], []
    for row in read_rows(path, "dev"):
        for place in gazetteer.judge(row["text"], row["lang"]):
            places.append(place)
            wanted.append(
                any(
                    label["entity"] == place.entity.entity
                    and place.start < label["end"]
                    and label["start"] < place.end
                    for label in row["names"]
                )
            )
    return places, wanted


def fit(places: Sequence[Place], wanted: Sequence[bool], turns: int = 1) -> dict[str, float]:
    """The weights, by Newton's steps around what is meant; `turns` is how often each place is there."""
    seen = np.array([[place.features.get(name, 0.0) for name in FEATURES] for place in places])
    right = np.array(wanted, dtype=float)
    meant = np.array([MEANT[name] for name in FEATURES])
    weights = meant.copy()
    for _step in range(30):
        chances = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
        slope = seen.T @ (chances - right) / turns + PENALTY * (weights - meant)
        bend = (seen * (chances * (1 - chances))[:, None]).T @ seen / turns + PENALTY * np.eye(len(FEATURES))
        weights -= np.linalg.solve(bend, slope)
    return {name: round(float(weight), 2) for name, weight in zip(FEATURES, weights, strict=True)}


def train(file: Path, labels: Path, *, forgotten: float = FORGOTTEN, turns: int = TURNS) -> dict[str, float]:
    """The weights that the dev rows of `labels` give to the names of `file`.

    The lists were written with those rows in sight, and other texts have words that they lack: so a share of the words
    is left out while the weights are fitted, others in each turn, and no list is trusted more than it will deserve.
    """
    gazetteer = Gazetteer.load(file)
    gazetteer.weights = dict(MEANT)
    for _round in range(ROUNDS):
        places, wanted = list[Place](), list[bool]()
        for turn in range(turns):
            some, right = collect(forget_words(gazetteer, forgotten, turn), labels)
            places += some
            wanted += right
        gazetteer.weights = fit(places, wanted, turns)
    return dict(gazetteer.weights)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Fit the weights of a gazetteer on the dev rows of a labelled set."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("labels", type=Path)
    args = parser.parse_args()
    found = train(args.file, args.labels)
    sys.stdout.write("weights: {" + ", ".join(f"{name}: {weight}" for name, weight in found.items()) + "}\n")
