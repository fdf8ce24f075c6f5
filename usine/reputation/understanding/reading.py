"""A reader of mentions: language, sentiment, names, aspects, intent, with one digest of the models that said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from usine.reputation.contracts import AspectReading, Guess, ModelInvalid, Named, Reading, join_text
from usine.reputation.understanding.clauses import find_clauses, split_clauses
from usine.reputation.understanding.heads import load_words
from usine.reputation.understanding.model_file import read_model
from usine.reputation.understanding.quality import FOLDER
from usine.reputation.understanding.sentiment import ASPECTS, INTENTS, Models, Scores, choose
from usine.reputation.understanding.transformer import Transformer

BATCH = 256
OF_CLAUSE, OF_WHOLE = "clause", "text"
"""Why a sentiment is what it is: the clause around a name, or the whole text."""
CLAUSE_SHARE = 0.7
"""Of a sentiment towards an entity that its own clause decides; the text decides the rest."""

FindNames = Callable[[str, str], tuple[Named, ...]]
Floats = NDArray[np.float32]


class Detect(Protocol):
    def __call__(self, text: str, *, hint: str = "") -> Guess: ...


class Text(NamedTuple):
    """What is read. `language` is what its source claims, empty when it claims nothing."""

    title: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The clauses of a batch: where each text's begin among them, and what was made of them."""

    clauses: Sequence[Sequence[tuple[int, int]]]
    starts: Sequence[int]
    scores: Scores
    sentiments: Floats
    aspects: Floats


def say_no_names(text: str, language: str) -> tuple[Named, ...]:
    """Where no gazetteer is given."""
    return ()


def detect_language(text: str, *, hint: str = "") -> Guess:
    """What the room's detector says."""
    detect = import_module("usine.reputation.texts.languages").detect_language
    return cast(Guess, detect(text, hint=hint))


class Reader:
    """Reads mentions by the embedded models. Give a transformer, and it judges sentiment in their place."""

    def __init__(
        self,
        models: Models,
        digest: str,
        *,
        find_names: FindNames = say_no_names,
        detect: Detect = detect_language,
        transformer: Transformer | None = None,
    ) -> None:
        self._models, self._find_names, self._detect = models, find_names, detect
        self._transformer = transformer
        self.digest = digest

    def read(self, title: str, text: str, *, language: str = "") -> Reading:
        """One mention. Many go faster together (`read_all`)."""
        return self.read_all([Text(title, text, language)])[0]

    def read_all(self, texts: Iterable[Text | tuple[str, str, str]]) -> list[Reading]:
        """A reading for each text, in order: title, text and the language that its source claims."""
        rest, found = iter(texts), list[Reading]()
        while batch := [Text(*each) for each in islice(rest, BATCH)]:
            found += self._read_batch(batch)
        return found

    def _read_batch(self, texts: Sequence[Text]) -> list[Reading]:
        wholes = [join_text(each.title, each.text) for each in texts]
        languages = [self._detect(w, hint=t.language) for w, t in zip(wholes, texts, strict=True)]
        labels = [guess.label for guess in languages]
        scores = self._models.score(self._models.describe(wholes, labels))
        sentiments = self._judge(wholes, scores)
        intents = self._models.judge_intents(scores)
        chances, is_there = self._models.find_aspects(scores)
        parts = self._part(wholes, labels, scores, sentiments, chances)
        towards = self._judge_aspects(scores, parts, is_there)
        found = []
        for i, whole in enumerate(wholes):
            names = self._find_names(whole, labels[i])
            entities = self._judge_entities(names, parts, i, sentiments[i])
            found.append(
                Reading(
                    language=languages[i],
                    sentiment=choose(sentiments[i], OF_WHOLE),
                    intent=_choose_intent(intents[i]),
                    names=names,
                    entities=entities,
                    aspects=tuple(self._list_aspects(names, parts, i, towards)),
                    model=self.digest,
                )
            )
        return found

    def _judge(self, texts: Sequence[str], scores: Scores) -> Floats:
        return self._transformer.judge(texts) if self._transformer else self._models.judge(scores)

    def _part(
        self,
        wholes: Sequence[str],
        languages: Sequence[str],
        scores: Scores,
        sentiments: Floats,
        chances: Floats,
    ) -> _Parts:
        """The clauses of every text, judged; a text of one clause is judged already."""
        clauses = [split_clauses(whole) for whole in wholes]
        split = [i for i, each in enumerate(clauses) if len(each) > 1]
        texts = [wholes[i][start:end] for i in split for start, end in clauses[i]]
        said = [languages[i] for i in split for _ in clauses[i]]
        starts, at = [], len(wholes)
        for i, each in enumerate(clauses):
            starts.append(at if len(each) > 1 else i)
            at += len(each) if len(each) > 1 else 0
        more = self._models.score(self._models.describe(texts, said))
        return _Parts(
            clauses,
            starts,
            scores.extend(more),
            np.concatenate([sentiments, self._judge(texts, more)]) if texts else sentiments,
            np.concatenate([chances, self._models.find_aspects(more)[0]]),
        )

    def _judge_aspects(
        self, scores: Scores, parts: _Parts, is_there: NDArray[np.bool_]
    ) -> Mapping[int, list[tuple[int, int, Floats]]]:
        """By text: aspect, the number of the clause that speaks of it most, probabilities of sentiments."""
        rows, aspects = np.nonzero(is_there)
        pairs = [*zip(rows.tolist(), aspects.tolist(), strict=True)]
        best = np.array(
            [
                parts.starts[i] + int(_take(parts.aspects, parts, i)[:, aspect].argmax())
                for i, aspect in pairs
            ],
            dtype=np.int64,
        )
        if self._transformer:
            judged = parts.sentiments[best]
        else:
            judged = self._models.judge_towards(parts.scores[rows], parts.scores[best], aspects)
        found: dict[int, list[tuple[int, int, Floats]]] = {}
        for (i, aspect), at, chances in zip(pairs, best.tolist(), judged, strict=True):
            found.setdefault(i, []).append((aspect, at - parts.starts[i], chances))
        return found

    def _list_aspects(
        self,
        names: Sequence[Named],
        parts: _Parts,
        i: int,
        towards: Mapping[int, list[tuple[int, int, Floats]]],
    ) -> Iterable[AspectReading]:
        for aspect, clause, chances in towards.get(i, []):
            entity = _find_subject(names, parts.clauses[i], clause)
            yield AspectReading(ASPECTS[aspect], choose(chances, OF_CLAUSE), entity)

    def _judge_entities(
        self, names: Sequence[Named], parts: _Parts, i: int, whole: Floats
    ) -> Mapping[str, Guess]:
        """Sentiment towards each entity by the clauses that name it; alone in its text it has the text's."""
        entities = {name.entity: [n.start for n in names if n.entity == name.entity] for name in names}
        if len(entities) == 1 or len(parts.clauses[i]) == 1:
            return {entity: choose(whole, OF_WHOLE) for entity in entities}
        judged = _take(parts.sentiments, parts, i)
        found = {}
        for entity, places in entities.items():
            near = judged[find_clauses(parts.clauses[i], places)].mean(axis=0)
            found[entity] = choose(CLAUSE_SHARE * near + (1 - CLAUSE_SHARE) * whole, OF_CLAUSE)
        return found


def _take(values: Floats, parts: _Parts, i: int) -> Floats:
    return values[parts.starts[i] : parts.starts[i] + len(parts.clauses[i])]


def _choose_intent(chances: Floats) -> Guess:
    best = int(chances.argmax())
    return Guess(INTENTS[best].value, round(float(chances[best]), 3), OF_WHOLE)


def _find_subject(names: Sequence[Named], clauses: Sequence[tuple[int, int]], number: int) -> str:
    """Whose aspect a clause speaks of: who it names first, else who was named last before it, else the only one."""
    start, end = clauses[number]
    inside = [name.entity for name in names if start <= name.start < end]
    before = [name.entity for name in names if name.start < start]
    if inside or before:
        return inside[0] if inside else before[-1]
    entities = {name.entity for name in names}
    return entities.pop() if len(entities) == 1 else ""


@cache
def load_models() -> tuple[Models, str]:
    """The shipped models and their digest, once a process."""
    heads = read_model(FOLDER / "heads.model")
    words, digests = load_words()
    for name, digest in digests.items():
        if heads.about.get(name) != digest:
            raise ModelInvalid(
                f"{FOLDER / 'heads.model'} was trained with other {name}: run `usine reputation train`."
            )
    return Models(heads, words), heads.digest


def open_reader(find_names: FindNames = say_no_names) -> Reader:
    """The reader that the settings ask for: the shipped models, sentiment by USINE_REPUTATION_MODEL if set."""
    models, digest = load_models()
    folder = settings.REPUTATION_MODEL
    if not folder:
        return Reader(models, digest, find_names=find_names)
    transformer = Transformer(Path(folder))
    return Reader(models, transformer.digest, find_names=find_names, transformer=transformer)
