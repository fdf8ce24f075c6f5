"""Every quality figure of a labelled set, whatever kind it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from usine.reputation.contracts import FileUnreadable, Sentiment
from usine.reputation.texts.languages import detect_language
from usine.reputation.training.datasets import (
    TRAINED_TO_JUDGE,
    Kind,
    Labelled,
    Row,
    TrainingUnable,
    read_again,
    read_set,
)
from usine.reputation.training.metrics import score_accuracy, score_macro, score_sets, split_by
from usine.reputation.trouble.quality import evaluate_alerts
from usine.reputation.understanding.names import Gazetteer
from usine.reputation.understanding.names_quality import score_names
from usine.reputation.understanding.quality import FILE as QUALITY
from usine.reputation.understanding.quality import FOLDER
from usine.reputation.understanding.reading import load_models
from usine.reputation.understanding.sentiment import INTENTS, SENTIMENTS, Models

LABELS = tuple(each.value for each in Sentiment)
MEAN, ALL = "mean", "all"
SHOWN = "sentiment macro-F1"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: of which set, what it measures, over which part (a language, or the mean), over how many."""

    set: str
    what: str
    part: str
    value: float
    count: int


def evaluate(labelled: Labelled) -> list[Figure]:
    """The figures of one file. Raises TrainingUnable where it needs what is not installed."""
    if labelled.kind in TRAINED_TO_JUDGE:
        from usine.reputation.training.pairs import evaluate_pairs

        return [Figure(labelled.name, *each) for each in evaluate_pairs(labelled)]
    if labelled.kind is Kind.COUNTS:
        return [Figure(labelled.kind.value, *each) for each in judge_counts(labelled.path.parent)]
    return [Figure(labelled.name, *each) for each in _JUDGES[labelled.kind](labelled.rows)]


Plain = tuple[str, str, float, int]  # what, part, value, count


def judge_posts(rows: Sequence[Row]) -> Iterator[Plain]:
    """Sentiment of posts about anything, the language as the file names it; by the labels of the file, and,
    where posts were read once more, by those that they got then."""
    models, _digest = load_models()
    said = _label(models.judge_posts(models.score(_describe(models, rows))))
    published, again = ([row["label"] for row in each] for each in (rows, read_again(rows)))
    yield from _each("macro-F1", rows, published, said, _macro)
    if again != published:
        yield from _each("macro-F1, read again", rows, again, said, _macro)


def judge_mentions(rows: Sequence[Row]) -> Iterator[Plain]:
    """Our own mentions: sentiment, intent, aspects, aspects with their sentiments."""
    models, _digest = load_models()
    scores = models.score(_describe(models, rows))
    yield from _each(SHOWN, rows, [row["sentiment"] for row in rows], _label(models.judge(scores)), _macro)
    intents = [INTENTS[best].value for best in models.judge_intents(scores).argmax(axis=1)]
    yield from _each("intent macro-F1", rows, [row["intent"] for row in rows], intents, score_macro)
    gold = [frozenset((each["aspect"], each["sentiment"]) for each in row["aspects"]) for row in rows]
    said = read_aspects(rows)
    yield from _each("aspects micro-F1", rows, _name(gold), _name(said), score_sets)
    yield from _each("aspects with sentiment micro-F1", rows, gold, said, score_sets)


def _name(sets: Iterable[frozenset[tuple[str, str]]]) -> list[frozenset[str]]:
    return [frozenset(aspect for aspect, _ in each) for each in sets]


def read_aspects(rows: Sequence[Row]) -> list[frozenset[tuple[str, str]]]:
    """Aspects with their sentiments as the reader says them, the language being known."""
    from usine.reputation.contracts import Guess
    from usine.reputation.understanding.reading import Reader

    models, digest = load_models()
    reader = Reader(models, digest, detect=lambda text, hint="": Guess(hint, 1.0))
    readings = reader.read_all([("", row["text"], row["lang"]) for row in rows])
    return [frozenset((each.aspect.value, each.sentiment.label) for each in r.aspects) for r in readings]


def judge_languages(rows: Sequence[Row]) -> Iterator[Plain]:
    """Language of each text, told by nothing but the text."""
    yield from _each(
        "accuracy",
        rows,
        [row["lang"] for row in rows],
        [detect_language(row["text"]).label for row in rows],
        score_accuracy,
    )


def judge_names(rows: Sequence[Row]) -> Iterator[Plain]:
    """Entities: right where the same one is found at a place that overlaps; precision and recall."""
    quality = score_names(Gazetteer.load(settings.REPUTATION_NAMES), rows)
    texts = Counter(row["lang"] for row in rows)
    for part, counted in (*sorted(quality.languages.items()), (ALL, quality.total)):
        for what in ("precision", "recall"):
            yield what, part, 100 * getattr(counted, what), texts.get(part, quality.texts)


def judge_counts(folder: Path) -> Iterator[Plain]:
    """Counts of mentions of brands in a folder, with bursts put into them: what the detectors of trouble find."""
    yield from _flatten("", evaluate_alerts(folder))


def _flatten(path: str, found: Any) -> Iterator[Plain]:
    """Every number of a tree, by its path."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from _flatten(f"{path}{name} ", value)
        elif isinstance(value, int | float):
            yield f"{path}{name}", ALL, float(value), 1


_JUDGES: Mapping[Kind, Callable[[Sequence[Row]], Iterator[Plain]]] = {
    Kind.POSTS: judge_posts,
    Kind.MENTIONS: judge_mentions,
    Kind.LANGUAGES: judge_languages,
    Kind.NAMES: judge_names,
}


def evaluate_files(paths: Iterable[Path], split: str) -> Iterator[Figure | str]:
    """Figures of files, one after the other; in place of a file that cannot be judged, a sentence. Files of one kind
    that hold a language each are judged together."""
    sets: dict[tuple[Kind, str], Labelled] = {}
    for path in paths:
        labelled = read_set(path, split=split)
        if labelled.kind in (Kind.MENTIONS, Kind.NAMES):
            before = sets.get((labelled.kind, ""))
            rows = [*(before.rows if before else ()), *labelled.rows]
            sets[labelled.kind, ""] = Labelled(Path(labelled.kind.value), labelled.kind, rows)
        else:  # counts of several brands lie in one folder
            sets[labelled.kind, str(path.parent if labelled.kind is Kind.COUNTS else path)] = labelled
    for labelled in sets.values():
        try:
            yield from evaluate(labelled)
        except TrainingUnable as reason:
            yield f"{labelled.name}: not judged: {reason}"


def keep_quality(figures: Sequence[Figure], split: str) -> None:
    """Write the scores that screens show beside a language: sentiment of our own mentions (`get_quality`)."""
    kept = [each for each in figures if (each.set, each.what) == (Kind.MENTIONS.value, SHOWN)]
    scores = {each.part: round(each.value, 1) for each in kept if each.part != MEAN}
    if not scores:
        raise FileUnreadable(
            "No mentions of our own were judged, whose scores are kept: give them as --split."
        )
    found = {"model": load_models()[1], "split": split, "what": SHOWN, "sentiment": scores}
    (FOLDER / QUALITY).write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")


def _describe(models: Models, rows: Sequence[Row]) -> Any:
    return models.describe([row["text"] for row in rows], [row["lang"] for row in rows])


def _label(chances: Any) -> list[str]:
    return [SENTIMENTS[best].value for best in np.asarray(chances).argmax(axis=1)]


def _macro(gold: Sequence[Any], said: Sequence[Any]) -> float:
    return score_macro(gold, said, LABELS)


def _each(
    what: str,
    rows: Sequence[Row],
    gold: Sequence[Any],
    said: Sequence[Any],
    score: Callable[[Any, Any], float],
) -> Iterator[Plain]:
    """The score of each language, and the mean over languages."""
    parts = split_by([row["lang"] for row in rows], gold, said)
    values = []
    for language, (a, b) in parts.items():
        values.append(score(a, b))
        yield what, language, values[-1], len(a)
    if len(parts) > 1:
        yield what, MEAN, sum(values) / len(values), len(gold)
