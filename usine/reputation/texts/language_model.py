"""Which run of letters speaks for which of the languages that share a script, as a small file.

The file (`languages.npz`) is made by `languages_training.py` from texts whose licences allow it, which
docs/reputation-texts.md names. A text's score for a language grows with the square root of what it says, so that long
texts are not surer than they may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from usine.reputation.contracts import ModelInvalid

FILE = Path(__file__).with_name("languages.npz")
LONGEST_GRAM = 5


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Of one script. `weights[i]` are those of the i-th run of letters; `judge` is what fastText's logarithm counts."""

    languages: tuple[str, ...]
    places: dict[str, int]
    weights: np.ndarray  # runs x languages, float32
    bias: np.ndarray  # languages, float32
    judge: float

    def score(self, text: str) -> np.ndarray:
        """The score of each language, in natural logarithms up to a constant."""
        found = [place for place in map(self.places.get, list_grams(text)) if place is not None]
        if not found:
            return self.bias
        total = np.add.reduce(self.weights.take(found, axis=0), axis=0)
        return np.asarray(total / len(found) ** 0.5 + self.bias)


def list_grams(text: str) -> list[str]:
    """The runs of one to five letters of a text in small letters, words set apart by one space."""
    said = f" {text.lower()} "
    return [said[i : i + n] for n in range(1, LONGEST_GRAM + 1) for i in range(len(said) - n + 1)]


@cache
def load_models(path: Path = FILE) -> Mapping[str, LanguageModel]:
    """The shipped models by script. Raises `ModelInvalid` where the file is none."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {script: _read_model(kept, script) for script in str(kept["scripts"]).split()}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelInvalid(f"{path} is no model of languages: train it again.") from error


def _read_model(kept: Mapping[str, np.ndarray], script: str) -> LanguageModel:
    grams = str(kept[f"{script}_grams"]).split("\n")
    languages = tuple(str(kept[f"{script}_languages"]).split())
    weights = kept[f"{script}_weights"] * kept[f"{script}_scale"]  # whole numbers in the file
    if weights.shape != (len(grams), len(languages)):
        raise ValueError(script)
    places = {gram: place for place, gram in enumerate(grams)}
    return LanguageModel(languages, places, weights, kept[f"{script}_bias"], float(kept["judge"]))
