"""Sets with labels of their own: a model of the same features is trained on their train split in memory, then judged.

None of it ships. Aspects (bdci, casa, mams): machines say which aspects a text speaks of, and, of the clause that
speaks most of an aspect, the sentiment towards it, with features crossed by the aspect. Targets (semeval) and
opinions (muse): the sentiment towards a place of the text, by what stands near it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.training.cars import judge_cars
from usine.reputation.training.datasets import (
    TRAINED_TO_JUDGE,
    Kind,
    Labelled,
    Row,
    TrainingUnable,
    find_data,
    read_set,
)
from usine.reputation.training.fit import fit_machine, require_scikit
from usine.reputation.training.layout import CROSSED, SENTIMENTS, Features, Labels, Plain, cut_clauses
from usine.reputation.training.metrics import score_accuracy, score_macro, score_sets, split_by

SHORT = {"neg": "negative", "neu": "neutral", "pos": "positive"}
ASPECT_COST, TOWARDS_COST = 0.3, 0.1
LEAST = 0.3
"""The chance of an aspect with its sentiment above which both are said; the likeliest is said of every text."""
NEAR = 5
"""Words before and after a target that are near it."""


def evaluate_pairs(labelled: Labelled) -> Iterator[Plain]:
    """Train on the set's train split (held-out folds of it where it has no other), judge the file."""
    require_scikit()
    kind = labelled.kind
    taught = _read_taught(labelled)
    if kind in (Kind.CARS_ZH, Kind.DISHES):
        yield from _judge_aspects(taught, labelled.rows)
    elif kind is Kind.CARS_ID:
        yield from judge_cars(taught, labelled.rows)
    else:
        yield from _judge_places(_find_places(kind, taught), _find_places(kind, labelled.rows))


def _read_taught(labelled: Labelled) -> Sequence[Row]:
    name = TRAINED_TO_JUDGE[labelled.kind]
    files = [find_data() / f"{name}.{split}.jsonl.gz" for split in ("train", "dev")]
    path = next((each for each in files if each.exists()), None)
    if path is None:
        raise TrainingUnable(f"{files[0]} is absent: {labelled.name} is judged by a model trained on it.")
    if path.resolve() == labelled.path.resolve():
        raise TrainingUnable(f"{path} is what the model is trained on: judge another split of it.")
    return read_set(path).rows


class AspectJudge:
    """Which aspects, and the clause of each; sentiments of pairs of a text and an aspect."""

    def __init__(self, rows: Sequence[Row], there: NDArray[np.bool_]) -> None:
        self._features = Features([row["text"] for row in rows], [row["lang"] for row in rows])
        matrix = self._lay([row["text"] for row in rows], rows)
        self._machines = [fit_machine(matrix, column, ASPECT_COST) for column in there.T]
        self._slopes = [_calibrate(matrix, column) for column in there.T]

    def _lay(self, texts: Sequence[str], rows: Sequence[Row]) -> Any:
        return self._features.lay(texts, [row["lang"] for row in rows])

    def find_chances(self, rows: Sequence[Row]) -> NDArray[np.float64]:
        """(texts, aspects)."""
        matrix = self._lay([row["text"] for row in rows], rows)
        columns = [
            1 / (1 + np.exp(-(a * machine.decision_function(matrix) + b)))
            for machine, (a, b) in zip(self._machines, self._slopes, strict=True)
        ]
        return np.array(columns).T

    def lay_pairs(self, rows: Sequence[Row], texts: Labels, aspects: Labels) -> Any:
        """Features of pairs: the text, the clause that speaks most of the aspect, once shared and once its own."""
        from scipy import sparse

        starts, clauses = cut_clauses([row["text"] for row in rows])
        of_clauses = self._features.lay(
            clauses, np.repeat([row["lang"] for row in rows], np.diff(starts)).tolist()
        )
        scores = np.array([machine.decision_function(of_clauses) for machine in self._machines]).T
        near = [
            int(starts[i] + scores[starts[i] : starts[i + 1], k].argmax())
            for i, k in zip(texts, aspects, strict=True)
        ]
        whole = self._lay([row["text"] for row in rows], rows)[texts]
        clause = of_clauses[near]
        crossed = [
            sparse.diags((aspects == k).astype(np.float32) * CROSSED) @ part
            for k in range(len(self._machines))
            for part in (clause, whole)
        ]
        return sparse.hstack([whole, clause, *crossed]).tocsr()


def _calibrate(matrix: Any, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that turn a machine's distance into a chance, by folds (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold

    distances = np.zeros(len(labels))
    for inside, outside in KFold(3, shuffle=True, random_state=0).split(distances):
        distances[outside] = fit_machine(matrix[inside], labels[inside], ASPECT_COST).decision_function(
            matrix[outside]
        )
    fitted = LogisticRegression(C=100).fit(distances[:, None], labels)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _judge_aspects(taught: Sequence[Row], rows: Sequence[Row]) -> Iterator[Plain]:
    names = sorted({each["aspect"] for row in taught for each in row["aspects"]})
    judge = AspectJudge(taught, _find_there(taught, names))
    pairs = [
        (i, names.index(a["aspect"]), SENTIMENTS.index(a["sentiment"]))
        for i, r in enumerate(taught)
        for a in r["aspects"]
    ]
    texts, aspects, gold = (np.array(column) for column in zip(*pairs, strict=True))
    machine = fit_machine(judge.lay_pairs(taught, texts, aspects), gold, TOWARDS_COST)
    every = np.repeat(np.arange(len(rows)), len(names)), np.tile(np.arange(len(names)), len(rows))
    distances = machine.decision_function(judge.lay_pairs(rows, *every)).reshape(len(rows), len(names), -1)
    odds = np.exp(distances)
    towards = odds / odds.sum(axis=2, keepdims=True)
    joint = judge.find_chances(rows)[:, :, None] * towards
    said = [_say(row, names) for row in joint]
    right = [{(a["aspect"], a["sentiment"]) for a in row["aspects"]} for row in rows]
    yield "aspects with sentiment micro-F1", "all", score_sets(right, said), len(rows)
    named = [[{a for a, _ in each} for each in sets] for sets in (right, said)]
    yield "aspects micro-F1", "all", score_sets(*named), len(rows)
    known = [
        (i, names.index(a), SENTIMENTS.index(s))
        for i, each in enumerate(right)
        for a, s in each
        if a in names
    ]
    given = [int(towards[i, k].argmax()) for i, k, _ in known]
    yield (
        "sentiment given the aspect, accuracy",
        "all",
        score_accuracy([s for *_, s in known], given),
        len(known),
    )
    yield (
        "sentiment given the aspect, macro-F1",
        "all",
        score_macro([s for *_, s in known], given, range(3)),
        len(known),
    )


def _say(chances: NDArray[np.float64], names: Sequence[str]) -> set[tuple[str, str]]:
    best = chances.max(axis=1)
    chosen = np.flatnonzero(best >= min(LEAST, best.max())).tolist()
    return {(names[k], SENTIMENTS[int(chances[k].argmax())]) for k in chosen}


def _find_there(rows: Iterable[Row], names: Sequence[str]) -> NDArray[np.bool_]:
    said = [{each["aspect"] for each in row["aspects"]} for row in rows]
    return np.array([[name in each for name in names] for each in said], dtype=np.bool_)


def _find_places(kind: Kind, rows: Sequence[Row]) -> list[tuple[str, str, str, str, str]]:
    """Text, what is judged, what stands near it, sentiment, language: a tuple for each target or opinion."""
    found = []
    for row in rows:
        if kind is Kind.TARGETS:
            before, _, after = row["text"].partition("$T$")
            near = " ".join([*before.split()[-NEAR:], "$T$", *after.split()[:NEAR]])
            found.append((row["text"], row["target"], near, row["sentiment"], row["lang"]))
            continue
        words = row["text"].split(" ")
        for each in row["triplets"]:
            aspect, opinion = (_spell(words, each[key]) for key in ("aspect", "opinion"))
            found.append((row["text"], aspect, opinion, SHORT[each["sentiment"]], row["lang"]))
    return found


def _spell(words: Sequence[str], place: str | Sequence[int]) -> str:
    return place if isinstance(place, str) else " ".join(words[i] for i in place if i < len(words))


def _judge_places(taught: Sequence[tuple[str, ...]], judged: Sequence[tuple[str, ...]]) -> Iterator[Plain]:
    from scipy import sparse

    features = Features([each[0] for each in taught], [each[4] for each in taught])

    def lay(part: Sequence[tuple[str, ...]]) -> Any:
        languages = [each[4] for each in part]
        return sparse.hstack([features.lay([each[k] for each in part], languages) for k in (0, 1, 2)]).tocsr()

    said = fit_machine(lay(taught), [each[3] for each in taught], TOWARDS_COST).predict(lay(judged))
    gold, languages = [each[3] for each in judged], [each[4] for each in judged]
    for language, (a, b) in split_by(languages, gold, list(said)).items():
        yield "accuracy", language, score_accuracy(a, b), len(a)
        yield "macro-F1", language, score_macro(a, b, SENTIMENTS), len(a)
