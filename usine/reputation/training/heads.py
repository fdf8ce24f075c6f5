"""Training of the two heads and of what stands on them; writes `heads.model`. The same data gives the same file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from usine.reputation.training.corrections import list_corrected
from usine.reputation.training.datasets import (
    OWN,
    Row,
    read_again,
    read_own_training,
    read_plain,
    read_posts,
    read_set,
)
from usine.reputation.training.fit import (
    Shape,
    choose_grams,
    fit_machine,
    fit_temperature,
    list_weights,
)
from usine.reputation.understanding.clauses import split_clauses
from usine.reputation.understanding.heads import Dense, Described, Head, PostHead, Words, describe, load_words
from usine.reputation.understanding.model_file import write_model
from usine.reputation.understanding.sentiment import (
    ASPECTS,
    INTENTS,
    OF_ASPECTS,
    OF_INTENTS,
    OF_SENTIMENT,
    SENTIMENTS,
    Scores,
    list_towards,
)

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]

POST_BITS, MENTION_BITS = 19, 17
"""Slots of the grams of each head, as a power of two."""
POST_COST, OWN_COST, SENTIMENT_COST, ASPECT_COST, INTENT_COST, TOWARDS_COST = 0.1, 0.15, 0.2, 0.3, 0.1, 0.1
POST_STRENGTH, MENTION_STRENGTH = 0.05, 0.1
FOLDS = 5
ENOUGH = 100
PLAIN_TIMES = 2
"""How often a plain mention counts: few of them stand against many that are hard."""


@dataclass(frozen=True, slots=True)
class Told:
    """Labelled texts as the heads see them."""

    rows: Sequence[Row]
    described: Described

    @property
    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows]


def train(out: Path, *, with_corrections: bool = False) -> Iterator[str]:
    """Train and write; yields lines that tell how far it is."""
    words, digests = load_words()
    posts, posts_dev = read_again(read_posts("train")), read_again(read_posts("dev"))
    mentions = [
        *read_own_training(),
        *read_plain() * PLAIN_TIMES,
        *(list_corrected() if with_corrections else ()),
    ]
    mentions_dev = read_own_dev()
    languages = sorted({row["lang"] for row in (*posts, *mentions)})
    yield f"{len(posts)} posts, {len(mentions)} mentions, {len(languages)} languages"
    maker = Maker(words, languages)
    maker.look(posts, mentions)
    yield maker.fit_posts(posts, posts_dev)
    yield maker.fit_mentions(mentions, mentions_dev)
    about = {
        **digests,
        "languages": languages,
        "mention_languages": list_known(mentions),
        "temperatures": maker.temperatures,
        "thresholds": maker.thresholds,
    }
    yield f"{out / 'heads.model'}: {write_model(out / 'heads.model', about, maker.arrays)}"


def list_known(mentions: Sequence[Row]) -> list[str]:
    """Languages with enough mentions to judge others of them by; a few corrections do not make one."""
    counts = Counter(row["lang"] for row in mentions)
    return sorted(language for language, count in counts.items() if count >= ENOUGH)


def read_own_dev() -> list[Row]:
    """Our own mentions to tune by."""
    files = sorted((settings.PROJECT / OWN / "mentions").glob("*.jsonl"))
    return [row for path in files for row in read_set(path, split="dev").rows]


class Maker:
    """What training makes, step by step: arrays of the model file, temperatures, thresholds."""

    def __init__(self, words: Words, languages: Sequence[str]) -> None:
        self._words, self._languages = words, languages
        self.arrays: Arrays = {}
        self.temperatures: dict[str, float] = {}
        self.thresholds: list[float] = []

    def look(self, *sets: Sequence[Row]) -> None:
        """Where the vectors lie and how far they spread."""
        vectors = np.concatenate([self._words.pieces.embed([row["text"] for row in rows]) for rows in sets])
        self.arrays["centre"] = vectors.mean(axis=0).astype(np.float32)
        self.arrays["spread"] = np.maximum(vectors.std(axis=0), 1e-6).astype(np.float32)

    def tell(self, rows: Sequence[Row]) -> Told:
        return Told(rows, self._describe([row["text"] for row in rows], [row["lang"] for row in rows]))

    def _describe(self, texts: Sequence[str], languages: Sequence[str]) -> Described:
        found = describe(texts, languages, self._words, self._languages)
        return found.place(self.arrays["centre"], self.arrays["spread"])

    def fit_posts(self, rows: Sequence[Row], dev: Sequence[Row]) -> str:
        told, judged = self.tell(rows), self.tell(dev)
        gold = _number(rows, "label")
        self.arrays |= self._fit_post_head("posts", told.described, gold, POST_COST)
        self.arrays |= self._fit_post_head("posts_own", told.described.tell_apart(), gold, OWN_COST)
        logits = self._score_posts(judged.described)
        self.temperatures["posts"] = fit_temperature(logits, _number(dev, "label"))
        agreed = _agree(logits, _number(dev, "label"))
        grams = sum(np.count_nonzero(self.arrays[f"{name}_rarity"]) for name in ("posts", "posts_own"))
        return f"posts: {grams} grams, accuracy on dev {agreed:.1f}"

    def _fit_post_head(self, name: str, described: Described, gold: Labels, cost: float) -> Arrays:
        numbers = described.list_numbers()
        vocabulary = choose_grams(described.grams, POST_BITS)
        shape = Shape(vocabulary, numbers.shape[1], len(self._languages), POST_STRENGTH)
        machine = fit_machine(shape.lay(described, numbers), gold, cost)
        return shape.unpack(name, *list_weights(machine, len(SENTIMENTS)))

    def _score_posts(self, described: Described) -> Floats:
        return PostHead(self.arrays).score(described)[1]

    def fit_mentions(self, rows: Sequence[Row], dev: Sequence[Row]) -> str:
        told, judged = self.tell(rows), self.tell(dev)
        self.arrays |= self._fit_outputs(told)
        self._fit_towards(told, self._score_outside(told))
        logits = self._score_mentions(judged.described, self.arrays)
        self.thresholds = choose_thresholds(logits[:, OF_ASPECTS], _find_aspects(dev))
        gold = _number(dev, "sentiment")
        self.temperatures["mentions"] = fit_temperature(logits[:, OF_SENTIMENT], gold)
        self.temperatures["aspects"] = 1.0  # thresholds are set for what the machine says
        self.temperatures["intents"] = fit_temperature(logits[:, OF_INTENTS], _number_intents(dev))
        return f"mentions: accuracy on dev {_agree(logits[:, OF_SENTIMENT], gold):.1f}"

    def _fit_outputs(self, told: Told) -> Arrays:
        """The head `mentions`: sentiment, aspects and intents over one vocabulary."""
        shape = Shape(choose_grams(told.described.grams, MENTION_BITS), self._width, 0, MENTION_STRENGTH)
        matrix = shape.lay(told.described, self._number(told.described))
        there = _find_aspects(told.rows)
        fitted = [
            list_weights(
                fit_machine(matrix, _number(told.rows, "sentiment"), SENTIMENT_COST), len(SENTIMENTS)
            )
        ]
        fitted += [
            list_weights(fit_machine(matrix, there[:, k], ASPECT_COST), 1) for k in range(len(ASPECTS))
        ]
        fitted += [list_weights(fit_machine(matrix, _number_intents(told.rows), INTENT_COST), len(INTENTS))]
        weights, bias = np.hstack([each[0] for each in fitted]), np.hstack([each[1] for each in fitted])
        return shape.unpack("mentions", weights, bias)

    @property
    def _width(self) -> int:
        return self._words.pieces.width + len(SENTIMENTS)

    def _number(self, described: Described) -> Floats:
        """What the head `mentions` sees beside grams: the vector, and what `posts` says by grams of all languages."""
        return np.hstack([described.vectors, PostHead(self.arrays).score(described)[0]])

    def _score_mentions(self, described: Described, arrays: Arrays) -> Floats:
        return Head(arrays, "mentions").score(described, self._number(described))

    def _score_outside(self, told: Told) -> Outside:
        """Each text, and the clause of it that speaks of each of its aspects most, as judged by a head that was trained
        without it."""
        folds = _deal(told.texts)
        pairs = [
            (i, ASPECTS.index(each["aspect"]), each["sentiment"])
            for i, row in enumerate(told.rows)
            for each in row["aspects"]
        ]
        texts, aspects = np.array([each[0] for each in pairs]), np.array([each[1] for each in pairs])
        whole = np.zeros((len(told.rows), OF_INTENTS.stop), dtype=np.float32)
        near = np.zeros((len(pairs), OF_INTENTS.stop), dtype=np.float32)
        posts = np.zeros((len(pairs), len(SENTIMENTS)), dtype=np.float32)
        for fold in range(FOLDS):
            arrays = self.arrays | self._fit_outputs(
                self.tell([told.rows[i] for i in np.flatnonzero(folds != fold).tolist()])
            )
            inside = np.flatnonzero(folds == fold).tolist()
            whole[inside] = self._score_mentions(self.tell([told.rows[i] for i in inside]).described, arrays)
            for number in np.flatnonzero(folds[texts] == fold).tolist():
                described = self._describe_clauses(told.rows[int(texts[number])])
                scores = self._score_mentions(described, arrays)
                best = int(scores[:, OF_ASPECTS][:, aspects[number]].argmax())
                near[number], posts[number] = scores[best], self._score_posts(described)[best]
        gold = np.array([SENTIMENTS.index(each[2]) for each in pairs])
        return Outside(whole, texts, aspects, gold, near, posts)

    def _describe_clauses(self, row: Row) -> Described:
        clauses = [row["text"][start:end] for start, end in split_clauses(row["text"])]
        return self._describe(clauses, [row["lang"]] * len(clauses))

    def _fit_towards(self, told: Told, outside: Outside) -> None:
        """Sentiment towards an aspect, from texts and clauses judged by heads that had not seen them."""
        whole = self._score_posts(told.described)[outside.texts]
        never = np.zeros(len(outside.texts), dtype=np.bool_)
        numbers = list_towards(
            Scores(whole, outside.whole[outside.texts], never),
            Scores(outside.posts, outside.near, never),
            outside.aspects,
        )
        machine = fit_machine(numbers, outside.gold, TOWARDS_COST)
        weights, bias = list_weights(machine, len(SENTIMENTS))
        self.arrays |= {"towards_dense": weights[None].astype(np.float16), "towards_bias": bias[None]}
        nobody = np.full(len(numbers), -1)
        self.temperatures["towards"] = fit_temperature(
            Dense(self.arrays, "towards").score(numbers, nobody), outside.gold
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """What heads say of texts that they were trained without; pairs of a text and an aspect."""

    whole: Floats
    texts: Labels
    aspects: Labels
    gold: Labels
    near: Floats
    posts: Floats


def _deal(texts: Sequence[str]) -> Labels:
    """A fold for each text; texts that are the same lie in the same one."""
    number = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return np.array([number[text] % FOLDS for text in texts], dtype=np.int64)


def choose_thresholds(logits: Floats, there: NDArray[np.bool_]) -> list[float]:
    """For each aspect the chance above which it is said to be spoken of, so that F1 is the best."""
    found = []
    for column in range(logits.shape[1]):
        chances = 1 / (1 + np.exp(-logits[:, column]))
        tried = np.linspace(0.2, 0.6, 41)
        found.append(round(float(max(tried, key=lambda least: _f1(chances >= least, there[:, column]))), 3))
    return found


def _f1(said: NDArray[np.bool_], gold: NDArray[np.bool_]) -> float:
    return float(2 * (said & gold).sum() / max(said.sum() + gold.sum(), 1))


def _number(rows: Sequence[Row], key: str) -> Labels:
    return np.array([SENTIMENTS.index(row[key]) for row in rows], dtype=np.int64)


def _number_intents(rows: Sequence[Row]) -> Labels:
    return np.array([INTENTS.index(row["intent"]) for row in rows], dtype=np.int64)


def _find_aspects(rows: Sequence[Row]) -> NDArray[np.bool_]:
    said = [{each["aspect"] for each in row["aspects"]} for row in rows]
    return np.array([[aspect in each for aspect in ASPECTS] for each in said], dtype=np.bool_)


def _agree(logits: Floats, gold: Labels) -> float:
    return float(100 * (logits.argmax(axis=1) == gold).mean())
