"""Train `languages.npz`: `python -m usine.reputation.texts.languages_training --data FOLDER`. Needs SciPy (bench).

What it learns from, and under which licences: docs/reputation-texts.md. fastText's word is taken as given; only what
has to be added to it is learnt, by logistic regression over runs of letters, for each script by itself.
"""

from __future__ import annotations

import argparse
import gettext
import glob
import gzip
import importlib.util
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from usine.reputation.texts.language_model import FILE, LONGEST_GRAM, list_grams
from usine.reputation.texts.languages import LANGUAGES_OF, ask_fasttext, clean
from usine.reputation.texts.scripts import count_scripts, find_script

DEMO = Path("demo/reputation/training")
MOST_GRAMS = {"latin": 32_000, "cyrillic": 10_000, "arabic": 8_000, "devanagari": 3_000}
WEIGHTS = {"catalogues": 0.3, "tweets": 0.6, "demo": 1.0, "posts": 0.3, "sentences": 3.0}
"""What a text of each kind counts: sentences and our own posts are nearest to what is read, programs farthest."""
JUDGE = 0.6
"""What fastText's logarithm counts."""
PENALTY = 1.0
ROUNDS = 45
FOLDS = 5
SEED = 20_260_101
_OTHER_CODES = {"nn": "nb", "sr_Latn": "sr", "sr_latn": "sr"}
_MARKUP = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|&\w+;|https?://\S+")


@dataclass(frozen=True, slots=True)
class Text:
    language: str
    said: str
    kind: str


def read_texts(data: Path) -> list[Text]:
    """Everything that is learnt from, cleaned as it will be read, of languages that a model tells apart."""
    rng = random.Random(SEED)
    texts = [*_read_catalogues(rng)]
    texts += [
        Text(row["lang"], row["text"], "tweets") for row in _read(data / "umsab_sentiment.train.jsonl.gz")
    ]
    posts = [Text("id", row["text"], "posts") for row in _read(data / "smsa_sentiment_id.train.jsonl.gz")]
    texts += rng.sample(posts, 600)
    for path in sorted(DEMO.glob("*.jsonl")):
        texts += [Text(row["lang"], row["text"], "demo") for row in _read(path)]
    sentences = _read(data / "langid_sentences_30lang.dev.jsonl.gz")
    texts += [Text(row["lang"], row["text"], "sentences") for row in sentences]
    cleaned = (Text(text.language, clean(text.said), text.kind) for text in texts)
    return [text for text in cleaned if text.language in LANGUAGES_OF.get(_tell_script(text.said), ())]


def _tell_script(said: str) -> str:
    return find_script(count_scripts(said))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise SystemExit(f"{path} is missing: name the folder of the labelled sets with --data.")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from map(json.loads, filter(None, content.decode("utf-8").split("\n")))


def _read_catalogues(rng: random.Random) -> Iterator[Text]:
    """Sentences of the catalogues of Django, Wagtail and their kin (BSD), a few together."""
    found: dict[str, set[str]] = {}
    for package in ("django", "wagtail", "rest_framework", "treebeard", "taggit", "django_filters"):
        spec = importlib.util.find_spec(package)
        folder = Path(str(spec.origin)).parent if spec else Path()
        for file in glob.glob(str(folder / "**" / "LC_MESSAGES" / "*.mo"), recursive=True) if spec else []:
            locale = Path(file).parent.parent.name
            language = _OTHER_CODES.get(locale, re.split("[_@]", locale)[0])
            with open(file, "rb") as stream:
                catalogue = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
            for key, said in catalogue.items():
                if key and isinstance(said, str) and said != key:
                    said = " ".join(_MARKUP.sub(" ", said).split())
                    if len(said) >= 12:
                        found.setdefault(language, set()).add(said)
    for language, sentences in sorted(found.items()):
        ordered = sorted(sentences)
        rng.shuffle(ordered)
        for at in range(0, min(len(ordered), 2_100), 3):
            yield Text(language, " ".join(ordered[at : at + 3]), "catalogues")


def choose_grams(texts: Sequence[Text], most: int) -> list[str]:
    """The runs of letters that most texts have, so many of them."""
    found = Counter(gram for text in texts for gram in set(list_grams(text.said)))
    return [
        gram
        for gram, times in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]
        if times > 2
    ]


def fit(texts: Sequence[Text], languages: tuple[str, ...], grams: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights (runs x languages) and biases: logistic regression that adds to fastText's word, by L-BFGS."""
    from scipy.optimize import minimize

    counts, judged = describe(texts, languages, grams)
    turned = counts.T.tocsr()
    places = np.arange(len(texts))
    wanted = np.array([languages.index(text.language) for text in texts])
    worth = np.array([WEIGHTS[text.kind] for text in texts], dtype=np.float32)
    size = len(grams) * len(languages)

    def lose(values: np.ndarray) -> tuple[float, np.ndarray]:
        weights = values[:size].astype(np.float32).reshape(len(grams), len(languages))
        scores = counts @ weights + values[size:].astype(np.float32) + judged
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        loss = -(worth * np.log(chances[places, wanted] + 1e-9)).sum() + PENALTY / 2 * (weights**2).sum()
        chances[places, wanted] -= 1
        chances *= worth[:, None]
        slope = np.concatenate([(turned @ chances + PENALTY * weights).ravel(), chances.sum(axis=0)])
        return float(loss), slope.astype(np.float64)

    start = np.zeros(size + len(languages))
    found = minimize(lose, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 5}).x
    return found[:size].reshape(len(grams), len(languages)), found[size:]


def describe(texts: Sequence[Text], languages: tuple[str, ...], grams: list[str]) -> tuple[Any, np.ndarray]:
    """How often each run stands in each text, by the root of how many there are; what fastText says of each."""
    from scipy.sparse import csr_matrix

    places = {gram: place for place, gram in enumerate(grams)}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        found = Counter(places[gram] for gram in list_grams(text.said) if gram in places)
        root = found.total() ** 0.5
        rows += [row] * len(found)
        columns += list(found)
        values += [times / root for times in found.values()]
    shape = (len(texts), len(grams))
    judged = np.array([ask_fasttext(text.said, languages) for text in texts], dtype=np.float32) * JUDGE
    return csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float32), judged


def shrink(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights as whole numbers from -127 to 127, and what one of them is worth for each language."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def cross_validate(texts: Sequence[Text], folds: int) -> float:
    """The share of the sentences that a model without them gets right, over the first `folds` of five parts."""
    right = asked = 0
    for script, languages in LANGUAGES_OF.items():
        mine = [text for text in texts if _tell_script(text.said) == script]
        sentences = [text for text in mine if text.kind == "sentences"]
        random.Random(SEED).shuffle(sentences)
        for fold in range(folds):
            held = sentences[fold::FOLDS]
            out = {id(text) for text in held}
            rest = [text for text in mine if id(text) not in out]
            if not held or script not in MOST_GRAMS:
                continue
            grams = choose_grams(rest, MOST_GRAMS[script])
            weights, bias = fit(rest, languages, grams)
            counts, judged = describe(held, languages, grams)
            best = (counts @ weights + bias + judged).argmax(axis=1)
            hits = sum(languages[place] == text.language for place, text in zip(best, held, strict=True))
            right, asked = right + hits, asked + len(held)
            sys.stdout.write(f"{script}, part {fold + 1}: {hits} of {len(held)}\n")
            sys.stdout.flush()
    return right / asked


def train(texts: Sequence[Text], path: Path = FILE) -> None:
    """Learn from everything and write the file."""
    kept: dict[str, Any] = {"judge": np.float32(JUDGE), "scripts": " ".join(MOST_GRAMS)}
    for script, most in MOST_GRAMS.items():
        mine = [text for text in texts if _tell_script(text.said) == script]
        grams = choose_grams(mine, most)
        weights, bias = fit(mine, LANGUAGES_OF[script], grams)
        kept[f"{script}_weights"], kept[f"{script}_scale"] = shrink(weights)
        kept[f"{script}_bias"] = bias.astype(np.float32)
        kept[f"{script}_grams"] = "\n".join(grams)
        kept[f"{script}_languages"] = " ".join(LANGUAGES_OF[script])
        sys.stdout.write(f"{script}: {len(mine)} texts, {len(grams)} runs of up to {LONGEST_GRAM} letters\n")
        sys.stdout.flush()
    np.savez_compressed(path, **kept)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the n-grams that tell languages apart.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the labelled sets")
    parser.add_argument("--folds", type=int, default=0, help="cross-validate so many of five parts first")
    parser.add_argument("--out", type=Path, default=FILE)
    args = parser.parse_args()
    read = read_texts(args.data)
    if args.folds:
        sys.stdout.write(f"right: {cross_validate(read, args.folds):.4f}\n")
    train(read, args.out)
