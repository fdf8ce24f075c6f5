"""What the gazetteer learns: `usine reputation train-names` writes a file beside the names' YAML file.

Two steps. A small network learns from the words of the lists which kinds of words there are, by their vectors. Then all
weights are fitted together on labelled texts: ridge logistic regression around what each feature is meant to say.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from usine.reputation.training.datasets import OWN, Row, read_own_training, read_posts
from usine.reputation.training.name_grams import fit_name_grams
from usine.reputation.understanding.gazetteer_file import Names
from usine.reputation.understanding.learned import (
    CROSSED,
    KINDS,
    WORDS,
    Describer,
    KindsOfWords,
    Learned,
    list_arrays,
)
from usine.reputation.understanding.model_file import write_model
from usine.reputation.understanding.name_grams import NameGrams
from usine.reputation.understanding.names import LEARNED, Gazetteer, load_names
from usine.reputation.understanding.names_quality import Counted, read_rows, score_names
from usine.reputation.understanding.pieces import Pieces, open_pieces
from usine.reputation.understanding.surroundings import FEATURES, Place

Floats = NDArray[np.float64]
TAUGHT = Path("demo") / "reputation" / "names"
"""Texts to learn names from, below the project; beside them the dev rows of the labelled set."""

MEANT = {
    "bias": 0.0, "common": 1.0, "loose": -2.0, "small": -1.5, "capital": 0.5, "tag": 2.0, "quoted": -1.5,
    "article": -1.5, "car_near": 1.5, "car_far": 0.5, "definite": 1.0, "own": 1.0, "title": -2.5, "person_near": -1.0,
    "person_far": -0.3, "place_near": -1.5, "place_far": -0.3, "firm_near": -1.5, "firm_far": -0.3,
    "business_near": 0.8, "business_far": 0.3, "work_near": -1.2, "work_far": -0.3, "nature_near": -1.0,
    "nature_far": -0.3, "at": -1.0, "phrase_for": 2.0, "phrase_against": -4.0, "for_near": 1.5, "for_far": 0.7,
    "against_near": -1.8, "against_far": -0.6, "name_before": -2.0, "name_after": -1.2, "goes_on": -1.0,
    "listed": 1.5, "beside": 1.2,
}  # fmt: skip
"""What each feature is meant to say, in logarithms of odds."""
PENALTY, ENTITY_PENALTY, CROSSED_PENALTY, VECTOR_PENALTY, KIND_PENALTY = 1.0, 1.0, 3.0, 1.5, 3.0
"""How dear it is to be far from what is meant, or from nought: the precision of the prior."""
ROUNDS = 2
"""The second fits what names say of each other, by the weights of the first."""
STEPS = 30
HIDDEN, WEIGHT_DECAY, EPOCHS = 48, 1e-3, 40
OTHER_WORDS = 4_000
"""The commonest words of posts that are in no list, as words of no kind."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Every place of texts that could be a name: what is seen there, of whom, whether it is a name, of which text."""

    seen: Floats  # (places, features)
    numbers: Floats  # (places, numbers of `Describer`)
    entities: Sequence[str]
    wanted: NDArray[np.bool_]


def read_taught() -> list[Row]:
    """The texts to learn from: those written for it, and the dev rows of the labelled set."""
    return [
        *read_rows(settings.PROJECT / TAUGHT),
        *read_rows(settings.PROJECT / OWN / "names", "dev"),
    ]


def train_kinds(names: Names, pieces: Pieces, texts: Sequence[str]) -> KindsOfWords:
    """The network of kinds, from the lists of a file; the common words of `texts` that no list has are of none."""
    from sklearn.neural_network import MLPClassifier

    words: dict[str, set[str]] = {}
    for kind in KINDS[1:]:
        for said in chain.from_iterable(names.contexts.get(kind, {}).values()):
            words.setdefault(said.strip("* ").lower(), set()).add(kind)
    counted = Counter(word.lower() for text in texts for word in WORDS.findall(text) if len(word) > 1)
    for word, _count in counted.most_common(OTHER_WORDS):
        words.setdefault(word, {KINDS[0]})
    told = np.array([[kind in kinds for kind in KINDS] for kinds in words.values()], dtype=int)
    machine = MLPClassifier((HIDDEN,), alpha=WEIGHT_DECAY, max_iter=EPOCHS, random_state=0, tol=0.0)
    with warnings.catch_warnings():  # it is stopped early on purpose
        warnings.simplefilter("ignore")
        machine.fit(pieces.embed(list(words)), told)
    (inner, outer), (inner_bias, outer_bias) = machine.coefs_, machine.intercepts_
    return KindsOfWords(
        *(np.asarray(each, dtype=np.float32) for each in (inner, inner_bias, outer, outer_bias))
    )


def collect(gazetteer: Gazetteer, rows: Sequence[Row], describer: Describer | None) -> Sample:
    """The places of rows, as the gazetteer sees them; without a describer no numbers."""
    places, numbers, wanted = list[Place](), list[Any](), list[bool]()
    for row in rows:
        found = gazetteer.judge(row["text"], row["lang"])
        if not found:
            continue
        places += found
        numbers.append(describer.describe(row["text"], found) if describer else np.zeros((len(found), 0)))
        wanted += [is_named(place, row) for place in found]
    return Sample(
        np.array([[place.features.get(name, 0.0) for name in FEATURES] for place in places]),
        np.concatenate(numbers).astype(np.float64),
        [place.entity.entity for place in places],
        np.array(wanted, dtype=bool),
    )


def is_named(place: Place, row: Row) -> bool:
    """Whether a label of the row has the entity of the place there."""
    return any(
        label["entity"] == place.entity.entity and place.start < label["end"] and label["start"] < place.end
        for label in row["names"]
    )


def fit(
    sample: Sample, entities: Sequence[str]
) -> tuple[dict[str, float], dict[str, dict[str, float]], Floats]:
    """Weights of the features, of some of them for each of the entities, of the numbers; by Newton's steps."""
    at = [FEATURES.index(name) for name in CROSSED]
    owner = np.array([[entity == each for each in entities] for entity in sample.entities], dtype=float)
    crossed = (owner.reshape(len(owner), -1, 1) * sample.seen[:, None, at]).reshape(len(owner), -1)
    matrix = np.hstack([sample.seen, crossed, sample.numbers])
    meant = np.zeros(matrix.shape[1])
    meant[: len(FEATURES)] = [MEANT[name] for name in FEATURES]
    kinds = 2 * 5 * len(KINDS) if sample.numbers.shape[1] else 0
    penalty = np.concatenate(
        [
            np.full(len(FEATURES), PENALTY),
            np.tile([ENTITY_PENALTY] + [CROSSED_PENALTY] * (len(CROSSED) - 1), len(entities)),
            np.full(sample.numbers.shape[1] - kinds, VECTOR_PENALTY),
            np.full(kinds, KIND_PENALTY),
        ]
    )
    weights = _fit(matrix, sample.wanted, meant, penalty)
    cut = len(FEATURES) + crossed.shape[1]
    own = (
        weights[len(FEATURES) : cut].reshape(len(entities), len(CROSSED))
        if len(entities)
        else np.zeros((0, 0))
    )
    return (
        {name: round(float(each), 2) for name, each in zip(FEATURES, weights, strict=False)},
        {
            entity: {name: round(float(each), 3) for name, each in zip(CROSSED, row, strict=True)}
            for entity, row in zip(entities, own, strict=True)
        },
        weights[cut:],
    )


def _fit(matrix: Floats, wanted: NDArray[np.bool_], meant: Floats, penalty: Floats) -> Floats:
    weights = meant.copy()
    for _step in range(STEPS):
        chances = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (chances - wanted) + penalty * (weights - meant)
        bend = (matrix * (chances * (1 - chances))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def teach(names: Names, rows: Sequence[Row], kinds: KindsOfWords) -> Gazetteer:
    """A gazetteer that has learnt from rows. Grams are fitted by themselves: what they say is added."""
    describer = Describer(open_pieces()[0], kinds)
    gazetteer = Gazetteer(names)
    gazetteer.weights = dict(MEANT)
    entities = [entity.entity for entity in names.entities]
    for _round in range(ROUNDS):
        weights, own, numbers = fit(collect(gazetteer, rows, describer), entities)
        gazetteer = Gazetteer(names, Learned(describer, weights, own, numbers.astype(np.float32)))
    learned = gazetteer.learned
    assert learned is not None
    found = [(row, gazetteer.judge(row["text"], row["lang"])) for row in rows]
    wanted = [is_named(place, row) for row, places in found for place in places]
    arrays = fit_name_grams([(row["text"], places) for row, places in found if places], wanted, entities)
    learned.grams = NameGrams(arrays, entities)
    return gazetteer


def fit_plain(names: Names, rows: Sequence[Row]) -> dict[str, float]:
    """The weights of the features alone: what the YAML file says, for where nothing learnt lies beside it."""
    gazetteer = Gazetteer(names)
    gazetteer.weights = dict(MEANT)
    for _round in range(ROUNDS):
        gazetteer.weights = fit(collect(gazetteer, rows, None), [])[0]
    return dict(gazetteer.weights)


def train_names(path: Path, rows: Sequence[Row], texts: Sequence[str]) -> str:
    """Learn from rows and write the file beside `path`, the YAML file; its digest."""
    names = load_names(path)
    pieces, digest = open_pieces()
    kinds = train_kinds(names, pieces, texts)
    learned = teach(names, rows, kinds).learned
    assert learned is not None
    assert learned.grams is not None
    about = {
        "pieces": digest,
        "kinds": list(KINDS),
        "weights": learned.weights,
        "entities": learned.entities,
        "grams": [entity.entity for entity in names.entities],
    }
    arrays = list_arrays(kinds, learned.numbers) | learned.grams.arrays
    return write_model(path.with_suffix(LEARNED), about, arrays)


def read_other_texts() -> list[str]:
    """Posts about anything, mentions of vehicles: what their common words are is looked at, nothing else."""
    return [row["text"] for row in (*read_posts("train"), *read_own_training())]


def cross_validate(
    path: Path, rows: Sequence[Row], texts: Sequence[str], folds: int
) -> Mapping[str, Counted]:
    """Counts by language, and of all as “all”, of texts that were left out while the rest was learnt; row i is left out
    in turn i % folds. The lists and the network of kinds know of no row, so they stay."""
    names = load_names(path)
    kinds = train_kinds(names, open_pieces()[0], texts)
    counts: dict[str, Counted] = {}
    for fold in range(folds):
        rest = [row for number, row in enumerate(rows) if number % folds != fold]
        quality = score_names(teach(names, rest, kinds), rows[fold::folds])
        for part, counted in (*quality.languages.items(), ("all", quality.total)):
            known = counts.get(part, Counted())
            counts[part] = replace(
                known,
                right=known.right + counted.right,
                wrong=known.wrong + counted.wrong,
                missed=known.missed + counted.missed,
            )
    return counts
