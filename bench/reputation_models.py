"""The embedded models of reputation beside their peers: F1 and texts a second of one core, on the dev splits.

`python bench/reputation_models.py` measures, in one run:

- sentiment of public posts in eight languages (UMSAB dev): the shipped model; the baseline, which is TF-IDF of words
  1-2 and characters 2-5 with a linear machine trained on the same posts; VADER
- sentiment of our own mentions in twelve languages (dev): the shipped model, the baseline trained on the same mentions
- aspects of cars in Indonesian (CASA): the judge in memory, the baseline
- aspects of cars in Chinese (BDCI): the judge in memory, the baseline
- a whole reading (clauses, aspects, intent too), texts a second

Needs the labelled sets (USINE_DATA). Texts a second are of processor time, so that others' work counts for nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "usine.config.settings")
PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402

LABELS = ("negative", "neutral", "positive")
ROUNDS = 3
Row = dict[str, Any]


def main() -> None:
    import django

    django.setup()
    found = {
        "posts": measure_posts(),
        "posts_read_again": measure_posts(read_again=True),
        "mentions": measure_mentions(),
        "casa": measure_casa(),
        "bdci": measure_bdci(),
        "reading": measure_reading(),
    }
    for part, figures in found.items():
        for name, value in figures.items():
            print(f"{part:<10}{name:<28}{value}")
    keep("reputation_models", found)


def measure_posts(*, read_again: bool = False) -> dict[str, Any]:
    """By the labels as published; or, for learning and judging alike, those of the Hindi as read once more."""
    from usine.reputation.training import datasets

    taught, judged = (
        [row for row in datasets.read_posts(split) if row["lang"] != "id"] for split in ("train", "dev")
    )
    if read_again:
        taught, judged = datasets.read_again(taught), datasets.read_again(judged)
    baseline = Baseline(taught, "label")
    return {
        "ours": measure(judged, "label", judge_ours),
        "baseline": measure(judged, "label", baseline.judge),
        "vader": measure(judged, "label", judge_vader),
    }


def measure_mentions() -> dict[str, Any]:
    from usine.reputation.training.datasets import read_own_training, read_plain
    from usine.reputation.training.heads import read_own_dev

    judged = read_own_dev()
    baseline = Baseline([*read_own_training(), *read_plain()], "sentiment")
    return {
        "ours": measure(judged, "sentiment", judge_ours_mentions),
        "baseline": measure(judged, "sentiment", baseline.judge),
    }


def measure_casa() -> dict[str, Any]:
    taught, judged = read_splits("casa_car_aspects_id")
    scores = {}
    for name in sorted(taught[0]["aspects"]):
        flat = [[row | {"label": row["aspects"][name]} for row in part] for part in (taught, judged)]
        said = Baseline(flat[0], "label", cost=1.0).judge(flat[1])
        scores[name] = macro([row["label"] for row in flat[1]], said)
    return {"ours": evaluate("casa_car_aspects_id")["macro-F1 mean"], "baseline": mean(scores)}


def measure_bdci() -> dict[str, Any]:
    """Baseline: which aspects by a machine each, the sentiment by one that reads the aspect's name before the text."""
    from usine.reputation.training.metrics import score_sets

    taught, judged = read_splits("bdci2018_car_aspects_zh")
    named = [(a["aspect"], a["sentiment"], row["text"]) for row in taught for a in row["aspects"]]
    texts = [{"text": f"{name} {text}", "label": label} for name, label, text in named]
    towards = Baseline(texts, "label", cost=1.0)
    said: list[set[tuple[str, str]]] = [set() for _ in judged]
    for name in sorted({each[0] for each in named}):
        there = [row | {"label": any(a["aspect"] == name for a in row["aspects"])} for row in taught]
        is_there = Baseline(there, "label", cost=1.0).judge(judged)
        sentiments = towards.judge([{"text": f"{name} {row['text']}"} for row in judged])
        for labels, here, sentiment in zip(said, is_there, sentiments, strict=True):
            labels |= {(name, str(sentiment))} if here else set()
    gold = [{(a["aspect"], a["sentiment"]) for a in row["aspects"]} for row in judged]
    ours = evaluate("bdci2018_car_aspects_zh")["aspects with sentiment micro-F1 all"]
    return {"ours": ours, "baseline": round(score_sets(gold, said), 1)}


def measure_reading() -> dict[str, Any]:
    """Posts read whole, their language being claimed."""
    from usine.reputation.contracts import Guess
    from usine.reputation.training.datasets import read_posts
    from usine.reputation.understanding.reading import Reader, load_models

    reader = Reader(*load_models(), detect=lambda text, hint="": Guess(hint, 1.0))
    texts = [("", row["text"], row["lang"]) for row in read_posts("dev")]
    reader.read_all(texts[:300])
    return {"texts_per_s": fastest(lambda: reader.read_all(texts), len(texts))}


class Baseline:
    """Words 1-2 (signs and emoji are words) and characters 2-5 by scikit-learn, one machine for all languages."""

    def __init__(self, rows: Sequence[Row], key: str, cost: float = 0.1) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union
        from sklearn.svm import LinearSVC

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\w+|[^\w\s]")
        characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        self._machine = make_pipeline(make_union(words, characters), LinearSVC(C=cost, random_state=0))
        self._machine.fit([row["text"] for row in rows], [row[key] for row in rows])

    def judge(self, rows: Sequence[Row]) -> list[Any]:
        return list(self._machine.predict([row["text"] for row in rows]))


def judge_ours(rows: Sequence[Row]) -> list[str]:
    return _judge(rows, "judge_posts")


def judge_ours_mentions(rows: Sequence[Row]) -> list[str]:
    return _judge(rows, "judge")


def _judge(rows: Sequence[Row], how: str) -> list[str]:
    from usine.reputation.understanding.reading import BATCH, load_models

    models, _digest = load_models()
    said: list[str] = []
    for at in range(0, len(rows), BATCH):
        part = rows[at : at + BATCH]
        described = models.describe([row["text"] for row in part], [row["lang"] for row in part])
        said += [LABELS[best] for best in getattr(models, how)(models.score(described)).argmax(axis=1)]
    return said


def judge_vader(rows: Sequence[Row]) -> list[str]:
    """The thresholds are its authors'."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    scores = [analyser.polarity_scores(row["text"])["compound"] for row in rows]
    return ["positive" if s >= 0.05 else "negative" if s <= -0.05 else "neutral" for s in scores]


def measure(rows: Sequence[Row], key: str, judge: Callable[[Sequence[Row]], list[str]]) -> dict[str, Any]:
    """Macro-F1 by language, their mean, texts a second."""
    said = judge(rows)
    scores = {}
    for language in sorted({row["lang"] for row in rows}):
        chosen = [i for i, row in enumerate(rows) if row["lang"] == language]
        scores[language] = round(macro([rows[i][key] for i in chosen], [said[i] for i in chosen]), 1)
    return {"macro_f1": scores, "mean": mean(scores), "texts_per_s": fastest(lambda: judge(rows), len(rows))}


def fastest(run: Callable[[], Any], count: int) -> int:
    """Texts a second of processor time, the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = time.process_time()
        run()
        best = min(best, time.process_time() - before)
    return round(count / best)


def evaluate(name: str) -> dict[str, float]:
    from usine.reputation.training.datasets import find_data
    from usine.reputation.training.evaluation import evaluate_files

    figures = evaluate_files([find_data() / f"{name}.dev.jsonl.gz"], "")
    return {f"{each.what} {each.part}": round(each.value, 1) for each in figures if not isinstance(each, str)}


def read_splits(name: str) -> list[list[Row]]:
    from usine.reputation.training.datasets import find_data, read_set

    paths = [find_data() / f"{name}.{split}.jsonl.gz" for split in ("train", "dev")]
    return [[dict(row) for row in read_set(path).rows] for path in paths]


def macro(gold: Sequence[str], said: Sequence[str]) -> float:
    from usine.reputation.training.metrics import score_macro

    return score_macro(gold, said, LABELS)


def mean(scores: dict[str, float]) -> float:
    return round(sum(scores.values()) / len(scores), 1)


if __name__ == "__main__":
    main()
