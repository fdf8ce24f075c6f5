"""Sentiment: of posts about anything, and of mentions of cars, which the first helps to judge.

Two heads. `posts` learnt from public posts in nine languages, once for all of them and once for each. `mentions` learnt
from mentions of cars in the languages of the markets; it also sees what `posts` says, and has outputs for aspects and
intents beside those for sentiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import Aspect, Guess, Intent, Sentiment
from usine.reputation.understanding.heads import Dense, Described, Head, PostHead, Words, describe, soften
from usine.reputation.understanding.model_file import ModelFile

SENTIMENTS, ASPECTS, INTENTS = tuple(Sentiment), tuple(Aspect), tuple(Intent)
OF_SENTIMENT = slice(0, len(SENTIMENTS))
OF_ASPECTS = slice(OF_SENTIMENT.stop, OF_SENTIMENT.stop + len(ASPECTS))
OF_INTENTS = slice(OF_ASPECTS.stop, OF_ASPECTS.stop + len(INTENTS))
"""The columns of the head `mentions`."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of both heads, a row a text; `is_known`: the language has training mentions of its own."""

    posts: Floats
    mentions: Floats
    is_known: NDArray[np.bool_]

    def __getitem__(self, rows: NDArray[np.int64]) -> Scores:
        return Scores(self.posts[rows], self.mentions[rows], self.is_known[rows])

    def extend(self, more: Scores) -> Scores:
        """These rows, then others."""
        return Scores(
            np.concatenate([self.posts, more.posts]),
            np.concatenate([self.mentions, more.mentions]),
            np.concatenate([self.is_known, more.is_known]),
        )


class Models:
    """The embedded models of a file, and the pieces that they were trained with."""

    def __init__(self, file: ModelFile, words: Words) -> None:
        self.about = file.about
        self.languages: Sequence[str] = file.about["languages"]
        self._words = words
        self._posts, self._mentions = PostHead(file.arrays), Head(file.arrays, "mentions")
        self._towards = Dense(file.arrays, "towards")
        self._spread, self._centre = (
            file.arrays["spread"].astype(np.float32),
            file.arrays["centre"].astype(np.float32),
        )
        known = set(file.about["mention_languages"])
        self._known = np.array([*(language in known for language in self.languages), False])
        self._thresholds = np.array(file.about["thresholds"], dtype=np.float32)

    def describe(self, texts: Sequence[str], languages: Sequence[str]) -> Described:
        return describe(texts, languages, self._words, self.languages).place(self._centre, self._spread)

    def score(self, described: Described) -> Scores:
        shared, posts = self._posts.score(described)
        mentions = self._mentions.score(described, np.hstack([described.vectors, shared]))
        return Scores(posts, mentions, self._known[described.languages])

    def judge_posts(self, scores: Scores) -> Floats:
        """Probabilities of negative, neutral, positive for posts about anything."""
        return soften(scores.posts, self.about["temperatures"]["posts"])

    def judge(self, scores: Scores) -> Floats:
        """The same for mentions; a language without training mentions is judged as any post."""
        mentions = soften(scores.mentions[:, OF_SENTIMENT], self.about["temperatures"]["mentions"])
        return np.where(scores.is_known[:, None], mentions, self.judge_posts(scores))

    def find_aspects(self, scores: Scores) -> tuple[Floats, NDArray[np.bool_]]:
        """How likely each aspect is spoken of, (texts, aspects); and where that is enough to say so."""
        chances = 1 / (1 + np.exp(-scores.mentions[:, OF_ASPECTS] / self.about["temperatures"]["aspects"]))
        return chances, chances >= self._thresholds

    def judge_intents(self, scores: Scores) -> Floats:
        return soften(scores.mentions[:, OF_INTENTS], self.about["temperatures"]["intents"])

    def judge_towards(self, whole: Scores, clause: Scores, aspects: NDArray[np.int64]) -> Floats:
        """Sentiment towards an aspect, from what the text and the clause about it say; rows go together."""
        numbers = list_towards(whole, clause, aspects)
        nobody = np.full(len(aspects), -1, dtype=np.int64)
        return soften(self._towards.score(numbers, nobody), self.about["temperatures"]["towards"])


def list_towards(whole: Scores, clause: Scores, aspects: NDArray[np.int64]) -> Floats:
    """What sentiment towards an aspect is judged by."""
    return np.hstack(
        [
            whole.posts,
            whole.mentions[:, OF_SENTIMENT],
            clause.posts,
            clause.mentions[:, OF_SENTIMENT],
            np.eye(len(ASPECTS), dtype=np.float32)[aspects],
        ]
    )


def choose(chances: Floats, why: str) -> Guess:
    """The likeliest sentiment of one row of probabilities."""
    best = int(chances.argmax())
    return Guess(SENTIMENTS[best].value, round(float(chances[best]), 3), why)
